"""The tokens of programs, as supervisors make, see and revoke them."""
