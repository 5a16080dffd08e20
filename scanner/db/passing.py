"""Which errors of a database pass by themselves: locks, lost connections, a full disk. All others are faults of the program."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

from scanner.db.engine import sqlite

_SQLITE_PASSES = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
"""Busy, locked, no memory, read-only, interrupted, disk, damaged, full, cannot open, protocol, not a database."""
_STATES_PASS = ("08", "25006", "25P", "3D", "40", "53", "55", "57", "58", "XX")
"""Connection, standby, idle too long, no database, rollback, resources, locks, operator, system, damaged."""


def passes(error: Exception) -> bool:
    """Whether the same may go well later, without anybody changing the program."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, PoolIsEmpty):
        return True
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate is None:
            return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        return cause.sqlstate.startswith(_STATES_PASS)
    code = getattr(cause, "sqlite_errorcode", None)
    return isinstance(cause, sqlite.Error) and code is not None and code & 0xFF in _SQLITE_PASSES
