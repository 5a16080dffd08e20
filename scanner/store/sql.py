"""Running Core statements in a session's transaction, without what the ORM adds to each: the scan path is hot."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlmodel import Session


def run(
    session: Session, statement: Executable, parameters: dict[str, Any] | list[dict[str, Any]] | None = None
) -> CursorResult[Any]:
    """Execute `statement` on the session's connection; many rows of parameters are one executemany."""
    return connection_of(session).execute(statement, parameters)


def connection_of(session: Session) -> Connection:
    """The connection of the session's transaction. Asking the session itself costs more than a small query."""
    try:
        return session.info["connection"]
    except KeyError:
        return session.connection()
