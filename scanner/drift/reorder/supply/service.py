"""The daily work on reorder points: how fast each item is sold, how long it takes to come, and how much of it goes missing.

All is read in one snapshot, worked out, and written in small transactions, so that no scan waits for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean

from sqlmodel import Session

from scanner.db.engine import Database
from scanner.drift.periods import day_of
from scanner.drift.reorder import due, rules
from scanner.drift.reorder import store as ordered
from scanner.drift.reorder.due import USUAL_LEAD_DAYS, Ordering
from scanner.drift.reorder.rules import Counted, Gap, Loss, Rate
from scanner.drift.reorder.store import Have, OrderedItem, SupplyRow
from scanner.drift.reorder.supply import store
from scanner.drift.reorder.supply.store import ShelfStock, Sold
from scanner.drift.signals.rules import is_phantom_streak
from scanner.webhooks import service as webhooks

DUE = "reorder.due"
SOLD_DAYS = 180
"""Over which demand is measured."""
RECEIPT_DAYS = 365
"""Over which lead times are."""
COUNT_DAYS = 730
"""Over which losses are."""
LEAST_LEAD_DAYS = 1.0
"""A receipt that was made known less than so long before its goods came was made for them: it says nothing of the lead time."""
LEAST_MEASURED = 3
"""Receipts by which a lead time is believed, as in `rules.lead_time`."""
AT_ONCE = 200
"""Rows that one transaction writes: some 10 ms."""
DIGITS = 6
"""Of a rate: what differs by less is the same."""


def refresh(database: Database, today: date, now: datetime) -> None:
    """Work out what is known of the supply of every item as of the start of a day, and note what changed.

    Other systems are told of each item that is to be ordered from now on. The same day again changes nothing.
    """
    with database.read() as session:
        found = _worked_out(session, today)
    for start in range(0, len(found.changed), AT_ONCE):
        database.transact(_note, found.changed[start : start + AT_ONCE], found.orderings, now)
    for start in range(0, len(found.gone), AT_ONCE):
        database.transact(store.forget, found.gone[start : start + AT_ONCE])


def _note(session: Session, rows: Sequence[SupplyRow], orderings: Mapping[int, Ordering], now: datetime) -> None:
    """Write some rows; what is due and was not before is told in the same transaction."""
    became_due = store.write(session, rows)
    for row in rows:
        if row.item_id in became_due:
            _tell(session, row, orderings[row.item_id], now)


def _tell(session: Session, row: SupplyRow, item: Ordering, now: datetime) -> None:
    said = {
        "day": row.day.isoformat(), "sku": item.sku, "name": item.name, "supplier": item.supplier, "sellable": item.sellable,
        "on_order": item.on_order, "effective": item.effective, "suggested": item.suggested, "count_first": item.count_first,
        "reason": item.reason,
    }  # fmt: skip
    webhooks.tell(session, DUE, lambda: said, now)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be written: rows that say something else than before, with their items, and items that are ordered no more."""

    changed: list[SupplyRow] = field(default_factory=list)
    orderings: dict[int, Ordering] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def _worked_out(session: Session, today: date) -> _Found:
    before, items = ordered.supplies(session), ordered.items(session)
    shelves, have = store.on_shelves(session), ordered.have(session)
    found = _Found(gone=sorted(before.keys() - {item.id for item in items}))
    for item, row in _rows(session, items, before, shelves, today):
        listed = due.ordering(item, row, have.get(item.id, Have()), today)
        row = row._replace(is_due=due.is_listed(item, row) and listed.is_due)
        known = before.get(item.id)
        if known is None or row._replace(day=known.day) != known:
            found.changed.append(row)
            found.orderings[item.id] = listed
    return found


def _rows(
    session: Session, items: Sequence[OrderedItem], before: Mapping[int, SupplyRow], shelves: Sequence[ShelfStock], today: date
) -> Iterator[tuple[OrderedItem, SupplyRow]]:
    """What is known of each item now."""
    stands_for = store.merged(session)
    since = _since(session, items, before)
    begin = today - timedelta(SOLD_DAYS)
    demand = _Demand.of(session, stands_for, begin, today)
    leads = _Leads.of(session, items, stands_for, today)
    counts = _Counts.of(session, items, stands_for, shelves, today)
    for item in items:
        sold = demand.of_item(item.id, since.get(item.id))
        lead, measured = leads.of_item(item)
        lost = counts.lost(item)
        yield item, SupplyRow(
            item_id=item.id, day=today, sold_a_day=_rounded(sold.rate.mean), sold_deviation=_rounded(sold.rate.deviation),
            lead_days=_rounded(lead.mean), lead_deviation=_rounded(lead.deviation), lead_measured=measured,
            lost_a_day=_rounded(lost.a_day), lost_variance=_rounded(lost.variance),
            counted_on=counts.last(item.id) or _counted_before(before.get(item.id)), since=since.get(item.id),
            sale_days=sold.days, streak=sold.streak, is_due=False,
        )  # fmt: skip


