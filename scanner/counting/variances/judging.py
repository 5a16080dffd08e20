"""Judges every line of a count against what was on hand at that moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.counting import visits
from scanner.counting.variances import store
from scanner.counting.variances.rules import (
    Agreement,
    Counted,
    Made,
    Moved,
    Tolerance,
    begins,
    is_opening,
    judge,
    moved_while,
    on_hand_then,
)
from scanner.counting.variances.store import ClosedVisit, CountedItem, FoundUnits
from scanner.scans.order import store as order
from scanner.scans.order.rules import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One item at one location as a visit counted it, against on hand at that moment."""

    visit: ClosedVisit
    item: CountedItem
    counted: Counted
    on_hand: int
    moved: bool  # stock of it moved during the count
    agreement: Agreement
    opening: bool = False  # the shop begins with it: neither the place nor the item was ever on record

    @property
    def variance(self) -> int:
        """Units counted minus units on hand."""
        return self.counted.units - self.on_hand

    @property
    def scan_seq(self) -> int:
        """The last scan that counted it."""
        return self.counted.last.seq

    @property
    def value_e4(self) -> int:
        """What the variance is worth at cost, as a size."""
        return abs(self.variance) * self.item.unit_cost_e4


def judged(session: Session, task_id: int, now: datetime, *, recount: bool) -> Iterator[Judged]:
    """Every line that the visits of a count say something of."""
    tolerances = _tolerances(session)
    asked = {(row.location_id, row.item_id) for row in visits.asked(session, task_id)} if recount else None
    shop_begins = asked is None and begins(store.first_opening(session), now)
    for visit in store.closed_visits(session, task_id):
        found = store.found_in(session, visit.id)
        if not visit.said_empty and not any(each.scanned for each in found):
            continue  # all that was found there was taken back: the visit says nothing of the place
        yield from _of_visit(session, _Record.of(session, visit, found), asked, tolerances, shop_begins=shop_begins)


def _tolerances(session: Session) -> dict[str, Tolerance]:
    """By class. What a supervisor must approve is within no tolerance."""
    limit = store.approval_value(session)
    return {
        name: Tolerance(row.tolerance_units, row.tolerance_bp, min(row.tolerance_value_e4, limit))
        for name, row in store.classes(session).items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A visit, and by item what it found, what is on hand there now, and what moved there since the visit began."""

    visit: ClosedVisit
    nothing: Counted  # of an item that was not found
    closed: Place
    found: dict[int, Counted]
    stock: dict[int, int]
    moves: dict[int, list[Moved]]

    @classmethod
    def of(cls, session: Session, visit: ClosedVisit, found: list[FoundUnits]) -> _Record:
        """Read it. All scans of it are put in one order, since only places of one order can be compared."""
        adjustment = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
        since = order.reached_back(session, visit.opened_seq)
        on_record = store.record_of(session, visit.location_id, since, adjustment)
        moved = [row for row in on_record if row.scan_seq is not None]
        own = {visit.opened_seq, visit.last_seq, visit.closed_seq}
        at = order.order_of(session, own | {row.scan_seq for row in found} | {row.scan_seq or 0 for row in moved})
        moves: dict[int, list[Moved]] = {}
        for row in moved:
            units = (row.moved or 0) * (-1 if row.source_id == visit.location_id else 1)
            moves.setdefault(row.item_id, []).append(Moved(units, at[row.scan_seq or 0]))
        began, last = (
            Made(at[seq], seq, moment) for seq, moment in ((visit.opened_seq, visit.opened_at), (visit.last_seq, visit.last_at))
        )
        return cls(
            visit=visit, nothing=Counted(0, began, last), closed=at[visit.closed_seq], found=_counted(found, at),
            stock={row.item_id: row.units for row in on_record}, moves=moves,
        )  # fmt: skip


def _counted(found: list[FoundUnits], at: Mapping[int, Place]) -> dict[int, Counted]:
    """By item: the units that a visit found, from the first scan of them to the last."""
    scans: dict[int, list[Made]] = {}
    for row in found:
        scans.setdefault(row.item_id, []).append(Made(at[row.scan_seq], row.scan_seq, row.happened_at))
    return {row.item_id: Counted(row.scanned, min(scans[row.item_id]), max(scans[row.item_id])) for row in found}


def _of_visit(
    session: Session, record: _Record, asked: set[tuple[int, int]] | None, tolerances: dict[str, Tolerance], *, shop_begins: bool
) -> Iterator[Judged]:
    """The lines of one visit: of a first count what was found or is on record there, of a recount what it asks for.

    `asked` is (location id, item id) of a recount, None for a first count. `shop_begins`: there may be opening stock.
    """
    visit, found, stock = record.visit, record.found, record.stock
    wanted = found.keys() | stock.keys() if asked is None else {item for place, item in asked if place == visit.location_id}
    items = store.items(session, wanted)
    # A place that anything ever came to has a row of stock, if of none.
    new_here = wanted - store.ever_moved(session, wanted) if shop_begins and not stock else set()
    for item_id in sorted(wanted):
        counted, movements = found.get(item_id, record.nothing), record.moves.get(item_id, [])
        on_hand = on_hand_then(stock.get(item_id, 0), movements, counted)
        says_something = counted.units or (on_hand if asked is None else visit.said_empty)
        if not says_something:
            continue
        until = counted.last.place if counted.units else record.closed
        moved = moved_while(movements, counted.first.place, until)
        item = items[item_id]
        agreement = judge(counted.units, on_hand, item.unit_cost_e4, tolerances[item.abc_class], moved=moved)
        opening = is_opening(counted.units, place_is_new=not stock, item_is_new=item_id in new_here)
        yield Judged(
            visit=visit, item=item, counted=counted, on_hand=on_hand, moved=moved,
            agreement=Agreement.WITHIN if opening else agreement, opening=opening,
        )  # fmt: skip
