"""Printed barcodes: symbols and sheets."""
