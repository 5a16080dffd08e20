"""Why an item is ordered when it is, in one sentence: its point, and what that is made of."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.drift.reorder.rules import Point
from scanner.words import plural

LEAST_SHARE = 0.1
"""Per cent of what is sold: less is said in no number."""
DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What a point was made by. `uncounted_days`: since the last count, or where there was none since it first moved."""

    lead_days: float
    sold_a_day: float
    lost_a_day: float
    uncounted_days: int
    was_counted: bool


def reason(point: Point, facts: Facts) -> str:
    """`26 = 14 for 7 days + 5 safety + 7 because 3.1 % of what moves goes missing and it was counted 120 days ago`."""
    if point.own is not None and not point.raised:
        return _own(point, facts)
    parts = _own(point, facts) if point.own is not None else _measured(point, facts)
    raised = f" + {point.raised:,} because {_missing(facts)} and it was {counted(facts)}" if point.raised else ""
    return f"{point.effective:,} = {parts}{raised}"


@dataclass(frozen=True, slots=True)
class Amount:
    """What an order is made of, in units. `have`: there and on order, less what `for_orders` of customers take of it."""

    suggested: int
    effective: int
    have: int
    for_orders: int
    cover_units: int
    cover_days: int
    multiple: int


def amount(of: Amount) -> str:
    """`72, in cases of 24: 53 = 52 − 37 there and on order + 38 for 13 days more`."""
    needed = of.effective - of.have + of.cover_units
    there = "there and on order" + (f", less {of.for_orders:,} for orders" if of.for_orders else "")
    parts = f"{of.effective:,} {'−' if of.have >= 0 else '+'} {abs(of.have):,} {there if of.have >= 0 else 'that orders lack'}"
    if of.cover_units:
        parts += f" + {of.cover_units:,} for {plural(of.cover_days, 'day')} more"
    if of.suggested == needed:
        return f"{needed:,} = {parts}"
    if needed < 1:
        return f"{of.suggested:,}, so that there is more than the point"
    return f"{of.suggested:,}, in cases of {of.multiple:,}: {needed:,} = {parts}"


def _own(point: Point, facts: Facts) -> str:
    nothing = "" if facts.sold_a_day else " (nothing sold before today)"
    return f"{point.plain:,}, your own reorder point{nothing}"


def _measured(point: Point, facts: Facts) -> str:
    safety = f" + {point.safety_units:,} safety" if point.safety_units else ""
    return f"{point.lead_units:,} for {days(facts.lead_days)}{safety}"


def _missing(facts: Facts) -> str:
    if facts.lost_a_day <= 0:
        return "its counts differ from the record"
    if not facts.sold_a_day:
        return f"{facts.lost_a_day * DAYS_A_MONTH:.1f} a month go missing"
    share = 100 * facts.lost_a_day / facts.sold_a_day
    return f"{'less than 0.1' if share < LEAST_SHARE else f'{share:,.1f}'} % of what moves goes missing"


def counted(facts: Facts) -> str:
    """When an item was counted last."""
    if not facts.was_counted:
        return "never counted"
    return "counted " + ago(facts.uncounted_days)


def ago(number: int) -> str:
    """`today`, `yesterday`, `120 days ago`."""
    return {0: "today", 1: "yesterday"}.get(number, f"{number:,} days ago")


def days(number: float) -> str:
    """`7 days`, `7.5 days`, `1 day`."""
    shown = round(number, 1)
    return plural(int(shown), "day") if shown == int(shown) else f"{shown:,.1f} days"
