"""A sample warehouse to play in: it fills an empty database, and all of it goes again by one button."""
