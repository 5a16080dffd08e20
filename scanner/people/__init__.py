"""Who works here: roles and rights, badges and PINs, sessions, API tokens."""
