"""What came of each line of a return. Pages, files and webhooks say the same."""
