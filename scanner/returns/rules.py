"""The rules of returns: each scan against what was announced."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.catalogue.locations import PLACES, Place
from scanner.codes.commands import NO_PAPER, PREFIX, Command, GradeSaid
from scanner.codes.dispositions import Disposition
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.errors import BadRequest
from scanner.returns import grading, waiting
from scanner.returns.grading import Bench, GradesOnArrival, Hand, ReasonFact
from scanner.scans.decision import Decision, Doubt, Effect, Mark, Move, NewLine, Opened, accept, hold, hold_goods, refuse
from scanner.scans.goods import (
    Goods,
    LineFact,
    ShortFact,
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

TO_GRADE = "to grade it, tap “to grade” on its line"
"""The way back to goods that came and are in nobody's hand. Their item scanned again would be another unit."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is still to be done on a return."""

    ungraded: tuple[tuple[str, int], ...] = ()  # names and units of items without a grade
    unreasoned: tuple[str, ...] = ()  # names of items whose grade has no reason
    short: tuple[ShortFact, ...] = ()
    unlinked: int = 0  # unknown codes
    arrived: int = 0  # units that came so far

    @property
    def nothing(self) -> bool:
        """Whether nothing is left: all of it came, has a grade, and each grade its reason."""
        return not (self.ungraded or self.unreasoned or self.short or self.unlinked)

    @property
    def done(self) -> bool:
        """Whether something came and nothing is left to do."""
        return bool(self.arrived) and self.nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnScan:
    """What the rules know of one scan on a return."""

    task: str
    number: int  # of the return, for serials
    is_open: bool
    announced: bool
    code: Code
    bench: Bench
    goods: tuple[Goods, ...] = ()  # of the scanned code
    hand: Hand | None = None
    label: Place | None = None  # the place whose label was scanned
    labelled: tuple[str, ...] = ()  # open returns that the label names
    said: GradeSaid | None = None  # a grade or a reason that the label commands
    reason: ReasonFact | None = None  # of the label, or beside the grade
    takes_up: bool = False  # the label takes earlier goods in hand
    found: Hand | None = None  # these goods
    as_: Disposition | None = None  # the goods are counted and graded at once
    place: Place | None = None  # where they go then
    marks: tuple[Mark, ...] = ()  # the serials of the goods
    seen: bool = False  # one of them is on the return already
    times: int = 1  # how many times the scan counts what exists once
    waits_already: bool = False  # it waits for an answer
    waiting: str = ""  # what waits for an answer, in words; only when finishing
    asked_about: str = ""  # goods that wait for an answer while none are in hand; only for a grade
    confirmed: bool = False  # a person said yes to the held scan
    unfinished: Unfinished = Unfinished()
    kit: str = ""  # the announced kit that the goods are a part of; asked for where they were not announced themselves
    ungraded: int = 0  # units of these goods without a grade
    earlier: Hand | None = None  # the first of them that nobody has in hand


@dataclass(frozen=True, slots=True)
class LinesChanged(Effect):
    """These lines changed, which other systems are told."""

    line_ids: tuple[int, ...]


def decide(scan: ReturnScan) -> Decision:
    """Decide a scan on a return. Undo and confirming are decided before, alike for all tasks."""
    if scan.labelled:
        return _another(scan)
    if scan.takes_up:
        return grading.take_up(scan.found, scan.bench)
    if scan.said:
        return _grade(scan, scan.said)
    if scan.code.command is Command.MISSING:
        return grading.miss(scan.hand, scan.bench)
    if scan.label and scan.hand is None and scan.unfinished.ungraded:
        return grading.refuse(None, _waits_on_its_line(scan.unfinished.ungraded))
    if scan.label:
        return grading.at(scan.hand, scan.label, scan.bench)
    if not scan.is_open:
        return grading.refuse(scan.hand, f"{scan.task} is finished: it takes no more goods. Tap a line to grade it again.")
    if scan.code.command is Command.DONE:
        return _finish(scan)
    if not scan.goods:
        return _no_goods(scan)
    if len(scan.goods) > 1:
        return grading.refuse(scan.hand, f"{what_exists_once(scan.code)} has several items in it: scan each item.")
    return _goods(scan, scan.goods[0])


def unannounced(lines: tuple[LineFact, ...], item_id: int) -> Opened:
    """The discrepancy of an item that was counted on a return without paper."""
    return Opened(kind=DiscrepancyKind.UNANNOUNCED, item_id=item_id, units=sum(line.scanned for line in lines))


