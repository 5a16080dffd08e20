"""Reports on returns."""
