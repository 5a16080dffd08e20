"""The pages that show on which devices people are signed in, and end that."""
