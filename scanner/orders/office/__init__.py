"""Orders for the desk: what is due, how far it is, and what cannot be filled."""
