"""Files and folders that only their owner may read: they hold names, badges, photos and keys."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing. One that is there stays as it is."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_private(path: Path) -> None:
    """Make an empty file, with its folder. Of one that is there, others lose the right to it, and to what is beside it."""
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        for ours in (path, *path.parent.glob(f"{path.name}-*")):
            keep_private(ours)


def keep_private(path: Path) -> None:
    """Take the rights of others away from a file or folder of this user. What is not this user's is left alone."""
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if mode & OTHERS and path.stat().st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; what was there is replaced."""
    half_done = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        os.replace(half_done, path)
    finally:
        half_done.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