def _counted_before(known: SupplyRow | None) -> date | None:
    """The last count where it is older than what was read."""
    return known.counted_on if known else None


def _rounded(rate: float) -> float:
    return round(float(rate), DIGITS)


def _since(session: Session, items: Sequence[OrderedItem], before: Mapping[int, SupplyRow]) -> dict[int, date]:
    """The day on which each item first moved; what is known of that never changes."""
    known = {item_id: row.since for item_id, row in before.items() if row.since is not None}
    asked = [item.id for item in items if item.id not in known]
    return known | {item_id: day_of(at) for item_id, at in store.first_moved(session, asked).items()}


@dataclass(frozen=True, slots=True)
class _ItemDemand:
    """Units a day of the calendar, on how many days it was sold, and how many open days passed since."""

    rate: Rate
    days: int
    streak: int


@dataclass(frozen=True, slots=True)
class _Demand:
    """How fast items are sold: by the days on which anything was, and told by days of the calendar."""

    open_days: Sequence[date]
    sold: Mapping[int, Sold]
    today: date
    gone: Mapping[int, frozenset[int]]  # item -> its open days, by number, on which its goods were not there
    was_there: Mapping[int, date]  # item -> after this sale day it was not sold, though a count found its goods there

    @classmethod
    def of(cls, session: Session, stands_for: Mapping[int, int], begin: date, today: date) -> _Demand:
        """All that sales and signals say of the days from `begin` to yesterday."""
        open_days = store.open_days(session, begin, today)
        gone: dict[int, set[int]] = {}
        was_there: dict[int, date] = {}
        for row in store.streaks(session, _midnight(begin)):
            item_id = stands_for.get(row.item_id, row.item_id)
            if row.has_found is False:
                was_there[item_id] = max(row.last_sale, was_there.get(item_id, row.last_sale))
            else:
                end = bisect_right(open_days, row.until) if row.until else len(open_days)
                gone.setdefault(item_id, set()).update(range(bisect_right(open_days, row.last_sale), end))
        number = {day: nth for nth, day in enumerate(open_days)}
        asked = gone.keys() | {item_id for item_id, into_id in stands_for.items() if into_id in gone}
        for item_id, day in store.sale_days(session, asked, begin, today):
            gone[stands_for.get(item_id, item_id)].discard(number.get(day, -1))
        return cls(
            open_days,
            {row.item_id: row for row in store.sold(session, begin, today)},
            today,
            {item_id: frozenset(days) for item_id, days in gone.items()},
            was_there,
        )

    @property
    def share(self) -> float:
        """Of the days since the first one that was open, those that were."""
        return len(self.open_days) / (self.today - self.open_days[0]).days if self.open_days else 1.0

    def of_item(self, item_id: int, since: date | None) -> _ItemDemand:
        """Of one item, since it first moved, without the days on which its goods were not there.

        These are the streaks without a sale that are being looked into, or that a count proved right; and a present one that is
        longer than chance, unless a count found the goods there: then nobody bought them.
        """
        sold = self.sold.get(item_id)
        begin = bisect_left(self.open_days, min(since or date.max, sold.first if sold else date.max))
        days = len(self.open_days) - begin
        if sold is None:
            return _ItemDemand(Rate(0.0), 0, days)
        present = bisect_right(self.open_days, sold.last)
        streak = len(self.open_days) - present
        gone = {number for number in self.gone.get(item_id, ()) if number >= begin}
        before = days - streak - sum(number < present for number in gone)
        if is_phantom_streak(streak, sold.days, before) and self.was_there.get(item_id, date.min) < sold.last:
            gone.update(range(present, len(self.open_days)))
        counted = max(days - len(gone), sold.days, rules.LEAST_DAYS * self.share)
        rate = rules.of_open_days(rules.demand_of(sold.units, sold.squares, counted), self.share)
        return _ItemDemand(rate, sold.days, streak)


