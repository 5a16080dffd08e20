"""Unknown codes: linking one to its item, so that its scans count."""
