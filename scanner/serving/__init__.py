"""HTTP and TLS: everything that waits for a client waits here, and only whole requests reach a thread that works."""
