"""A write that changes nothing but is really written: whether the disk takes it, and no replica or read-only file answers."""

from __future__ import annotations

from sqlmodel import Session

from scanner.db.engine import Database
from scanner.db.sql import connection_of


def try_writing(database: Database) -> None:
    """Commit such a write, among the scans that are being written. Raises what a scan would be refused by."""
    database.transact(_touch_sqlite if database.is_sqlite else _touch_postgres)


def _touch_sqlite(session: Session) -> None:
    """Set the number that SQLite keeps for its users (`PRAGMA user_version`) to what it is: one page goes to the log."""
    connection = connection_of(session)
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def _touch_postgres(session: Session) -> None:
    """Write an empty message to the log, which nobody reads (`pg_logical_emit_message`)."""
    connection = connection_of(session)
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
        raise OSError(30, "the database is read-only")
    connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'scanner', '')")
