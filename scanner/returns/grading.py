"""The rules of grading: what a grade, a reason or the label of a location does with the goods in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from scanner.catalogue.locations import BY_PLACE, PLACES, SELLABLE, Place
from scanner.codes.dispositions import MISSING, NEED_REASON, Disposition
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans import decision as decisions
from scanner.scans.decision import Decision, Effect, Move, Opened, Restocked, accept, hold
from scanner.scans.result import LineCount, Reason
from scanner.words import day


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Units of an item of one arrival and line at one location, with or without a grade."""

    line_id: int
    item_id: int
    name: str
    units: int
    place: Place
    disposition: str | None = None
    grade_seq: int | None = None  # the scan that graded it
    reason_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The goods of one arrival that a person has in hand."""

    arrival_seq: int
    item_id: int  # that was counted: of a kit, the kit
    name: str
    portions: tuple[Portion, ...]
    expiry: date | None = None
    line: LineCount | None = None
    part: int | None = None  # the item of the kit that was chosen
    asks_shelf: bool = False  # its restock waits for a shelf
    asks_part: bool = False  # a part is missing, and the next scan says which

    @property
    def is_kit(self) -> bool:
        """Whether it is a kit: its parts are other items than the one scanned."""
        return any(portion.item_id != self.item_id for portion in self.portions)

    @property
    def meant(self) -> tuple[Portion, ...]:
        """The portions that the next grade may be for."""
        return tuple(each for each in self.portions if self.part in (None, each.item_id) and each.disposition != MISSING)

    @property
    def ungraded(self) -> tuple[Portion, ...]:
        """Portions without a grade."""
        return tuple(each for each in self.meant if each.disposition is None)

    @property
    def last(self) -> tuple[Portion, ...]:
        """The portions that were graded last."""
        latest = max((each.grade_seq or 0 for each in self.meant), default=0)
        return tuple(each for each in self.meant if each.grade_seq and each.grade_seq == latest)

    @property
    def unexplained(self) -> tuple[Portion, ...]:
        """Portions whose grade needs a reason and has none."""
        return tuple(each for each in self.meant if each.disposition in NEED_REASON and each.reason_id is None)

    @property
    def asks_reason(self) -> bool:
        """Whether a reason comes next. Goods without a grade come first, unless one was just graded."""
        return bool(self.unexplained) and (not self.ungraded or bool(set(self.unexplained) & set(self.last)))


@dataclass(frozen=True, slots=True)
class ReasonFact:
    """A reason of the list. Only an `active` one may be given."""

    id: int
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """What grading knows besides the goods: locations by kind, home shelves, today, and the quantity."""

    places: Mapping[str, Place]
    homes: Mapping[int, Place]
    today: date
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Units that a scan graded, and the scan whose grade it replaces."""

    line_id: int
    item_id: int
    units: int
    disposition: str
    location_id: int
    reason_id: int | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Grades(Effect):
    """The grades that a scan gave to one arrival."""

    arrival_seq: int
    graded: tuple[Graded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradesOnArrival(Effect):
    """One grade for all goods of this very scan."""

    disposition: Disposition
    targets: tuple[tuple[int, int], ...]  # (item id, location id)
    reason_id: int | None = None


def grade(
    hand: Hand | None, as_: Disposition, bench: Bench, place: Place | None = None, why: ReasonFact | None = None
) -> Decision:
    """Grade the goods in hand, for the first time or again. `place`: the scanned location."""
    if hand is None:
        return refuse(None, "Nothing is in hand to grade: scan the item first, then its grade.")
    if problem := _not_so_many(hand, bench.quantity):
        return refuse(hand, problem)
    taken = _taken(hand, bench.quantity)
    if not taken:
        return refuse(hand, f"Nothing of {hand.name} is left to grade.")
    if as_ is Disposition.RESTOCK and hand.expiry and hand.expiry < bench.today:
        return refuse(hand, f"{hand.name}: {_expired(hand)}. Grade it otherwise.", Reason.EXPIRED)
    targets = targets_of({each.item_id for each in taken}, as_, bench, place)
    if lost := [each.name for each in taken if each.item_id not in targets]:
        return _ask_shelf(hand, lost[0])
    graded = tuple(_graded(each, as_, targets[each.item_id], why) for each in taken)
    if all(_is_so(each, now) for each, now in zip(taken, graded, strict=True)):
        return refuse(hand, f"{_name(hand, taken)}: graded {as_} already, nothing was changed.", Reason.DUPLICATE)
    return _carry(hand, taken, graded, targets, why)


def at(hand: Hand | None, label: Place, bench: Bench) -> Decision:
    """The label of a location: the goods in hand go there, which grades them or corrects the last grade.

    The label of a shelf alone does not make goods sellable that have another grade.
    """
    if label.kind not in BY_PLACE:
        return refuse(hand, f"{label.code} is not a place for graded goods: scan a shelf, or where refused goods are kept.")
    if hand is None:
        return refuse(None, f"Nothing is in hand to put to {label.code}: scan the item first.")
    as_ = BY_PLACE[label.kind]
    before = {each.disposition for each in hand.last}
    if as_ is not Disposition.RESTOCK or hand.ungraded or before <= {as_} or hand.asks_shelf:
        return grade(hand, as_, bench, label)
    graded = " and ".join(sorted(map(str, before)))
    return refuse(hand, f"{hand.name}: graded {graded}. To sell it, scan the grade {as_} first, then {label.code}.")


def explain(hand: Hand | None, why: ReasonFact) -> Decision:
    """Give the reason for the grade of the goods in hand."""
    if hand is None or not hand.last:
        return refuse(hand, "Nothing graded is in hand: scan the item and its grade, then the reason.")
    meant = hand.unexplained or tuple(each for each in hand.last if each.disposition in NEED_REASON)
    if not meant:
        return refuse(hand, f"{hand.name}: graded {hand.last[0].disposition}, that needs no reason.")
    if all(each.reason_id == why.id for each in meant):
        return refuse(hand, f"{hand.name}: the reason is {why.name} already.", Reason.DUPLICATE)
    graded = tuple(
        Graded(
            line_id=each.line_id,
            item_id=each.item_id,
            units=each.units,
            disposition=str(each.disposition),
            location_id=each.place.id,
            reason_id=why.id,
            replaces=each.grade_seq,
        )
        for each in _latest(meant)
    )
    done = _done(hand, f"{_name(hand, meant)}: {meant[0].disposition}, {why.name}.", graded=graded, moves=(), taken=meant)
    return replace(done, here=meant[0].place)


def miss(hand: Hand | None, bench: Bench) -> Decision:
    """A part of the kit in hand did not come. Its units are booked back to the customer."""
    if hand is None or not hand.is_kit:
        return refuse(hand, "No kit is in hand: only a part of a kit can be missing.")
    if hand.part is None:
        return _about(hand, accept(Reason.LOCATED, f"Which part of {hand.name} is missing? Scan or tap it."))
    if sum(each.units for each in hand.ungraded) < bench.quantity:
        return refuse(hand, f"{_name(hand, hand.meant)}: fewer than {bench.quantity} wait for a grade.")
    customer = bench.places["customer"]
    lacking = _first(hand.ungraded, bench.quantity)
    graded = tuple(
        Graded(line_id=each.line_id, item_id=each.item_id, units=each.units, disposition=MISSING, location_id=customer.id)
        for each in lacking
    )
    moves = tuple(Move(each.item_id, each.units, each.place.id, customer.id) for each in lacking)
    opened = (Opened(kind=DiscrepancyKind.MISSING_PART, item_id=hand.part, units=bench.quantity),)
    message = f"{lacking[0].name}: {bench.quantity:,} missing from {hand.name}. Noted for customer service."
    return _done(hand, message, graded=graded, moves=moves, taken=lacking, opened=opened)


def pick(hand: Hand, part: int) -> Decision:
    """Choose one part of the kit in hand for the next grade."""
    chosen = replace(hand, part=part)
    units = sum(each.units for each in chosen.ungraded)
    message = f"{chosen.meant[0].name}: {units:,} of {hand.name}. Now its grade."
    return replace(_about(hand, accept(Reason.LOCATED, message)), item_id=part)


def take_up(hand: Hand | None, bench: Bench, *, again: bool = False) -> Decision:
    """Take goods in hand that came earlier. `again`: their item was scanned again."""
    if hand is None:
        return refuse(None, "Nothing of this came yet: scan it when it does.")
    waits = sum(each.units for each in hand.ungraded)
    wait = f"{waits:,} {'waits' if waits == 1 else 'wait'} for a grade"
    state = wait if waits else f"graded {hand.last[0].disposition}" if hand.last else "nothing left to grade"
    words = f"{hand.name}: in hand{' again' if again else ''}, {state}."
    if waits and hand.expiry and hand.expiry < bench.today:
        words += f" It {_expired(hand)}."
    return replace(_about(hand, accept(Reason.LOCATED, words)), line=hand.line)


def targets_of(item_ids: set[int], as_: Disposition, bench: Bench, place: Place | None) -> dict[int, Place]:
    """Where each item goes. To be restocked without a known shelf: left out."""
    if place is not None:
        return dict.fromkeys(item_ids, place)
    if as_ is Disposition.RESTOCK:
        return {item_id: bench.homes[item_id] for item_id in item_ids if item_id in bench.homes}
    return dict.fromkeys(item_ids, bench.places[PLACES[as_]])


def refuse(hand: Hand | None, message: str, reason: Reason = Reason.UNEXPECTED) -> Decision:
    """Refuse the scan. The goods stay in hand."""
    refused = decisions.refuse(reason, message)
    return replace(_about(hand, refused), item_id=hand.part or hand.item_id) if hand else refused


def _about(hand: Hand, decision: Decision) -> Decision:
    """Note that the scan is about the goods in hand, which stay there."""
    return replace(decision, handles=hand.arrival_seq, item_id=hand.item_id)


def _ask_shelf(hand: Hand, name: str) -> Decision:
    message = f"{name}: nobody knows its shelf. Scan the label of the shelf that it goes to."
    units = sum(each.units for each in hand.ungraded or hand.last)
    return replace(_about(hand, hold(Reason.LOCATED, message, units)), item_id=hand.part or hand.item_id)


def _not_so_many(hand: Hand, quantity: int) -> str | None:
    """Why so many units cannot be graded; empty where they can. One means all goods in hand."""
    if quantity == 1:
        return None
    there = hand.ungraded or hand.last
    if len({each.item_id for each in there}) > 1:
        return f"{hand.name}: it is in parts, scan the part first, then how many."
    units = sum(each.units for each in there)
    if quantity > units or (not hand.ungraded and quantity != units):
        state = "wait for a grade" if hand.ungraded else "are graded, and can be graded again all together"
        return f"{hand.name}: {units:,} {state}, not {quantity:,}."
    return None


def _taken(hand: Hand, quantity: int) -> tuple[Portion, ...]:
    if not hand.ungraded:
        return hand.last
    return hand.ungraded if quantity == 1 else _first(hand.ungraded, quantity)


def _first(portions: tuple[Portion, ...], units: int) -> tuple[Portion, ...]:
    """The first units of the portions, in their order."""
    taken = []
    for each in portions:
        if units > 0:
            taken.append(replace(each, units=min(each.units, units)))
            units -= taken[-1].units
    return tuple(taken)


def _latest(portions: tuple[Portion, ...]) -> tuple[Portion, ...]:
    """The last grade of each line and item: a scan has one grade for each."""
    return tuple({(each.line_id, each.item_id): each for each in sorted(portions, key=_grade_seq)}.values())


def _grade_seq(portion: Portion) -> int:
    return portion.grade_seq or 0


def _graded(each: Portion, as_: Disposition, target: Place, why: ReasonFact | None) -> Graded:
    kept = each.reason_id if each.disposition == as_ else None
    return Graded(
        line_id=each.line_id,
        item_id=each.item_id,
        units=each.units,
        disposition=as_,
        location_id=target.id,
        reason_id=why.id if why else kept,
        replaces=each.grade_seq,
    )


def _is_so(each: Portion, graded: Graded) -> bool:
    now = (graded.disposition, graded.location_id, graded.reason_id)
    return (each.disposition, each.place.id, each.reason_id) == now


def _carry(
    hand: Hand, taken: tuple[Portion, ...], graded: tuple[Graded, ...], targets: Mapping[int, Place], why: ReasonFact | None
) -> Decision:
    moves = tuple(
        Move(each.item_id, each.units, each.place.id, targets[each.item_id].id)
        for each in taken
        if each.place.id != targets[each.item_id].id
    )
    as_, before = graded[0].disposition, taken[0].disposition
    message = f"{_name(hand, taken)}: {as_} → {', '.join(sorted({place.code for place in targets.values()}))}"
    message += f" ({why.name})" if why else ""
    message += f", was {before}." if before not in (None, as_) else "."
    if as_ in NEED_REASON and any(each.reason_id is None for each in graded):
        message += " Why? Scan or tap a reason."
    here = next(iter(targets.values())) if len(set(targets.values())) == 1 else None
    done = _done(hand, message, graded=graded, moves=moves, taken=taken)
    return replace(done, here=here, effects=done.effects + restocked(moves, targets))


def restocked(moves: tuple[Move, ...], targets: Mapping[int, Place]) -> tuple[Restocked, ...]:
    """The movements that bring goods back to where they can be sold."""
    return tuple(
        Restocked(move.item_id, move.target_id, move.units)
        for move in moves
        if move.item_id in targets and targets[move.item_id].id == move.target_id and targets[move.item_id].kind in SELLABLE
    )


def _done(
    hand: Hand, message: str, *, graded: tuple[Graded, ...], moves: tuple[Move, ...], taken: tuple[Portion, ...],
    opened: tuple[Opened, ...] = (),
) -> Decision:  # fmt: skip
    items = {each.item_id for each in taken}
    done = accept(Reason.GRADED, message, sum(each.units for each in graded))
    return replace(
        done,
        line=hand.line,
        item_id=items.pop() if len(items) == 1 else hand.item_id,
        handles=hand.arrival_seq,
        moves=moves,
        effects=(*opened, Grades(hand.arrival_seq, graded)),
    )


def _expired(hand: Hand) -> str:
    return f"expired on {day(hand.expiry)}, it cannot be restocked"


def _name(hand: Hand, portions: tuple[Portion, ...]) -> str:
    names = {each.name for each in portions}
    return names.pop() if len(names) == 1 else hand.name
