"""Shipments as a file: what went without being scanned, a row an item of an order."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import ClassVar

from scanner.data.imports.catalogue import SKU
from scanner.data.imports.cells import Column, code, day, whole
from scanner.data.imports.importer import Importer
from scanner.data.imports.report import InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Rehearsal
from scanner.errors import Conflict
from scanner.orders.intake.files import channel, key_of_order
from scanner.orders.intake.rules import LONGEST
from scanner.orders.nobody import by_file
from scanner.orders.shipments.service import SentLine, Shipment, book
from scanner.scans.request import MAX_QUANTITY
from scanner.scans.result import Outcome
from scanner.scans.workflow import Workflows

SMALL_ROWS = 50
"""Each row is a scan: so many take about as long as the rows of another file that one transaction takes in."""


class Shipments(Importer):
    """`channel, reference, shipped_on, sku, units`. The same row again is booked once."""

    workflows: ClassVar[Workflows]
    columns = (
        Column("reference", code(LONGEST["reference"]), required=True),
        Column("channel", channel),
        Column("shipped_on", day),
        SKU,
        Column("units", whole(1, MAX_QUANTITY), required=True, is_number=True),
    )
    together = True

    @classmethod
    def is_small(cls, rows: list[Row]) -> bool:
        return len(rows) <= SMALL_ROWS

    def take(self, rows: list[Row]) -> None:
        items = self.items(rows, "sku")
        by_parcel: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            parcel = (*key_of_order(row), row.get("shipped_on"))
            if self.known(row, "sku", items, "item") and self.first_time(row, "sku", (*parcel, row["sku"]), row["sku"]):
                by_parcel.setdefault(parcel, []).append(row)
        if not isinstance(self.writes, Rehearsal):
            for mine in by_parcel.values():
                self._book(mine)

    def _book(self, rows: list[Row]) -> None:
        operator_id = self.operator_id or by_file(self.session, "Shipments")
        try:
            answers = book(self.session, _shipment(rows), operator_id, self.now, self.workflows)
        except Conflict as problem:
            self.bad(rows[0], "units", "what was booked before", InWords(problem.message))
            return
        for row, answer in zip(rows, answers, strict=True):
            if answer.outcome is not Outcome.ACCEPTED:
                self.bad(row, "units", "what can be booked", InWords(answer.message))
            elif answer.replayed:
                self.progress.unchanged += 1
            else:
                self.progress.added += 1


def _shipment(rows: list[Row]) -> Shipment:
    channel, reference = key_of_order(rows[0])
    on = rows[0].get("shipped_on")
    return Shipment(
        channel=channel, reference=reference, name=f"file {on or ''}",
        shipped_at=datetime.combine(on, time(23, 59, 59), UTC) if on else None,
        lines=tuple(SentLine(row["units"], sku=row["sku"]) for row in rows),
    )  # fmt: skip


def imports(workflows: Workflows) -> dict[str, type[Importer]]:
    """The kind of file, for an app with these kinds of tasks: each row becomes a scan."""
    return {"shipments": type("Shipments", (Shipments,), {"workflows": workflows, "__doc__": Shipments.__doc__})}
