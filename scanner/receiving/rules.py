"""The rules of receiving: each scan against what the receipt expects."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.catalogue.locations import Place, can_be_put_to
from scanner.codes.commands import FINISHING, PREFIX, Command, find_grade
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.receiving.asking import question
from scanner.scans.decision import (
    CameOtherwise,
    Decision,
    Doubt,
    Effect,
    Mark,
    Move,
    Opened,
    accept,
    hold,
    hold_goods,
    refuse,
)
from scanner.scans.goods import (
    Goods,
    ShortFact,
    Spot,
    cannot_count_times,
    fill,
    more_wait,
    moves,
    no_command,
    waits,
    what_exists_once,
)
from scanner.scans.missing import did_not_come
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.words import day, plural, shortened, units_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptScan:
    """What the rules know of one scan on a receipt."""

    task: str
    is_open: bool
    code: Code
    here: Place  # where goods go now
    supplier: Place
    quarantine: Place
    goods: tuple[Goods, ...] = ()  # of the scanned code
    label: Place | None = None  # the location whose label was scanned
    labelled: tuple[str, ...] = ()  # the receipts whose label was scanned
    marks: tuple[Mark, ...] = ()  # the unique numbers of the goods
    seen: bool = False  # one of them came in before
    waits: bool = False  # it waits for an answer
    times: int = 1  # how many times the scan counts what exists once
    confirmed: bool = False  # a person said yes to the held scan
    short: tuple[ShortFact, ...] = ()  # what did not come; only when finishing
    unlinked: int = 0  # unknown codes on the receipt; only when finishing
    waiting: str = ""  # what waits for an answer, in words; only when finishing


def decide(scan: ReceiptScan) -> Decision:
    """Decide a scan on a receipt. Undo and confirming are decided before, alike for all tasks."""
    decision = _decide(scan)
    about = scan.goods[0] if len(scan.goods) == 1 else None
    return replace(
        decision, here=decision.here or scan.here, item_id=about.item_id if about else None, item=about.named if about else None
    )  # fmt: skip


def _decide(scan: ReceiptScan) -> Decision:
    if scan.task in scan.labelled:
        return accept(Reason.LOCATED, f"This is {scan.task}: go on with its goods.")
    if len(scan.labelled) > 1:
        return refuse(
            Reason.UNEXPECTED, f"{' and '.join(scan.labelled)} have this label: scan the number of the one that you want."
        )
    if scan.labelled:
        return replace(accept(Reason.LOCATED, f"Going on with {scan.labelled[0]}."), opens=scan.labelled[0])
    if not scan.is_open:
        return refuse(Reason.UNEXPECTED, f"{scan.task} is finished: it takes no more scans.")
    if scan.code.command in FINISHING:
        return _finish(scan)
    if scan.label:
        return _locate(scan.label)
    if not scan.goods:
        return _no_command(scan.code) if scan.code.key.upper().startswith(PREFIX) else _unknown(scan.code)
    return _take_in(scan)


def left_out(item_id: int, units: int) -> Opened:
    """The discrepancy of held goods that the receiver left out."""
    return Opened(kind=DiscrepancyKind.LEFT_OUT, item_id=item_id, units=units)


def _locate(label: Place) -> Decision:
    if not can_be_put_to(label.kind):
        return refuse(Reason.UNEXPECTED, f"{label.code} is not a place to put goods: scan a shelf or a dock.")
    return replace(accept(Reason.LOCATED, f"What you scan now goes to {label.code}."), here=label)


def _no_command(code: Code) -> Decision:
    """Refuse a command of another kind of task: it stands for no goods, so it cannot be linked.

    A grade is scanned here by who has damaged goods in hand: they came all the same.
    """
    if find_grade(code.key):
        words = f"{shortened(code.key)} does nothing here. Take the goods in, then scan it on MOVES."
        return refuse(Reason.UNEXPECTED, words)
    return refuse(Reason.UNEXPECTED, no_command(code))


def _unknown(code: Code) -> Decision:
    what = (
        f"Carton {code.sscc} was not announced" if code.sscc and not code.gtin else f"No item has the code {shortened(code.key)}"
    )
    hint = f" ({code.problem})" if code.problem else ""
    return refuse(Reason.UNKNOWN, f"{what}{hint}. Not counted: go on, and link it later.")


def _take_in(scan: ReceiptScan) -> Decision:
    units = sum(goods.units for goods in scan.goods)
    if scan.times > 1 and scan.marks:
        message = cannot_count_times(what_exists_once(scan.code), scan.times)
        return refuse(Reason.DUPLICATE, message, units)
    if scan.waits:
        return refuse(Reason.DUPLICATE, f"{what_exists_once(scan.code)} waits for an answer already: it exists once.", units)
    if scan.seen:
        return refuse(Reason.DUPLICATE, f"{what_exists_once(scan.code)} is in already: not counted again.", units)
    reason = _reason(scan)
    if reason in _DOUBTS and not scan.confirmed:
        return _hold(scan, reason, units)
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=reason,
        message=_said(scan, reason),
        units=units,
        line=_line(scan, counted=True),
        counts=tuple(count for goods in scan.goods for count in fill(goods)),
        moves=tuple(move for goods in scan.goods for move in _moves(scan, goods)),
        marks=scan.marks,
        effects=_effects(scan, reason),
    )


_DOUBTS = {Reason.EXPIRED: Doubt.EXPIRED, Reason.UNEXPECTED: Doubt.UNEXPECTED, Reason.OVER: Doubt.OVER}


def _hold(scan: ReceiptScan, reason: Reason, units: int) -> Decision:
    doubt = _DOUBTS[reason]
    held = hold_goods(reason, doubt, _warning(scan, reason), units=units, waits=waits(scan.goods, doubt))
    return replace(held, line=_line(scan, counted=False))


def _moves(scan: ReceiptScan, goods: Goods) -> list[Move]:
    """Into the house. What is past its date or was not ordered goes to quarantine."""
    going: dict[Place, int] = {}
    for spot in goods.spots or (Spot(scan.here, goods.units, goods.expired),):
        aside = spot.units if not goods.lines else spot.expired
        for units, target in ((aside, scan.quarantine), (spot.units - aside, spot.place or scan.here)):
            going[target] = going.get(target, 0) + units
    return [
        move
        for target, units in going.items()
        if units
        for move in moves(replace(goods, units=units), scan.supplier.id, target.id)
    ]


def _reason(scan: ReceiptScan) -> Reason:
    if any(goods.expired for goods in scan.goods):
        return Reason.EXPIRED
    if any(not goods.lines for goods in scan.goods):
        return Reason.UNEXPECTED
    if any(goods.over for goods in scan.goods):
        return Reason.OVER
    if all(goods.arrived == goods.expected for goods in scan.goods):
        return Reason.COMPLETE
    return Reason.COUNTED


def _line(scan: ReceiptScan, *, counted: bool) -> LineCount | None:
    """How far the item is; None unless the scan is of one item that was ordered."""
    if len(scan.goods) != 1 or not scan.goods[0].lines:
        return None
    goods = scan.goods[0]
    return LineCount(goods.expected, goods.arrived if counted else goods.arrived - goods.units)


def _effects(scan: ReceiptScan, reason: Reason) -> tuple[Effect, ...]:
    """The discrepancies of expired and unordered goods, and the items of which more came than ordered."""
    expired = [Opened(kind=DiscrepancyKind.EXPIRED, item_id=g.item_id, units=g.expired) for g in scan.goods if g.expired]
    strange = [Opened(kind=DiscrepancyKind.UNEXPECTED, item_id=g.item_id, units=g.units) for g in scan.goods if not g.lines]
    otherwise = {each.item_id for each in strange}
    if reason is Reason.OVER:
        otherwise |= {item_id for goods in scan.goods for item_id, _ in goods.contents}
    return (*expired, *strange, *((CameOtherwise(tuple(sorted(otherwise))),) if otherwise else ()))


def _finish(scan: ReceiptScan) -> Decision:
    lacking = _lacking(scan)
    if not lacking:
        return replace(accept(Reason.COMPLETE, f"{scan.task} is finished: all of it came."), finishes=True)
    back_order = bool(scan.short) and scan.code.command is Command.BACK_ORDER
    if scan.waiting or not scan.confirmed:  # a yes to finishing alone says nothing of what waits
        asked = question(scan.task, lacking, back_order=back_order, short=bool(scan.short), waits=bool(scan.waiting))
        return hold(Reason.SHORT, asked)
    opened = tuple(Opened(kind=DiscrepancyKind.SHORT, item_id=short.item_id, units=short.missing) for short in scan.short)
    rest = ", the rest stays on order" if back_order else ""
    noted = ": noted for purchasing" if opened else ""
    done = accept(Reason.SHORT, f"{scan.task} is finished. {lacking}{rest}{noted}.")
    otherwise = (CameOtherwise(tuple(short.item_id for short in scan.short)),) if opened else ()
    return replace(done, effects=opened + otherwise, finishes=True, back_order=back_order)


def _lacking(scan: ReceiptScan) -> str:
    """What is missing, in words for whoever finishes; empty when nothing is."""
    parts = [scan.waiting] if scan.waiting else []
    if scan.short:
        parts.append(did_not_come(scan.short))
    if untouched := sum(not short.scanned for short in scan.short):
        parts.append(f"{plural(untouched, 'item')} {'was' if untouched == 1 else 'were'} not scanned")
    if scan.unlinked:
        parts.append(f"{plural(scan.unlinked, 'unknown code')} not linked, so not counted")
    return ". ".join(parts)


def _warning(scan: ReceiptScan, reason: Reason) -> str:
    name = _names(scan)
    if reason is Reason.EXPIRED:
        wait = units_wait(waits(scan.goods, Doubt.EXPIRED))
        return f"{name} expired on {day(scan.code.expiry)}: {wait}. Yes puts it in {scan.quarantine.code}."
    if reason is Reason.UNEXPECTED:
        wait = units_wait(waits(scan.goods, Doubt.UNEXPECTED))
        return f"{name} is not on {scan.task}: {wait}. Yes puts it in {scan.quarantine.code}."
    units = waits(scan.goods, Doubt.OVER)
    return f"{name}: {more_wait(scan.goods, 'ordered')}. Take {'it' if units == 1 else 'them'} in?"


def _said(scan: ReceiptScan, reason: Reason) -> str:
    name = _names(scan)
    past, units = sum(goods.expired for goods in scan.goods), sum(goods.units for goods in scan.goods)
    if reason is Reason.EXPIRED and past < units and all(goods.lines for goods in scan.goods):
        where = f"{past:,} past their date are in {scan.quarantine.code}, {units - past:,} taken in as good"
        return f"{name}: {where}. Noted for purchasing."
    if reason is Reason.EXPIRED:
        return f"{name} expired on {day(scan.code.expiry)}: taken in to {scan.quarantine.code}, noted for purchasing."
    if reason is Reason.UNEXPECTED:
        return f"{name} was not ordered on {scan.task}: taken in to {scan.quarantine.code}, noted for purchasing."
    arrived = sum(goods.arrived for goods in scan.goods)
    expected = sum(goods.expected for goods in scan.goods)
    if reason is Reason.OVER:
        return f"{name}: {arrived} of {expected}, {arrived - expected} over. Noted for purchasing."
    if reason is Reason.COMPLETE:
        return f"{name}: all {expected} are here."
    return f"{name}: {arrived} of {expected}."


def _names(scan: ReceiptScan) -> str:
    first, *more = scan.goods
    return f"{first.name} and {plural(len(more), 'other item')}" if more else first.name
