"""The lines of returns with their grades and refunds. Pages, files and webhooks say the same."""
