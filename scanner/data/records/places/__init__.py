"""Making many places at once: aisles, bays and levels."""
