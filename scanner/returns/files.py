"""Announced returns as a file: brought in, and taken out in the same form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sqlmodel import Session

from scanner.data.dumps import Cells, lines_of_tasks
from scanner.data.exports import Export
from scanner.data.imports.catalogue import SKU
from scanner.data.imports.cells import Column, code, text, whole
from scanner.data.imports.importer import Values
from scanner.data.imports.sheet import Row
from scanner.data.imports.tasks import REFERENCE, TaskImporter
from scanner.data.store import StoredLine, item, line, task
from scanner.returns import KIND


class Returns(TaskImporter):
    """`reference, order, customer, sku, expected, reason`: one unit is announced if `expected` is blank."""

    kind = KIND
    heads: ClassVar = {"order": "order_ref", "customer": "partner"}
    scanned = ("order",)
    columns = (
        REFERENCE,
        Column("order", code(64)),
        Column("customer", text(200)),
        SKU,
        Column("expected", whole(0), is_number=True),
        Column("reason", text(300)),
    )

    def wanted(self, row: Row, old: StoredLine | None) -> Values:
        return {
            "expected": row.get("expected", old.expected if old else 1),
            "reason": row.get("reason", old.reason if old else ""),
        }


def _returns(session: Session) -> Iterator[Cells]:
    """Every line of every announced return."""
    named = (
        task.c.order_ref.label("order"),
        task.c.partner.label("customer"),
        item.c.sku,
        line.c.expected,
        line.c.reason,
    )
    return lines_of_tasks(session, KIND, *named, announced=True)


IMPORTS = {"returns": Returns}
EXPORTS = {"returns": Export(("reference", "order", "customer", "sku", "expected", "reason"), _returns, private=True)}
