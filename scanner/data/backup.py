"""Backups of a whole warehouse: taken while scanning goes on, and restored."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from scanner.data import noted, restorations
from scanner.data.room import need_room
from scanner.db import damage
from scanner.db.engine import Database, parsed, sqlite
from scanner.db.migrations import bring
from scanner.db.snapshot import copy_as_it_is, size_of
from scanner.db.trouble import CannotOpen, in_words, told_plainly
from scanner.db.watch import DatabaseGone
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.files import beginning_of, give_free_name, give_name, half_done, make_folder, sync
from scanner.people import store as people
from scanner.people.sessions import store as sessions
from scanner.scans.verify import verify
from scanner.settings import sqlite_url

ASIDE = ".before-restore"
"""How the name of a database goes on that a backup took the place of; a second one is `….before-restore-2`."""
BESIDE = ("-wal", "-shm", "-journal")


def backup(database: Database, target: Path) -> None:
    """Copy a SQLite database, as it is at one moment, into a new file, which appears whole or not at all.

    Raises Conflict where the file exists, BadRequest on PostgreSQL (its own pg_dump does this).
    """
    if not database.is_sqlite:
        raise BadRequest("A PostgreSQL database is backed up with pg_dump, and put back with pg_restore.")
    source = Path(str(database.url.database))
    with told_plainly(str(target)), _of_its_name(target):
        _look_at_place(target, source)
        with half_done(target.absolute()) as copy:
            copy_as_it_is(source, copy)
            check_copy(copy, source)
            try:
                give_name(copy, target)
            except FileExistsError:
                raise _is_there(target) from None
        sync(target.absolute().parent)


def _look_at_place(target: Path, source: Path) -> None:
    """Raise DomainError where no backup of `source` can be written, before any of it is."""
    folder = target.absolute().parent
    if target.is_dir():
        raise BadRequest(f"{target} is a folder, and a file was expected: name a new file in it.")
    if target.exists() or target.is_symlink():
        raise _is_there(target)
    if folder.exists() and not folder.is_dir():
        raise BadRequest(f"{folder} is a file, and a folder was expected: name a file in another place.")
    if not folder.is_dir():
        raise BadRequest(f"There is no folder {folder}: make it first, or name a file in another one.")
    need_room(folder, size_of(source), "a backup")


def _is_there(target: Path) -> Conflict:
    return Conflict(f"{target} is there already: a backup never overwrites one.")


@contextlib.contextmanager
def _of_its_name(target: Path) -> Iterator[None]:
    """What the disk refuses is said of the file that was asked for, not of the half-done one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error


def restore(url: str, source: Path) -> Path | None:
    """Put a backup in the place of a SQLite database; gives where the old one is now, None where there was none.

    The backup is copied, brought to the newest schema and verified beside the database. Then one rename puts it in place: a crash
    leaves the old or the new one, whole. Raises BadRequest where the file is no whole database of this app, Conflict while a
    server has the database open.
    """
    place = parsed(url)
    if place.get_backend_name() != "sqlite":
        raise BadRequest("A PostgreSQL database is put back with pg_restore.")
    target = Path(os.path.realpath(str(place.database)))
    if not source.is_file():
        raise BadRequest(f"Expected a backup file, found none at {source}.")
    with told_plainly(str(source)):
        _as_it_was_verified(source)
    with told_plainly(place):
        make_folder(target.parent)
        _clear_half_done(target)
        with half_done(target) as incoming:
            _copy(source, incoming)
            _make_ready(source, incoming)
            with _held_alone(target):
                aside = _put_aside(target)
                os.replace(incoming, target)
                damage.forget(target)
                sync(target.parent)
    return aside


def check(file: Path, rows: dict[str, int] | None = None) -> None:
    """Raise BadRequest unless a database is whole: pages, references, the ledger; and it has these `rows`, by table."""
    try:
        with contextlib.closing(sqlite.connect(file)) as database:
            verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            database.execute("SELECT count(*) FROM scan").fetchone()
            dangling = database.execute("PRAGMA foreign_key_check").fetchone()
            counted = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in rows or ()}
    except sqlite.DatabaseError as error:
        raise BadRequest(f"{file} is not a backup of this app: {error}.") from error
    if verdict != "ok" or dangling:
        raise BadRequest(
            f"{file} is damaged: {verdict if verdict != 'ok' else f'a row of {dangling[0]} names what is not there'}."
        )
    if rows and counted != rows:
        name = next(name for name in rows if counted[name] != rows[name])
        raise BadRequest(f"{file} has {counted[name]} rows of {name}, where the warehouse had {rows[name]}.")


def check_ledger(database: Database) -> None:
    """Raise BadRequest unless the counters and the ledger of a database agree."""
    with database.read() as session:
        wrong = verify(session)
    if wrong:
        raise BadRequest(f"The ledger does not verify: {wrong[0]}")


