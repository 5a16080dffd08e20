"""Discrepancies at a desk: sorted, filtered, settled one after the other or many at once."""
