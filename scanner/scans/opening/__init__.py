"""Which task a code opens."""
