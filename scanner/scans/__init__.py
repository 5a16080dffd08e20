"""The spine: one scan against a task's expected quantity, and the record of all scans and movements."""
