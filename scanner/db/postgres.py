"""The writers of PostgreSQL: connections with their session and their wire, kept from one transaction to the next.

No connection is pinged before it is used. One that the server closed shows that by itself (`Wire.is_lost`), and one that is lost
later is tried again, as every transaction is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlmodel import Session

from scanner.db.group_commit import GroupCommit, Job, Plan, TurnNeverCame, Work
from scanner.db.sql import connection_of
from scanner.db.wire import LostAtCommit, Wire

MOST_WRITERS = 16
"""Transactions at the same time in one process. Some of them wait for a task, and must not keep the others from theirs."""
MOST_KEPT = 8
"""Connections kept for the next transaction, and as many for reading."""
LANES = 2
"""Shared transactions at the same time: one can work while another waits for the disk. A task has its lane."""
MOST_NOTED = 10_000
SHARED = "SELECT set_config('lock_timeout', '1s', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
"""What a shared transaction has of its own. It waits so long for a lock, with all that wait for it: who needs longer waits alone.

At 300 ms two processes on one line fell into transactions of their own on a busy machine, which made the queue longer still. All
that it asks is found by a key, so that no value wants a plan of its own: making one took longer than any of the statements.
"""
IDLE_SECONDS = 60
"""A transaction in which nothing is asked for so long is ended: whoever began it is gone."""
NO_JIT = "-c jit=off"
"""Compiling a statement takes some 30 ms: longer than most of ours run."""
LOST_SOON = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A server that vanished without a word is noticed after some 20 seconds, and not after the quarter of an hour of the system."""
STALE = frozenset({"26000", "0A000"})
"""SQLSTATEs of a prepared statement that is gone, or whose table was changed since."""


class Apart(Exception):
    """The jobs could not share a transaction: each is to have its own. Nothing was recorded."""


class Guesses(dict[tuple[str, str], int]):
    """What was found before, as much as there is room for."""

    def __setitem__(self, key: tuple[str, str], value: int) -> None:
        if len(self) >= MOST_NOTED:
            self.clear()
        super().__setitem__(key, value)


