"""Sends prepared statements to PostgreSQL several at a time, by the pipeline of libpq.

A statement whose result nobody waits for waits itself, for the next one that is asked or for the commit, and goes with it. So a
scan takes two round trips and not fifteen, and holds what it locks through one of them. The server runs the statements in their
order, each on what was committed when it began. After one that fails it runs none, not even the commit.

libpq is called as psycopg calls it (`psycopg.pq`): psycopg's own work of a statement costs several times that of the database.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
LONGEST_ANSWER = 20
"""Seconds without a byte of an answer after which a server counts as lost. A lock is waited for 5 seconds at most."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_numbers = count(1)  # no name is given twice: statements that a connection prepared before stay on it


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters as the server reads them. `key`: of a read ahead, what asks for it later."""

    sql: str
    values: list[Any] = field(default_factory=list)
    key: tuple[Any, ...] | None = None


@dataclass(slots=True)
class _Found:
    """The rows of a read ahead, and how many will ask for them."""

    rows: list[Row]
    times: int


_BEGIN = _Statement("BEGIN ISOLATION LEVEL READ COMMITTED")


def placeholders(sql: str) -> list[str]:
    """The names of the parameters in SQL for psycopg, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(sql)))


@cache
def numbered(sql: str, names: tuple[str, ...]) -> str:
    """SQL for psycopg as the server reads it: `%(name)s` as `$1`, numbered as in `names`."""
    return _PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", sql).replace("%%", "%")


class LostAtCommit(psycopg.OperationalError):
    """The connection was lost while it committed. Nobody knows whether it did."""


