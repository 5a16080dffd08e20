"""The rules of the returns bench: each scan against what was announced. Source: domain.md, Returns and Kits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.catalogue.locations import PLACES, Place
from scanner.codes.commands import NO_PAPER, PREFIX, Command, GradeSaid
from scanner.codes.dispositions import Disposition
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.errors import BadRequest
from scanner.receiving.rules import MAX_UNITS, Goods, LineFact, ShortFact, fill, moves
from scanner.returns import grading
from scanner.returns.grading import Bench, Hand, ReasonFact, Verdict
from scanner.scans.decision import Decision, LineCount, Mark, Move, NewLine, Opened, Outcome, Reason
from scanner.words import plural, shortened


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What of a return is not done: units that wait for a grade by item, items whose grade lacks its reason, shortages.

    `unlinked` codes of it have no item yet; `arrived` units came so far.
    """

    ungraded: tuple[tuple[str, int], ...] = ()
    unreasoned: tuple[str, ...] = ()
    short: tuple[ShortFact, ...] = ()
    unlinked: int = 0
    arrived: int = 0

    @property
    def nothing(self) -> bool:
        """All of it came, under this number or another, all that is here is graded, and every grade says why."""
        return not (self.ungraded or self.unreasoned or self.short or self.unlinked)

    @property
    def done(self) -> bool:
        """The same, of a return of which something is here."""
        return bool(self.arrived) and self.nothing


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may know of one scan. `confirmed`: a person has said yes to what was held.

    `label` is the place whose label was scanned, `labelled` the open returns that it names. `said` is a grade or reason
    that it commands, with the `reason` found for it or said beside it; `takes_up` that it takes earlier goods in hand,
    `found` which. `as_` and `place` come with the scan of an item that is counted and graded at once. `number` tells
    returns apart in marks. `ungraded` units of these very goods are here already and wait for a grade; `earlier` is what
    of them nobody has in hand.
    """

    task: str
    number: int
    is_open: bool
    announced: bool
    code: Code
    bench: Bench
    goods: Goods | None = None
    hand: Hand | None = None
    label: Place | None = None
    labelled: tuple[str, ...] = ()
    said: GradeSaid | None = None
    reason: ReasonFact | None = None
    takes_up: bool = False
    found: Hand | None = None
    as_: Disposition | None = None
    place: Place | None = None
    seen: bool = False
    confirmed: bool = False
    unfinished: Unfinished = Unfinished()
    ungraded: int = 0
    earlier: Hand | None = None


def decide(facts: Facts) -> Verdict:
    """What is done about a scan on a return. Undo and confirming are the spine's: they are alike for every task."""
    if facts.labelled:
        return _another(facts)
    if facts.takes_up:
        return grading.take_up(facts.found, facts.bench)
    if facts.said:
        return _grade(facts, facts.said)
    if facts.code.command is Command.MISSING:
        return grading.miss(facts.hand, facts.bench)
    if facts.label:
        return grading.at(facts.hand, facts.label, facts.bench)
    if not facts.is_open:
        return grading.refuse(facts.hand, f"{facts.task} is finished: it takes no more goods. Tap a line to grade it anew.")
    if facts.code.command is Command.DONE:
        return _finish(facts)
    if facts.goods is None:
        return _no_goods(facts)
    return _goods(facts, facts.goods)


def unannounced(lines: tuple[LineFact, ...], item_id: int) -> Opened:
    """The discrepancy that follows from what is counted of an item on a return that nobody told of."""
    return Opened(DiscrepancyKind.UNANNOUNCED, item_id, sum(line.scanned for line in lines))


def mark_of(code: Code, number: int) -> Mark | None:
    """What exists only once on one return: a serial may come back again another time."""
    return Mark("returned", f"{number}+{code.gtin}+{code.serial}") if code.gtin and code.serial else None


def _another(facts: Facts) -> Verdict:
    if len(facts.labelled) > 1:
        return grading.refuse(
            facts.hand, f"{shortened(facts.code.key)} has several open returns: scan {' or '.join(facts.labelled)}."
        )
    (other,) = facts.labelled
    if other == facts.task:
        decision = Decision(Outcome.ACCEPTED, Reason.LOCATED, f"This is {facts.task}: go on with its goods.")
        return Verdict(decision, handles=facts.hand.arrival_seq if facts.hand else None)
    finishes = facts.is_open and facts.unfinished.done
    done = f"{facts.task} is finished. " if finishes else ""
    return Verdict(Decision(Outcome.ACCEPTED, Reason.LOCATED, f"{done}Going on with {other}.", opens=other, finishes=finishes))


def _grade(facts: Facts, said: GradeSaid) -> Verdict:
    if said.reason and facts.reason is None:
        return grading.refuse(facts.hand, f"There is no reason {said.reason}. Nothing was graded: scan another.")
    if facts.reason and not facts.reason.active:
        return grading.refuse(
            facts.hand, f"{facts.reason.name} is not used as a reason any more. Scan another; nothing was graded."
        )
    if said.disposition:
        return grading.grade(facts.hand, said.disposition, facts.bench, facts.place, facts.reason)
    assert facts.reason is not None
    return grading.explain(facts.hand, facts.reason)


