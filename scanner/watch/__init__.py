"""What those who operate the server watch: whether it can do its work, and how it does it."""
