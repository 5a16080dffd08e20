"""What happens on the floor and says that a shelf should be counted before its day."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.counting.plan.schedule import Pull
from scanner.counting.pulls import store


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
