"""Files whose columns are called otherwise: which of them feeds which of ours is guessed, and shown before anything comes in."""
