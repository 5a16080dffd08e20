"""A shop's own records, one at a time in pages. Each is written by the rules of its file, as a file of one row."""
