"""Linking unknown codes to their items, so that their scans count."""
