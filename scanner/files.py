"""Files and folders that only their owner may read: they hold names, badges, photos and keys."""

from __future__ import annotations

import contextlib
import glob
import itertools
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
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
        for ours in (path, *path.parent.glob(f"{glob.escape(path.name)}[-.]*")):
            keep_private(ours)


def keep_private(path: Path) -> None:
    """Take the rights of others away from a file or folder of this user. What is not this user's is left alone."""
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if mode & OTHERS and path.stat().st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def keep_folder_private(folder: Path) -> None:
    """The same for a folder that is all ours. A home, or one that everybody writes in such as /tmp, is left alone."""
    with contextlib.suppress(OSError):
        if not folder.stat().st_mode & stat.S_ISVTX and folder.resolve() != Path.home().resolve():
            keep_private(folder)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; what was there is replaced."""
    with half_done(path) as new:
        new.write_bytes(content)
        sync(new)
        os.replace(new, path)
    sync(path.parent)


@contextlib.contextmanager
def half_done(path: Path) -> Iterator[Path]:
    """An empty file beside `path` to write into. Where it was not renamed it is gone afterwards."""
    new = path.with_name(f"{beginning_of(path)}{secrets.token_hex(8)}")
    try:  # from before it is there: a stop may come at any moment
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        yield new
    finally:
        for left in (new, *new.parent.glob(f"{glob.escape(new.name)}-*")):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def scratch_folder(parent: Path, beginning: str) -> Iterator[Path]:
    """An empty folder that nobody else can read, and that is gone afterwards."""
    new = parent / f"{beginning}{secrets.token_hex(8)}"
    try:  # from before it is there, as above: tempfile's own is left by a stop that comes between the two
        new.mkdir(0o700)
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def beginning_of(path: Path) -> str:
    """How the names of half-done files for `path` begin."""
    return f".{path.name}.new-"


def give_name(file: Path, name: Path) -> Path:
    """Give a file a second name, which must be free. Raises FileExistsError."""
    try:
        os.link(file, name)
    except FileExistsError:
        raise
    except OSError:  # a file system where a file has one name only: then a copy
        with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy, file.open("rb") as content:
            shutil.copyfileobj(content, copy)
            copy.flush()
            os.fsync(copy.fileno())
    return name


def give_free_name(file: Path, name: Path) -> Path:
    """Give a file the second name `name`, or where that is taken `name-2`, `name-3` and so on; gives which it was."""
    for number in itertools.count(1):
        with contextlib.suppress(FileExistsError):
            return give_name(file, name if number == 1 else name.with_name(f"{name.name}-{number}"))
    raise AssertionError


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
