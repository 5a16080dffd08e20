"""Announces a return: customer service or a shop says what will come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import parse_code
from scanner.data.imports import ImportReport
from scanner.data.imports.service import take_upload
from scanner.data.imports.small import Upload
from scanner.db.engine import Database
from scanner.errors import BadRequest, CodeTaken, Conflict
from scanner.people.rules import OperatorView, Right
from scanner.returns import KIND
from scanner.returns.files import IMPORTS
from scanner.returns.office import store
from scanner.scans import meanings, tasks
from scanner.scans.decision import TaskState
from scanner.scans.meanings import scans_as

KIND_OF_FILE = "returns"
MOST_LINES, MOST_UNITS = 200, 100_000
LONGEST = {"reference": 64, "order": 64, "customer": 200, "reason": 300}
"""Longest texts of the fields, in characters."""


@dataclass(frozen=True, slots=True)
class AnnouncedLine:
    """Units of an item (SKU or barcode) that will come, and why, in the words of the customer."""

    sku: str
    expected: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A return to come. Without a `reference` it gets the next free number."""

    order: str
    customer: str
    lines: Sequence[AnnouncedLine]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """The number of the return, and whether it is new or was announced before."""

    reference: str
    is_new: bool


def announce(session: Session, wanted: Announcement, operator: OperatorView, now: datetime) -> Announced:
    """Announce a return. Raises BadRequest with the field, and Conflict where the reference has another meaning."""
    operator.demand(Right.ANNOUNCE_RETURNS)
    reference, order, customer = (_checked(getattr(wanted, name), name) for name in ("reference", "order", "customer"))
    if not 0 < len(wanted.lines) <= MOST_LINES:
        raise BadRequest(f"Expected 1 to {MOST_LINES} items that will come back, got {len(wanted.lines)}.", "lines")
    lines = [_line(session, line, place) for place, line in enumerate(wanted.lines, 1)]
    meanings.hold_codes(session)
    if reference and _is_there(session, reference, order, customer, lines):
        return Announced(reference, is_new=False)
    values = {
        "kind": KIND, "state": TaskState.OPEN.value, "partner": customer, "asn": None,
        "order_ref": order, "due_on": None, "back_order_of": None, "announced": True, "created_at": now,
    }  # fmt: skip
    made = reference or _free_reference(session, 1)
    while (task_id := store.add_return(session, {"reference": made, **values}, lines)) is None:
        if reference and _is_there(session, reference, order, customer, lines):  # somebody announced it this moment
            return Announced(reference, is_new=False)
        made = reference or _free_reference(session, int(made.rpartition("-")[2]) + 1)
    store.add_event(session, task_id, "announced", operator_id=operator.id, at=now)
    return Announced(made, is_new=True)


def announce_file(database: Database, stream: IO[bytes], name: str, operator: OperatorView, now: datetime) -> ImportReport | int:
    """Announce every return of a CSV file; gives the number of the import where it is large. Raises as `take_upload`."""
    upload = Upload(kind=KIND_OF_FILE, stream=stream, name=name, operator_id=operator.id)
    return take_upload(database, upload, IMPORTS, operator, now, right=Right.ANNOUNCE_RETURNS)


def _line(session: Session, line: AnnouncedLine, place: int) -> dict[str, object]:
    where = f"lines[{place - 1}]"
    sku = _checked(line.sku, "sku", f"{where}.sku", 512)
    content = catalogue.find_content(session, parse_code(sku).keys) if sku else None
    if content is None:
        raise BadRequest(f"Line {place}: there is no item {sku!r}.", f"{where}.sku")
    if not 1 <= line.expected <= MOST_UNITS:
        raise BadRequest(f"Line {place}: expected 1 to {MOST_UNITS:,} units, got {line.expected:,}.", f"{where}.expected")
    reason = _checked(line.reason, "reason", f"{where}.reason")
    return {"position": place, "item_id": content.item_id, "expected": line.expected, "reason": reason}


def _checked(text: str, name: str, field: str | None = None, longest: int = 0) -> str:
    text, longest = text.strip(), longest or LONGEST[name]
    if len(text) > longest or not text.isprintable():
        raise BadRequest(f"Expected at most {longest} printable characters, got {text[:40]!r}.", field or name)
    return text


def _is_there(session: Session, reference: str, order: str, customer: str, lines: list[dict[str, object]]) -> bool:
    """Whether the same return is announced already. Raises Conflict where the reference means something else."""
    held = tasks.lock_task(session, reference)
    if held is None:
        if not scans_as(reference):
            raise BadRequest(f"Expected a number that scans as what it says, got {reference!r}.", "reference")
        owner = meanings.owners_of(session, {reference}).get(reference)
        held = tasks.lock_task(session, reference) if owner else None  # it may be the same, announced this moment
    if held is None:
        if owner:
            raise CodeTaken(reference, "reference")
        return False
    there = tasks.get_task(session, reference)
    assert there is not None
    same = (there.kind, there.order_ref, there.partner, there.announced) == (KIND, order, customer, True)
    old = [(line.item_id, line.expected, line.reason) for line in tasks.lines_of(session, held.id) if line.expected]
    if not same or old != [(line["item_id"], line["expected"], line["reason"]) for line in lines]:
        raise Conflict(f"{reference} is there already and says something else. Nothing was changed.", "reference")
    return True


def _free_reference(session: Session, least: int) -> str:
    number = max(store.number_of_returns(session) + 1, least)
    while meanings.owners_of(session, {reference := f"RMA-{number:06}"}):
        number += 1
    return reference