def left_out(item_id: int, units: int) -> Opened:
    """The discrepancy of held goods that the clerk left out."""
    return Opened(kind=DiscrepancyKind.LEFT_OUT, item_id=item_id, units=units, owner="customer service")


def returned(serial: Mark, number: int) -> Mark:
    """The mark of a serial on a return. It is unique on one return only: it may come back another time."""
    return Mark("returned", f"{number}+{serial.value}")


def _another(scan: ReturnScan) -> Decision:
    if len(scan.labelled) > 1:
        return grading.refuse(
            scan.hand, f"{shortened(scan.code.key)} has several open returns: scan {' or '.join(scan.labelled)}."
        )
    (other,) = scan.labelled
    if other == scan.task:
        return _still_in_hand(scan, accept(Reason.LOCATED, f"This is {scan.task}: go on with its goods."))
    finishes = scan.is_open and scan.unfinished.done and not scan.waiting
    done = f"{scan.task} is finished. " if finishes else ""
    return replace(accept(Reason.LOCATED, f"{done}Going on with {other}."), opens=other, finishes=finishes)


def _still_in_hand(scan: ReturnScan, decision: Decision) -> Decision:
    return replace(decision, handles=scan.hand.arrival_seq if scan.hand else None)


def _grade(scan: ReturnScan, said: GradeSaid) -> Decision:
    if scan.asked_about:
        words = f"{scan.asked_about} waits for an answer: say yes or leave it out, then grade. Nothing was graded."
        return grading.refuse(None, words)
    if scan.hand is None and scan.unfinished.ungraded:
        return grading.refuse(None, _waits_on_its_line(scan.unfinished.ungraded))
    if said.reason and scan.reason is None:
        return grading.refuse(scan.hand, f"There is no reason {said.reason}. Nothing was graded: scan another.")
    if scan.reason and not scan.reason.active:
        return grading.refuse(
            scan.hand, f"{scan.reason.name} is not used as a reason any more. Scan another; nothing was graded."
        )
    if said.disposition:
        return grading.grade(scan.hand, said.disposition, scan.bench, scan.place, scan.reason)
    assert scan.reason is not None
    return grading.explain(scan.hand, scan.reason)


def _waits_on_its_line(ungraded: tuple[tuple[str, int], ...]) -> str:
    """What to do with a grade, or a place, when nothing is in hand and something came that has no grade."""
    units = sum(units for _, units in ungraded)
    name = ungraded[0][0] if len(ungraded) == 1 else "of what came"
    return f"Nothing is in hand, so nothing was graded. {units:,} {name} {'waits' if units == 1 else 'wait'}: {TO_GRADE}."


def _no_goods(scan: ReturnScan) -> Decision:
    """Refuse a code without an item. It is then in hand, so that the next grade is not for earlier goods.

    Where a shelf is asked for, a code that is no GTIN counts as an unknown shelf, and the goods stay in hand.
    """
    code = scan.code
    text = shortened(code.key)
    if code.key.upper() == NO_PAPER:
        return grading.refuse(scan.hand, "A return without paper is started on the page of the returns.")
    if code.key.upper().startswith(PREFIX):
        return grading.refuse(scan.hand, no_command(code))
    hint = f" ({code.problem})" if code.problem else ""
    if scan.hand and scan.hand.asks_shelf and not code.gtin:
        message = f"No shelf and no item has the code {text}. {scan.hand.name} is still in hand: scan the label of its shelf."
        return grading.refuse(scan.hand, message, Reason.UNKNOWN)
    message = f"No item and no place has the code {text}{hint}. Not counted: go on, and link it later."
    if scan.hand and scan.hand.ungraded:
        message += f" {scan.hand.name} is not in hand any more: {TO_GRADE}."
    return refuse(Reason.UNKNOWN, message)


def _goods(scan: ReturnScan, goods: Goods) -> Decision:
    hand = scan.hand
    if hand and hand.is_kit and any(each.item_id == goods.item_id for each in replace(hand, part=None).ungraded):
        if hand.asks_part:
            return grading.miss(replace(hand, part=goods.item_id), scan.bench)
        chosen = replace(hand, part=goods.item_id)
        if scan.as_ is None:
            return grading.pick(hand, goods.item_id)
        return grading.grade(chosen, scan.as_, scan.bench, scan.place, scan.reason)
    return _again(scan, goods) or _refused(scan, goods) or _take_in(scan, goods)


