"""Sums over the record, carried on as it grows: no page reads the whole ledger."""
