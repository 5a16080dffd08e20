"""Suppliers."""

from __future__ import annotations

import re

from scanner.data import store
from scanner.data.imports.cells import Column, text
from scanner.data.imports.importer import Importer
from scanner.data.imports.sheet import Row

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def mail(cell: str) -> str:
    """An address that mail can go to."""
    found: str = text(254)(cell)
    if not _MAIL.fullmatch(found):
        raise ValueError("an e-mail address such as orders@acme.example")
    return found


class Suppliers(Importer):
    """`name, contact, email, phone, address, note`. Receipts name a supplier by this name, letter for letter."""

    columns = (
        Column("name", text(200), required=True),
        Column("contact", text(120)),
        Column("email", mail),
        Column("phone", text(60)),
        Column("address", text(400)),
        Column("note", text(400)),
    )

    @classmethod
    def prepare(cls, rows: list[Row]) -> None:
        """Nothing: a name is no code."""

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "name", row["name"], row["name"])]
        there = store.suppliers(self.session, [row["name"] for row in rows])
        wanted = {}
        for row in rows:
            kept = there.get(row["name"])
            wanted[row["name"]] = {
                column.name: row.get(column.name, getattr(kept, column.name) if kept else "") for column in self.columns
            }
        self.upsert(store.supplier, there, wanted)
