"""What is behind a number: scans and movements, down to who and when."""
