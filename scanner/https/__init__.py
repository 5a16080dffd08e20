"""The certificates of this server, and the page from which phones install its authority."""
