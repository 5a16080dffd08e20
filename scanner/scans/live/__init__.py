"""What others do on a task that is open on a page: told within a second or two."""
