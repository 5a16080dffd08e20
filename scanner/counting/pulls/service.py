"""What happens on the floor and says that a shelf should be counted before its day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.counting.plan.schedule import Pull
from scanner.counting.pulls import store
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans.decision import Decision, Outcome, Reason, TaskKind

_OF_UNITS = (DiscrepancyKind.SHORT, DiscrepancyKind.UNEXPECTED)
"""Discrepancies of receiving that a decision opens, and that say that units went elsewhere than the record has them."""


AT_ONCE = timedelta(seconds=5)
"""How old a scan may be that a device sent as soon as it was made."""


def note(session: Session, kind: str, decision: Decision, scan_seq: int, at: datetime, now: datetime) -> None:
    """After a scan of a task of that kind, made `at` a moment, was carried out: note what it pulls forward."""
    if decision.moves and now - at > AT_ONCE:
        _after_counting(session, decision, scan_seq, at)
    if decision.outcome is not Outcome.ACCEPTED or decision.reason is Reason.UNDONE:
        return
    if kind == TaskKind.RECEIVING:
        _after_receiving(session, decision, scan_seq, at)
    elif kind == TaskKind.RETURN:
        _after_restocking(session, decision, scan_seq, at)


def short_pick(session: Session, location_id: int, item_id: int, scan_seq: int, now: datetime) -> None:
    """Somebody could not find the item there."""
    store.add(session, [(location_id, item_id)], Pull.SHORT_PICK, scan_seq, now)


def drop(session: Session, scan_seq: int) -> None:
    """The scan was taken back, and what it pulled forward with it."""
    store.drop(session, scan_seq)


def answer(session: Session, task_id: int) -> None:
    """A count was finished: its visits answer what waited at their places."""
    store.answer(session, task_id)


def linked(session: Session, key: str, item_id: int, now: datetime) -> tuple[str, ...]:
    """A code has its item now: where it was found on counts that are over, it was not counted, and is to be looked at again.

    Gives the codes of these places.
    """
    found = store.found_unknown(session, key)
    for scan in found:
        store.add(session, [(scan.location_id, item_id)], Pull.LINKED_LATE, scan.seq, now)
    return tuple(dict.fromkeys(scan.location for scan in found))


def _after_counting(session: Session, decision: Decision, scan_seq: int, at: datetime) -> None:
    """Goods had moved before they were counted, and the count was judged without that: only the next one can put it right."""
    ends = {(place, move.item_id) for move in decision.moves for place in (move.source_id, move.target_id)}
    store.add(session, store.counted_since(session, ends, at), Pull.CAME_LATE, scan_seq, at)


def _after_receiving(session: Session, decision: Decision, scan_seq: int, now: datetime) -> None:
    """What differs at the dock may differ on the item's shelves: they are where the other units would be."""
    items = {opened.item_id for opened in decision.opened if opened.kind in _OF_UNITS}
    if decision.reason is Reason.OVER:
        items |= {move.item_id for move in decision.moves}
    if items:
        store.add(session, store.shelves_of(session, items), Pull.RECEIVING, scan_seq, now)


def _after_restocking(session: Session, decision: Decision, scan_seq: int, now: datetime) -> None:
    """A return goes back to a shelf that had none of it by the record: the return is on hand now, and nothing else."""
    found = [
        (move.target_id, move.item_id)
        for move in decision.moves
        if store.units_on_shelf(session, move.target_id, move.item_id) == move.units
    ]
    if found:
        store.add(session, found, Pull.FOUND_RETURN, scan_seq, now)
