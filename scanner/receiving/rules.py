"""The rules of receiving: each scan against what the receipt expects. Source: the table of outcomes and reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from scanner.catalogue.locations import Place, can_be_entered
from scanner.codes.commands import FINISHING, PREFIX, Command
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.errors import BadRequest
from scanner.scans.decision import Count, Decision, LineCount, Mark, Move, Opened, Outcome, Reason
from scanner.words import plural, shortened

MAX_UNITS = 1_000_000
"""Units that one scan can stand for, case size and count included."""


@dataclass(frozen=True, slots=True)
class LineFact:
    """One line for an item: what is expected and what is there, in units."""

    id: int
    expected: int
    scanned: int

    @property
    def room(self) -> int:
        """Units still to come."""
        return max(self.expected - self.scanned, 0)


@dataclass(frozen=True, slots=True)
class Goods:
    """`units` of one item that the scan stands for, the receipt's lines for it in order, and its parts if it is a kit.

    `elsewhere` are units that came for these lines under the number of another task.
    """

    item_id: int
    name: str
    units: int
    lines: tuple[LineFact, ...]
    parts: tuple[tuple[int, int], ...] = ()
    elsewhere: int = 0

    @property
    def expected(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.expected for line in self.lines)

    @property
    def arrived(self) -> int:
        """Units there once this scan counts."""
        return sum(line.scanned for line in self.lines) + self.elsewhere + self.units

    @property
    def over(self) -> int:
        """Units of this scan that nobody ordered; 0 where the item is not on the receipt at all."""
        room = max(sum(line.room for line in self.lines) - self.elsewhere, 0)
        return max(self.units - room, 0) if self.lines else 0


@dataclass(frozen=True, slots=True)
class ShortFact:
    """An item of which less came than was ordered."""

    item_id: int
    name: str
    expected: int
    scanned: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may know of one scan. `confirmed`: a person has said yes to what was held.

    `unlinked` codes of the receipt have no item yet. `here` is where goods go now, `label` the location whose label was
    scanned, `labelled` the task whose label it was.
    """

    task: str
    is_open: bool
    code: Code
    today: date
    here: Place
    supplier: Place
    quarantine: Place
    goods: tuple[Goods, ...] = ()
    label: Place | None = None
    labelled: str | None = None
    seen: bool = False
    quantity: int = 1
    confirmed: bool = False
    short: tuple[ShortFact, ...] = ()
    unlinked: int = 0


def decide(facts: Facts) -> Decision:
    """What is done about a scan on a receipt. Undo and confirming are the spine's: they are alike for every task."""
    if facts.labelled == facts.task:
        return Decision(Outcome.ACCEPTED, Reason.LOCATED, f"This is {facts.task}: go on with its goods.")
    if facts.labelled:
        return Decision(Outcome.ACCEPTED, Reason.LOCATED, f"Going on with {facts.labelled}.", opens=facts.labelled)
    if not facts.is_open:
        return Decision(Outcome.REFUSED, Reason.UNEXPECTED, f"{facts.task} is finished: it takes no more scans.")
    if facts.code.command in FINISHING:
        return _finish(facts)
    if facts.label:
        return _locate(facts.label)
    if not facts.goods:
        return _no_command(facts.code) if facts.code.key.upper().startswith(PREFIX) else _unknown(facts.code)
    return _take_in(facts)


def over_of(lines: tuple[LineFact, ...]) -> int:
    """Units of an item beyond what its lines expect."""
    return max(sum(line.scanned for line in lines) - sum(line.expected for line in lines), 0)


def marks_of(code: Code) -> tuple[Mark, ...]:
    """What the code says exists only once."""
    if code.sscc:
        return (Mark("sscc", code.sscc),)
    if code.gtin and code.serial:
        return (Mark("serial", f"{code.gtin}+{code.serial}"),)
    return ()


def _locate(label: Place) -> Decision:
    if not can_be_entered(label.kind):
        return Decision(Outcome.REFUSED, Reason.UNEXPECTED, f"{label.code} is no place to put goods: scan a shelf or a dock.")
    return Decision(Outcome.ACCEPTED, Reason.LOCATED, f"What you scan now goes to {label.code}.", location_id=label.id)


def _no_command(code: Code) -> Decision:
    """A label that commands something this page does not do: no goods, so nothing to link."""
    return Decision(Outcome.REFUSED, Reason.UNEXPECTED, f"{shortened(code.key)} is no command here. Nothing was done.")


def _unknown(code: Code) -> Decision:
    what = (
        f"Carton {code.sscc} was not announced" if code.sscc and not code.gtin else f"No item has the code {shortened(code.key)}"
    )
    hint = f" ({code.problem})" if code.problem else ""
    return Decision(Outcome.REFUSED, Reason.UNKNOWN, f"{what}{hint}. Not counted: go on, and link it later.")