def _no_goods(facts: Facts) -> Verdict:
    """No item has the code. Goods that nobody knows are in hand now, so that the next grade is not for the ones before;
    but where a shelf is asked for, what says of itself that it is goods alone.
    """
    code = facts.code
    text = shortened(code.key)
    if code.key.upper() == NO_PAPER:
        return grading.refuse(facts.hand, "A return without paper is started on the page of the returns.")
    if code.key.upper().startswith(PREFIX):
        return grading.refuse(facts.hand, f"{text} is no command here. Nothing was done.")
    hint = f" ({code.problem})" if code.problem else ""
    if facts.hand and facts.hand.asks_shelf and not code.gtin:
        message = f"No shelf and no item has the code {text}. {facts.hand.name} is still in hand: scan the label of its shelf."
        return grading.refuse(facts.hand, message, Reason.UNKNOWN)
    message = f"No item and no place has the code {text}{hint}. Not counted: go on, and link it later."
    return Verdict(Decision(Outcome.REFUSED, Reason.UNKNOWN, message))


def _goods(facts: Facts, goods: Goods) -> Verdict:
    hand = facts.hand
    if hand and hand.is_kit and any(each.item_id == goods.item_id for each in replace(hand, part=None).ungraded):
        if hand.asks_part:
            return grading.miss(replace(hand, part=goods.item_id), facts.bench)
        chosen = replace(hand, part=goods.item_id)
        if facts.as_ is None:
            return grading.pick(hand, goods.item_id)
        return grading.grade(chosen, facts.as_, facts.bench, facts.place, facts.reason)
    return _again(facts, goods) or _refused(facts, goods) or _take_in(facts, goods)


def _again(facts: Facts, goods: Goods) -> Verdict | None:
    """Nothing more of it is to come, and some of it waits for a grade: then it is that which was scanned."""
    if facts.earlier is None or facts.confirmed or facts.as_ or facts.bench.quantity > 1:
        return None
    serial = mark_of(facts.code, facts.number)
    full = facts.announced and goods.over == goods.units
    return grading.take_up(facts.earlier, facts.bench, again=True) if (facts.seen if serial else full) else None


