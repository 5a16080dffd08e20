"""Events on the floor after which a shelf is counted before its day."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.counting.plan.schedule import Pull
from scanner.counting.pulls import store


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
