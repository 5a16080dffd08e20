"""Marks that a warehouse was here, so that none is made anew in silence where one was lost.

One lies beside a SQLite database. Another lies in the data folder of who serves it, for a database on a disk that is not
mounted, and for PostgreSQL.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from scanner.db.trouble import argument_of, place_of
from scanner.errors import Conflict
from scanner.files import make_folder, write_private
from scanner.settings import data_folder

END = ".was-here"
WORDS = "A warehouse is kept in {place}. While this file is there, no empty one is made in its place.\n"


class NothingLeft(Conflict):
    """There was a warehouse here, and now there is none."""


def leave_mark(url: URL, *, in_data_folder: bool = False) -> None:
    """Note that there is a warehouse here. A folder that cannot be written to goes without a mark."""
    for mark in _marks(url)[: 2 if in_data_folder else 1]:
        if mark is not None and not mark.exists():
            with contextlib.suppress(OSError):
                make_folder(mark.parent)
                write_private(mark, WORDS.format(place=_place(url)).encode())


def take_marks_away(url: URL) -> None:
    """Forget that there was a warehouse here."""
    for mark in _marks(url):
        if mark is not None:
            mark.unlink(missing_ok=True)


def mark_beside(file: Path) -> Path:
    """The mark of a SQLite database."""
    return file.with_name(file.name + END)


def is_marked(url: URL) -> bool:
    """Whether there was a warehouse here."""
    return any(mark is not None and mark.exists() for mark in _marks(url))


def marked_since(url: URL) -> datetime | None:
    """When the mark was left: since then at least there is a warehouse here. None where there is no mark."""
    times = [mark.stat().st_mtime for mark in _marks(url) if mark is not None and mark.exists()]
    return datetime.fromtimestamp(min(times), UTC) if times else None


def refuse_what_was_lost(url: URL) -> None:
    """Raise NothingLeft where a warehouse was."""
    if not is_marked(url):
        return
    where = "is the disk there, and the file?" if url.get_backend_name() == "sqlite" else "is it the right database?"
    database = f"--database {argument_of(url)}"
    raise NothingLeft(
        f"There was a warehouse in {_place(url)}, and now there is none: {where} Nothing was made. Put it back "
        f"(python3 -m scanner restore BACKUP {database}), or begin an empty one (python3 -m scanner new {database})."
    )


def _marks(url: URL) -> tuple[Path | None, Path]:
    """Beside the database, and in the data folder."""
    return _beside(url), in_data_folder(_place(url))


def in_data_folder(place: str) -> Path:
    """The mark of a warehouse in the data folder, for where none can lie beside it."""
    return data_folder() / "warehouses" / hashlib.sha256(os.fsencode(place)).hexdigest()[:16]


def _beside(url: URL) -> Path | None:
    return mark_beside(Path(url.database)) if url.get_backend_name() == "sqlite" and url.database else None


def _place(url: URL) -> str:
    """The address without its password; of a file, whole."""
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(Path(url.database or "").absolute()))
    return f"sqlite:///{place_of(url)}" if url.get_backend_name() == "sqlite" else place_of(url)