@dataclass(frozen=True, slots=True)
class _Leads:
    """Days from the day on which a receipt was made known to its first goods, by item and supplier.

    Nothing tells the day of the order itself: shops announce a receipt when they order. Of receipts for goods that had come
    already nothing is learnt, nor of what stayed on order: it is in a receipt of its own.
    """

    of_items: Mapping[int, Sequence[float]]
    of_suppliers: Mapping[str, Sequence[float]]
    of_house: Sequence[float]
    supplier_of: Mapping[int, str]  # of the last receipt

    @classmethod
    def of(cls, session: Session, items: Sequence[OrderedItem], stands_for: Mapping[int, int], today: date) -> _Leads:
        """All that receipts say."""
        of_items: dict[int, list[float]] = {}
        of_suppliers: dict[str, list[float]] = {}
        of_house: list[float] = []
        supplier_of: dict[int, str] = {}
        said = {item.id: item.supplier for item in items}
        for row in store.came(session, _midnight(today - timedelta(RECEIPT_DAYS))):
            item_id = stands_for.get(row.item_id, row.item_id)
            supplier_of[item_id] = row.partner or supplier_of.get(item_id, "")
            at = row.scanned_at or row.finished_at
            took = (at - row.created_at).total_seconds() / 86_400 if at else 0.0
            if took < LEAST_LEAD_DAYS:
                continue
            of_items.setdefault(item_id, []).append(took)
            of_suppliers.setdefault(row.partner or said.get(item_id, ""), []).append(took)
            of_house.append(took)
        return cls(of_items, of_suppliers, of_house, supplier_of)

    def of_item(self, item: OrderedItem) -> tuple[Rate, int]:
        """The lead time of an item, and by how many receipts it was measured."""
        measured = self.of_items.get(item.id, ())
        return rules.lead_time(measured, item.lead_days, self._usual(item)), len(measured)

    def _usual(self, item: OrderedItem) -> float:
        """What is usual for its supplier, else in the house."""
        supplier = item.supplier or self.supplier_of.get(item.id, "")
        for measured in (self.of_suppliers.get(supplier, ()) if supplier else (), self.of_house):
            if len(measured) >= LEAST_MEASURED:
                return fmean(measured)
        return USUAL_LEAD_DAYS


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


@dataclass(frozen=True, slots=True)
class _Counts:
    """What counts found, and when each item was counted last."""

    gaps: Mapping[int, Sequence[Gap]]
    of_class: Mapping[str, Loss]
    counted_on: Mapping[int, date]

    @classmethod
    def of(
        cls, session: Session, items: Sequence[OrderedItem], stands_for: Mapping[int, int], shelves: Sequence[ShelfStock],
        today: date,
    ) -> _Counts:  # fmt: skip
        """All that counts say."""
        counted: dict[int, list[Counted]] = {}
        for row in store.counts(session, _midnight(today - timedelta(COUNT_DAYS))):
            lost = row.lost if row.round else 0
            one = Counted(day_of(row.counted_at), row.location_id, lost)
            counted.setdefault(stands_for.get(row.item_id, row.item_id), []).append(one)
        gaps = {item_id: rules.gaps(those) for item_id, those in counted.items()}
        by_class: dict[str, list[Gap]] = {}
        for item in items:
            by_class.setdefault(item.abc_class, []).extend(gaps.get(item.id, ()))
        return cls(
            gaps,
            {abc_class: rules.loss_of_class(those) for abc_class, those in by_class.items()},
            _counted_on(session, counted, shelves),
        )

    def lost(self, item: OrderedItem) -> Loss:
        """What goes missing of an item a day."""
        return rules.loss(self.gaps.get(item.id, ()), self.of_class[item.abc_class])

    def last(self, item_id: int) -> date | None:
        """The day of its last count."""
        return self.counted_on.get(item_id)


def _counted_on(session: Session, counted: Mapping[int, Sequence[Counted]], shelves: Sequence[ShelfStock]) -> dict[int, date]:
    """The day of the last count: of several shelves that have the item, of the one that was counted longest ago.

    A shelf that was never counted is as one that was when goods of the item first came there: nobody looked since.
    """
    there: dict[int, set[int]] = {}
    for row in shelves:
        there.setdefault(row.item_id, set()).add(row.location_id)
    last = {item_id: {each.place: each.day for each in those} for item_id, those in counted.items()}
    never = [item_id for item_id, places in last.items() if not there.get(item_id, set()) <= places.keys()]
    for first in store.first_moves(session, never):
        last[first.item_id].setdefault(first.location_id, first.day)
    found = {}
    for item_id, places in last.items():
        now = [day for place, day in places.items() if place in there.get(item_id, ())]
        found[item_id] = min(now) if now else counted[item_id][-1].day
    return found
