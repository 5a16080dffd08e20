"""Telling other systems: addresses, messages, sending them until they are taken."""
