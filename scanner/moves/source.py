"""The place that goods are taken from, and when it ends.

The label of a place says for one person on one device where goods are taken from. It ends

- once that person scanned on another task on that device: whoever does something else has left the shelf;
- after half an hour without a scan, which is longer than a break and shorter than a way home.

Then goods are taken from the dock again, which is where moves begin. The page shows the place at all times, and changes it when
it ends. Both ends are seen in the scans alone, by the order and the times in which they were made on the device, never by when
they came: what was scanned where there is no network, and is sent an hour later, is taken from where it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.moves import MOVES, store
from scanner.scans import ledger, tasks
from scanner.scans.ledger import LastScan

HOLDS: Final = timedelta(minutes=30)
"""How long a place holds without a scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFrom:
    """Where goods are taken from; empty: from the dock. `ends_in`: seconds until that ends, if nothing is scanned."""

    code: str = ""
    ends_in: int | None = None


def taken_from(session: Session, operator_id: int, device: str, now: datetime) -> TakenFrom:
    """Where a person on a device takes goods from now."""
    task = tasks.get_task(session, MOVES)
    before = ledger.last_scan(session, task.id, operator_id, device) if task else None
    if task is None or before is None or before.place is None or before.place.kind == LocationKind.DOCK:
        return TakenFrom()
    if ended(session, task.id, operator_id, device, before, now):
        return TakenFrom()
    left = store.made_at(session, before.seq) + HOLDS - now
    return TakenFrom(code=before.place.code, ends_in=max(int(left.total_seconds()), 0))


def ended(session: Session, task_id: int, operator_id: int, device: str, before: LastScan, at: datetime) -> bool:
    """Whether goods are not taken any more from the place of the scan before."""
    place = before.place
    if place is None or place.kind == LocationKind.DOCK:
        return False
    late = at - store.made_at(session, before.seq) > HOLDS
    return late or store.went_elsewhere(session, task_id, operator_id, device, before.seq)
