"""What happened on the floor that has a shelf counted before its day."""
