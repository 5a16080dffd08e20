"""What every kind of file does with its rows."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, TypeVar

from sqlalchemy import Column as Kept
from sqlalchemy import Table
from sqlmodel import Session

from scanner.codes.reading import barcode_key
from scanner.data import store
from scanner.data.imports.cells import Column
from scanner.data.imports.codes import with_zeros
from scanner.data.imports.report import APART, ImportProgress, InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Writes
from scanner.db.engine import Database
from scanner.errors import BadRequest
from scanner.scans import meanings
from scanner.scans.meanings import scans_as

KEYS_KEPT = 8_192
"""Codes whose spelling is remembered: more than one transaction takes."""
SMALL_ROWS = 500
"""Rows of any kind that one transaction takes in within some 50 ms: a fourth of what a scan may wait for it."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Values = dict[str, Any]
"""What columns of a table are set to, by name."""


_HERE = {
    "item": "an item that is here: there is none with this SKU",
    "location": "a place that is here: there is none of this code, so make shelves first",
}
"""What is expected where something is named that is not there."""


class Importer:
    """Takes in the rows of one file, batch by batch; what is wrong is noted in `progress`.

    The first column names what a row is about. `together`: rows about the same thing depend on each other, and are taken
    together. `notes_on_rows`: `take` adds to the values of a row what it found out once and for all; `works_out`: `work_out`
    does.
    """

    columns: ClassVar[tuple[Column, ...]] = ()
    together: ClassVar[bool] = False
    notes_on_rows: ClassVar[bool] = False
    works_out: ClassVar[bool] = False

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        writes.hold_codes()  # of every kind, before it reads what is there: see there what that guards
        self.writes, self.progress, self.operator_id, self.now = writes, progress, operator_id, now
        self._lines: dict[Hashable, int] = {}
        self._spelled: dict[str, str] = {}  # codes of the file, by their small letters
        progress.hide(column.name for column in self.columns if column.is_secret)

    @property
    def session(self) -> Session:
        """What is read from."""
        return self.writes.session

    def take(self, rows: list[Row]) -> None:
        """Write what the rows say, and count what changes by it."""
        raise NotImplementedError

    @classmethod
    def prepare(cls, rows: list[Row]) -> None:
        """Work out beforehand what of the rows takes long and needs no database, so that no transaction waits for it."""
        for row in rows:
            code = str(row[cls.columns[0].name])
            key_of(code)
            _scans_as(code)

    @classmethod
    def is_small(cls, rows: list[Row]) -> bool:
        """Whether one transaction, and a person who waits for the answer, have time for the rows."""
        return len(rows) <= SMALL_ROWS

    @classmethod
    def work_out(cls, database: Database, rows: list[Row]) -> Iterator[Row]:
        """Note on sound rows what takes too long for any transaction; gives each row once that is done."""
        return iter(())

    def forget(self) -> None:
        """Let go of what was noted of earlier rows that no later row depends on."""

    def bad(self, row: Row, column: str, expected: str, got: object) -> None:
        """Note a bad cell; the caller leaves the row out."""
        self.progress.problem(row.line, column, expected, got)

    def first_time(self, row: Row, column: str, key: Hashable, shown: str) -> bool:
        """Whether the file has this key for the first time; a second time is noted as a problem."""
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            words = f"{shown} again, first on line {first}"
            self.bad(row, column, "it once in the file", InWords(words) if isinstance(shown, InWords) else words)
        return first == row.line

    def apart(self, rows: list[Row], column: str, there: Collection[str], kept: Kept[Any]) -> list[Row]:
        """The rows without new ones whose code differs by capitals alone from one that is kept, or earlier in the file.

        Such twins would be mistaken for each other. Those of an earlier version stay, and may be changed.
        """
        new = {row[column] for row in rows if row[column] not in there}
        here = store.alike(self.session, kept, new)
        return [row for row in rows if self._is_apart(row, column, here, is_new=row[column] in new)]

    def _is_apart(self, row: Row, column: str, here: Mapping[str, list[str]], *, is_new: bool) -> bool:
        code = row[column]
        first = self._spelled.setdefault(code.lower(), code)
        twin = next((each for each in (*here.get(code.lower(), ()), first) if each != code), None)
        if not is_new or twin is None:
            return True
        if column in self.progress.secrets:
            self.progress.taken(row.line, column, code, APART)
        else:
            self.bad(row, column, APART, InWords(f"{code!r} beside {twin!r}"))
        return False

    def upsert(
        self, table: Table, there: Mapping[K, NamedTuple], rows: Mapping[K, Values], by: tuple[str, ...] = ("id",)
    ) -> None:
        """Add the rows whose key is not `there`, and change those that differ from what is.

        `by` are the columns that find a row. All rows have the same columns: those that the file may set.
        """
        new = [row for key, row in rows.items() if key not in there]
        old = [(there[key], row) for key, row in rows.items() if key in there]
        differing = [(kept, row) for kept, row in old if any(getattr(kept, name) != value for name, value in row.items())]
        self.writes.insert(table, new)
        self.writes.update(table, [{name: getattr(kept, name) for name in by} | row for kept, row in differing], by)
        self.progress.added += len(new)
        self.progress.changed += len(differing)
        self.progress.unchanged += len(old) - len(differing)

    def items(self, rows: Collection[Row], *columns: str) -> dict[str, int]:
        """SKU -> id of the items that the rows name in these columns."""
        return store.item_ids(self.session, {row[column] for row in rows for column in columns})

    def known(self, row: Row, column: str, there: Mapping[str, V], noun: str) -> V | None:
        """What the row names in a column; where it is not there a problem is noted."""
        found = there.get(row[column])
        if found is None:
            here = store.item_ids(self.session, with_zeros(row[column])) if noun == "item" else {}
            hint = "".join(f" (is it {sku}, with its zeros lost?)" for sku in here)
            self.bad(row, column, f"{_HERE.get(noun, f'the {noun} that is here already')}{hint}", row[column])
        return found

    def labels(self, rows: list[Row], column: str, kind: str) -> list[Row]:
        """The rows whose code can be a label: it scans as what it says, and means nothing else."""
        owners = self.owners({row[column] for row in rows}, kind)
        return [row for row in rows if self.is_label(row, column, owners)]

    def owners(self, codes: Collection[str], kind: str) -> dict[str, str]:
        """The codes that mean something already, in any of their spellings, and what. Things of the kind itself are left out.

        A barcode that is the SKU of its own item is no other meaning.
        """
        owners = meanings.owners_of(self.session, codes, but=(kind, "barcodes"))
        keys = {code: key_of(code) for code in codes}
        skus = store.skus_of_barcodes(self.session, set(keys.values()))
        taken = [code for code, key in keys.items() if key in skus and not (kind == "items" and skus[key] == code)]
        return owners | dict.fromkeys(taken, "barcodes")

    def taken(self, row: Row, column: str) -> None:
        """Note a code that means something else already. What that is, is not told: it may be somebody's badge."""
        self.progress.taken(row.line, column, row[column])

    def is_label(self, row: Row, column: str, owners: Collection[str]) -> bool:
        """Whether the code of a row can be a label; where it cannot a problem is noted."""
        code = row[column]
        if code in owners:
            self.taken(row, column)
        elif not _scans_as(code):
            self.bad(row, column, "a code that scans as what it says", code)
        else:
            return True
        return False


@lru_cache(maxsize=KEYS_KEPT)
def key_of(code: str) -> str:
    """How the catalogue would spell the code, were it a barcode."""
    try:
        return barcode_key(code)
    except BadRequest:
        return code


_scans_as = lru_cache(maxsize=KEYS_KEPT)(scans_as)


def spellings(key: str) -> tuple[str, ...]:
    """A barcode of the catalogue in every length that its zeros in front allow: a GTIN has 8, 12, 13 or 14 digits."""
    if len(key) != 14 or key[0] != "0" or not key.isdigit():
        return (key,)
    return tuple(key[zeros:] for zeros in (0, 1, 2, 6) if not key[:zeros].strip("0"))
