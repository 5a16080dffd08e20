"""Carries the sums over the record on, some rows at a time, so that nobody who scans waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from scanner.db.engine import Busy, Database
from scanner.drift.fold import store
from scanner.drift.fold.rules import Changed, Known, Moved, Sums, fold, of_the_same_days
from scanner.drift.fold.store import Mark

MOST_DAYS = timedelta(days=3 * 366)
"""Of a record that is older, the values of earlier days are not written down."""
AT_ONCE = 1000
"""Rows of the record that one transaction adds: some 25 ms, in which nobody else writes on SQLite."""

AT_A_LOOK = 5
"""So many times `AT_ONCE` rows a page adds that finds them new; a server's own thread sees to it that they are fewer."""


def catch_up(database: Database, now: datetime, most: int | None = None) -> bool:
    """Add what the record has by now, `most` so many times `AT_ONCE` rows; False where that was not all of it."""
    with database.read() as session:
        if store.is_up_to_date(session, now.astimezone().date() - timedelta(days=1)):
            return True
    last = database.transact(store.settled)
    done = 0
    while not database.transact(carry_on, last, now, AT_ONCE):
        done += 1
        if most is not None and done >= most:
            return False
    return True


def fresh(database: Database, now: datetime) -> bool:
    """Carry the sums on for a page that wants them, as far as that takes no time; False where more of the record is left."""
    try:
        return catch_up(database, now, most=AT_A_LOOK)
    except Busy:
        return False


def carry_on(session: Session, last: tuple[int, int], now: datetime, at_once: int) -> bool:
    """Add the next rows up to the `last` ones; True where no more are left. Then each day that is over has its value, too."""
    mark = store.mark(session, hold=True)
    moved: Sequence[Moved] = store.moved(session, mark.movement_seq, last[0], at_once)
    changed: Sequence[Changed] = store.changed(session, mark.change_seq, last[1], at_once)
    is_all = max(len(moved), len(changed)) < at_once
    if not is_all:
        moved, changed = of_the_same_days(moved, changed, at_once)
    sums = fold(moved, changed, _known(session, moved, changed)) if moved or changed else Sums()
    store.add(session, sums)
    today = now.astimezone().date()
    over = (today if is_all else min(_last_day(moved, changed), today)) - timedelta(days=1)
    snapshot_day = _carry_values(session, sums, mark.snapshot_day, over)
    seqs = moved[-1].seq if moved else mark.movement_seq, changed[-1].seq if changed else mark.change_seq
    new = Mark(*seqs, snapshot_day)
    if new != mark:
        store.keep_mark(session, new)
    return is_all


def _known(session: Session, moved: Sequence[Moved], changed: Sequence[Changed]) -> Known:
    ids = {place for each in moved for place in (each.source_id, each.target_id)} | {each.location_id for each in changed}
    places = store.places(session, ids)
    carts = store.carts(places)
    closed = store.last_closed(session)
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


def _carry_values(session: Session, sums: Sums, last: date | None, over: date) -> date | None:
    """Add to what sections are worth, and write down the values of the days up to `over`; gives the last day that has them."""
    deltas = sorted(sums.values.items())
    if last is None and deltas:
        last = max(deltas[0][0][0], over - MOST_DAYS) - timedelta(days=1)
    is_new_day = last is not None and last < over
    if not deltas and not is_new_day:
        return last
    now = store.values(session)
    while last is not None and last < over:
        last += timedelta(days=1)
        while deltas and deltas[0][0][0] <= last:
            (_, section), value = deltas.pop(0)
            now[section] = now.get(section, 0) + value
        store.keep_day(session, last, now)
    for (_, section), value in deltas:
        now[section] = now.get(section, 0) + value
    store.keep_values(session, {section: now[section] for _, section in sums.values})
    return last
