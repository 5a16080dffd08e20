"""Drift: what it costs against its budget, what to order because of it, and when to step in."""
