"""The scans and movements behind a number, with who and when."""
