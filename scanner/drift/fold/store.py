"""Statements of the fold: what is new in the record, and the sums that grow by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.db.columns import whole
from scanner.db.sql import connection_of, fetch, fetch_one, run, table_of
from scanner.drift.flows import PICKED
from scanner.drift.fold.rules import FROM_PICKED, Changed, Entry, Moved, Place, Sums, Trace, by_month
from scanner.drift.periods import Period, day_of, period_named
from scanner.drift.tables import (
    ClosedPeriod,
    DriftEntry,
    Flow,
    FoldMark,
    ItemTrace,
    OpenDay,
    PlaceValue,
    RecordMoves,
    Revaluation,
    SaleDay,
    SectionMonth,
    ShippedDay,
    ValueDay,
)
from scanner.scans.tables import CostChange, Movement

_movement, _change, _location, _item = (table_of(model) for model in (Movement, CostChange, Location, Item))
_mark, _closed, _trace, _entry = (table_of(model) for model in (FoldMark, ClosedPeriod, ItemTrace, DriftEntry))
_place_value, _value_day, _open_day = (table_of(model) for model in (PlaceValue, ValueDay, OpenDay))
_flow, _revaluation, _sale, _moves = (table_of(model) for model in (Flow, Revaluation, SaleDay, RecordMoves))
_shipped, _month = table_of(ShippedDay), table_of(SectionMonth)

SOME = 5_000
"""Up to so many rows are asked for by name; of more the whole table is read."""


class Mark(NamedTuple):
    """How far the sums go."""

    movement_seq: int
    change_seq: int
    snapshot_day: date | None


class _MovedRow(NamedTuple):
    seq: int
    at: datetime
    item_id: int
    units: int
    source_id: int
    target_id: int
    cause: str
    cost_e4: int


class _ChangedRow(NamedTuple):
    seq: int
    at: datetime
    location_id: int
    units: int
    more_e4: int


class _PlaceRow(NamedTuple):
    id: int
    kind: str
    section: str


class _TraceRow(NamedTuple):
    item_id: int
    on_hand: int
    low: int
    low_before: int | None


class _ItemRow(NamedTuple):
    id: int
    supplier: str
    abc_class: str


def last_given(session: Session) -> tuple[int, int, int]:
    """The last movement and change of a cost that are known; and on PostgreSQL a number that is higher than that of any
    transaction which may have been given a lower one and has not ended.
    """
    last = [run(session, select(func.coalesce(func.max(table.c.seq), 0))).scalar_one() for table in (_movement, _change)]
    if connection_of(session).dialect.name != "postgresql":
        return last[0], last[1], 0
    return last[0], last[1], run(session, select(func.txid_current())).scalar_one()


def all_ended(session: Session, number: int) -> bool:
    """Whether every transaction with a lower number has ended."""
    if connection_of(session).dialect.name != "postgresql":
        return True
    return bool(run(session, select(func.txid_snapshot_xmin(func.txid_current_snapshot()) >= number)).scalar_one())


def mark(session: Session, *, hold: bool) -> Mark:
    """How far the sums go. `hold`: others who carry them on wait until the transaction ends."""
    wanted = select(*(_mark.c[name] for name in Mark._fields))
    found = fetch_one(session, Mark, wanted.with_for_update() if hold else wanted)
    if found is None and hold:
        run(session, insert(_mark), {"id": 1, "movement_seq": 0, "change_seq": 0})
        return Mark(0, 0, None)
    return found or Mark(0, 0, None)


def is_up_to_date(session: Session, yesterday: date) -> bool:
    """Whether nothing is new since the sums were carried on last, and the days that are over have their values."""
    found = mark(session, hold=False)
    last = tuple(run(session, select(func.coalesce(func.max(table.c.seq), 0))).scalar_one() for table in (_movement, _change))
    return last == found[:2] and (last == (0, 0) or (found.snapshot_day is not None and found.snapshot_day >= yesterday))


def left(session: Session) -> int:
    """How many movements, at most, the sums do not have yet."""
    last: int = run(session, select(func.coalesce(func.max(_movement.c.seq), 0))).scalar_one()
    return last - mark(session, hold=False).movement_seq


def keep_mark(session: Session, new: Mark) -> None:
    """Note how far the sums go."""
    run(session, update(_mark).values(**new._asdict()))


def moved(session: Session, after: int, through: int, limit: int) -> list[Moved]:
    """The movements after one, up to another, in their order."""
    cost = func.coalesce(_movement.c.cost_e4, 0).label("cost_e4")
    columns = [_movement.c[name] for name in _MovedRow._fields if name != "cost_e4"]
    wanted = select(*columns, cost).where(_movement.c.seq > after, _movement.c.seq <= through)
    rows = fetch(session, _MovedRow, wanted.order_by(_movement.c.seq).limit(limit))
    return [Moved(row.seq, day_of(row.at), *row[2:]) for row in rows]


def changed(session: Session, after: int, through: int, limit: int) -> list[Changed]:
    """The changes of costs after one, up to another, in their order."""
    more = func.coalesce(_change.c.after_e4, 0) - func.coalesce(_change.c.before_e4, 0)
    columns = [_change.c[name] for name in _ChangedRow._fields if name != "more_e4"]
    wanted = select(*columns, more.label("more_e4")).where(_change.c.seq > after, _change.c.seq <= through)
    rows = fetch(session, _ChangedRow, wanted.order_by(_change.c.seq).limit(limit))
    return [Changed(row.seq, day_of(row.at), *row[2:]) for row in rows]


def places(session: Session, ids: Collection[int]) -> dict[int, Place]:
    """Locations by id: at least these."""
    wanted = select(_location.c.id, _location.c.kind, _location.c.section)
    rows = fetch(session, _PlaceRow, _some(wanted, _location.c.id, ids))
    return {row.id: Place(row.kind, row.section) for row in rows}


def traces(session: Session, ids: Collection[int]) -> dict[int, Trace]:
    """How low items went by id: at least these, where anything is known of them."""
    rows = fetch(session, _TraceRow, _some(select(*(_trace.c[name] for name in _TraceRow._fields)), _trace.c.item_id, ids))
    return {row.item_id: Trace(*row[1:]) for row in rows}


def last_taken(session: Session, cart_id: int, item_id: int, before: int) -> str:
    """The section from which goods of an item last came to a cart before a movement; empty where none did."""
    wanted = (
        select(_location.c.section, _location.c.kind)
        .join_from(_movement, _location, _movement.c.source_id == _location.c.id)
        .where(_movement.c.item_id == item_id, _movement.c.target_id == cart_id, _movement.c.seq < before)
        .order_by(_movement.c.seq.desc())
        .limit(1)
    )
    found = run(session, wanted).one_or_none()
    if found is None:
        return ""
    return FROM_PICKED if found.kind in PICKED else str(found.section)


def carts(found: Mapping[int, Place]) -> frozenset[int]:
    """Which of these places are in people's hands."""
    return frozenset(place_id for place_id, place in found.items() if place.kind == LocationKind.CART)


