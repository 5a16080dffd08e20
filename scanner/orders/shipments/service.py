"""Books shipments that a shop tells of. Each line is a scan that the server makes, once for a line of a shipment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.store import Content
from scanner.db.sql import settle
from scanner.errors import BadRequest, Conflict
from scanner.orders.intake import service as intake
from scanner.orders.intake.adopting import adopt
from scanner.orders.intake.counted import OrderView
from scanner.orders.intake.rules import MOST_UNITS, NO_VERSION, GivenLine, GivenOrder, Version
from scanner.orders.intake.store import LineRow, OrderRow
from scanner.orders.intake.taking import Found, find, take_all
from scanner.orders.scanned import OrderState
from scanner.orders.shipments import store
from scanner.orders.shipments.facts import gone_of, weigh
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, meanings
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import Outcome
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Workflows

DEVICE: Final = "shipments"
"""No person's device has this name, so nobody undoes such a scan by accident."""
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class SentLine:
    """Units of a line, named by the shop's word for it or by its SKU."""

    units: int
    line: str = ""
    sku: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other lines of its shipment."""
        return f"line {self.line}" if self.line else f"sku {self.sku}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What a shop says it sent. `name` is its own word for this shipment of the order; else it is known by its time."""

    channel: str
    reference: str
    lines: tuple[SentLine, ...]
    shipped_at: datetime | None = None
    name: str = ""

    def id_of(self, line: SentLine) -> UUID:
        """The same for the same line of the same shipment, so that it is booked once."""
        said = self.name or (self.shipped_at.isoformat() if self.shipped_at else "")
        return uuid5(NAMESPACE_OID, "\n".join((self.channel, self.reference, line.key, said)))


@dataclass(frozen=True, slots=True)
class _Before:
    """What was booked of a line of a shipment when it was sent before, and what is said of it now: the units of both."""

    booked: int
    now: int
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """What came of a line of a shipment."""

    line: str
    sku: str
    units: int
    outcome: Outcome
    message: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """The order as it is now, and what came of each line. `taken`: as of an order that is taken in."""

    order: OrderView
    lines: tuple[SentAnswer, ...]
    taken: bool = False

    @property
    def shipped(self) -> bool:
        """Whether nothing more of the order is to go, nor of its rest."""
        gone = (OrderState.SHIPPED, OrderState.CANCELLED)
        return self.order.state is OrderState.SHIPPED and all(rest.state in gone for rest in self.order.rests)


def ship(
    session: Session, shipment: Shipment, operator: OperatorView, now: datetime, workflows: Workflows, *, packs: bool = True
) -> Booked:  # fmt: skip
    """Book a shipment. The same again is booked once.

    A line that cannot be booked is refused in a sentence, and may be sent again. Raises BadRequest for a line that the order
    does not have, and Conflict where the same line of the same shipment had other units.
    """
    operator.demand(Right.TAKE_ORDERS)
    meanings.hold_codes(session)
    known = bool(find(session, [(shipment.channel, shipment.reference)]))
    lines = book(session, shipment, operator.id, now, workflows)
    settle(session)
    order = intake.order_view(session, shipment.channel, shipment.reference, packs=packs)
    taken = not known and intake.means_something_else(session, shipment.reference)
    return Booked(order, lines, taken)


def book(
    session: Session, shipment: Shipment, operator_id: int, now: datetime, workflows: Workflows
) -> tuple[SentAnswer, ...]:  # fmt: skip
    """The same where the right is checked and the codes are held."""
    _check(shipment)
    found = _order(session, shipment, operator_id, now)
    _name_one_way(shipment, found)
    return tuple(
        _book_line(session, shipment, place, line, found, operator_id=operator_id, now=now, workflows=workflows)
        for place, line in enumerate(shipment.lines)
    )


def _check(shipment: Shipment) -> None:
    if not 0 < len(shipment.lines) <= MOST_LINES:
        raise BadRequest(f"Expected 1 to {MOST_LINES:,} lines, got {len(shipment.lines):,}.", "lines")
    seen: set[str] = set()
    for place, line in enumerate(shipment.lines):
        if not (line.line or line.sku):
            raise BadRequest("Expected the line or the SKU that was sent, got neither.", f"lines[{place}].sku")
        if line.key in seen:
            raise BadRequest(f"Expected each line once, got {line.line or line.sku} again.", f"lines[{place}]")
        seen.add(line.key)


def _name_one_way(shipment: Shipment, found: Found) -> None:
    """An item that is named by its SKU has no line besides: nobody could tell whether that is the same."""
    by_line = {_sku_of(line, found) for line in shipment.lines if line.line}
    for place, line in enumerate(shipment.lines):
        if not line.line and line.sku in by_line:
            raise BadRequest(f"Expected {line.sku} by its lines or by its SKU, got both.", f"lines[{place}].sku")


def _order(session: Session, shipment: Shipment, operator_id: int, now: datetime) -> Found:
    """The order, made from the shipment where the shop never sent it; then further shipments add to it."""
    key = shipment.channel, shipment.reference
    there = find(session, [key]).get(key)
    if there is not None and adopt(session, there.row.task_id, *([there.rest.row.task_id] if there.rest else [])):
        there = find(session, [key])[key]
    if there is not None and there.rest is not None:
        return Found(there.rest.row, there.lines | there.rest.lines)
    if there is not None and there.row.version != NO_VERSION:
        return there
    known = dict(there.known.lines) if there else {}
    new = [line for line in shipment.lines if _before(session, shipment, line, there) is None]
    lines = _grown(known, new, _gone(session, there) if there else {})
    if there is not None and (lines == known or there.row.cancelled_at):
        return there
    if there is not None:
        store.open_again(session, there.row.task_id)
    version, channel, reference = Version(NO_VERSION), shipment.channel, shipment.reference
    given = GivenOrder(channel=channel, reference=reference, version=version, lines=tuple(lines.values()), whole=False)
    take_all(session, [given], operator_id, now)
    return find(session, [key])[key]


