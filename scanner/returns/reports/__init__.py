"""What comes back, why, and in what state."""
