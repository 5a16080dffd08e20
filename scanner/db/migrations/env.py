"""Alembic's entry: runs the migrations on the engine that `migrate` hands over, all in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        # Two processes that start at once on a new database: the second waits, and finds nothing left to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(727174)"))
    context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
