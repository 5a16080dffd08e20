"""Carries the sums over the record on, some rows at a time, so that nobody who scans waits for it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlmodel import Session

from scanner.db.engine import Busy, Database
from scanner.drift.fold import store
from scanner.drift.fold.rules import Changed, Known, Moved, Sums, by_place, by_section, fold, of_the_same_days
from scanner.drift.fold.store import Mark
from scanner.drift.periods import Period, day_of
from scanner.errors import Overloaded

MOST_DAYS = timedelta(days=3 * 366)
"""Of a record that is older, the values of earlier days are not written down."""
AT_ONCE = 500
"""Rows of the record that one transaction adds: some 15 ms, in which nobody else writes on SQLite."""
AT_A_LOOK = 10
"""So many times `AT_ONCE` rows a page adds that finds them new; a server's own thread sees to it that they are fewer."""
AT_MOST, TRIES = 40, 3
"""The same for who wants all of it, and how often that is tried."""
LOOKS, PAUSE_SECONDS = 40, 0.01
"""So often, and with such pauses, it is looked whether transactions that are under way have ended."""


@dataclass(frozen=True, slots=True)
class Step:
    """What some rows add: worked out from what was read, and written if that still holds.

    `days`: what sections were worth at the end of days.
    """

    mark: Mark
    closed: Period | None
    sums: Sums
    days: list[tuple[date, dict[str, int]]]
    following: Mark
    is_all: bool


def catch_up(database: Database, now: datetime, most: int | None = None) -> bool:
    """Add what the record has by now, `most` so many times `AT_ONCE` rows; False where that was not all of it."""
    with database.read() as session:
        if store.is_up_to_date(session, day_of(now) - timedelta(days=1)):
            return True
    last = _settled(database)
    if last is None:
        return False
    for done in count(1):
        with database.read() as session:
            step = work_out(session, last, now, AT_ONCE)
        if database.transact(write, step) and step.is_all:
            return True
        if most is not None and done >= most:
            return False
    raise AssertionError("a loop without an end")


def _settled(database: Database) -> tuple[int, int] | None:
    """The last movement and change of a cost that nothing can come before any more; None where that cannot be said just now.

    PostgreSQL gives numbers before a transaction ends, and the lower may end later. So those that write are waited for, which
    takes some milliseconds; nobody waits for this.
    """
    movement, change, number = database.transact(store.last_given)
    for _ in range(LOOKS):
        with database.read() as session:
            if store.all_ended(session, number):
                return movement, change
        time.sleep(PAUSE_SECONDS)
    return None


def fresh(database: Database, now: datetime) -> bool:
    """Carry the sums on for who looks, as far as that takes no time; False where much of the record is left.

    What is still under way just now is little, and comes with the next look.
    """
    if _tried(database, now, AT_A_LOOK):
        return True
    with database.read() as session:
        return store.left(session) < AT_ONCE


def complete(database: Database, now: datetime, tries: int = TRIES) -> None:
    """Have the sums be those of the whole record. Raises Overloaded where that takes long: a server's own process is at it."""
    if not any(_tried(database, now, AT_MOST) for _ in range(tries)):
        raise Overloaded("The record is still being added up. Try again in a minute.")


def _tried(database: Database, now: datetime, most: int) -> bool:
    try:
        return catch_up(database, now, most)
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
    known = _known(session, moved, changed, closed)
    sums = fold(moved, changed, known)
    today = day_of(now)
    over = (today if is_all else min(_last_day(moved, changed), today)) - timedelta(days=1)
    days, last_day = _carry_values(session, by_section(sums, known), mark.snapshot_day, over)
    seqs = moved[-1].seq if moved else mark.movement_seq, changed[-1].seq if changed else mark.change_seq
    return Step(mark, closed, sums, days, Mark(*seqs, last_day), is_all)


def write(session: Session, step: Step) -> bool:
    """Add what was worked out; False where others carried on meanwhile, or closed a month: it is to be worked out anew."""
    if store.mark(session, hold=True) != step.mark or store.last_closed(session) != step.closed:
        return False
    store.add(session, step.sums)
    for day, values in step.days:
        store.keep_day(session, day, values)
    store.add_values(session, by_place(step.sums))
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
    session: Session, deltas: Mapping[tuple[date, str], int], last: date | None, over: date
) -> tuple[list[tuple[date, dict[str, int]]], date | None]:
    """What sections were worth on each day up to `over` that has no values yet, and the last day that needs none any more."""
    coming = sorted(deltas.items())
    if last is None and coming:
        last = max(coming[0][0][0], over - MOST_DAYS) - timedelta(days=1)
    days: list[tuple[date, dict[str, int]]] = []
    if last is None or last >= over:
        return days, last
    now = store.values(session)
    while last < over:
        last += timedelta(days=1)
        while coming and coming[0][0][0] <= last:
            (_, section), value = coming.pop(0)
            now[section] = now.get(section, 0) + value
        days.append((last, {section: value for section, value in now.items() if value}))
    return days, last
