"""Counted against on hand: tolerance, recounts, approval, adjustments."""
