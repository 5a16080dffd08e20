"""Files and backup: CSV in and out, backup and restore, moving to another database."""