def _gone(session: Session, found: Found) -> dict[str, int]:
    """By line of an order what went of it."""
    gone = gone_of(session, found.row.task_id)
    return {name: gone.get(line.id, 0) for name, line in found.lines.items()}


def _grown(known: Mapping[str, GivenLine], new: Sequence[SentLine], gone: Mapping[str, int]) -> dict[str, GivenLine]:
    """The lines with room for what is sent now. What was refused before and is sent again has its room already."""
    lines = dict(known)
    for place, line in enumerate(new):
        name = line.line or line.sku
        old = lines.get(name)
        if old is None and not line.sku:
            raise BadRequest(f"The order is not known here: expected the SKU of line {line.line}.", f"lines[{place}].sku")
        ordered = max(line.units + gone.get(name, 0), old.ordered if old else 0)
        if ordered > MOST_UNITS:
            raise BadRequest(f"Expected at most {MOST_UNITS:,} units of a line, got {ordered:,}.", f"lines[{place}].units")
        lines[name] = GivenLine(name, old.sku if old else line.sku, ordered)
    return lines


def _book_line(
    session: Session, shipment: Shipment, place: int, line: SentLine, found: Found, *,
    operator_id: int, now: datetime, workflows: Workflows,
) -> SentAnswer:  # fmt: skip
    before = _before(session, shipment, line, found)
    if before is not None:
        return _again(line, _sku_of(line, found), before, place)
    sku = _sku(found, line, place)
    content = _content(session, found, line, sku)
    if content is None:
        return _refused(line, sku, f"SKU {sku} is unknown: make the item, then send the shipment again.")
    task = TaskRow(found.row.task_id, found.row.task, "order", found.row.state)
    decision = weigh(session, task, content, line.units, line.line)
    if decision.outcome is not Outcome.ACCEPTED:
        return _refused(line, sku, decision.message)
    result = record_scan(session, _scan(shipment, line, found.row, content, operator_id, now), now, workflows)
    return SentAnswer(line=line.line, sku=sku, units=line.units, outcome=result.outcome, message=result.message)


def _sku(found: Found, line: SentLine, place: int) -> str:
    if not line.line:
        return line.sku
    if line.line not in found.lines:
        words = f"{found.row.reference} has no line {line.line}: expected one of {', '.join(found.lines)[:200]}."
        raise BadRequest(words, f"lines[{place}].line")
    return found.lines[line.line].sku


def _content(session: Session, found: Found, line: SentLine, sku: str) -> Content | None:
    """The item of a line: the one that it was sold as, or that its SKU has by now."""
    sold: LineRow | None = found.lines.get(line.line)
    item = catalogue.find_item(session, sku)
    item_id = item.id if item else sold.item_id if sold else None
    return catalogue.content_of_item(session, item_id, 1) if item_id is not None else None


def _scan(
    shipment: Shipment, line: SentLine, order: OrderRow, content: Content, operator_id: int, now: datetime
) -> ScanRequest:  # fmt: skip
    """The scan that stands for a line. What is shipped today was not shipped later than now."""
    at = min(shipment.shipped_at or now, now)
    return ScanRequest(
        id=shipment.id_of(line), task=order.task, code=content.sku, source=Source.ASSUMED, scanned_at=at, sent_at=now,
        operator_id=operator_id, device=DEVICE, quantity=line.units, line=line.line or None,
    )  # fmt: skip


def _refused(line: SentLine, sku: str, message: str) -> SentAnswer:
    return SentAnswer(line=line.line, sku=sku, units=line.units, outcome=Outcome.REFUSED, message=message)


def _sku_of(line: SentLine, found: Found | None) -> str:
    """The SKU of a line as far as it is known: what the order has on the line that it names, else what it says."""
    there = found.lines.get(line.line) if found and line.line else None
    return there.sku if there else line.sku


def _before(session: Session, shipment: Shipment, line: SentLine, found: Found | None) -> _Before | None:
    """What was booked of a line of the same shipment before, whether it was named by the shop's word for it or by its SKU."""
    stored = ledger.find_scan(session, str(shipment.id_of(line)))
    if stored is not None:
        return _Before(stored.units, line.units, Outcome(stored.outcome), stored.message)
    sku = _sku_of(line, found)
    lines = found.lines if found else {}
    others = [SentLine(0, sku=sku)] if line.line else [SentLine(0, line=name) for name, each in lines.items() if each.sku == sku]
    scans = [scan for each in others if (scan := ledger.find_scan(session, str(shipment.id_of(each))))]
    if not scans:
        return None
    now = sum(each.units for each in shipment.lines if _sku_of(each, found) == sku)
    return _Before(sum(scan.units for scan in scans), now, Outcome(scans[-1].outcome), scans[-1].message)


def _again(line: SentLine, sku: str, before: _Before, place: int) -> SentAnswer:
    if before.booked != before.now:
        words = (
            f"This shipment had {before.booked:,} of {line.line or line.sku}, now {before.now:,}. "
            "Nothing was booked: give another shipment a name of its own in `shipment`."
        )
        raise Conflict(words, f"lines[{place}].units")
    return SentAnswer(
        line=line.line, sku=sku, units=line.units, outcome=before.outcome, message=before.message, replayed=True
    )  # fmt: skip
