"""Makes one backup, verifies it by restoring it beside, and drops those that have had their time."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scanner.data import noted
from scanner.data.backup import CHANGED_BY_RESTORE, check, check_copy, restore
from scanner.data.nightly import postgresql
from scanner.data.nightly.folder import Folder, folder_of, gone, state_of
from scanner.data.nightly.rules import Failed, Kept, is_due, to_drop
from scanner.data.room import need_room
from scanner.db.engine import Database
from scanner.db.snapshot import copy_as_it_is, size_of
from scanner.db.trouble import CannotOpen, in_words, told_plainly
from scanner.errors import Conflict, DomainError
from scanner.files import give_name, half_done, make_folder, scratch_folder, sync
from scanner.settings import Settings, sqlite_url

MIB = 1024 * 1024
WHILE_TRIED = 2.2
"""How many times the size of a SQLite database its backup takes: the copy, and what is restored from it with its log."""

WHILE_GROWN = 1.5
"""How many times the size of the last dump of a PostgreSQL database the next one takes at most."""

LETS_GO_SECONDS = 2.0
"""So long the lock of a killed process may outlive it: a program that it was just starting holds it until it runs."""


class AnotherIsAtIt(Conflict):
    """Another process is making a backup of this warehouse."""


def make_backup(database: Database, settings: Settings, now: datetime, *, only_if_due: bool = False) -> Kept | None:
    """Make a backup of this moment and verify it; gives it. Only then are older ones dropped. None where none is due.

    Raises AnotherIsAtIt, and DomainError in words where it fails; a failure is noted, and leaves what was there.
    """
    folder = folder_of(database.engine.url, settings)

    def is_asked_for() -> bool:
        return not only_if_due or is_due(state_of(database.engine.url, settings), now)

    with told_plainly(str(folder.path)), _noting_failure(folder, now):
        if not is_asked_for():
            return None
        _have_folder(folder, make=not (only_if_due and folder.chosen))
        with _alone(folder):
            if not is_asked_for():  # another has made it meanwhile
                return None
            folder.clear()
            need_room(folder.path, _room_for_one(database, folder), "a backup", spare=settings.disk_free_mb * MIB)
            kept = _make(database, folder, now)
            folder.forget_failure()
            _drop_old(folder, now)
    return kept


@contextlib.contextmanager
def _noting_failure(folder: Folder, now: datetime) -> Iterator[None]:
    try:
        yield
    except AnotherIsAtIt:
        raise
    except Exception as error:
        why = error.message if isinstance(error, DomainError) else in_words(error, str(folder.path))
        folder.note_failure(Failed(now, why))
        raise


def _have_folder(folder: Folder, *, make: bool) -> None:
    """See that the folder is there. One that was chosen and is gone may be of a disk that is away: another is no place for it."""
    if make:
        make_folder(folder.path)
    elif not folder.path.exists():
        raise CannotOpen(gone(folder.path))


def _make(database: Database, folder: Folder, now: datetime) -> Kept:
    name = folder.file_of(now)
    with half_done(name) as copy:
        if database.is_sqlite:
            source = Path(str(database.engine.url.database))
            rows = copy_as_it_is(source, copy)
            check_copy(copy, source)
            _try_restoring(copy, rows, folder.scratch)
        else:
            postgresql.dump_and_try(database, copy)
        sync(copy)
        size = copy.stat().st_size
        noted.note_verified(copy, name)
        give_name(copy, name)
    sync(folder.path)
    return Kept(now, str(name), size)


def _room_for_one(database: Database, folder: Folder) -> int:
    """How many bytes a backup takes while it is made, about. A dump is like the last one, or else smaller than its database."""
    if database.is_sqlite:
        with told_plainly(database.engine.url):
            return int(WHILE_TRIED * size_of(Path(str(database.engine.url.database))))
    if kept := folder.kept():
        return int(WHILE_GROWN * kept[-1].size)
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def _try_restoring(copy: Path, rows: dict[str, int], beginning: str) -> None:
    """Restore the copy into a scratch folder as somebody would who needs it, and compare. Raises BadRequest."""
    with scratch_folder(copy.parent, beginning) as scratch:
        file = scratch / "warehouse.db"
        restore(sqlite_url(file), copy)
        check(file, {name: number for name, number in rows.items() if name not in CHANGED_BY_RESTORE})


def _drop_old(folder: Folder, now: datetime) -> None:
    """Delete those that have had their time. Those that stay for it are read once more first: a damaged one stands for no other.

    A damaged one is not deleted: somebody must know of it.
    """
    if to_drop(folder.kept(), now):
        for old in to_drop([one for one in folder.all(thorough=True) if not one.damage], now):
            Path(old.file).unlink(missing_ok=True)
            noted.note_of(Path(old.file)).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Hold the lock of the backups of this warehouse. It ends with the process that holds it, or very soon afterwards."""
    if os.name == "nt":  # which has no such lock
        yield
        return
    lock = os.open(folder.path / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(lock):
            raise AnotherIsAtIt("Another process is making a backup of this warehouse.")
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    """Take the lock; False where another process keeps it."""
    import fcntl

    give_up = time.monotonic() + LETS_GO_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False
