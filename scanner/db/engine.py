"""The database: sessions that read, and write transactions that never lose an update.

SQLite: readers see a snapshot. Writers take the write lock at BEGIN, in the order they came, and share a commit
(`group_commit`). PostgreSQL: READ COMMITTED; a service first locks the row of the task, and scans share a commit, too
(`postgres`). What the database asks to try again (serialization, deadlock, lock timeout) is tried again.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Connection, Delete, Engine, Update, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from sqlmodel import Session

from scanner.db import postgres
from scanner.db.group_commit import GroupCommit, Job, Plan, TurnNeverCame, Work
from scanner.db.marks import refuse_what_was_lost
from scanner.db.sql import connection_of
from scanner.db.trouble import SCHEMES, CannotOpen
from scanner.db.watch import CANNOT_LOOK, DatabaseGone, Watch
from scanner.db.wire import LostAtCommit
from scanner.errors import DomainError
from scanner.files import make_private
from scanner.meters import Meters

try:  # a newer SQLite than Debian 12's, whose WAL mode has a known fault
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # pragma: no cover - platforms without the wheel
    import sqlite3 as sqlite

__all__ = ["DRIVER_ERRORS", "Busy", "Database", "is_refused_row", "sqlite"]

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

BUSY_SECONDS = 5
"""Seconds that one try waits for a lock or for its turn."""
GIVE_UP_SECONDS = 8
"""Seconds after which it is not tried again."""
APPEND_ONLY = frozenset(
    {
        "scan",
        "tally",
        "movement",
        "cost_change",
        "discrepancy_event",
        "grade",
        "evidence",
        "task_event",
        "count_result",
        "item_change",
        "audit",
        "closed_period",
        "journal_row",
        "reserve",
    }
)
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
STATEMENTS_KEPT = 256
"""Prepared statements that each SQLite connection keeps. When they are full, a later one is prepared at each use."""
MOST_LOST_RACES = 5
"""Tries when another transaction made the same unique row. After these the row is really taken."""
BUSY_MESSAGE = "The database is busy. Nothing was recorded: try again."
LOST_MESSAGE = "The database was lost at the last moment. Look whether it was recorded before you try again."
# Prepared statements raise what the driver raises; SQLAlchemy wraps it.
DRIVER_ERRORS = (DBAPIError, sqlite.Error, psycopg.Error)
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "wal_autocheckpoint=4000",  # 16 MB: the pages that every scan touches are copied back less often
)
_REPEATABLE: dict[Callable[..., Any], Shared | None] = {}
_RETRY_STATES = {"40001", "40P01", "55P03", *postgres.STALE}


@dataclass(frozen=True, slots=True)
class Shared:
    """How a use case shares a transaction of PostgreSQL with others: its `Plan`, from its arguments."""

    holds: Callable[..., str]
    ahead: Callable[..., None]

    def plan(self, args: tuple[Any, ...]) -> Plan:
        """The plan of one call."""
        return Plan(self.holds(*args), lambda session: self.ahead(session, *args))


def repeatable(shared: Shared | None = None) -> Callable[[F], F]:
    """Mark a use case that records a request once however often it is run: the request has an id of its own."""

    def mark(use_case: F) -> F:
        _REPEATABLE[use_case] = shared
        return use_case

    return mark


class Busy(DomainError):
    """The database is busy; nothing was recorded. Trying again is right."""


class Uncertain(DomainError):
    """The database was lost at the commit, and nobody knows whether it is recorded. Trying again may do it twice."""


class Database:
    """The reading and the writing engine of one database URL. On PostgreSQL every process may have its own.

    `though_damaged`: a SQLite file is opened though it was seen damaged, by who then says how to go on.
    """

    def __init__(self, url: str, *, though_damaged: bool = False) -> None:
        self.url = parsed(url)
        self.meters = Meters()
        self._kept: Session | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._watch: Watch | None = None
        if self.is_sqlite:
            self._watch = watch = Watch(
                Path(str(self.url.database)), self.dispose, self._save_log, self._is_whole, though_damaged=though_damaged
            )
            self._writer, self._reader = _sqlite_engine(watch, writes=True), _sqlite_engine(watch, writes=False)
            self._group = GroupCommit(self._together, BUSY_SECONDS)
        else:
            self._writer, self._reader = postgres.engines(self.url, BUSY_SECONDS)
            self._writers = postgres.Writers(self._writer, _session_on, BUSY_SECONDS, self._note_commit)
        event.listen(self._writer, "before_execute", _refuse_changes_of_the_record)

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and for tests."""
        return self._writer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads one snapshot and writes nothing. Raises Busy, and DatabaseGone where the file is another."""
        with self._in_use():
            try:
                connection = self._reader.connect()
            except PoolIsEmpty:
                raise Busy(BUSY_MESSAGE) from None
            with connection, _session_on(connection) as session:
                connection.begin()
                yield session

    def transact(self, use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `use_case(session, …)` as one write transaction and commit it.

        Raises what the use case raises, after rolling back; Busy when the database cannot take it within seconds; Uncertain when
        it was lost at the commit, and the use case is not `repeatable`.
        """
        give_up = time.monotonic() + GIVE_UP_SECONDS
        pause = 0.005
        races = 0
        while True:
            try:
                done: T = self._commit(use_case, args, kwargs)
                return done
            except TurnNeverCame:
                raise Busy(BUSY_MESSAGE) from None
            except LostAtCommit as error:
                if use_case not in _REPEATABLE:
                    raise Uncertain(LOST_MESSAGE) from error
            except DRIVER_ERRORS as error:
                races += _is_lost_race(error)
                if races > MOST_LOST_RACES or not (_is_lost_race(error) or _will_pass(error)):
                    raise
                if time.monotonic() > give_up:
                    raise Busy(BUSY_MESSAGE) from error
            self.meters.tried_again()
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 2, 0.5)

    def _commit(self, use_case: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a use case in a transaction of its own, or in one that several threads share."""

        def work(session: Session) -> Any:
            return use_case(session, *args, **kwargs)

        if self.is_sqlite:
            return self._group.do(work)
        shared = _REPEATABLE.get(use_case)
        return self._writers.do(lambda session: _do(work, session), shared.plan(args) if shared else None)

    def _together(self, jobs: list[Job]) -> None:
        """Do the jobs in one transaction on the only writer of SQLite. Of several, each has a savepoint. One thread at a time.

        Nothing is a result before the files were looked at once more: what was written to a removed file is recorded nowhere.
        """
        with self._in_use():
            self._commit_together(jobs)
            if self._watch:
                for job in jobs:
                    job.error = self._watch.judged(job.error) if job.error else None
                self._watch.check()

    def _commit_together(self, jobs: list[Job]) -> None:
        session, self._kept = self._kept, None
        try:
            session = session or _session_on(self._writer.connect())
            connection = connection_of(session)
            connection.begin()
            driver = connection.connection.driver_connection
            if len(jobs) == 1:
                jobs[0].result = _do(jobs[0].work, session)  # what it raises undoes the whole transaction
            else:
                for job in jobs:
                    _do_in_savepoint(job, session, driver)
            began = time.perf_counter()
            connection.commit()
            self._note_commit(time.perf_counter() - began, len(jobs))
            session.close()
            self._kept = session
        except BaseException as error:
            for job in jobs:
                job.error = job.error or error
            if session is not None:  # do not keep a connection that may be broken
                session.close()
                connection_of(session).close()

    def _in_use(self) -> AbstractContextManager[None]:
        return self._watch.in_use() if self._watch else nullcontext()

    def identity_is_kept(self) -> bool:
        """Whether the files of a SQLite database are the ones that were opened. PostgreSQL looks after its own."""
        try:
            if self._watch:
                self._watch.look_for_marks()
                self._watch.check()
        except DatabaseGone:
            return False
        return True

    def _save_log(self) -> bool:
        """Copy the log into the database by a connection that has it open. Another process may have its own part of it open."""
        try:
            if self._kept is not None:
                return _checkpoint(connection_of(self._kept).connection.driver_connection)
            with closing(self._writer.raw_connection()) as pooled:
                return _checkpoint(pooled.driver_connection)
        except (DatabaseGone, SQLAlchemyError, sqlite.Error):
            return False

    def _is_whole(self, path: Path) -> bool | None:
        """Whether SQLite finds the whole file in order; None where it cannot be read just now, as without a file descriptor.

        It reads all of it on a connection of its own, without its cache.
        """
        try:
            with closing(sqlite.connect(f"{path.as_uri()}?mode=rw", timeout=BUSY_SECONDS, uri=True)) as fresh:
                return bool(fresh.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite.Error as error:
            return None if getattr(error, "sqlite_errorcode", 0) & 0xFF in CANNOT_LOOK else False

    def is_whole(self) -> bool:
        """Whether SQLite finds its whole file in order, which reads all of it; if not, it is marked as damaged.

        PostgreSQL looks after its own.
        """
        if self._watch and self._is_whole(self._watch.path) is False:
            self._watch.note_damage(f"SQLite found {self._watch.path} damaged")
            return False
        return True

    def _note_commit(self, seconds: float, writes: int) -> None:
        self.meters.commit(seconds, writes)

    @property
    def waiting_writes(self) -> int:
        """Write transactions that wait for their turn in this process."""
        return self._group.waiting if self.is_sqlite else self._writers.waiting

    def answers(self) -> bool:
        """Whether the database answers a query."""
        with self.read() as session:
            return bool(connection_of(session).execute(text("SELECT 1")).scalar_one() == 1)

    def dispose(self) -> None:
        """Close every connection. Damage is seen before: the last one to close takes the log away."""
        self.identity_is_kept()
        kept, self._kept = self._kept, None
        if kept is not None:
            connection_of(kept).close()
        if not self.is_sqlite:
            self._writers.dispose()
        self._writer.dispose()
        self._reader.dispose()
        if self._watch:
            self._watch.closed()


class _LightSession(Session):
    """A session that closes without work where only its connection was used."""

    def close(self) -> None:
        """Close the session where it was used."""
        if self.in_transaction() or self.identity_map:
            super().close()


def _session_on(connection: Connection) -> Session:
    """A session inside the transaction of the connection. Beginning one of its own is many times slower."""
    session = _LightSession(connection, autoflush=False, expire_on_commit=False)
    session.info["connection"] = connection
    return session


def _refuse_changes_of_the_record(_connection: Connection, statement: Any, *_: Any) -> None:
    """Refuse to change or delete recorded rows. Triggers of the database refuse it for everybody else."""
    table = getattr(statement.table, "name", "") if isinstance(statement, Update | Delete) else ""
    if table in APPEND_ONLY:
        raise AssertionError(f"{table} is append-only")


def _do(work: Work, session: Session) -> Any:
    result = work(session)
    if session.in_transaction():  # the session itself was used
        session.commit()
    return result


def _do_in_savepoint(job: Job, session: Session, driver: Any) -> None:
    """Do one job. An error rolls back only this job, unless SQLite gave up the whole transaction."""
    driver.execute("SAVEPOINT job")
    try:
        job.result = _do(job.work, session)
    except BaseException as error:
        if not driver.in_transaction:
            raise
        driver.execute("ROLLBACK TO job")
        session.close()
        job.error = error
    driver.execute("RELEASE job")


def _checkpoint(driver: Any) -> bool:
    """Whether all of the log is in the database now (https://sqlite.org/pragma.html#pragma_wal_checkpoint)."""
    busy, in_log, copied = driver.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    return not busy and in_log == copied


def _sqlite_engine(watch: Watch, *, writes: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(watch.path)), module=sqlite, pool_size=16, max_overflow=16,
        pool_timeout=BUSY_SECONDS, hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": STATEMENTS_KEPT, "uri": True},
    )  # fmt: skip

    @event.listens_for(engine, "do_connect")
    def find(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        if watch.is_open:
            watch.check()
        else:
            if not (watch.path.exists() and watch.path.stat().st_size):  # SQLite would delete the log of an empty one
                refuse_what_was_lost(engine.url)
            make_private(watch.path)
            watch.opening()
        arguments[0] = f"{watch.path.as_uri()}?mode=rw"  # SQLite must never make a file where one was removed

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins no transaction by itself: BEGIN is sent below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # only now the log is there
        watch.opened()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def parsed(url: str) -> URL:
    """The parts of a database URL. Raises CannotOpen where it is none that the app can use; its words hold no password."""
    if _has_split_password(url):
        raise CannotOpen("The password in the address of the database has an @: write it as %40.")
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise CannotOpen(f"Expected a database as {SCHEMES}, got something else.") from None
    if parts.drivername not in DRIVERS or (parts.drivername.startswith("sqlite") and parts.database in (None, "", ":memory:")):
        raise CannotOpen(f"Expected a database as {SCHEMES}, got {parts.drivername}://….")
    if parts.drivername.startswith("sqlite"):
        if "?" in url:  # a name that goes on after a question mark would be another file
            raise CannotOpen("The address of a SQLite file has no options: write a ? in its name as %3F, and a % as %25.")
        parts = parts.set(database=os.path.expanduser(str(parts.database)))
    return parts


_OPTION = re.compile(r"[a-z_]+=")
"""How an option of an address begins; the rest of a password that has a ? seldom does."""


def _has_split_password(url: str) -> bool:
    """Whether a password has an @: its rest would pass for the host, the name or an option."""
    rest = url.partition("://")[2]
    before, _, after = rest.partition("@")
    has_password = ":" in before and "/" not in before.partition(":")[0]
    plain, _, options = after.partition("?")
    may_be_split = "@" in plain or any("@" in each and not _OPTION.match(each) for each in options.split("&"))
    return rest.partition("/")[0].count("@") > 1 or (has_password and may_be_split)


def _is_lost_race(error: Exception) -> bool:
    """Whether another transaction made the same unique row meanwhile. The next try finds it."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate == "23505"
    return isinstance(cause, sqlite.IntegrityError) and "unique" in str(cause).lower()


def is_refused_row(error: Exception) -> bool:
    """Whether the database refuses what a row says: a rule of a table, or a value that no column takes."""
    cause = getattr(error, "orig", error)
    return isinstance(cause, (sqlite.IntegrityError, psycopg.IntegrityError, sqlite.DataError, psycopg.DataError))


def _will_pass(error: Exception) -> bool:
    """Whether trying again may help: a lock, a deadlock, a lost connection."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate in _RETRY_STATES or isinstance(cause, psycopg.OperationalError)
    return "database is locked" in str(cause)
