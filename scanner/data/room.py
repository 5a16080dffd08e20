"""Room on a disk for what is about to be written: a full disk in the middle of the day is worse than what is not begun."""

from __future__ import annotations

import shutil
from pathlib import Path

from scanner.errors import DomainError


class NoRoom(DomainError):
    """A disk has too little room; `message` says how much there is, and how much is wanted."""


def need_room(folder: Path, size: int, what: str, *, spare: int = 0) -> None:
    """Raise NoRoom unless the disk of a folder takes `size` bytes more for `what`, and then has the `spare` ones free."""
    free = shutil.disk_usage(folder).free
    if free < size + spare:
        kept_free = f", so that {in_megabytes(spare)} stay free (SCANNER_DISK_FREE_MB)" if spare else ""
        raise NoRoom(
            f"The disk of {folder} has too little room for {what}: {in_megabytes(free)} are free, "
            f"and {in_megabytes(size + spare)} are wanted{kept_free}. Nothing was begun: make room first."
        )


def in_megabytes(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1_000_000:,.1f} MB"
