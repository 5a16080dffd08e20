"""Judges every line of a count against what was on hand at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.counting import visits
from scanner.counting.variances import store
from scanner.counting.variances.rules import Agreement, Counted, Moved, Tolerance, judge, moved_while, on_hand_then
from scanner.counting.variances.store import ClosedVisit, CountedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One item at one location as a visit counted it, against on hand at that moment."""

    visit: ClosedVisit
    item: CountedItem
    counted: Counted
    on_hand: int
    moved: bool  # stock of it moved during the count
    agreement: Agreement

    @property
    def variance(self) -> int:
        """Units counted minus units on hand."""
        return self.counted.units - self.on_hand

    @property
    def scan_seq(self) -> int:
        """The last scan that counted it."""
        return self.counted.last[1]

    @property
    def value_e4(self) -> int:
        """What the variance is worth at cost, as a size."""
        return abs(self.variance) * self.item.unit_cost_e4


def judged(session: Session, task_id: int, *, recount: bool) -> Iterator[Judged]:
    """Every line that the visits of a count say something of."""
    tolerances = _tolerances(session)
    asked = {(row.location_id, row.item_id) for row in visits.asked(session, task_id)} if recount else None
    for visit in store.closed_visits(session, task_id):
        found = {
            row.item_id: Counted(row.scanned, (row.first_at, row.first_seq), (row.last_at, row.last_seq))
            for row in store.found_in(session, visit.id)
        }
        if not visit.said_empty and not any(each.units for each in found.values()):
            continue  # all that was found there was taken back: the visit says nothing of the place
        yield from _of_visit(session, visit, found, asked, tolerances)


def _tolerances(session: Session) -> dict[str, Tolerance]:
    """By class. What a supervisor must approve is within no tolerance."""
    limit = store.approval_value(session)
    return {
        name: Tolerance(row.tolerance_units, row.tolerance_bp, min(row.tolerance_value_e4, limit))
        for name, row in store.classes(session).items()
    }


def _of_visit(
    session: Session,
    visit: ClosedVisit,
    found: dict[int, Counted],
    asked: set[tuple[int, int]] | None,
    tolerances: dict[str, Tolerance],
) -> Iterator[Judged]:
    """The lines of one visit: of a first count what was found or is on record there, of a recount what it asks for.

    `asked` is (location id, item id) of a recount, None for a first count.
    """
    stock, moves = _record(session, visit)
    wanted = found.keys() | stock.keys() if asked is None else {item for place, item in asked if place == visit.location_id}
    items = store.items(session, wanted)
    nothing = Counted(0, (visit.opened_at, visit.opened_seq), (visit.last_at, visit.last_seq))
    for item_id in sorted(wanted):
        counted, movements = found.get(item_id, nothing), moves.get(item_id, [])
        on_hand = on_hand_then(stock.get(item_id, 0), movements, counted)
        says_something = counted.units or (on_hand if asked is None else visit.said_empty)
        if not says_something:
            continue
        until = counted.last if counted.units else (visit.closed_at, visit.closed_seq)
        moved = moved_while(movements, counted.first, until)
        item = items[item_id]
        agreement = judge(counted.units, on_hand, item.unit_cost_e4, tolerances[item.abc_class], moved=moved)
        yield Judged(visit=visit, item=item, counted=counted, on_hand=on_hand, moved=moved, agreement=agreement)


def _record(session: Session, visit: ClosedVisit) -> tuple[dict[int, int], dict[int, list[Moved]]]:
    """By item: units on hand at the visit's location now, and what moved there since the visit began."""
    stock: dict[int, int] = {}
    moves: dict[int, list[Moved]] = {}
    corrected_at = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
    for row in store.record_of(session, visit.location_id, visit.opened_at, corrected_at):
        stock[row.item_id] = row.units
        if row.moved is not None and row.at is not None:
            units = -row.moved if row.source_id == visit.location_id else row.moved
            moves.setdefault(row.item_id, []).append(Moved(units, row.at, row.scan_seq or 0))
    return stock, moves
