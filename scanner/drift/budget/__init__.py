"""The drift budget of a period: how much is allowed for, how much is used, and what is expected."""
