"""What keeps a database from being opened or written to, in one plain sentence with what to do. Never with a password."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import immutabledict

from scanner.errors import DomainError
from scanner.logs.described import described

OF_FILES = (
    ((errno.EACCES, errno.EPERM), "This user may not write to {place}: give it the right to, or choose another place."),
    ((errno.EROFS,), "{place} is on a disk that can only be read: make it writable, or choose another place."),
    ((errno.ENOSPC, errno.EDQUOT), "The disk of {place} is full: make room, then try again."),
    ((errno.ENOTDIR, errno.EEXIST), "{place} cannot be a folder, since a file is in its place: choose another place."),
    ((errno.EISDIR,), "{place} is a folder, and a file was expected: name a file."),
    ((errno.ENOENT,), "There is no file {place}."),
    ((errno.EMFILE, errno.ENFILE), "Too many files are open on this machine: allow more (ulimit -n), then try again."),
    ((errno.EIO,), "The disk of {place} fails: look after it before anything else."),
)
OF_SQLITE = (
    ("unable to open database file", "{place} cannot be opened: look whether its folder is there, and may be written to."),
    ("readonly", "{place} can be read and not written: give this user the right to write it and its folder."),
    ("locked", "Another program holds {place} locked: end that program, then try again."),
    ("full", "The disk of {place} is full: make room, then try again."),
    ("not a database", "{place} is not a database: name another file, or restore a backup."),
    ("malformed", "{place} is damaged: restore a backup."),
    ("disk I/O", "The disk of {place} fails or is gone: look after it before anything else."),
)
NO_ANSWER = "refused|no such file|timeout|timed out|unreachable|connection failed|connection is bad"
OF_POSTGRESQL = (
    ("password|authentication", "PostgreSQL refuses the user or the password for {place}: look at both."),
    (r"role .* does not exist", "PostgreSQL knows no such user for {place}: make it with createuser."),
    (r"database .* does not exist", "PostgreSQL has no such database as {place}: make it with createdb."),
    ("pg_hba", "PostgreSQL lets nobody in from this machine to {place}: add it to pg_hba.conf."),
    ("too many|remaining connection slots", "PostgreSQL has no connection free for {place}: raise max_connections."),
    ("resolve|translate host", "The host of {place} is not known: look at its name."),
    ("starting up|shutting down|recovery", "PostgreSQL is starting or stopping at {place}: try again in a minute."),
    (NO_ANSWER, "No PostgreSQL answers at {place}: look whether it is running there."),
    ("permission denied", "The user of {place} may not make tables there: GRANT CREATE ON SCHEMA public TO that user."),
    ("read-only", "{place} can only be read: name the main server, not its standby."),
    ("disk full|no space", "The disk of PostgreSQL is full, at {place}: make room, then try again."),
)
READONLY_DBMOVED = 1032
"""SQLite's own look at whether its file was moved, at the first write of a connection (sqlite3.h)."""
SCHEMES = "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"


class CannotOpen(DomainError):
    """The database cannot be opened; `message` says why and what to do."""


@contextmanager
def told_plainly(place: URL | str) -> Iterator[None]:
    """Raise CannotOpen in place of what a driver or the disk raises."""
    name = place if isinstance(place, str) else place_of(place)
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, OSError) as error:
        raise CannotOpen(in_words(error, name)) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("sqlite3", "pysqlite3"):
            raise
        raise CannotOpen(in_words(error, name)) from error


def place_of(url: URL) -> str:
    """How a database is called in sentences."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    where = {name: value for name, value in url.query.items() if name in ("host", "port")}  # it may hold a password, too
    return url._replace(password=None, query=immutabledict(where)).render_as_string()


def address_of(url: URL) -> str:
    """How a database is written for `--database`, without what may be secret: the password has to be added."""
    if url.get_backend_name() == "sqlite":
        return url.render_as_string()
    open_ones = {name: value for name, value in url.query.items() if name in ("host", "port", "user", "dbname")}
    return url._replace(password=None, query=immutabledict(open_ones)).render_as_string()


def argument_of(url: URL) -> str:
    """The address as a command line takes it, in any folder: a name may have blanks, and options an &."""
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(Path(url.database or "").absolute()))
    return shlex.quote(address_of(url))


def without_addresses(words: str) -> str:
    """Words in which no address is told beyond its scheme, for what somebody mistyped."""
    return re.sub(r"(\w)://\S+", r"\1://…", words)


def in_words(error: BaseException, place: str = "the database") -> str:
    """One sentence for what a driver or the disk raised."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return _of_file(cause, place)
    said = str(cause)
    if getattr(cause, "sqlite_errorcode", 0) == READONLY_DBMOVED:
        return f"Another file was put in the place of {place} meanwhile: try again."
    of_sqlite = (*_of_the_file_itself(place), *OF_SQLITE)
    for sign, sentence in OF_POSTGRESQL if isinstance(cause, psycopg.Error) else of_sqlite:
        if sign == NO_ANSWER and getattr(cause, "sqlstate", None):
            continue  # it did answer
        if re.search(sign, said, re.IGNORECASE):
            return sentence.format(place=place)
    plain = " ".join(said.split()) or type(cause).__name__
    words = described(cause) if getattr(cause, "sqlstate", None) else plain  # what PostgreSQL says may have what is in a row
    return f"{place} cannot be used: {words}."


def _of_file(error: OSError, place: str) -> str:
    place = str(error.filename or place)
    for numbers, sentence in OF_FILES:
        if error.errno in numbers:
            return sentence.format(place=place)
    return f"{place} cannot be used: {error.strerror or error}."


def _of_the_file_itself(place: str) -> tuple[tuple[str, str], ...]:
    """What can be seen of a file that SQLite cannot open, or only read."""
    file = Path(place)
    if file.is_dir():
        return (("open|readonly", "{place} is a folder, and a file was expected: name a file."),)
    if file.is_file() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return (("open|readonly", "{place} can be read and not written: give this user the right to write it and its folder."),)
    return ()
