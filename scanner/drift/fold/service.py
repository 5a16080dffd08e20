"""Carries the sums over the record on, some rows at a time, so that nobody who scans waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlmodel import Session

from scanner.db.engine import Busy, Database
from scanner.drift.fold import store
from scanner.drift.fold.rules import Changed, Known, Moved, Sums, fold, of_the_same_days
from scanner.drift.fold.store import Mark
from scanner.drift.periods import Period

MOST_DAYS = timedelta(days=3 * 366)
"""Of a record that is older, the values of earlier days are not written down."""
AT_ONCE = 500
"""Rows of the record that one transaction adds: some 15 ms, in which nobody else writes on SQLite."""

AT_A_LOOK = 10
"""So many times `AT_ONCE` rows a page adds that finds them new; a server's own thread sees to it that they are fewer."""


@dataclass(frozen=True, slots=True)
class Step:
    """What some rows add: worked out from what was read, and written if that still holds.

    `days`: what sections were worth at the end of days; `values`: what they are worth now, of those that changed.
    """

    mark: Mark
    closed: Period | None
    sums: Sums
    days: list[tuple[date, dict[str, int]]]
    values: dict[str, int]
    following: Mark
    is_all: bool


def catch_up(database: Database, now: datetime, most: int | None = None) -> bool:
    """Add what the record has by now, `most` so many times `AT_ONCE` rows; False where that was not all of it."""
    with database.read() as session:
        if store.is_up_to_date(session, now.astimezone().date() - timedelta(days=1)):
            return True
    last = database.transact(store.settled)
    for done in count(1):
        with database.read() as session:
            step = work_out(session, last, now, AT_ONCE)
        if database.transact(write, step) and step.is_all:
            return True
        if most is not None and done >= most:
            return False
    raise AssertionError("a loop without an end")


def fresh(database: Database, now: datetime) -> bool:
    """Carry the sums on for a page that wants them, as far as that takes no time; False where more of the record is left."""
    try:
        return catch_up(database, now, most=AT_A_LOOK)
    except Busy:
        return False


def work_out(session: Session, last: tuple[int, int], now: datetime, at_once: int) -> Step:
    """What the next rows up to the `last` ones add. Where none are left, each day that is over has its value, too."""
    mark, closed = store.mark(session, hold=False), store.last_closed(session)
    moved: Sequence[Moved] = store.moved(session, mark.movement_seq, last[0], at_once)
    changed: Sequence[Changed] = store.changed(session, mark.change_seq, last[1], at_once)
    is_all = max(len(moved), len(changed)) < at_once
    if not is_all:
        moved, changed = of_the_same_days(moved, changed, at_once)
    sums = fold(moved, changed, _known(session, moved, changed, closed)) if moved or changed else Sums()
    today = now.astimezone().date()
    over = (today if is_all else min(_last_day(moved, changed), today)) - timedelta(days=1)
    days, values, last_day = _carry_values(session, sums, mark.snapshot_day, over)
    seqs = moved[-1].seq if moved else mark.movement_seq, changed[-1].seq if changed else mark.change_seq
    return Step(mark, closed, sums, days, values, Mark(*seqs, last_day), is_all)


def write(session: Session, step: Step) -> bool:
    """Add what was worked out; False where others carried on meanwhile, or closed a month: it is to be worked out anew."""
    if store.mark(session, hold=True) != step.mark or store.last_closed(session) != step.closed:
        return False
    store.add(session, step.sums)
    for day, values in step.days:
        store.keep_day(session, day, values)
    store.keep_values(session, step.values)
    if step.following != step.mark:
        store.keep_mark(session, step.following)
    return True


def _known(session: Session, moved: Sequence[Moved], changed: Sequence[Changed], closed: Period | None) -> Known:
    ids = {place for each in moved for place in (each.source_id, each.target_id)} | {each.location_id for each in changed}
    places = store.places(session, ids)
    carts = store.carts(places)
    return Known(
        places,
        closed.after if closed else None,
        store.traces(session, {each.item_id for each in moved}),
        _in_hands(session, moved, carts),
    )


def _in_hands(session: Session, moved: Sequence[Moved], carts: frozenset[int]) -> dict[tuple[int, int], str]:
    """Where the goods were taken that were in somebody's hands before these movements, and leave them by these."""
    found: dict[tuple[int, int], str] = {}
    taken: set[tuple[int, int]] = set()
    for each in moved:
        key = (each.source_id, each.item_id)
        if each.source_id in carts and key not in taken and key not in found:
            found[key] = store.last_taken(session, *key, before=each.seq)
        if each.target_id in carts:
            taken.add((each.target_id, each.item_id))
    return found


def _last_day(moved: Sequence[Moved], changed: Sequence[Changed]) -> date:
    """The last day of some rows; where more are to come, that one is not over. The record runs by and large with the days."""
    days = [*(each.day for each in moved[-1:]), *(each.day for each in changed[-1:])]
    return max(days)


def _carry_values(
    session: Session, sums: Sums, last: date | None, over: date
) -> tuple[list[tuple[date, dict[str, int]]], dict[str, int], date | None]:
    """What sections were worth on each day up to `over` that has no values yet; what those are worth now that changed; and the
    last day that needs no values any more.
    """
    deltas = sorted(sums.values.items())
    if last is None and deltas:
        last = max(deltas[0][0][0], over - MOST_DAYS) - timedelta(days=1)
    days: list[tuple[date, dict[str, int]]] = []
    if not deltas and (last is None or last >= over):
        return days, {}, last
    now = store.values(session)
    while last is not None and last < over:
        last += timedelta(days=1)
        while deltas and deltas[0][0][0] <= last:
            (_, section), value = deltas.pop(0)
            now[section] = now.get(section, 0) + value
        days.append((last, {section: value for section, value in now.items() if value}))
    for (_, section), value in deltas:
        now[section] = now.get(section, 0) + value
    return days, {section: now[section] for _, section in sums.values}, last
