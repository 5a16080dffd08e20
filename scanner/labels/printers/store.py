"""The printers' statements."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.labels.printers.rules import PrinterSettings
from scanner.labels.printers.tables import Printer

_printer = table_of(Printer)


class PrinterRow(NamedTuple):
    """A printer."""

    id: int
    name: str
    host: str
    port: int
    roll: str
    dpi: int

    @property
    def settings(self) -> PrinterSettings:
        """What is said of it."""
        return PrinterSettings(*self[1:])


_columns = tuple(_printer.c[name] for name in PrinterRow._fields)


def printers(session: Session) -> list[PrinterRow]:
    """All of them, by name."""
    return fetch(session, PrinterRow, select(*_columns).order_by(_printer.c.name, _printer.c.id))


def find(session: Session, printer_id: int) -> PrinterRow | None:
    """One of them."""
    return fetch_one(session, PrinterRow, select(*_columns).where(_printer.c.id == printer_id))


def named(session: Session, name: str) -> int | None:
    """The id of the printer of this name, in capitals or small letters."""
    found: int | None = run(session, select(_printer.c.id).where(func.lower(_printer.c.name) == name.lower())).scalars().first()
    return found


def add(session: Session, printer: PrinterSettings, now: datetime) -> int:
    """Add a printer; gives its id."""
    values = {**printer.facts(), "created_at": now}
    return int(run(session, insert(_printer).values(values).returning(_printer.c.id)).scalar_one())


def change(session: Session, printer_id: int, printer: PrinterSettings) -> None:
    """Write what is said of a printer now."""
    run(session, update(_printer).where(_printer.c.id == printer_id).values(**printer.facts()))


def remove(session: Session, printer_id: int) -> None:
    """Delete a printer."""
    run(session, delete(_printer).where(_printer.c.id == printer_id))
