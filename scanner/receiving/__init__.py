"""Goods that come from suppliers, against what was ordered."""
