"""Signals: patterns in the record that say: step in."""