class Writers:
    """Runs transactions, each on a connection of its own. Those that may be repeated share one where they come together.

    The jobs of one transaction lock what they hold first in the order of its names, and stock at the end. One that does more than
    a plain scan (it takes from stock, or opens a discrepancy) is the last of its transaction.
    """

    def __init__(
        self, engine: Engine, session_on: Callable[[Connection], Session], patience: float,
        note_commit: Callable[[float, int], None] = lambda _seconds, _writes: None,
    ) -> None:  # fmt: skip
        """`note_commit` is told how many seconds each commit took, and of how many writes it was."""
        self._engine, self._session_on, self._patience, self._note_commit = engine, session_on, patience, note_commit
        self._kept: list[Session] = []
        self._room = threading.BoundedSemaphore(MOST_WRITERS)
        self._not_plain: set[str] = set()
        self._guesses = Guesses()
        self._lanes = [GroupCommit(self._together, patience) for _ in range(LANES)]
        event.listen(engine, "before_cursor_execute", _settle)

    def do(self, work: Work, plan: Plan | None = None) -> Any:
        """Do the work in a transaction and commit it. With a plan, others may share the transaction.

        Raises TurnNeverCame, LostAtCommit, and what the work raises.
        """
        if plan is not None and plan.holds not in self._not_plain:
            try:
                return self._lanes[hash(plan.holds) % LANES].do(work, plan)
            except Apart:
                pass
        return self._in_transaction(lambda session: self._alone(session, work, plan))

    def _alone(self, session: Session, work: Work, plan: Plan | None) -> Any:
        wire = session.info["wire"]
        wire.planned = False
        wire.begin_job()
        result = work(session)
        if plan is not None:
            self._note(plan.holds, is_plain=wire.is_plain)
        return result

    def _together(self, jobs: list[Job]) -> None:
        """Do jobs in one transaction, up to the first that is more than a plain scan. The rest is done apart, at once."""
        planned = sorted(((job.plan, job) for job in jobs if job.plan), key=lambda each: each[0].holds)
        for job in jobs:
            job.error = Apart()
        try:
            self._in_transaction(lambda session: self._in_turn(session, planned), len(jobs))
        except LostAtCommit as error:
            for job in jobs:
                job.error = error if job.error is None else job.error
        except (Apart, TurnNeverCame, psycopg.Error, DBAPIError):
            for job in jobs:
                job.error = Apart()

    def _in_turn(self, session: Session, planned: list[tuple[Plan, Job]]) -> None:
        """Do jobs up to the first that is more than a plain scan. What they read first is asked for together."""
        wire = session.info["wire"]
        wire.planned = False
        wire.later(SHARED, ())
        for plan, _ in planned:
            plan.ahead(session)
        wire.planned = True
        for plan, job in planned:
            wire.begin_job()
            try:
                job.result, job.error = job.work(session), None
            except (psycopg.Error, DBAPIError):
                raise
            except Exception as error:
                if wire.wrote or session.in_transaction():
                    raise Apart from error
                job.error = error
            if not wire.is_plain:
                self._note(plan.holds, is_plain=False)
                return

    def _note(self, holds: str, *, is_plain: bool) -> None:
        """Keep in mind of which tasks the scans are no plain ones: they would keep others waiting."""
        if is_plain:
            self._not_plain.discard(holds)
        else:
            if len(self._not_plain) > MOST_NOTED:
                self._not_plain.clear()
            self._not_plain.add(holds)

    @property
    def waiting(self) -> int:
        """Jobs that wait for a shared transaction."""
        return sum(lane.waiting for lane in self._lanes)

    def _in_transaction(self, work: Work, writes: int = 1) -> Any:
        if not self._room.acquire(timeout=self._patience):
            raise TurnNeverCame
        try:
            session = self._take()
            try:
                connection_of(session).begin()
                result = work(session)
                began = time.perf_counter()
                _commit(session)
                self._note_commit(time.perf_counter() - began, writes)
            except BaseException as error:
                self._roll_back(session, error)
                raise
            self._keep(session)
            return result
        finally:
            self._room.release()

    def dispose(self) -> None:
        """Close the connections that are kept."""
        while self._kept:
            connection_of(self._kept.pop()).close()

    def _take(self) -> Session:
        """A session on a connection that is not known to be lost."""
        while True:
            try:
                session = self._kept.pop()
            except IndexError:
                return self._new()
            if not session.info["wire"].is_lost:
                return session
            _throw_away(session)

    def _new(self) -> Session:
        connection = self._engine.connect()
        session = self._session_on(connection)
        session.info["wire"], session.info["guesses"] = connection.info["wire"], self._guesses
        return session

    def _keep(self, session: Session) -> None:
        if len(self._kept) < MOST_KEPT:
            self._kept.append(session)
        else:
            connection_of(session).close()

    def _roll_back(self, session: Session, error: BaseException) -> None:
        """Undo the transaction. A connection that may be broken, or whose statements are out of date, is not kept."""
        wire, cause = session.info["wire"], getattr(error, "orig", error)
        if wire.is_lost or not isinstance(error, Exception) or getattr(cause, "sqlstate", None) in STALE:
            _throw_away(session)
            return
        try:
            wire.roll_back()
            session.close()
            connection_of(session).rollback()
        except (psycopg.Error, DBAPIError):
            _throw_away(session)
        else:
            self._keep(session)


def engines(url: URL, patience: int) -> tuple[Engine, Engine]:
    """The engine that writes, and one for sessions that read one snapshot. `patience`: seconds to wait for a lock or for room."""
    options = f"-c lock_timeout={patience}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s {NO_JIT}"
    pool: dict[str, Any] = {
        "pool_timeout": patience,
        "hide_parameters": True,  # an error is logged; a badge in it would be, too
        "connect_args": {"options": options, "connect_timeout": patience, **LOST_SOON},
    }
    writer = create_engine(url, isolation_level="READ COMMITTED", pool_size=MOST_KEPT, max_overflow=MOST_WRITERS, **pool)
    reader = create_engine(url, isolation_level="REPEATABLE READ", pool_size=MOST_KEPT, max_overflow=MOST_KEPT, **pool)
    event.listen(reader, "connect", _only_read)
    for engine in (writer, reader):
        event.listen(engine, "checkout", _look)
    return writer, reader


def _only_read(connection: psycopg.Connection[Any], _: Any) -> None:
    connection.read_only = True


def _look(connection: psycopg.Connection[Any], record: Any, _: Any) -> None:
    """Throw away the idle connections of a pool when one turns out to be lost, without asking the server about each."""
    if "wire" not in record.info:
        record.info["wire"] = Wire(connection)
    if record.info["wire"].is_lost:
        raise InvalidatePoolError


def _settle(connection: Connection, *_: Any) -> None:
    """Before a statement of SQLAlchemy, the server gets what waits on the wire: it came first."""
    wire = connection.info.get("wire")
    if wire is not None:
        wire.settle()


def _commit(session: Session) -> None:
    session.info["wire"].commit()
    connection_of(session).commit()  # nothing is left to do for the server
    session.close()


def _throw_away(session: Session) -> None:
    connection = connection_of(session)
    connection.invalidate()
    session.close()
    connection.close()