def _again(scan: ReturnScan, goods: Goods) -> Decision | None:
    """Take earlier goods in hand whose serial number was scanned again. Without one the same code is another unit."""
    if scan.earlier is None or scan.confirmed or scan.as_ or scan.bench.quantity > 1:
        return None
    return grading.take_up(scan.earlier, scan.bench, again=True) if scan.seen else None


def _refused(scan: ReturnScan, goods: Goods) -> Decision | None:
    """Refuse goods that cannot be taken in. They are then not in hand, and neither are earlier ones."""
    if scan.marks and scan.times > 1:
        message = cannot_count_times(f"Serial {scan.code.serial}", scan.times)
        return _about(goods, refuse(Reason.DUPLICATE, message, goods.units))
    if scan.waits_already:
        message = f"Serial {scan.code.serial} of {goods.name} waits for an answer already: it exists once."
        return _about(goods, refuse(Reason.DUPLICATE, message, goods.units))
    if scan.seen:
        message = f"Serial {scan.code.serial} of {goods.name} is on {scan.task} already: not counted again."
        return _about(goods, refuse(Reason.DUPLICATE, message, goods.units))
    if scan.as_ is Disposition.RESTOCK and _is_expired(scan):
        message = f"{goods.name}: expired on {day(scan.code.expiry)}, it cannot be restocked. Nothing was counted."
        return _about(goods, refuse(Reason.EXPIRED, message, goods.units))
    return None


def _take_in(scan: ReturnScan, goods: Goods) -> Decision:
    reason = _reason(scan, goods)
    if reason in (Reason.OVER, Reason.UNEXPECTED) and not scan.confirmed:
        doubt = Doubt.OVER if reason is Reason.OVER else Doubt.UNEXPECTED
        held = hold_goods(reason, doubt, _warning(scan, goods, reason), units=goods.units, waits=waits((goods,), doubt))
        return replace(_about(goods, held), line=_line(scan, goods, goods.arrived - goods.units))
    targets: dict[int, Place] = {}
    if scan.as_:
        _check_place(scan.as_, scan.place)
        inside = {item_id for item_id, _ in goods.contents}
        targets = grading.targets_of(inside, scan.as_, scan.bench, scan.place)
        if inside - targets.keys():
            message = f"{goods.name}: nobody knows its shelf. Nothing was counted: say where it goes."
            return _about(goods, refuse(Reason.LOCATED, message, goods.units))
    moved = _moves(scan, goods, targets)
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=reason,
        message=_said(scan, goods, targets),
        units=goods.units,
        item_id=goods.item_id,
        item=goods.named,
        line=_line(scan, goods, goods.arrived),
        here=next(iter(targets.values())) if len(set(targets.values())) == 1 else scan.bench.places["bench"],
        counts=tuple(fill(goods)),
        new_lines=() if goods.lines else (NewLine(goods.item_id, goods.units),),
        moves=moved,
        marks=scan.marks,
        effects=_graded_at_once(scan, targets) + grading.restocked(moved, targets),
    )


def _graded_at_once(scan: ReturnScan, targets: dict[int, Place]) -> tuple[Effect, ...]:
    if scan.as_ is None:
        return ()
    places = tuple((item_id, place.id) for item_id, place in targets.items())
    why = scan.reason.id if scan.reason else None
    return (GradesOnArrival(disposition=scan.as_, targets=places, reason_id=why),)


def _check_place(as_: Disposition, place: Place | None) -> None:
    if place is not None and place.kind != PLACES[as_]:
        raise BadRequest(
            f"Expected a place of the kind {PLACES[as_]} for {as_}, got {place.code}, of the kind {place.kind}.", "location"
        )


def _moves(scan: ReturnScan, goods: Goods, targets: dict[int, Place]) -> tuple[Move, ...]:
    """The movements to the bench, and on to where the grade sends the goods."""
    places = scan.bench.places
    arriving = tuple(moves(goods, places["customer"].id, places["bench"].id))
    onward = tuple(replace(move, source_id=move.target_id, target_id=targets[move.item_id].id) for move in arriving if targets)
    return arriving + onward


def _reason(scan: ReturnScan, goods: Goods) -> Reason:
    if not scan.announced:
        return Reason.COUNTED
    if not goods.expected:
        return Reason.UNEXPECTED
    if goods.over:
        return Reason.OVER
    return Reason.COMPLETE if goods.arrived == goods.expected else Reason.COUNTED


