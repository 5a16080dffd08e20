"""What every kind of file does with its rows."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Session

from scanner.codes.commands import QUANTITY_PREFIX
from scanner.codes.reading import parse_code
from scanner.data import store
from scanner.data.imports.cells import Column
from scanner.data.imports.report import Tally
from scanner.data.imports.sheet import Row
from scanner.db import bulk
from scanner.errors import BadRequest
from scanner.scans import meanings


class Importer:
    """Takes the rows of one file, batch by batch, into the session's transaction; bad ones go to the tally."""

    columns: ClassVar[tuple[Column, ...]] = ()

    def __init__(self, session: Session, tally: Tally, operator_id: int | None, now: datetime) -> None:
        self.session, self.tally, self.operator_id, self.now = session, tally, operator_id, now
        self._lines: dict[Hashable, int] = {}

    def take(self, rows: list[Row]) -> None:
        """Write what the rows say, and count what that changed."""
        raise NotImplementedError

    def bad(self, row: Row, column: str, expected: str, got: object) -> None:
        """Name a bad cell. The row must then be left out."""
        self.tally.problem(row.line, column, expected, got)

    def first_time(self, row: Row, column: str, key: Hashable, shown: str) -> bool:
        """Whether the file says this key for the first time; a second time is a problem."""
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            self.bad(row, column, "it once in the file", f"{shown} again, first on line {first}")
        return first == row.line

    def upsert(self, table: Any, there: dict[Any, Any], rows: dict[Any, dict[str, Any]], by: tuple[str, ...] = ("id",)) -> None:
        """Add rows whose key is not there; change those that differ, found by the columns `by`.

        All rows have the same columns: those that the file may set.
        """
        new = [row for key, row in rows.items() if key not in there]
        old = [(there[key], row) for key, row in rows.items() if key in there]
        differing = [(kept, row) for kept, row in old if any(getattr(kept, name) != value for name, value in row.items())]
        bulk.insert_all(self.session, table, new)
        bulk.update_all(self.session, table, [{name: getattr(kept, name) for name in by} | row for kept, row in differing], by)
        self.tally.added += len(new)
        self.tally.changed += len(differing)
        self.tally.unchanged += len(old) - len(differing)

    def items(self, rows: Collection[Row], *columns: str) -> dict[str, Any]:
        """Items (id) that the rows name in these columns, by SKU."""
        named = {row[column] for row in rows for column in columns}
        return bulk.rows_by(self.session, store.item.c.sku, named, store.item.c.id)

    def known(self, row: Row, column: str, there: dict[str, Any], noun: str) -> Any:
        """What the row names in a column; None, and a problem, when it is not there."""
        found = there.get(row[column])
        if found is None:
            self.bad(row, column, f"the {noun} that is here already", row[column])
        return found

    def labels(self, rows: list[Row], column: str, kind: str, own: Collection[str] = ()) -> list[Row]:
        """The rows whose code can be printed, scanned, and then means nothing else. Codes in `own` are theirs already."""
        owners = meanings.owners_of(self.session, {row[column] for row in rows} - set(own), but=(kind,))
        return [row for row in rows if self._is_label(row, column, owners)]

    def _is_label(self, row: Row, column: str, owners: dict[str, str]) -> bool:
        code = row[column]
        if code in owners:
            self.bad(row, column, "a code that means nothing else yet", f"{code!r}, {owners[code]}")
        elif not scans_as(code):
            self.bad(row, column, "a code that scans as what it says", code)
        else:
            return True
        return False


def scans_as(code: str) -> bool:
    """Whether a label with the code, when scanned, gives that code: not a command, nor an element string."""
    try:
        read = parse_code(code)
    except BadRequest:
        return False
    return code in read.keys and read.command is None and not code.upper().startswith(QUANTITY_PREFIX)
