"""Orders come in, in versions: from a shop by the API, or as a file."""
