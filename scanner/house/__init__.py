"""What the shop chose for itself: how long, when, and whether. The machine's own settings stay with the server's environment."""
