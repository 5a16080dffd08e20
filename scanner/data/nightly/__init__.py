"""Backups by themselves: each night a verified copy, the last seven days and five weeks of them kept."""
