"""Returns that came without paper, matched to those that were announced."""
