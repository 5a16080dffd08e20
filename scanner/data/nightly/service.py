"""Makes one backup, verifies it by restoring it beside, and drops those that have had their time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scanner.data.backup import CHANGED_BY_RESTORE, check, restore
from scanner.data.nightly import postgresql
from scanner.data.nightly.folder import Folder, folder_of, state_of
from scanner.data.nightly.rules import Failed, Kept, is_due, to_drop
from scanner.db.engine import Database
from scanner.db.snapshot import copy_as_it_is
from scanner.db.trouble import in_words, told_plainly
from scanner.errors import Conflict, DomainError
from scanner.files import give_name, half_done, make_folder, sync
from scanner.settings import Settings, sqlite_url

SCRATCH = ".scratch-"


class AnotherIsAtIt(Conflict):
    """Another process is making a backup of this warehouse."""


def make_backup(database: Database, settings: Settings, now: datetime, *, only_if_due: bool = False) -> Kept | None:
    """Make a backup of this moment and verify it; gives it. Only then are older ones dropped. None where none is due.

    Raises AnotherIsAtIt, and DomainError in words where it fails; a failure is noted, and leaves what was there.
    """
    folder = folder_of(database.engine.url, settings)
    with told_plainly(str(folder.path)):
        make_folder(folder.path)
        with _alone(folder):
            if only_if_due and not is_due(state_of(database.engine.url, settings), now):
                return None
            try:
                kept = _make(database, folder, now)
            except Exception as error:
                why = error.message if isinstance(error, DomainError) else in_words(error, str(folder.path))
                folder.note_failure(Failed(now, why))
                raise
            folder.forget_failure()
            for old in to_drop(folder.kept(), now):
                Path(old.file).unlink(missing_ok=True)
    return kept


def _make(database: Database, folder: Folder, now: datetime) -> Kept:
    name = folder.file_of(now)
    _clear(folder)
    with half_done(name) as copy:
        if database.is_sqlite:
            rows = copy_as_it_is(Path(str(database.engine.url.database)), copy)
            _try_restoring(copy, rows)
        else:
            postgresql.dump_and_try(database, copy)
        sync(copy)
        size = copy.stat().st_size
        give_name(copy, name)
    sync(folder.path)
    return Kept(now, str(name), size)


def _try_restoring(copy: Path, rows: dict[str, int]) -> None:
    """Restore the copy into a scratch folder as somebody would who needs it, and compare. Raises BadRequest."""
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=SCRATCH) as scratch:
        file = Path(scratch) / "warehouse.db"
        restore(sqlite_url(file), copy)
        check(file, {name: number for name, number in rows.items() if name not in CHANGED_BY_RESTORE})


def _clear(folder: Folder) -> None:
    """Delete what was left by one that was killed."""
    for left in folder.path.glob(f".{folder.name}-*.new-*"):
        left.unlink(missing_ok=True)
    for left in folder.path.glob(f"{SCRATCH}*/*"):
        left.unlink(missing_ok=True)
    for left in folder.path.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            left.rmdir()


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Hold the lock of the backups of this warehouse. It ends with the process that holds it."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    lock = os.open(folder.path / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherIsAtIt("Another process is making a backup of this warehouse.") from None
        yield
    finally:
        os.close(lock)
