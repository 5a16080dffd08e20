"""The day's look: what the record shows opens signals; what counts found since closes those that are about goods.

All is read and judged in a session that only reads. Then each signal is written in a transaction of its own, so that no scan
waits for more than one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.counting.pulls import store as pulls
from scanner.counting.pulls.rules import Pull
from scanner.db.engine import Database
from scanner.drift.periods import begin_of, day_of
from scanner.drift.signals import store, told
from scanner.drift.signals.looking import sections, shipped, shorts, streaks
from scanner.drift.signals.looking import store as record
from scanner.drift.signals.looking.looked import Found, Look, look_of
from scanner.drift.signals.looking.store import FoundRow
from scanner.drift.signals.rules import LOWER_FROM, MERGED, NO_STOCK, QUIET, RETIRED, STREAKS, Rise, SignalKind
from scanner.drift.signals.store import KnownSignal
from scanner.webhooks import service as webhooks
from scanner.words import signed

EVENT = "signal.opened"
SUPERVISOR = "supervisor"
REMEMBERED = timedelta(days=sections.DAYS)
_log = logging.getLogger(__name__)

Closing = tuple[int, bool, str]
"""The number of a signal, whether anything was found, and what."""


def look(database: Database, today: date, now: datetime) -> None:
    """Close what a count answered, and open what the record shows, of the days before today. Twice a day does no harm."""
    with database.read() as session:
        before = _look(session, today, now)
        closings = list(_closings(session, before))
    for closing in closings:
        database.transact(_close, closing, now)
    with database.read() as session:
        found = list(_found(session, _look(session, today, now)))
        owners = store.section_owners(session)
    for each in found:
        try:
            database.transact(_open, each, owners.get(each.section, SUPERVISOR), now)
        except IntegrityError:  # another server opened it in this moment
            _log.info("a signal was opened by another server")


def _look(session: Session, today: date, now: datetime) -> Look:
    known = store.known_since(session, now - REMEMBERED)
    return look_of(today, now, known, store.precision(session, LOWER_FROM), record.merged(session))


def _found(session: Session, look: Look) -> Iterator[Found]:
    rows = record.short_picks(session, begin_of(look.today - timedelta(weeks=shorts.WEEKS + 1)))
    yield from shorts.rates(session, look, rows)
    yield from sections.rising(session, look)
    yield from shorts.items(session, look, rows)
    yield from shipped.late(session, look)
    yield from streaks.phantoms(session, look)


def _open(session: Session, found: Found, owner: str, now: datetime) -> None:
    values = {
        "kind": found.kind.value, "subject": found.subject, "item_id": found.item_id, "section": found.section,
        "opened_at": now, "owner": owner, "evidence": found.evidence,
    }  # fmt: skip
    is_streak = found.kind in STREAKS
    shelves = pulls.shelves_of(session, {found.item_id}) if is_streak and found.item_id is not None else []
    if is_streak and not shelves:  # it went since the record was summed up
        return
    signal_id = store.add(session, values)
    if signal_id is None:
        return
    if shelves:
        pulls.add(session, shelves, Pull.NO_SALE, None, now)
    if found.kind not in QUIET:
        webhooks.tell(session, EVENT, lambda: _message(signal_id, found, owner, now), now)


def _message(signal_id: int, found: Found, owner: str, now: datetime) -> dict[str, object]:
    return {
        "id": signal_id, "kind": found.kind.value, "subject": found.subject, "opened_at": now.isoformat(), "owner": owner,
        "state": store.OPEN, "evidence": {**found.evidence, "words": told.words(found.kind, found.evidence)},
    }  # fmt: skip


def _close(session: Session, closing: Closing, now: datetime) -> None:
    signal_id, has_found, note = closing
    store.close_open(session, signal_id, {"has_found": has_found, "note": note, "closed_at": now, "closed_by": None})


def _closings(session: Session, look: Look) -> Iterator[Closing]:
    """What closes by itself: what is about an item that is no more, streaks by a count or a sale, what may rise by a count."""
    merged, retired = record.merged(session), catalogue.retired_ids(session)
    left: dict[str, list[KnownSignal]] = defaultdict(list)
    for signal in store.open_ones(session):
        if signal.item_id in merged or signal.item_id in retired:
            yield signal.id, False, MERGED if signal.item_id in merged else RETIRED
        else:
            left[signal.kind].append(signal)
    yield from _streaks(session, [signal for kind in STREAKS for signal in left[kind]])
    for signal, rise in sections.answered(session, look, left[SignalKind.RISING_EARLY]):
        yield signal.id, rise is Rise.SURE, "It rises." if rise is Rise.SURE else "The next count was not higher."


def _streaks(session: Session, signals: list[KnownSignal]) -> Iterator[Closing]:
    ids = {signal.item_id: signal for signal in signals if signal.item_id is not None}
    if not ids:
        return
    since = min(signal.opened_at for signal in signals)
    counted: dict[int, list[FoundRow]] = defaultdict(list)
    for row in record.found_since(session, ids, since):
        if row.at > ids[row.item_id].opened_at:
            counted[row.item_id].append(row)
    last_sales = {row.item_id: row.last for row in record.sales(session, day_of(since))}
    shelves = _shelves(session, ids)
    for item_id, signal in ids.items():
        sale = last_sales.get(item_id)
        if (answer := answered(counted[item_id], shelves[item_id])) is not None:
            yield signal.id, *answer
        elif sale and sale > day_of(signal.opened_at):
            yield signal.id, False, "It was sold again before it was counted."
        elif not shelves[item_id]:
            yield signal.id, False, NO_STOCK


def shelves_of(session: Session, item_id: int) -> set[int]:
    """Ids of the shelves where the record has an item."""
    return _shelves(session, [item_id])[item_id]


def _shelves(session: Session, item_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for shelf in pulls.shelves_of(session, item_ids):
        found[shelf.item_id].add(shelf.location_id)
    return found


def answered(rows: list[FoundRow], shelves: set[int]) -> tuple[bool, str] | None:
    """What counts of an item say, the oldest first: something as soon as one differs, nothing once all its shelves agreed.

    Of several counts of a place the last one holds.
    """
    last = {row.location_id: row.variance for row in rows}
    if off := [variance for variance in last.values() if variance]:
        total, cancels_out = sum(off), "Some of its shelves had more, others fewer; the sum is right."
        return True, f"The count differed by {signed(total)}." if total else cancels_out
    return (False, "The count agreed with the record.") if last and last.keys() >= shelves else None
