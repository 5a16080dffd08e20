"""What a label says: payloads read by their standards, printed commands, and words for grades. Knows no tables."""