def _take_in(facts: Facts) -> Decision:
    units = sum(goods.units for goods in facts.goods)
    if not 0 < units <= MAX_UNITS:
        raise BadRequest(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {units:,}.", "quantity")
    if facts.quantity > 1 and marks_of(facts.code):
        message = f"{_once(facts.code)} exists once: it cannot count {facts.quantity} times. Scan each one."
        return Decision(Outcome.REFUSED, Reason.DUPLICATE, message, units)
    if facts.seen:
        return Decision(Outcome.REFUSED, Reason.DUPLICATE, f"{_once(facts.code)} is in already: not counted again.", units)
    reason = _reason(facts)
    if reason in _HELD and not facts.confirmed:
        return Decision(Outcome.HELD, reason, _warning(facts, reason), units, _line(facts, counted=False))
    aside = reason in (Reason.EXPIRED, Reason.UNEXPECTED)
    target = facts.quarantine if aside else facts.here
    return Decision(
        Outcome.ACCEPTED,
        reason,
        _said(facts, reason),
        units,
        _line(facts, counted=True),
        counts=tuple(count for goods in facts.goods for count in fill(goods)),
        moves=tuple(move for goods in facts.goods for move in moves(goods, facts.supplier.id, target.id)),
        opened=_opened(facts),
        marks=marks_of(facts.code),
    )


_HELD = (Reason.EXPIRED, Reason.UNEXPECTED, Reason.OVER)


def _is_expired(facts: Facts) -> bool:
    return facts.code.expiry is not None and facts.code.expiry < facts.today


def _reason(facts: Facts) -> Reason:
    if _is_expired(facts):
        return Reason.EXPIRED
    if any(not goods.lines for goods in facts.goods):
        return Reason.UNEXPECTED
    if any(goods.over for goods in facts.goods):
        return Reason.OVER
    if all(goods.arrived == goods.expected for goods in facts.goods):
        return Reason.COMPLETE
    return Reason.COUNTED


def _line(facts: Facts, *, counted: bool) -> LineCount | None:
    """How far the item is, where the scan is about one item that was ordered."""
    if len(facts.goods) != 1 or not facts.goods[0].lines:
        return None
    goods = facts.goods[0]
    return LineCount(goods.expected, goods.arrived if counted else goods.arrived - goods.units)


def fill(goods: Goods) -> list[Count]:
    """The units over the item's lines, in order; what is more than ordered goes to the last."""
    left, counts = goods.units, []
    for line in goods.lines:
        if take := min(left, line.room):
            counts.append(Count(line.id, take))
            left -= take
    if left and goods.lines:
        last = goods.lines[-1]
        if counts and counts[-1].line_id == last.id:
            counts[-1] = replace(counts[-1], units=counts[-1].units + left)
        else:
            counts.append(Count(last.id, left))
    return counts


def moves(goods: Goods, source_id: int, target_id: int) -> list[Move]:
    """Stock is kept of parts: a kit moves as what is in it."""
    contents = [(part, goods.units * each) for part, each in goods.parts] or [(goods.item_id, goods.units)]
    return [Move(item_id, units, source_id, target_id) for item_id, units in contents]


def _opened(facts: Facts) -> tuple[Opened, ...]:
    opened = []
    for goods in facts.goods:
        if _is_expired(facts):
            opened.append(Opened(DiscrepancyKind.EXPIRED, goods.item_id, goods.units))
        if not goods.lines:
            opened.append(Opened(DiscrepancyKind.UNEXPECTED, goods.item_id, goods.units))
    return tuple(opened)


def _finish(facts: Facts) -> Decision:
    lacking = _lacking(facts)
    if not lacking:
        return Decision(Outcome.ACCEPTED, Reason.COMPLETE, f"{facts.task} is finished: all of it came.", finishes=True)
    if not facts.confirmed:
        return Decision(Outcome.HELD, Reason.SHORT, f"{lacking}. Scan the same again to finish {facts.task} short.")
    opened = tuple(Opened(DiscrepancyKind.SHORT, short.item_id, short.expected - short.scanned) for short in facts.short)
    back_order = bool(facts.short) and facts.code.command is Command.BACK_ORDER
    rest = ", the rest stays on order" if back_order else ""
    noted = ": noted for purchasing" if opened else ""
    message = f"{facts.task} is finished. {lacking}{rest}{noted}."
    return Decision(Outcome.ACCEPTED, Reason.SHORT, message, opened=opened, finishes=True, back_order=back_order)


def _lacking(facts: Facts) -> str:
    """What a person must know before finishing, in words; empty when nothing is missing."""
    parts = []
    if facts.short:
        missing = sum(short.expected - short.scanned for short in facts.short)
        parts.append(f"{plural(missing, 'unit')} of {plural(len(facts.short), 'item')} did not come")
    if untouched := sum(not short.scanned for short in facts.short):
        parts.append(f"{untouched} nobody has touched")
    if facts.unlinked:
        parts.append(f"{plural(facts.unlinked, 'unknown code')} not linked, so not counted")
    return "; ".join(parts)


def _warning(facts: Facts, reason: Reason) -> str:
    name = _names(facts)
    if reason is Reason.EXPIRED:
        return f"{name} expired on {facts.code.expiry}. Scan it again to put it in {facts.quarantine.code}."
    if reason is Reason.UNEXPECTED:
        return f"{name} is not on {facts.task}. Scan it again to put it in {facts.quarantine.code}, or put it aside."
    over = sum(goods.over for goods in facts.goods)
    return f"{name}: {over} more than ordered. Scan it again to take it in, or put it aside."


def _said(facts: Facts, reason: Reason) -> str:
    name = _names(facts)
    if reason is Reason.EXPIRED:
        return f"{name} expired on {facts.code.expiry}: taken in to {facts.quarantine.code}, noted for purchasing."
    if reason is Reason.UNEXPECTED:
        return f"{name} was not ordered on {facts.task}: taken in to {facts.quarantine.code}, noted for purchasing."
    arrived, expected = (sum(getattr(goods, side) for goods in facts.goods) for side in ("arrived", "expected"))
    if reason is Reason.OVER:
        return f"{name}: {arrived} of {expected}, {arrived - expected} over. Noted for purchasing."
    if reason is Reason.COMPLETE:
        return f"{name}: all {expected} are here."
    return f"{name}: {arrived} of {expected}."


def _names(facts: Facts) -> str:
    first, *more = facts.goods
    return f"{first.name} and {plural(len(more), 'other item')}" if more else first.name


def _once(code: Code) -> str:
    return f"Carton {code.sscc}" if code.sscc else f"Serial {code.serial}"
