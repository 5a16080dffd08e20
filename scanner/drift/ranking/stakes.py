"""The day's plan of counts: what each section is worth counting, and which of them fit into the minutes that people have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlmodel import Session

from scanner.counting.plan import service as plans
from scanner.counting.plan.policy import policy
from scanner.db.engine import Database
from scanner.drift.periods import day_of
from scanner.drift.ranking import store
from scanner.drift.ranking.rules import (
    Past,
    Record,
    Section,
    Usual,
    fill,
    sales_at_stake_e4,
    value_at_stake_e4,
)
from scanner.drift.ranking.store import ClassRow, MovesRow, PastRow, RecordRow, SupplyRow

WINDOW_DAYS = 180
MARGIN = 0.5
"""Of what a unit costs, what a sale of it brings on top: nobody tells the app its prices, so this is assumed."""
NOTHING = ClassRow("C", 0, 0, 0)
WRONG_A_COUNT, UNITS_OFF = 0.1, 2.0
"""Of a class that was hardly counted yet: one record of ten is wrong, by two units. Assumed."""
ENOUGH = 20
"""So many counts of a class say how it goes wrong."""


class Moves(NamedTuple):
    """How often goods moved at a record since its last count, or ever where there was none; and on which day first."""

    moves: int
    since: date


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the records: by place and item, by class, by item."""

    pasts: Mapping[tuple[int, int], PastRow]
    moves: Mapping[tuple[int, int], Moves]
    usual: Mapping[str, Usual]
    supplies: Mapping[int, SupplyRow]
    open_days: int


def plan_day(database: Database, today: date, now: datetime) -> None:
    """Work out what counts of sections are worth, and plan the day. Most of the time it only reads."""
    with database.read() as session:
        values, sales = at_stake(session, today)
        sections, minutes = _sections(session, today, values, sales)
    planned = fill(sections, minutes, Random(today.isoformat()))
    rows = [
        {"section": code, "day": today, "value_e4": values[code], "sales_e4": sales[code]}
        for code in sorted(values.keys() | sales.keys())
    ]
    database.transact(store.keep_stakes, rows)
    database.transact(
        store.plan_day, today,
        [{"day": today, "section": each.code, "why": each.why.value, "minutes": each.minutes} for each in planned],
    )  # fmt: skip


def at_stake(session: Session, today: date) -> tuple[Counter[str], Counter[str]]:
    """What a count sets right on average, and what it saves in sales, by section; in ten-thousandths."""
    pasts = store.pasts(session)
    known = Known(
        pasts, moves_since(pasts, store.moves(session)), _usual(session), store.supplies(session),
        store.open_days(session, today - timedelta(days=WINDOW_DAYS)),
    )  # fmt: skip
    values: dict[str, float] = defaultdict(float)
    sales: dict[str, float] = defaultdict(float)
    for row in store.records(session):
        record = record_of(row, known, today)
        values[row.section] += value_at_stake_e4(record)
        sales[row.section] += sales_at_stake_e4(record)
    return _rounded(values), _rounded(sales)


def _rounded(sums: Mapping[str, float]) -> Counter[str]:
    return Counter({code: round(value) for code, value in sums.items()})


def moves_since(pasts: Mapping[tuple[int, int], PastRow], rows: Iterable[MovesRow]) -> dict[tuple[int, int], Moves]:
    """What moved at each record since its last count, on later days of the house's calendar."""
    counted = {key: day_of(past.counted_at) for key, past in pasts.items()}
    found: dict[tuple[int, int], Moves] = {}
    for place, item, day, number in rows:
        key = (place, item)
        if (last := counted.get(key)) is None or day > last:
            before = found.get(key)
            found[key] = Moves(before.moves + number, min(before.since, day)) if before else Moves(number, day)
    return found


def record_of(row: RecordRow, known: Known, today: date) -> Record:
    """A record with what is known of it. What was never counted is as old as its first move, and at least an interval old."""
    key = (row.location_id, row.item_id)
    past, moved, supply = known.pasts.get(key), known.moves.get(key), known.supplies.get(row.item_id)
    usual = known.usual[row.abc_class]
    if past:
        days = float((today - day_of(past.counted_at)).days)
    else:
        days = max(float((today - moved.since).days) if moved else 0.0, usual.days_between)
    return Record(
        on_hand=row.on_hand,
        moves=moved.moves if moved else 0,
        days=max(days, 0.0),
        past=Past(past.counts, past.wrong, past.units_off) if past else Past(),
        usual=usual,
        cost_e4=row.cost_e4,
        sale_days=min(supply.sale_days / known.open_days, 1.0) if supply and known.open_days else 0.0,
        streak=supply.streak if supply else 0,
        margin_until_delivery_e4=round(supply.sold_a_day * supply.lead_days * row.cost_e4 * MARGIN) if supply else 0,
    )


def _usual(session: Session) -> dict[str, Usual]:
    """How records of each class go wrong, by its counts, where there are enough of them."""
    counted = store.classes(session)
    return {rule.abc_class: usual_of(counted.get(rule.abc_class, NOTHING), rule.every_days) for rule in policy(session).classes}


def usual_of(counted: ClassRow, every_days: int) -> Usual:
    """How records of a class go wrong."""
    if counted.counts < ENOUGH:
        return Usual(WRONG_A_COUNT, UNITS_OFF, float(every_days))
    off = counted.units_off / counted.wrong if counted.wrong else UNITS_OFF
    return Usual(counted.wrong / counted.counts, max(off, 1.0), float(every_days))


def _sections(session: Session, today: date, values: Mapping[str, int], sales: Mapping[str, int]) -> tuple[list[Section], int]:
    """The sections that nobody counts just now, what is due first, and the minutes that people have."""
    page = plans.plan(session, today)
    sections = [
        Section(row.code, max(row.minutes, 1), row.due, values.get(row.code, 0.0), sales.get(row.code, 0.0))
        for row in page.sections
        if not row.count
    ]
    return sections, page.policy.minutes_a_day
