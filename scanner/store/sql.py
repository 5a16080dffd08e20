"""Running statements in a session's transaction, without what the ORM adds to each.

`run` is for everything. `Prepared` is for the scan path, where SQLAlchemy's own work a statement costs several times
what the database's does: the statement is written in Core as everywhere, compiled once, and handed to the driver.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.sql.expression import ClauseElement
from sqlmodel import Session

Convert = Callable[[Any], Any]


def run(
    session: Session, statement: Executable, parameters: dict[str, Any] | list[dict[str, Any]] | None = None
) -> CursorResult[Any]:
    """Execute `statement` on the session's connection; many rows of parameters are one executemany."""
    return connection_of(session).execute(statement, parameters)


def connection_of(session: Session) -> Connection:
    """The connection that carries the session's transaction. Asking the session itself costs more than a small query."""
    return session.info.get("connection") or session.connection()


class Prepared:
    """A Core statement whose SQL is made once a dialect. `names` are the parameters of an INSERT, which has no WHERE.

    Rows are named tuples of what the driver gives: read no dates and times through it. Parameters are converted as
    Core would.
    """

    def __init__(self, statement: ClauseElement, names: list[str] | None = None) -> None:
        self._statement, self._names = statement, names
        self._compiled: dict[str, tuple[str, Callable[[dict[str, Any]], Any], Any]] = {}

    def rows(self, session: Session, **parameters: Any) -> list[Any]:
        """Execute and fetch what it returns."""
        cursor, row = self._execute(session, parameters)
        found = cursor.fetchall()
        cursor.close()
        return [row(*values) for values in found]

    def row(self, session: Session, **parameters: Any) -> Any | None:
        """Execute and fetch the first row, None where there is none."""
        cursor, row = self._execute(session, parameters)
        found = cursor.fetchone()
        cursor.close()
        return row(*found) if found is not None else None

    def do(self, session: Session, **parameters: Any) -> int:
        """Execute what returns nothing; gives the number of rows that it changed."""
        cursor, _ = self._execute(session, parameters)
        changed = cursor.rowcount
        cursor.close()
        return changed

    def _execute(self, session: Session, parameters: dict[str, Any]) -> tuple[Any, Any]:
        connection = connection_of(session)
        sql, bind, row = self._for(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, bind(parameters))
        return cursor, row

    def _for(self, connection: Connection) -> tuple[str, Callable[[dict[str, Any]], Any], Any]:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = self._compile(connection.dialect)
        return self._compiled[name]

    def _compile(self, dialect: Any) -> tuple[str, Callable[[dict[str, Any]], Any], Any]:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._names)
        fixed = {key: value for key, value in compiled.params.items() if value is not None}
        converts = {key: _converter(bind.type, dialect) for key, bind in compiled.binds.items()}
        order = compiled.positiontup if compiled.positional else list(converts)
        asked = [(key, converts[key], fixed.get(key)) for key in order]

        def bind(given: dict[str, Any]) -> Any:
            values = [(v if convert is None else convert(v)) for v, convert in ((given.get(k, f), c) for k, c, f in asked)]
            return values if compiled.positional else dict(zip(order, values, strict=True))

        columns = [column.name for column in getattr(self._statement, "selected_columns", ())]
        columns = columns or [column.name for column in getattr(self._statement, "_returning", ())]
        return str(compiled), bind, namedtuple("Row", columns) if columns else None


def _converter(kind: Any, dialect: Any) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)
