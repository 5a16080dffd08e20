"""A file that somebody names to a command: a file, or a pipe that is read to its end before anything else."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MOST_BYTES = 1 << 30
"""Of a pipe: what has no end fills no disk."""
PIECE = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, to be read more than once. Raises ValueError, in a sentence, for what is no file that can be read."""
    with _read(path) as file:
        if not _size_of(file, path):
            raise ValueError(f"{path} is empty. Name a CSV file with a header and rows.")
        yield file


@contextmanager
def _read(path: Path) -> Iterator[IO[bytes]]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ValueError(f"{path} is a folder. Name a CSV file.")
        if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
            raise ValueError(f"{path} is a device or a socket. Name a CSV file.")
        stream = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    with stream:
        if stat.S_ISREG(mode):
            yield stream
            return
        with tempfile.TemporaryFile() as kept:
            _spool(stream, kept, path)
            yield kept


def _spool(stream: IO[bytes], kept: IO[bytes], path: Path) -> None:
    while piece := _next_of(stream, path):
        try:
            kept.write(piece)
            kept.flush()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ValueError(f"What comes from {path} cannot be kept in {tempfile.gettempdir()}: {why}.") from None
        if kept.tell() > MOST_BYTES:
            raise ValueError(f"{path} has more than {MOST_BYTES:,} bytes. Name a CSV file.")


def _next_of(stream: IO[bytes], path: Path) -> bytes:
    try:
        return stream.read(PIECE)
    except OSError as error:
        raise _unreadable(path, error) from None


def _size_of(file: IO[bytes], path: Path) -> int:
    try:
        size = file.seek(0, 2)
        file.seek(0)
        file.read(1)
        file.seek(0)
    except OSError as error:
        raise _unreadable(path, error) from None
    return size


def _unreadable(path: Path, error: OSError) -> ValueError:
    return ValueError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}. Name a CSV file.")
