"""What there is and where: items, their barcodes and parts, locations and stock."""
