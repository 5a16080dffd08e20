"""Reorder points that allow for drift, and what to order now."""