def _refused(facts: Facts, goods: Goods) -> Verdict | None:
    """Why the goods are not taken in, where they are not. Nothing is in hand then: the next grade would be for others."""
    if not 0 < goods.units <= MAX_UNITS:
        raise BadRequest(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {goods.units:,}.", "quantity")
    once = mark_of(facts.code, facts.number)
    if once and facts.bench.quantity > 1:
        message = f"Serial {facts.code.serial} exists once: it cannot count {facts.bench.quantity} times. Scan each one."
        return _about(goods, Decision(Outcome.REFUSED, Reason.DUPLICATE, message, goods.units))
    if facts.seen:
        message = f"Serial {facts.code.serial} of {goods.name} is on {facts.task} already: not counted again."
        return _about(goods, Decision(Outcome.REFUSED, Reason.DUPLICATE, message, goods.units))
    if facts.as_ is Disposition.RESTOCK and _is_expired(facts):
        message = f"{goods.name}: expired on {facts.code.expiry}, it cannot be restocked. Nothing was counted."
        return _about(goods, Decision(Outcome.REFUSED, Reason.EXPIRED, message, goods.units))
    return None


def _take_in(facts: Facts, goods: Goods) -> Verdict:
    reason = _reason(facts, goods)
    if reason in (Reason.OVER, Reason.UNEXPECTED) and not facts.confirmed:
        line = _line(facts, goods, goods.arrived - goods.units)
        return _about(goods, Decision(Outcome.HELD, reason, _warning(facts, goods, reason), goods.units, line))
    targets: dict[int, Place] = {}
    if facts.as_:
        _check_place(facts.as_, facts.place)
        parts = {item_id for item_id, _ in goods.parts} or {goods.item_id}
        targets = grading.targets_of(parts, facts.as_, facts.bench, facts.place)
        if parts - targets.keys():
            message = f"{goods.name}: nobody knows its shelf. Nothing was counted: say where it goes."
            return _about(goods, Decision(Outcome.HELD, Reason.LOCATED, message, goods.units))
    once = mark_of(facts.code, facts.number)
    decision = Decision(
        Outcome.ACCEPTED, reason, _said(facts, goods, targets), goods.units, _line(facts, goods, goods.arrived),
        counts=tuple(fill(goods)),
        moves=_moves(facts, goods, targets),
        marks=(once,) if once else (),
        new_lines=() if goods.lines else (NewLine(goods.item_id, goods.units),),
    )  # fmt: skip
    here = next(iter(targets.values())) if len(set(targets.values())) == 1 else facts.bench.places["bench"]
    return Verdict(decision, item_id=goods.item_id, here=here, as_=facts.as_, targets=targets, why=facts.reason)


def _check_place(as_: Disposition, place: Place | None) -> None:
    if place is not None and place.kind != PLACES[as_]:
        raise BadRequest(
            f"Expected a place of the kind {PLACES[as_]} for {as_}, got {place.code}, of the kind {place.kind}.", "location"
        )


def _moves(facts: Facts, goods: Goods, targets: dict[int, Place]) -> tuple[Move, ...]:
    """From the customer to the bench, and on to where they are graded to at once."""
    places = facts.bench.places
    arriving = tuple(moves(goods, places["customer"].id, places["bench"].id))
    onward = tuple(replace(move, source_id=move.target_id, target_id=targets[move.item_id].id) for move in arriving if targets)
    return arriving + onward


def _reason(facts: Facts, goods: Goods) -> Reason:
    if not facts.announced:
        return Reason.COUNTED
    if not goods.expected:
        return Reason.UNEXPECTED
    if goods.over:
        return Reason.OVER
    return Reason.COMPLETE if goods.arrived == goods.expected else Reason.COUNTED


def _line(facts: Facts, goods: Goods, scanned: int) -> LineCount | None:
    if not facts.announced:
        return LineCount(None, scanned)
    return LineCount(goods.expected, scanned) if goods.lines else None


def _is_expired(facts: Facts) -> bool:
    return facts.code.expiry is not None and facts.code.expiry < facts.bench.today


def _about(goods: Goods, decision: Decision) -> Verdict:
    return Verdict(decision, item_id=goods.item_id)


def _warning(facts: Facts, goods: Goods, reason: Reason) -> str:
    expired = f" {_expired(facts)}" if _is_expired(facts) else ""
    if reason is Reason.UNEXPECTED:
        return f"{goods.name}: not on {facts.task}. Scan it again to take it in all the same, or put it aside.{expired}"
    here = f" To grade what came before, tap it in the list ({facts.ungraded:,} to grade)." if facts.ungraded else ""
    return f"{goods.name}: {goods.over:,} more than announced. Scan it again to take it in, or put it aside.{here}{expired}"


def _said(facts: Facts, goods: Goods, targets: dict[int, Place]) -> str:
    words = " ".join([*_came(facts, goods), *_next(facts, goods, targets)])
    return f"{goods.name}: {words[:1].lower()}{words[1:]}"


def _came(facts: Facts, goods: Goods) -> list[str]:
    """How far the item is on an announced return, in sentences."""
    if not facts.announced:
        return []
    if not goods.expected:
        return ["Not announced.", "Noted for customer service."]
    words = f"{goods.arrived:,} of {goods.expected:,}"
    over = goods.arrived - goods.expected
    return [f"{words}, {over:,} more than announced.", "Noted for customer service."] if over > 0 else [f"{words}."]


def _next(facts: Facts, goods: Goods, targets: dict[int, Place]) -> list[str]:
    """What becomes of goods that were taken in, in sentences."""
    if facts.as_:
        why = f" ({facts.reason.name})" if facts.reason else ""
        return [f"{facts.as_.capitalize()} → {', '.join(sorted({place.code for place in targets.values()}))}{why}."]
    said = [_expired(facts)] if _is_expired(facts) else []
    if not facts.announced and facts.ungraded and not goods.parts:
        said.append(f"{facts.ungraded + goods.units:,} of it wait for a grade.")
    return [*said, "Now its grade."]


def _expired(facts: Facts) -> str:
    return f"Expired on {facts.code.expiry}: it cannot be restocked."


def _finish(facts: Facts) -> Verdict:
    left = facts.unfinished
    if left.ungraded:
        units = sum(units for _, units in left.ungraded)
        names = ", ".join(dict.fromkeys(name for name, _ in left.ungraded))
        wait = "unit waits" if units == 1 else "units wait"
        words = f"{units:,} {wait} for a grade: {names[:200]}. Tap it in the list and grade it, then finish."
        return grading.refuse(facts.hand, words, Reason.SHORT)
    words = lacking(left)
    if words and not facts.confirmed:
        decision = Decision(Outcome.HELD, Reason.SHORT, f"{words}. Scan the same again to finish {facts.task} so.")
        return Verdict(decision, handles=facts.hand.arrival_seq if facts.hand else None)
    opened = tuple(Opened(DiscrepancyKind.MISSING, short.item_id, short.expected - short.scanned) for short in left.short)
    noted = " Noted for customer service." if opened else ""
    message = f"{facts.task} is finished. {words}.{noted}" if words else f"{facts.task} is finished: all of it is graded."
    reason = Reason.SHORT if words else Reason.COMPLETE
    return Verdict(Decision(Outcome.ACCEPTED, reason, message, opened=opened, finishes=True))


def lacking(left: Unfinished) -> str:
    """What a person must know before finishing, in words; empty when nothing is missing."""
    parts = []
    if left.short:
        missing = sum(short.expected - short.scanned for short in left.short)
        parts.append(f"{plural(missing, 'unit')} of {plural(len(left.short), 'item')} did not come")
    if left.unreasoned:
        parts.append(f"no reason given for {', '.join(left.unreasoned)[:200]}")
    if left.unlinked:
        parts.append(f"{plural(left.unlinked, 'unknown code')} not linked, so not counted")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]
