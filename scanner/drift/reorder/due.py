"""An item as it is ordered: what is there and on order, its point, what to order now and why."""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import NamedTuple

from scanner.drift.reorder import reasons, rules
from scanner.drift.reorder.reasons import Amount, Facts
from scanner.drift.reorder.rules import Loss, Point, Rate
from scanner.drift.reorder.store import Have, OrderedItem, SupplyRow

USUAL_LEAD_DAYS = 7
"""Taken where no receipt says how long goods take to come, and nobody else does."""
LEAST_COVER_DAYS = 7
"""What an order lasts at least, where nobody said: else what comes within a day would be ordered every day."""


class Ordering(NamedTuple):
    """An item, and what to order of it now. Units are eaches, `lead_days` are days from an order to its goods.

    `uncounted_days`: since its last count; where there was none, since it first moved.
    """

    item_id: int
    sku: str
    name: str
    supplier: str
    sellable: int
    expected_on_shelf: int
    on_order: int
    for_orders: int
    per_day: float
    lead_days: float
    point: Point
    suggested: int
    cover_days: int
    multiple: int
    count_first: bool
    lost_a_day: float
    uncounted_days: int
    was_counted: bool

    @property
    def reorder_point(self) -> int:
        """Without drift."""
        return self.point.plain

    @property
    def raised(self) -> int:
        """By how much drift raises it."""
        return self.point.raised

    @property
    def effective(self) -> int:
        """With drift."""
        return self.point.effective

    @property
    def is_due(self) -> bool:
        """Whether to order now."""
        return self.suggested > 0

    @property
    def days_left(self) -> float:
        """How long what is there and on order lasts, in days; of what is not sold, for ever."""
        return self.available / self.per_day if self.per_day else float("inf")

    @property
    def available(self) -> int:
        """Units that are there, or will be, for who buys next."""
        return Have(self.sellable, self.on_order, self.for_orders).units

    @property
    def a_day(self) -> str:
        """Units sold a day, as people read them: `12`, `2.5`, `0.04`."""
        digits = 0 if self.per_day >= 10 else 1 if self.per_day >= 1 else 2
        return f"{self.per_day:,.{digits}f}" if self.per_day else "0"

    @property
    def lead(self) -> str:
        """The lead time in words."""
        return reasons.days(self.lead_days)

    @property
    def reason(self) -> str:
        """Its point in a sentence."""
        facts = Facts(self.lead_days, self.per_day, self.lost_a_day, self.uncounted_days, self.was_counted)
        return reasons.reason(self.point, facts)

    @property
    def amount(self) -> str:
        """What is to be ordered, in a sentence; empty where nothing is."""
        if not self.suggested:
            return ""
        cover = rules.cover_units(self.per_day, self.cover_days)
        return reasons.amount(
            Amount(self.suggested, self.effective, self.available, self.for_orders, cover, self.cover_days, self.multiple)
        )


def is_listed(item: OrderedItem, known: SupplyRow | None) -> bool:
    """Whether the list has a business with an item: it is sold, or has a point of its own; and it is sold still."""
    return not item.is_retired and (item.reorder_point > 0 or (known is not None and known.sold_a_day > 0))


def ordering(item: OrderedItem, known: SupplyRow | None, have: Have, today: date) -> Ordering:
    """What to order of an item. Of one that is not known yet, its own point and lead time are."""
    sold, lead, lost = _rates(item, known)
    uncounted = _uncounted_days(known, today)
    point = rules.point(
        rules.Supply(
            sold, lead, lost, uncounted, abc_class=item.abc_class, critical=item.critical, own_point=item.reorder_point or None
        )
    )
    cover = max(ceil(lead.mean), LEAST_COVER_DAYS) if item.cover_days is None else item.cover_days
    units = rules.suggested(point.effective, have.units, a_day=sold.mean, cover_days=cover, multiple=item.order_multiple)
    return Ordering(
        item_id=item.id, sku=item.sku, name=item.name, supplier=item.supplier, sellable=have.sellable,
        expected_on_shelf=rules.expected_on_shelf(have.sellable, lost, uncounted), on_order=have.on_order,
        for_orders=have.for_orders, per_day=sold.mean, lead_days=lead.mean, point=point, suggested=units, cover_days=cover,
        multiple=item.order_multiple,
        count_first=units > 0 and have.sellable > 0 and rules.is_count_first(point, item.order_multiple),
        lost_a_day=lost.a_day, uncounted_days=uncounted, was_counted=known is not None and known.counted_on is not None,
    )  # fmt: skip


def _rates(item: OrderedItem, known: SupplyRow | None) -> tuple[Rate, Rate, Loss]:
    """What somebody said of the lead time since the last daily work counts at once."""
    if known is None:
        said = item.lead_days
        return Rate(0.0), Rate(USUAL_LEAD_DAYS if said is None else said), Loss()
    lead = known.lead_days if item.lead_days is None else item.lead_days
    return (
        Rate(known.sold_a_day, known.sold_deviation),
        Rate(lead, known.lead_deviation),
        Loss(known.lost_a_day, known.lost_variance),
    )


def _uncounted_days(known: SupplyRow | None, today: date) -> int:
    last = known and (known.counted_on or known.since)
    return max((today - last).days, 0) if last else 0
