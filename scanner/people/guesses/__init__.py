"""How fast badges, PINs and codes that may be badges can be tried."""
