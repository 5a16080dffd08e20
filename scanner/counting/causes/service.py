"""The likely cause of a variance, from the item's recent history."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.counting.causes import rules, store
from scanner.counting.causes.rules import Proposal


def propose(session: Session, location_id: int, item_id: int, variance: int, now: datetime) -> Proposal:
    """The likeliest cause (`.cause`, a Cause) of a variance in units, with what speaks for it (`.why`, in words).

    `.other` is the number of an open variance nearby that one move settles together with this one.
    """
    return proposals(session, location_id, item_id, variance, now)[0]


def proposals(session: Session, location_id: int, item_id: int, variance: int, now: datetime) -> tuple[Proposal, ...]:
    """Every cause that something speaks for, the likeliest first; at least one."""
    since = now - rules.RECENT
    moved = tuple(
        rules.Moved(
            row.units, row.source, row.target, row.task, row.task_kind, bool(row.in_kit),
            location_id in (row.source_id, row.target_id),
        )
        for row in store.moved_since(session, item_id, since)
    )  # fmt: skip
    differed = tuple(
        rules.Differed(row.kind, row.units, row.task, row.location_id == location_id)
        for row in store.differed_since(session, item_id, since)
    )
    opposites = tuple(
        rules.Opposite(row.id, row.location, row.units) for row in store.open_opposites(session, item_id, location_id, variance)
    )
    awaited = tuple(store.awaited_returns(session, item_id))
    return rules.propose(rules.History(variance, moved, differed, opposites, awaited, store.units_at_docks(session, item_id)))
