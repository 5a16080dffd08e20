"""The place that goods are taken from, and when it ends.

The label of a place says for one person on one device where goods are taken from. It ends

- once that person scanned on another task on that device: whoever does something else has left the shelf;
- after half an hour without a scan, which is longer than a break and shorter than a way home.

Then goods are taken from the dock again, which is where moves begin. The page shows the place at all times, and changes it when
it ends. Both ends are seen in the scans alone, by the order and the times in which they were made on the device, never by when
they came: what was scanned where there is no network, and is sent an hour later, is taken from where it was taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.moves import store
from scanner.scans.ledger import LastScan

HOLDS: Final = timedelta(minutes=30)
"""How long a place holds without a scan."""


class Scanner(Protocol):
    """Who scans, on which device."""

    @property
    def operator_id(self) -> int:
        """The person."""

    @property
    def device(self) -> str:
        """The device."""


def ended(session: Session, task_id: int, by: Scanner, before: LastScan, at: datetime) -> bool:
    """Whether goods are not taken any more from the place of the scan before."""
    place = before.place
    if place is None or place.kind == LocationKind.DOCK:
        return False
    late = at - store.made_at(session, before.seq) > HOLDS
    return late or store.went_elsewhere(session, task_id, by.operator_id, by.device, before.seq)


def seconds_left(session: Session, before: LastScan, now: datetime) -> int:
    """How long the place of the scan before holds still, if nothing is scanned."""
    return max(int((store.made_at(session, before.seq) + HOLDS - now).total_seconds()), 0)
