"""Where Alembic starts. It runs all migrations in one transaction, on the engine that `migrate` passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch off foreign keys: SQLite changes a table by replacing it. Only possible before the transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # where a migration failed; after a commit this does nothing
        driver.execute("PRAGMA foreign_keys=ON")


def _refuse_dangling(connection: Connection) -> None:
    """Raise where a row refers to one that is not there, so that the migration is rolled back."""
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if dangling:
            raise RuntimeError(f"Expected every row to name what is there, got (table, row, of table, key) {dangling[:5]}.")


engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection, _without_foreign_keys(connection):
    if connection.dialect.name == "postgresql":
        # Two processes that start at once on a new database: the second waits, and finds nothing left to do.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(727174)"))
    context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
        _refuse_dangling(connection)
    connection.commit()
