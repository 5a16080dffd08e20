"""What to count in the minutes that are left."""
