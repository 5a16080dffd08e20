"""Photos of barcodes: which codes are likely, and what was read."""
