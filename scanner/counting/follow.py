"""What scans of every kind do to counting: they change visits, and bring counts of shelves forward."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from scanner.counting import below, visits
from scanner.counting.facts import change_visits, judge_variances
from scanner.counting.pulls import service as pulls
from scanner.counting.pulls import store
from scanner.counting.pulls.rules import Pull
from scanner.counting.rules import CountFinished, VisitChange
from scanner.scans.decision import CameOtherwise, MissedAt, Restocked, TakenBelow
from scanner.scans.workflow import Carrier, Follower, Recorded

AT_ONCE = timedelta(seconds=5)
"""How old a scan may be that a device sent as soon as it was made."""


def _missed(session: Session, missed: MissedAt, recorded: Recorded) -> None:
    place = [(missed.location_id, missed.item_id)]
    store.add(session, place, Pull.SHORT_PICK, recorded.seq, recorded.attempt.happened_at)


def _came_otherwise(session: Session, came: CameOtherwise, recorded: Recorded) -> None:
    """Bring counts of the item's shelves forward where the dock differs: the missing units may be there."""
    shelves = store.shelves_of(session, set(came.item_ids))
    store.add(session, shelves, Pull.RECEIVING, recorded.seq, recorded.attempt.happened_at)


def _restocked(session: Session, back: Restocked, recorded: Recorded) -> None:
    """Bring a count forward where goods go back to a shelf that had none of them by the record."""
    if store.units_on_shelf(session, back.location_id, back.item_id) == back.units:
        place = [(back.location_id, back.item_id)]
        store.add(session, place, Pull.FOUND_RETURN, recorded.seq, recorded.attempt.happened_at)


def _after(session: Session, recorded: Recorded) -> None:
    """Bring a count forward where goods moved before the last count, and their scan came after it."""
    moves, attempt = recorded.decision.moves, recorded.attempt
    if moves and (attempt.links is not None or attempt.now - attempt.happened_at > AT_ONCE):
        ends = {(place, move.item_id) for move in moves for place in (move.source_id, move.target_id)}
        counted = store.counted_since(session, ends, recorded.seq)
        store.add(session, counted, Pull.CAME_LATE, recorded.seq, attempt.happened_at)


def _take_back(session: Session, scan_seq: int, _recorded: Recorded) -> None:
    store.drop(session, scan_seq)


def _bars_merge(session: Session, item_id: int) -> str | None:
    """A count compares what it finds of an item with the record of that item."""
    counts = visits.open_counts_of_item(session, item_id)
    return f"{' and '.join(counts)} {'counts' if len(counts) == 1 else 'count'} it: finish that first." if counts else None


FOLLOWER = Follower(
    carries=(
        Carrier(VisitChange, change_visits),
        Carrier(CountFinished, judge_variances),
        Carrier(MissedAt, _missed),
        Carrier(TakenBelow, below.taken),
        Carrier(CameOtherwise, _came_otherwise),
        Carrier(Restocked, _restocked),
    ),
    after=_after,
    takes_back=_take_back,
    linked=pulls.linked,
    bars_merge=_bars_merge,
    merged=store.pass_on,
)
