"""Recording scans on tasks of every kind, and the record of all scans and movements."""
