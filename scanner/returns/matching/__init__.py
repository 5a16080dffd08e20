"""Matching returns that came without paper to announced ones."""
