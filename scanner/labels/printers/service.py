"""The shop's printers: added, changed and removed by supervisors, used by whoever prints labels."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.labels.printers import store
from scanner.labels.printers.rules import PrinterSettings, checked
from scanner.labels.printers.store import PrinterRow
from scanner.people.rules import OperatorView, Right

PRINTER = "printer"
MOST = 100


def printers(session: Session) -> list[PrinterRow]:
    """All of them, by name."""
    return store.printers(session)


def to_print_on(session: Session, printer_id: int | None) -> PrinterRow:
    """The printer of this number, or where none is named the only one.

    Raises NotFound where there is none, BadRequest where one of several has to be named.
    """
    if printer_id is not None:
        return _require(session, printer_id)
    found = store.printers(session)
    if not found:
        raise NotFound("There is no label printer yet. A supervisor adds one under Labels, Printers.")
    if len(found) > 1:
        raise BadRequest(f"Expected the number of one of {len(found)} printers, got none.", "printer")
    return found[0]


def add(session: Session, printer: PrinterSettings, operator: OperatorView, now: datetime) -> int:
    """Add a printer; gives its number. Raises BadRequest for what can be no printer, Conflict for a name that is taken."""
    operator.demand(Right.CONNECT)
    checked(printer)
    audit.take_turn(session)
    _demand_free(session, printer.name)
    if len(store.printers(session)) >= MOST:
        raise Conflict(f"Expected at most {MOST} printers: remove one first.")
    added = store.add(session, printer, now)
    audit.note(session, operator, Action.PRINTER_ADDED, PRINTER, _noted(added, printer), after=printer.facts(), at=now)
    return added


def change(session: Session, printer_id: int, printer: PrinterSettings, operator: OperatorView, now: datetime) -> None:
    """Change a printer."""
    operator.demand(Right.CONNECT)
    checked(printer)
    audit.take_turn(session)
    found = _require(session, printer_id)
    _demand_free(session, printer.name, printer_id)
    store.change(session, printer_id, printer)
    before, after = found.settings.facts(), printer.facts()
    audit.note(
        session, operator, Action.PRINTER_CHANGED, PRINTER, _noted(printer_id, printer), before=before, after=after, at=now
    )


def remove(session: Session, printer_id: int, operator: OperatorView, now: datetime) -> None:
    """Remove a printer."""
    operator.demand(Right.CONNECT)
    audit.take_turn(session)
    found = _require(session, printer_id)
    store.remove(session, printer_id)
    before = found.settings.facts()
    audit.note(session, operator, Action.PRINTER_REMOVED, PRINTER, _noted(printer_id, found.settings), before=before, at=now)


def _noted(printer_id: int, printer: PrinterSettings) -> str:
    return f"{printer_id}: {printer.name}"


def _demand_free(session: Session, name: str, but: int | None = None) -> None:
    taken = store.named(session, name)
    if taken is not None and taken != but:
        raise Conflict(f"There is a printer {name} already.", "name")


def _require(session: Session, printer_id: int) -> PrinterRow:
    found = store.find(session, printer_id)
    if found is None:
        raise NotFound(f"There is no printer {printer_id}.")
    return found
