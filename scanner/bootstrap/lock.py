"""One set-up at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner.bootstrap.say import SetupError, say


@contextmanager
def alone(path: Path) -> Iterator[int]:
    """Hold the lock file at `path`; waits while another process has it.

    Yields its descriptor for child processes. A child keeps the lock: after a killed set-up, the next one waits for its pip.
    """
    import fcntl  # not on Windows, which never gets here

    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        cure = "Run it once as the folder's owner."
        raise SetupError(f"Set-up has to write to {path.parent}: {error.strerror}. {cure}") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)
