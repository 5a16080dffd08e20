"""Events on the floor after which a shelf is counted before its day."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.counting.pulls import store
from scanner.counting.pulls.rules import Pull


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


def short_picked(session: Session) -> frozenset[str]:
    """Sections in which something could not be picked since they were counted.

    A counter may know no more of the plan: its classes and its other pulls tell what the record has where.
    """
    return frozenset(store.waiting_sections(session, Pull.SHORT_PICK))
