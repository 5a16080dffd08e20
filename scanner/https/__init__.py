"""The certificates that this server makes for itself, and the page that hands its authority to phones."""