def check_what_is_left(database: Database) -> None:
    """Raise BadRequest unless a SQLite database that was damaged can go on as it is: what is there is whole."""
    file = Path(str(database.url.database))
    try:
        check(file)
        check_ledger(database)
    except (BadRequest, DatabaseGone, SQLAlchemyError, sqlite.Error) as error:
        said = error.message if isinstance(error, DomainError) else in_words(error, str(file))
        raise BadRequest(f"{said} It cannot go on as it is: restore a backup (python3 -m scanner restore BACKUP).") from error


def check_copy(copy: Path, source: Path) -> None:
    """Raise BadRequest unless a copy of a database is whole. Page by page it is as the database is."""
    try:
        check(copy)
    except BadRequest as error:
        raise BadRequest(
            f"{source} is damaged, so a copy of it is none. Stop the server, run python3 -m scanner verify, and restore an "
            "earlier backup."
        ) from error


CHANGED_BY_RESTORE = frozenset({"restoration", "device_session", "api_token"})
"""Tables of which a restore itself adds or deletes rows: it notes itself, and everybody signs in anew."""


def mark_restored(session: Session, now: datetime) -> None:
    """Have devices send again what they sent in the last 24 hours, once the server has been started anew.

    Everybody signs in once more, and programs get new tokens: a session that was ended since the backup, or a token that was
    revoked, would be good again.
    """
    sessions.end_everybodys(session)
    people.revoke_everybodys_tokens(session, now)
    restorations.add(session, uuid4().hex, now)


def restoration_mark(session: Session) -> str:
    """The mark of the last restore, empty where there never was one."""
    return restorations.latest(session) or ""


def _as_it_was_verified(source: Path) -> None:
    if damage := noted.look_at(source, thorough=True).damage:
        note = noted.note_of(source)
        anyway = f" To restore it anyway, move {note} away." if note.exists() else ""
        raise BadRequest(f"{source} is damaged: {damage}. Restore another one.{anyway}")


def _copy(source: Path, incoming: Path) -> None:
    """Copy a backup; with its log, where somebody copied a database in use together with it."""
    with contextlib.suppress(FileNotFoundError):
        if Path(f"{source}-wal").stat().st_size:
            copy_as_it_is(source, incoming, rest=0)
            return
    shutil.copyfile(source, incoming)


def _make_ready(source: Path, incoming: Path) -> None:
    """Verify the copy, bring it to the newest schema, and have devices send again what came since. Then it is one file."""
    try:
        check(incoming)
        _bring_and_mark(incoming)
    except (BadRequest, CannotOpen) as error:
        raise BadRequest(error.message.replace(str(incoming), str(source))) from error
    with contextlib.closing(sqlite.connect(incoming)) as whole:
        whole.execute("PRAGMA journal_mode=DELETE")
    sync(incoming)


def _bring_and_mark(incoming: Path) -> None:
    database = Database(sqlite_url(incoming))
    try:
        bring(database)
        check_ledger(database)
        database.transact(mark_restored, datetime.now(UTC))
    finally:
        database.dispose()


@contextlib.contextmanager
def _held_alone(target: Path) -> Iterator[None]:
    """Hold the old database so that nobody opens it meanwhile, with all of its log in it.

    Raises Conflict while a server has it open: that would go on writing into the file that is put aside. One that SQLite cannot
    read is not held.
    """
    if not target.is_file() or not target.stat().st_size:
        yield
        return
    with contextlib.closing(sqlite.connect(target, timeout=1, isolation_level=None)) as database:
        try:
            left = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            if left == "delete":
                database.execute("BEGIN EXCLUSIVE")
        except sqlite.OperationalError as error:
            left = "locked" if "locked" in str(error) else "broken"
            if left == "broken" and "disk" in str(error):  # no room to put the log into it
                raise BadRequest(in_words(error, str(target))) from error
        except sqlite.DatabaseError:
            left = "broken"
        if left not in ("delete", "broken"):
            raise Conflict(f"{target} is in use. Stop the server first, then restore.")
        yield


def _put_aside(target: Path) -> Path | None:
    """Give the old database a second name, and take away a log that is not in it: SQLite would put it into the new one."""
    aside = None
    if target.is_file():
        aside = give_free_name(target, target.with_name(target.name + ASIDE))
    for end in BESIDE:
        log = Path(f"{target}{end}")
        if log.is_file():
            give_free_name(log, Path(f"{aside or target.with_name(target.name + ASIDE)}{end}"))
            log.unlink()
    sync(target.parent)
    return aside


def _clear_half_done(target: Path) -> None:
    """Delete what restores left that were killed."""
    for left in target.parent.glob(f"{glob.escape(beginning_of(target))}*"):
        left.unlink(missing_ok=True)
