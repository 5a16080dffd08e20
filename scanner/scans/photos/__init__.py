"""Photos of barcodes: which codes are likely, and counting what was read."""