class Wire:
    """The pipeline of one connection, within a transaction that its first statement begins."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._pg = connection.pgconn
        self._values = Transformer(connection)
        self._names: dict[str, bytes] = {}
        self._loaders: dict[int, Callable[[bytes], Any]] = {}
        self._waiting: list[_Statement] = []
        self._is_silent = False
        self.planned = False  # what each job of a shared transaction reads first waits or was sent already
        self._times: dict[tuple[Any, ...], int] = {}  # how many will ask for a read that waits
        self._ahead: dict[tuple[Any, ...], _Found] = {}
        self._soon: dict[tuple[str, tuple[int, ...]], int] = {}
        self._sums: dict[tuple[str, tuple[int, ...]], int] = {}
        self.wrote = False  # or a statement went another way, which may have written
        self.is_plain = True
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone. A server that ends closes it: that shows without asking the server."""
        if self._is_silent:
            return True
        try:
            while self._poll.poll(0):
                self._pg.consume_input()
        except psycopg.OperationalError:
            return True
        return self._pg.status != pq.ConnStatus.OK

    def begin_job(self) -> None:
        """From here on `wrote` and `is_plain` are about the next job."""
        self.wrote, self.is_plain = False, True

    def later(self, sql: str, values: Sequence[Any], *, amended: bool = False) -> None:
        """Have a statement run before the next one that is asked, or before the commit. Its error shows only then.

        What was read ahead becomes void. `amended`: whoever calls this has amended all of it that the statement changes.
        """
        if not amended:
            self._void_all()
        self.wrote = True
        self._waiting.append(_Statement(sql, self._dumped(values)))

    def add_soon(self, sql: str, key: tuple[int, ...], units: int) -> None:
        """Have units added to a row before the next statement that is asked: once for all that is added to it by then.

        `sql` takes the key and the units. Whoever calls this has amended all that was read ahead of the row, and holds it.
        """
        self.wrote = True
        self._soon[sql, key] = self._soon.get((sql, key), 0) + units

    def add_last(self, sql: str, key: tuple[int, ...], units: int) -> None:
        """Have units added to a row that many transactions want, at the very end: once for all that is added to it.

        `sql` takes the key and the units. Rows are held in the order of their keys, so that no two transactions deadlock.
        """
        self.wrote = True
        self._sums[sql, key] = self._sums.get((sql, key), 0) + units

    def read_ahead(self, sql: str, values: Sequence[Any]) -> None:
        """Have a read run with the next statement that is asked. Asked itself, it is there, once for each time it is read.

        It is run once for all who plan to ask for it. What is there already is not read again. Other statements make all of it
        void.
        """
        key = (sql, *values)
        if key in self._times:
            self._times[key] += not self.planned
        elif key not in self._ahead:
            self._times[key] = 1
            self._waiting.append(_Statement(sql, self._dumped(values), key))

    def ask(self, sql: str, values: Sequence[Any], *, reads: bool) -> list[Row]:
        """The rows of a statement, after all that waits. `reads`: it changes nothing."""
        key = (sql, *values)
        if reads and key in self._times:
            self._send(self._taken())
        if reads and key in self._ahead:
            return self._pop(key)
        if not reads:
            self._void_all()
            self.wrote, self.is_plain = True, False
        return self._rows(self._send([*self._taken(), _Statement(sql, self._dumped(values))])[-1])

    def has(self, sql: str, values: Sequence[Any]) -> bool:
        """Whether a read was sent ahead, and its rows are there."""
        return (sql, *values) in self._ahead

    def void(self, sql: str, values: Sequence[Any]) -> None:
        """Forget a read: what it would find was changed."""
        self._ahead.pop((sql, *values), None)

    def _void_all(self) -> None:
        """Forget what was read ahead, or waits to be, but for numbers of a sequence: nothing that is written changes those."""
        self._ahead = {key: found for key, found in self._ahead.items() if _is_number(key)}
        self._times = {key: times for key, times in self._times.items() if _is_number(key)}
        self._waiting = [each for each in self._waiting if each.key is None or each.key in self._times]

    def amend(self, sql: str, change: Callable[[Row], Row]) -> None:
        """Change the rows that a statement read ahead as the server will change them."""
        for key, found in self._ahead.items():
            if key[0] is sql or key[0] == sql:
                found.rows = [change(row) for row in found.rows]

    def settle(self) -> None:
        """Run what waits before a statement that goes another way, and forget what was read ahead."""
        if waiting := [*self._taken(), *self._summed()]:
            self._send(waiting)
        self._void_all()
        self.wrote, self.is_plain = True, False

    def commit(self) -> None:
        """Run what waits and commit. Raises LostAtCommit where the connection is lost meanwhile."""
        waiting = [*self._taken(), *self._summed()]
        self._ahead.clear()
        if not waiting and self._pg.transaction_status == pq.TransactionStatus.IDLE:
            return
        try:
            done = self._send([*waiting, _Statement("COMMIT")])[-1]
        except psycopg.OperationalError as error:
            if self._pg.status == pq.ConnStatus.OK and not self._is_silent:
                raise
            raise LostAtCommit(str(error)) from error
        if done.command_status != b"COMMIT":  # a statement failed before, and somebody kept silent about it
            raise psycopg.InternalError(f"expected a commit, got {done.command_status!r}")

    def roll_back(self) -> None:
        """End the transaction without a trace. psycopg would also have all statements prepared anew."""
        self._waiting.clear()
        self._times.clear()
        self._soon.clear()
        self._sums.clear()
        self._ahead.clear()
        if self._pg.transaction_status != pq.TransactionStatus.IDLE:
            self._send([_Statement("ROLLBACK")])

    def _pop(self, key: tuple[Any, ...]) -> list[Row]:
        found = self._ahead[key]
        found.times -= 1
        if not found.times:
            del self._ahead[key]
        return found.rows

    def _taken(self) -> list[_Statement]:
        """What waits, and what is to be added soon."""
        waiting, self._waiting = self._waiting, []
        soon, self._soon = self._soon, {}
        return [*waiting, *self._adding(soon)]

    def _summed(self) -> list[_Statement]:
        sums, self._sums = self._sums, {}
        return self._adding(sums)

    def _adding(self, sums: dict[tuple[str, tuple[int, ...]], int]) -> list[_Statement]:
        """The statements that add units to rows, in the order of the rows."""
        return [_Statement(sql, self._dumped([*key, units])) for (sql, key), units in sorted(sums.items()) if units]

    def _dumped(self, values: Sequence[Any]) -> list[Any]:
        get, text = self._values.get_dumper, PyFormat.TEXT
        return [None if value is None else get(value, text).dump(value) for value in values]

    def _send(self, statements: list[_Statement]) -> list[PGresult]:
        """Send statements in one go; gives the result of each. Raises the error of the first that fails."""
        if self._pg.transaction_status == pq.TransactionStatus.IDLE:
            statements = [_BEGIN, *statements]
        self._pg.enter_pipeline_mode()
        try:
            prepared = self._put(statements)
            results = self._results()
        finally:
            if self._pg.status == pq.ConnStatus.OK and not self._is_silent:
                self._pg.exit_pipeline_mode()
        _raise_first_error(results)
        self._names |= prepared
        results = results[len(prepared) :]
        for statement, result in zip(statements, results, strict=True):
            if statement.key is not None:
                self._ahead[statement.key] = _Found(self._rows(result), self._times.pop(statement.key))
        return results

    def _put(self, statements: list[_Statement]) -> dict[str, bytes]:
        """Put statements on their way to the server; gives the names of those that it has to prepare first."""
        new = {each.sql: b"scanner_%d" % next(_numbers) for each in statements if each.sql not in self._names}
        for sql, name in new.items():
            self._pg.send_prepare(name, sql.encode())
        for each in statements:
            self._pg.send_query_prepared(self._names.get(each.sql) or new[each.sql], each.values)
        self._pg.pipeline_sync()
        while self._pg.flush():  # more than the socket takes at once
            self._wait(select.POLLIN | select.POLLOUT)
        return new

    def _results(self) -> list[PGresult]:
        """The answers to all that was sent, in their order."""
        results: list[PGresult] = []
        while True:
            while self._pg.is_busy():
                self._wait(select.POLLIN)
            result = self._pg.get_result()
            if self._pg.status != pq.ConnStatus.OK:
                raise psycopg.OperationalError(self._pg.get_error_message() or "the connection is lost")
            if result is None:  # one comes after the answer to each statement
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    def _wait(self, events: int) -> None:
        self._poll.modify(self._pg.socket, events)
        if not self._poll.poll(LONGEST_ANSWER * 1000):
            self._is_silent = True
            raise psycopg.OperationalError("the server does not answer")
        self._pg.consume_input()
        self._poll.modify(self._pg.socket, select.POLLIN)

    def _rows(self, result: PGresult) -> list[Row]:
        load = [self._loader(result.ftype(column)) for column in range(result.nfields)]
        found = []
        for row in range(result.ntuples):
            values = [result.get_value(row, column) for column in range(len(load))]
            found.append(tuple(None if v is None else each(v) for each, v in zip(load, values, strict=True)))
        return found

    def _loader(self, oid: int) -> Callable[[bytes], Any]:
        if oid not in self._loaders:
            self._loaders[oid] = self._values.get_loader(oid, pq.Format.TEXT).load
        return self._loaders[oid]


def _is_number(key: tuple[Any, ...]) -> bool:
    return "nextval(" in key[0]


def _raise_first_error(results: list[PGresult]) -> None:
    for result in results:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
            raise _error_of(state)(result.get_error_message())


def _error_of(state: str) -> type[psycopg.Error]:
    try:
        return psycopg.errors.lookup(state)
    except KeyError:
        return psycopg.DatabaseError
