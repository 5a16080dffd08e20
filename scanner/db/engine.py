"""The database: sessions that read, and write transactions that never lose an update.

SQLite: readers see a snapshot. Writers take the write lock at BEGIN, in the order they came, and share a commit
(`group_commit`). PostgreSQL: READ COMMITTED; a service first locks the row of the task. What the database asks to try again
(serialization, deadlock, lock timeout) is tried again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Connection, Delete, Engine, Update, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from scanner.db.group_commit import GroupCommit, Job, TurnNeverCame, Work
from scanner.db.sql import connection_of
from scanner.errors import DomainError

try:  # a newer SQLite than Debian 12's, whose WAL mode has a known fault
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # pragma: no cover - platforms without the wheel
    import sqlite3 as sqlite

__all__ = ["DRIVER_ERRORS", "Busy", "Database", "is_refused_row", "sqlite"]

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 5
"""Seconds that one try waits for a lock or for its turn."""
GIVE_UP_SECONDS = 8
"""Seconds after which it is not tried again."""
APPEND_ONLY = frozenset(
    {"scan", "tally", "movement", "discrepancy_event", "grade", "evidence", "task_event", "count_result", "item_change"}
)
STATEMENTS_KEPT = 256
"""Prepared statements that each SQLite connection keeps. When they are full, a later one is prepared at each use."""
MOST_LOST_RACES = 5
"""Tries when another transaction made the same unique row. After these the row is really taken."""
BUSY_MESSAGE = "The database is busy. Nothing was recorded: try again."
# Prepared statements raise what the driver raises; SQLAlchemy wraps it.
DRIVER_ERRORS = (DBAPIError, sqlite.Error, psycopg.Error)
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "wal_autocheckpoint=4000",  # 16 MB: the pages that every scan touches are copied back less often
)
_RETRY_STATES = {"40001", "40P01", "55P03"}


class Busy(DomainError):
    """The database is busy; nothing was recorded. Trying again is right."""


class Database:
    """The reading and the writing engine of one database URL. On PostgreSQL every process may have its own."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._kept: Session | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer, self._reader = _sqlite_engine(self.url, writes=True), _sqlite_engine(self.url, writes=False)
            self._group = GroupCommit(self._together, BUSY_SECONDS)
            self._do: Callable[[Work], Any] = self._group.do
        else:
            self._writer = create_engine(
                self.url, isolation_level="READ COMMITTED", pool_size=8, max_overflow=8, pool_pre_ping=True,
                connect_args={"options": f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s"},
            )  # fmt: skip
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._do = self._alone
        event.listen(self._writer, "before_execute", _refuse_changes_of_the_record)

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and for tests."""
        return self._writer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads one snapshot and writes nothing."""
        with self._reader.connect() as connection, _session_on(connection) as session:
            connection.begin()
            yield session

    def transact(self, use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `use_case(session, …)` as one write transaction and commit it.

        Raises what the use case raises, after rolling back, and Busy when the database cannot take it within seconds.
        """
        give_up = time.monotonic() + GIVE_UP_SECONDS
        pause = 0.005
        races = 0
        while True:
            try:
                done: T = self._do(lambda session: use_case(session, *args, **kwargs))
                return done
            except TurnNeverCame:
                raise Busy(BUSY_MESSAGE) from None
            except DRIVER_ERRORS as error:
                races += _is_lost_race(error)
                if races > MOST_LOST_RACES or not (_is_lost_race(error) or _will_pass(error)):
                    raise
                if time.monotonic() > give_up:
                    raise Busy(BUSY_MESSAGE) from error
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 2, 0.5)

    def _alone(self, work: Work) -> Any:
        """Do the work in its own transaction, on its own connection."""
        with self._writer.connect() as connection, _session_on(connection) as session:
            connection.begin()
            result = _do(work, session)
            connection.commit()
            return result

    def _together(self, jobs: list[Job]) -> None:
        """Do the jobs in one transaction on the only writer of SQLite. Of several, each has a savepoint. One thread at a time."""
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
            connection.commit()
            session.close()
            self._kept = session
        except BaseException as error:
            for job in jobs:
                job.error = job.error or error
            if session is not None:  # do not keep a connection that may be broken
                session.close()
                connection_of(session).close()

    def answers(self) -> bool:
        """Whether the database answers a query."""
        with self.read() as session:
            return bool(connection_of(session).execute(text("SELECT 1")).scalar_one() == 1)

    def dispose(self) -> None:
        """Close every connection."""
        kept, self._kept = self._kept, None
        if kept is not None:
            connection_of(kept).close()
        self._writer.dispose()
        self._reader.dispose()


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


def _sqlite_engine(url: URL, *, writes: bool) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, module=sqlite, pool_size=16, max_overflow=16,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": STATEMENTS_KEPT},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins no transaction by itself: BEGIN is sent below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _is_lost_race(error: Exception) -> bool:
    """Whether another transaction made the same unique row meanwhile. The next try finds it."""
    cause = getattr(error, "orig", error)
    return isinstance(cause, (sqlite.IntegrityError, psycopg.IntegrityError)) and "unique" in str(cause).lower()


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
