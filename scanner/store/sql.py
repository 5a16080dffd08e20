"""Running Core statements in a session's transaction, without what the ORM adds to each: the scan path is hot."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlmodel import Session


def run(session: Session, statement: Executable, parameters: dict[str, Any] | list[dict[str, Any]] | None = None) -> CursorResult[Any]:
    """Execute `statement` on the session's connection; many rows of parameters are one executemany."""
    return session.connection().execute(statement, parameters)
