"""In which order scans were made, whatever any clock says."""