def _line(scan: ReturnScan, goods: Goods, scanned: int) -> LineCount | None:
    if not scan.announced:
        return LineCount(None, scanned)
    return LineCount(goods.expected, scanned) if goods.lines else None


def _is_expired(scan: ReturnScan) -> bool:
    return scan.code.expiry is not None and scan.code.expiry < scan.bench.today


def _about(goods: Goods, decision: Decision) -> Decision:
    return replace(decision, item_id=goods.item_id, item=goods.named)


def _warning(scan: ReturnScan, goods: Goods, reason: Reason) -> str:
    expired = f" {_expired(scan)}" if _is_expired(scan) else ""
    if reason is Reason.UNEXPECTED:
        wait = units_wait(waits((goods,), Doubt.UNEXPECTED))
        if scan.kit:
            way = f"Undo, and scan {scan.kit}: it is graded part by part. Yes takes this part in by itself."
            return f"{goods.name}: a part of {scan.kit}, which was announced, {wait}. {way}{expired}"
        return f"{goods.name}: not on {scan.task}, {wait}. Yes takes it in anyway.{expired}"
    more = more_wait((goods,), "announced")
    here = f" Was it here before? Undo, then grade it ({scan.ungraded:,} to grade)." if scan.ungraded else ""
    return f"{goods.name}: {more}. Yes takes it in.{here}{expired}"


def _said(scan: ReturnScan, goods: Goods, targets: dict[int, Place]) -> str:
    words = " ".join([*_came(scan, goods), *_next(scan, goods, targets)])
    return f"{goods.name}: {words[:1].lower()}{words[1:]}"


def _came(scan: ReturnScan, goods: Goods) -> list[str]:
    """How far the item is on an announced return, in words."""
    if not scan.announced:
        return []
    if not goods.expected:
        return ["Not announced.", "Noted for customer service."]
    words = f"{goods.arrived:,} of {goods.expected:,}"
    over = goods.arrived - goods.expected
    return [f"{words}, {over:,} more than announced.", "Noted for customer service."] if over > 0 else [f"{words}."]


def _next(scan: ReturnScan, goods: Goods, targets: dict[int, Place]) -> list[str]:
    """What comes next for goods that were taken in, in words."""
    if scan.as_:
        why = f" ({scan.reason.name})" if scan.reason else ""
        return [f"{scan.as_.capitalize()} → {', '.join(sorted({place.code for place in targets.values()}))}{why}."]
    said = [_expired(scan)] if _is_expired(scan) else []
    if not scan.announced and scan.ungraded and not goods.parts:
        said.append(f"{scan.ungraded + goods.units:,} of it wait for a grade.")
    return [*said, "Now its grade."]


def _expired(scan: ReturnScan) -> str:
    return f"Expired on {day(scan.code.expiry)}: it cannot be restocked."


def _finish(scan: ReturnScan) -> Decision:
    left = scan.unfinished
    if left.ungraded:
        return grading.refuse(scan.hand, waiting.before_finishing(left.ungraded, scan.hand), Reason.SHORT)
    words = lacking(left)
    if scan.waiting:  # a yes to finishing alone says nothing of what waits
        said = ". ".join(filter(None, (scan.waiting, words)))
        asked = f"{said}. Yes takes that in, to be graded; Leave out finishes {scan.task} without it."
        return _still_in_hand(scan, hold(Reason.SHORT, asked))
    if words and not scan.confirmed:
        return _still_in_hand(scan, hold(Reason.SHORT, f"Finish {scan.task} anyway? {words}."))
    opened = tuple(Opened(kind=DiscrepancyKind.MISSING, item_id=short.item_id, units=short.missing) for short in left.short)
    noted = " Noted for customer service." if opened else ""
    message = f"{scan.task} is finished. {words}.{noted}" if words else f"{scan.task} is finished: all of it is graded."
    reason = Reason.SHORT if words else Reason.COMPLETE
    return replace(accept(reason, message), effects=opened, finishes=True)


def lacking(left: Unfinished) -> str:
    """What is missing, in words for whoever finishes; empty when nothing is."""
    parts = []
    if left.short:
        parts.append(did_not_come(left.short))
    if left.unreasoned:
        parts.append(f"No reason given for {', '.join(left.unreasoned)[:200]}")
    if left.unlinked:
        parts.append(f"{plural(left.unlinked, 'unknown code')} not linked, so not counted")
    return ". ".join(parts)
