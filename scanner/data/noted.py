"""What is noted beside a backup that was verified: its size and SHA-256, so that one that was changed since is no good one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scanner.files import write_private

END = ".sha256"
_NOTE = re.compile(r"# (\d+) bytes, verified\n([0-9a-f]{64}) [ *]")


class Look(NamedTuple):
    """What was found of a backup: its size in bytes, whether there is a note to check it by, and what is wrong with it."""

    size: int
    checked: bool
    damage: str


def note_of(backup: Path) -> Path:
    """The note of a backup. `sha256sum -c` reads it, too."""
    return backup.with_name(backup.name + END)


def note_verified(copy: Path, backup: Path) -> None:
    """Note a copy that was verified, for the name that it is given next."""
    words = f"# {copy.stat().st_size} bytes, verified\n{_hash(copy)}  {backup.name}\n"
    write_private(note_of(backup), words.encode())


def look_at(backup: Path, *, thorough: bool = False) -> Look:
    """Compare a backup with its note. Raises OSError where it cannot be read.

    Its size each time. Its hash only where it was written to since, or all is looked at (`thorough`): that reads all of it.
    """
    found, note = backup.stat(), note_of(backup)
    if not found.st_size:
        return Look(0, checked=False, damage="it is empty")
    noted = _noted(note)
    if noted is None:
        return Look(found.st_size, checked=False, damage=_cut(backup, found.st_size))
    size, expected = noted
    if found.st_size != size:
        return Look(found.st_size, checked=True, damage=f"it has {found.st_size} bytes, and had {size} when it was verified")
    if thorough:
        is_same = _hash(backup) == expected
        _remember(note, is_same=is_same)
    elif found.st_mtime_ns > note.stat().st_mtime_ns:
        is_same = _hash_as_of(backup, found.st_ino, found.st_mtime_ns, found.st_ctime_ns) == expected
    else:
        is_same = True
    return Look(size, checked=True, damage="" if is_same else "its content is not what was verified")


def _cut(backup: Path, size: int) -> str:
    """What is wrong with a SQLite file that is shorter than its header says (https://sqlite.org/fileformat2.html)."""
    with backup.open("rb") as content:
        header = content.read(100)
    page = 65536 if header[16:18] == b"\0\1" else int.from_bytes(header[16:18])
    expected = page * int.from_bytes(header[28:32]) if header.startswith(b"SQLite format 3\0") else 0
    return f"it has {size} bytes, and its header says {expected}" if size < expected else ""


def _noted(note: Path) -> tuple[int, str] | None:
    try:
        said = _NOTE.match(note.read_text(errors="replace"))
    except FileNotFoundError:
        return None
    return (int(said[1]), said[2]) if said else None


def _remember(note: Path, *, is_same: bool) -> None:
    """Date the note, so that a look of another process sees what the reading of the whole file found."""
    with contextlib.suppress(OSError):
        os.utime(note, None if is_same else (0, 0))


@lru_cache(maxsize=64)
def _hash_as_of(file: Path, *_of_that_moment: int) -> str:
    return _hash(file)


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