def last_closed(session: Session) -> Period | None:
    """The last month that was closed."""
    found = run(session, select(func.max(_closed.c.period))).scalar_one()
    return period_named(found) if found else None


def add(session: Session, sums: Sums) -> None:
    """Add to the sums, but for the values of days."""
    flows = [
        dict(zip(_flow.primary_key.columns.keys(), key, strict=True), units=units, value_e4=value)
        for key, (units, value) in sums.flows.items()
    ]
    _add(session, _flow, flows, "units", "value_e4")
    months = [{"period": m, "section": s, "shipped_e4": out, "shrink_e4": lost} for (m, s), (out, lost) in by_month(sums).items()]
    _add(session, _month, months, "shipped_e4", "shrink_e4")
    revalued = [{"period": m, "section": s, "day": d, "value_e4": value} for (m, s, d), value in sums.revaluations.items()]
    _add(session, _revaluation, revalued, "value_e4")
    shipped = [{"section": s, "day": d, "units": n, "value_e4": value} for (s, d), (n, value) in sums.shipped.items()]
    _add(session, _shipped, shipped, "units", "value_e4")
    _add(session, _sale, [{"item_id": i, "day": d, "units": n} for (i, d), n in sums.sales.items()], "units")
    _add(session, _open_day, _open_days(sums), "units")
    moves = [{"location_id": p, "item_id": i, "day": d, "moves": n} for (p, i, d), n in sums.moves.items()]
    _add(session, _moves, moves, "moves")
    _put(session, _trace, [{"item_id": i, **trace._asdict()} for i, trace in sums.traces.items()])
    _add_entries(session, sums.entries)


def _open_days(sums: Sums) -> list[dict[str, Any]]:
    days: dict[date, int] = {}
    for (_, day), units in sums.sales.items():
        days[day] = days.get(day, 0) + units
    return [{"day": day, "units": units} for day, units in days.items()]


def _add_entries(session: Session, entries: Iterable[Entry]) -> None:
    there = list(entries)
    wanted = select(_item.c.id, _item.c.supplier, _item.c.abc_class)
    about = {row.id: row for row in fetch(session, _ItemRow, _some(wanted, _item.c.id, {each.item_id for each in there}))}
    rows = [
        each._asdict() | {"supplier": about[each.item_id].supplier, "abc_class": about[each.item_id].abc_class} for each in there
    ]
    if rows:
        run(session, insert(_entry), rows)


def values(session: Session) -> dict[str, int]:
    """What each section is worth, as far as the sums go. A place counts for the section that it is in now."""
    wanted = (
        select(_location.c.section, whole(func.sum(_place_value.c.value_e4)).label("value_e4"))
        .join_from(_place_value, _location, _place_value.c.location_id == _location.c.id)
        .group_by(_location.c.section)
    )
    return {row.section: row.value_e4 for row in run(session, wanted).all()}


def add_values(session: Session, more: Mapping[int, int]) -> None:
    """Add to what places are worth."""
    _add(session, _place_value, [{"location_id": place, "value_e4": value} for place, value in sorted(more.items())], "value_e4")


def keep_day(session: Session, day: date, now: Mapping[str, int]) -> None:
    """Write down what sections were worth at the end of a day. What is worth nothing is left out."""
    rows = [{"day": day, "section": section, "value_e4": value} for section, value in now.items() if value]
    if rows:
        run(session, insert(_value_day), rows)


def _some(wanted: Any, key: ColumnElement[Any], ids: Collection[int]) -> Any:
    return wanted.where(key.in_(sorted(ids))) if len(ids) <= SOME else wanted


def _add(session: Session, table: Table, rows: list[dict[str, Any]], *sums: str) -> None:
    """Insert rows, or add to those that are there. In one order for everybody."""
    if rows:
        run(session, _upsert(connection_of(session).dialect.name, table, sums), rows)


def _put(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or take the place of those that are there."""
    if rows:
        run(session, _upsert(connection_of(session).dialect.name, table, ()), rows)


@cache
def _upsert(dialect: str, table: Table, sums: tuple[str, ...]) -> Executable:
    """An insert that adds to some columns of a row that is there; where none is named it sets all that are no key."""
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    new = statement.excluded
    adding = {name: table.c[name] + new[name] for name in sums}
    setting = {name: new[name] for name in table.columns.keys() if name not in keys}  # noqa: SIM118
    upsert: Executable = statement.on_conflict_do_update(index_elements=keys, set_=adding or setting)
    return upsert
