"""Events on the floor after which a shelf is counted before its day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.counting.plan.schedule import Pull
from scanner.counting.pulls import store
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans.decision import Decision, Outcome, Reason, TaskKind

_OF_UNITS = (DiscrepancyKind.SHORT, DiscrepancyKind.UNEXPECTED)
"""Discrepancies of receiving after which units may be elsewhere than the record has them."""

AT_ONCE = timedelta(seconds=5)
"""The longest that a scan is on its way. An older one was kept on the device before it was sent."""


def note(session: Session, kind: str, decision: Decision, scan_seq: int, at: datetime, now: datetime) -> None:
    """Note what a scan pulls forward, once it was carried out. `kind` is its task's; it was made `at` and came `now`."""
    if decision.moves and now - at > AT_ONCE:
        _after_counting(session, decision, scan_seq, at)
    if decision.outcome is not Outcome.ACCEPTED or decision.reason is Reason.UNDONE:
        return
    if kind == TaskKind.RECEIVING:
        _after_receiving(session, decision, scan_seq, at)
    elif kind == TaskKind.RETURN:
        _after_restocking(session, decision, scan_seq, at)


def short_pick(session: Session, location_id: int, item_id: int, scan_seq: int, now: datetime) -> None:
    """Somebody could not find an item at a place: the place is counted soon."""
    store.add(session, [(location_id, item_id)], Pull.SHORT_PICK, scan_seq, now)


def drop(session: Session, scan_seq: int) -> None:
    """Drop what a scan pulled forward: the scan was taken back."""
    store.drop(session, scan_seq)


def answer(session: Session, task_id: int) -> None:
    """A count was finished: it answers what waited at its places."""
    store.answer(session, task_id)


def linked(session: Session, key: str, item_id: int, now: datetime) -> tuple[str, ...]:
    """A code was linked to its item. Finished counts that met the code did not count it, so their places are counted again.

    Gives the codes of these places.
    """
    found = store.found_unknown(session, key)
    for scan in found:
        store.add(session, [(scan.location_id, item_id)], Pull.LINKED_LATE, scan.seq, now)
    return tuple(dict.fromkeys(scan.location for scan in found))


def _after_counting(session: Session, decision: Decision, scan_seq: int, at: datetime) -> None:
    """Goods moved before a count, and the scan of it came after the count was judged. Only another count can put that right."""
    ends = {(place, move.item_id) for move in decision.moves for place in (move.source_id, move.target_id)}
    store.add(session, store.counted_since(session, ends, at), Pull.CAME_LATE, scan_seq, at)


def _after_receiving(session: Session, decision: Decision, scan_seq: int, now: datetime) -> None:
    """What differs at the dock may differ on the item's shelves as well: the units may have gone there."""
    items = {opened.item_id for opened in decision.opened if opened.kind in _OF_UNITS}
    if decision.reason is Reason.OVER:
        items |= {move.item_id for move in decision.moves}
    if items:
        store.add(session, store.shelves_of(session, items), Pull.RECEIVING, scan_seq, now)


def _after_restocking(session: Session, decision: Decision, scan_seq: int, now: datetime) -> None:
    """A return was put on a shelf where the record had none of it: more of it may stand there unrecorded."""
    found = [
        (move.target_id, move.item_id)
        for move in decision.moves
        if store.units_on_shelf(session, move.target_id, move.item_id) == move.units
    ]
    if found:
        store.add(session, found, Pull.FOUND_RETURN, scan_seq, now)
