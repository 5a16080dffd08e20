"""Receipts as a file: brought in, and taken out in the same form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from sqlalchemy import exists, select
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.numbers import SSCC_LENGTH, has_check_digit
from scanner.data import store
from scanner.data.dumps import Cells, lines_of_tasks
from scanner.data.exports import Export
from scanner.data.imports.catalogue import SKU
from scanner.data.imports.cells import Column, code, day, possible_code, text, whole
from scanner.data.imports.codes import lost_zero
from scanner.data.imports.importer import Values
from scanner.data.imports.report import ImportProgress
from scanner.data.imports.sheet import Row
from scanner.data.imports.tasks import REFERENCE, KnownTask, TaskImporter
from scanner.data.imports.writes import Writes
from scanner.data.store import StoredLine, carton, item, line, task
from scanner.db.sql import fetch, run
from scanner.receiving import KIND


class _ReceiptLine(NamedTuple):
    reference: str
    position: int
    id: int
    supplier: str
    due_on: date | None
    asn: str | None
    sku: str
    expected: int
    item_id: int


class _Packed(NamedTuple):
    item_id: int
    units: int
    sscc: str


def sscc(cell: str) -> str:
    """18 digits with their check digit, with or without the (00) in front."""
    digits = possible_code(cell).removeprefix("(00)").replace(" ", "")
    digits = digits[2:] if len(digits) == 20 and digits.startswith("00") else digits
    if len(digits) == SSCC_LENGTH and has_check_digit(digits):
        return digits
    lost = f"; with the zero that was lost it is {full}" if len(digits) == 17 and (full := lost_zero(digits)) else ""
    raise ValueError(f"an SSCC of 18 digits, the last their check digit{lost} (format the column as text)")


class Receipts(TaskImporter):
    """`reference, supplier, due_on, sku, expected`, and `asn`, `sscc`: the carton that the line comes in."""

    kind = KIND
    heads: ClassVar = {"supplier": "partner", "due_on": "due_on", "asn": "asn"}
    scanned = ("asn",)
    columns = (
        REFERENCE,
        Column("supplier", text(200)),
        Column("due_on", day),
        SKU,
        Column("expected", whole(0), required=True, is_number=True),
        Column("asn", code(64)),
        Column("sscc", sscc),
    )

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._cartons_of: dict[str, str] = {}  # SSCC -> the reference that the file names it under

    def take(self, rows: list[Row]) -> None:
        self._cartons = store.cartons(self.session, {row["sscc"] for row in rows if row.get("sscc")})
        self._packed: dict[tuple[str, int], Values] = {}
        self._retired = catalogue.retired_ids(self.session)
        super().take(rows)
        self._pack()

    def may_add(self, row: Row, item_id: int) -> bool:
        if item_id in self._retired:
            self.bad(row, "sku", "an item that is not retired", row["sku"])
            return False
        return True

    def wanted(self, row: Row, old: StoredLine | None) -> Values:
        return {"expected": row["expected"]}

    def carton_differs(self, row: Row, task: KnownTask, item_id: int) -> bool | None:
        label = row.get("sscc")
        if label is None or row["expected"] == 0:
            return False
        elsewhere = {there.task_id for there in self._cartons.get(label, {}).values()} - {task.id}
        if elsewhere or self._cartons_of.setdefault(label, row["reference"]) != row["reference"]:
            self.bad(row, "sscc", "a carton of this receipt", f"{label}, a carton of another one")
            return None
        if not self.first_time(row, "sscc", (label, item_id), label):
            return None
        there = self._cartons.get(label, {}).get(item_id)
        if there and there.units == row["expected"]:
            return False
        self._packed[label, item_id] = {"sscc": label, "item_id": item_id, "task_id": task.id, "units": row["expected"]}
        return True

    def _pack(self) -> None:
        old = {key for key in self._packed if key[1] in self._cartons.get(key[0], {})}
        self.writes.insert(store.carton, [packed for key, packed in self._packed.items() if key not in old])
        self.writes.update(store.carton, [self._packed[key] for key in sorted(old)], ("sscc", "item_id"))


def _receipts(session: Session) -> Iterator[Cells]:
    """Every line of every receipt, with the carton that it comes in."""
    head = (task.c.id, task.c.partner.label("supplier"), task.c.due_on, task.c.asn)
    task_id: int | None = None
    packed: dict[tuple[int, int], list[str]] = {}
    for cells in lines_of_tasks(session, KIND, *head, item.c.sku, line.c.expected, line.c.item_id):
        row = _ReceiptLine(**cells)
        if row.id != task_id:
            task_id, packed = row.id, _packed(session, row.id)
        labels = packed.get((row.item_id, row.expected))
        yield row._asdict() | {"sscc": labels.pop(0) if labels else None}


def _packed(session: Session, task_id: int) -> dict[tuple[int, int], list[str]]:
    """The cartons of a receipt by (item id, units), in their order: a line comes in the first one that fits it."""
    packed: dict[tuple[int, int], list[str]] = {}
    wanted = select(carton.c.item_id, carton.c.units, carton.c.sscc).where(carton.c.task_id == task_id).order_by(carton.c.sscc)
    for row in fetch(session, _Packed, wanted):
        packed.setdefault((row.item_id, row.units), []).append(row.sscc)
    return packed


def _any_asn(session: Session) -> bool:
    """Whether a receipt has an ASN."""
    return bool(run(session, select(exists().where(task.c.asn.is_not(None)))).scalar_one())


def _any_carton(session: Session) -> bool:
    """Whether a carton was announced."""
    return bool(run(session, select(exists().select_from(carton))).scalar_one())


IMPORTS = {"receipts": Receipts}
EXPORTS = {
    "receipts": Export(("reference", "supplier", "due_on", "sku", "expected"), _receipts, {"asn": _any_asn, "sscc": _any_carton})
}
