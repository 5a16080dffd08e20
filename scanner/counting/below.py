"""More taken from a place than the record has there: a discrepancy, and a count of that place before its day."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.counting.pulls import store as pulls
from scanner.counting.pulls.rules import Pull
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans.decision import Opened, TakenBelow
from scanner.scans.workflow import Recorded


def taken(session: Session, below: TakenBelow, recorded: Recorded) -> None:
    """A scan took more than there was."""
    attempt = recorded.attempt
    note(
        session, below, task_id=recorded.task.id, seq=recorded.seq, operator_id=attempt.request.operator_id, now=attempt.now,
        at=attempt.happened_at,
    )  # fmt: skip


def note(
    session: Session, below: TakenBelow, *, task_id: int, seq: int | None, operator_id: int, now: datetime,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Open the discrepancy of the section's owner, and have the place counted. `at`: when the goods were taken, if before."""
    place, item = below.location_id, below.item_id
    opened = Opened(
        kind=DiscrepancyKind.BELOW_ZERO, item_id=item, units=below.units, location_id=place,
        owner=catalogue.owner_at(session, place),
    )  # fmt: skip
    discrepancies.open_discrepancy(session, task_id, opened, scan_seq=seq, operator_id=operator_id, at=now)
    pulls.add(session, [(place, item)], Pull.BELOW_ZERO, seq, at or now)
