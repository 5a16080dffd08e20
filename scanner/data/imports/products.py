"""Items together with their barcodes, as one row has them."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import datetime

from scanner.codes.typed import MAX_LENGTH
from scanner.data.imports.catalogue import UNITS_A_SCAN, Barcodes, Items, read_barcode
from scanner.data.imports.cells import Column, any_code, yes_no
from scanner.data.imports.importer import SMALL_ROWS, Importer, key_of
from scanner.data.imports.report import NOTHING_ELSE, ImportProgress, InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Rehearsal, Writes

CODES = {"barcode": "units", "barcode_2": "", "case_barcode": "case_units"}
"""Columns with a barcode of the item -> the column that says how many units one scan of it stands for."""
NOT_HERE = -1
"""The id of an item that a rehearsal does not add."""


class Products(Importer):
    """The columns of `items`, and `barcode, units, barcode_2, case_barcode, case_units, own` of its barcodes.

    An item may have several rows, each with another barcode, that say nothing else of the item than the first.
    """

    columns = (
        *Items.columns,
        Column("barcode", any_code(MAX_LENGTH)),
        UNITS_A_SCAN,
        Column("barcode_2", any_code(MAX_LENGTH)),
        Column("case_barcode", any_code(MAX_LENGTH)),
        Column("case_units", UNITS_A_SCAN.parse, is_number=True),
        Column("own", yes_no),
    )

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._items = Items(writes, progress, operator_id, now)
        self._barcodes = _BarcodesOfProducts(writes, progress, operator_id, now)
        self._said: dict[Hashable, Row] = {}  # the first row of each item
        self._code_of: dict[str, str] = {}  # barcode -> SKU

    @classmethod
    def prepare(cls, rows: list[Row]) -> None:
        for row in rows:
            for column in CODES:
                if column in row.values:
                    read_barcode(row[column], bool(row.get("own")))
        super().prepare(rows)

    @classmethod
    def is_small(cls, rows: list[Row]) -> bool:
        return 2 * len(rows) <= SMALL_ROWS

    def take(self, rows: list[Row]) -> None:
        names = {column.name for column in Items.columns}
        of_items = [Row(row.line, {name: value for name, value in row.values.items() if name in names}) for row in rows]
        before = self.progress.added
        self._items.take([row for row in of_items if self._is_first(row)])
        items, before = self.progress.added - before, self.progress.added
        rows = [row for row in rows if self._codes_mean_no_other_item(row)]
        for column in CODES:
            self._barcodes.column = column
            self._barcodes.take([each for row in rows if (each := self._barcode(row, column))])
        for name, number in (("items", items), ("barcodes", self.progress.added - before)):
            self.progress.added_of[name] = self.progress.added_of.get(name, 0) + number

    def _is_first(self, row: Row) -> bool:
        """Whether the file names the item for the first time. A row that says something else of it later is wrong."""
        key = key_of(row["sku"])
        first = self._said.setdefault(key, row)
        if (other := self._code_of.get(key, row["sku"])) != row["sku"]:
            self.bad(row, "sku", NOTHING_ELSE, InWords(f"{row['sku']!r}, a barcode of {other} in this file"))
            return False
        if first.line != row.line and not row.values.items() <= first.values.items():
            self.bad(row, "sku", "each item once, or the same of it each time", f"{row['sku']} again, first on line {first.line}")
        return first.line == row.line

    def _codes_mean_no_other_item(self, row: Row) -> bool:
        sound = True
        for column in filter(row.values.__contains__, CODES):
            key = read_barcode(row[column], bool(row.get("own")))[0]
            there = self._said.get(key)
            if there is not None and there["sku"] != row["sku"]:
                self.bad(row, column, NOTHING_ELSE, InWords(f"{row[column]!r}, the item on line {there.line}"))
                sound = False
            elif key:
                self._code_of.setdefault(key, row["sku"])
        return sound

    def _barcode(self, row: Row, column: str) -> Row | None:
        """What a row of the file of barcodes would say."""
        if column not in row.values:
            return None
        units = row.get(CODES[column])
        if column == "case_barcode" and units is None:
            self.bad(row, "case_units", "how many units are in the case", None)
            return None
        said = {"code": row[column], "sku": row["sku"], "own": row.get("own"), "units": units}
        return Row(row.line, {name: value for name, value in said.items() if value is not None})


class _BarcodesOfProducts(Barcodes):
    """Barcodes that stand in a column of another name, of items that the same file may bring."""

    column = "barcode"

    def bad(self, row: Row, column: str, expected: str, got: object) -> None:
        super().bad(row, self.column if column == "code" else column, expected, got)

    def taken(self, row: Row, column: str) -> None:
        self.progress.taken(row.line, self.column if column == "code" else column, row[column])

    def items(self, rows: Collection[Row], *columns: str) -> dict[str, int]:
        there = super().items(rows, *columns)
        if not isinstance(self.writes, Rehearsal):
            return there
        return {row[column]: NOT_HERE for row in rows for column in columns} | there
