"""Reading what administrators changed: the page, the file, and what programs get. `scanner.audit` writes it."""
