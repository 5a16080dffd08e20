"""A disk without room."""

from __future__ import annotations

import contextlib
from pathlib import Path


def fill_up(disk: Path) -> None:
    """Leave no block free."""
    with (disk / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(b"x" * 4096)
