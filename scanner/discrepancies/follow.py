"""What a scan does to discrepancies: opens one, keeps it equal to the count, takes it back."""

from __future__ import annotations

from sqlmodel import Session

from scanner.discrepancies import store
from scanner.discrepancies.rules import FOLLOWS_COUNT, DiscrepancyState
from scanner.scans.decision import KeptAt, Opened
from scanner.scans.workflow import Carrier, Follower, Recorded


def _open(session: Session, opened: Opened, recorded: Recorded) -> None:
    attempt = recorded.attempt
    store.open_discrepancy(
        session, recorded.task.id, opened, scan_seq=recorded.seq, operator_id=attempt.request.operator_id, at=attempt.now
    )  # fmt: skip


def _keep(session: Session, difference: KeptAt, recorded: Recorded) -> None:
    """Keep a discrepancy equal to what differs now, whichever scan changed it."""
    attempt, opened = recorded.attempt, difference.opened
    task_id = opened.task_id or recorded.task.id
    store.keep_at(session, task_id, opened, scan_seq=recorded.seq, operator_id=attempt.request.operator_id, at=attempt.now)


def _why_kept(session: Session, scan_seq: int) -> str | None:
    changes = store.changes_by_scan(session, scan_seq)
    if any(change.state == DiscrepancyState.SETTLED for change in changes):
        return "The discrepancy of the last scan is settled: it cannot be taken back."
    return None


def _take_back(session: Session, scan_seq: int, recorded: Recorded) -> None:
    """Take back what a scan added to discrepancies. Those that follow the count are kept equal to it anyway."""
    attempt = recorded.attempt
    for change in store.changes_by_scan(session, scan_seq):
        if change.kind not in FOLLOWS_COUNT and change.state == DiscrepancyState.OPEN:
            store.take_back(
                session,
                change.discrepancy_id,
                change.units,
                scan_seq=scan_seq,
                operator_id=attempt.request.operator_id,
                at=attempt.now,
            )


def _bars_merge(session: Session, item_id: int) -> str | None:
    """What differs at a place is settled by a count of that item there."""
    named = " and ".join(f"discrepancy {number}" for number in store.open_at_places(session, item_id))
    return f"it differs still at a place: settle {named} first." if named else None


FOLLOWER = Follower(
    carries=(
        Carrier(Opened, _open),
        Carrier(KeptAt, _keep),
    ),
    keeps=_why_kept,
    takes_back=_take_back,
    bars_merge=_bars_merge,
)
