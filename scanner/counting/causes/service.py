"""The likely cause of a variance, from the item's recent history."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.counting.causes import rules, store
from scanner.counting.causes.rules import Proposal
from scanner.counting.causes.store import ItemDiffered, ItemMoved


def propose(session: Session, location_id: int, item_id: int, variance: int, now: datetime) -> Proposal:
    """The likeliest cause of a variance in units."""
    return proposals(session, location_id, item_id, variance, now)[0]


def proposals(session: Session, location_id: int, item_id: int, variance: int, now: datetime) -> tuple[Proposal, ...]:
    """Every cause that something speaks for, the likeliest first; at least one."""
    since = now - rules.RECENT
    opposites = store.open_opposites(session, item_id, location_id, variance)
    history = rules.History(
        variance,
        moved=tuple(_moved(row, location_id) for row in store.moved_since(session, item_id, since)),
        differed=tuple(_differed(row, location_id) for row in store.differed_since(session, item_id, since)),
        opposites=tuple(rules.Opposite(row.id, row.location, row.units) for row in opposites),
        awaited=tuple(store.awaited_returns(session, item_id)),
        at_dock=store.units_at_docks(session, item_id),
    )
    return rules.propose(history)


def _moved(row: ItemMoved, location_id: int) -> rules.RecentMove:
    return rules.RecentMove(
        row.units,
        source=row.source,
        target=row.target,
        task=row.task,
        in_kit=bool(row.in_kit),
        here=location_id in (row.source_id, row.target_id),
    )


def _differed(row: ItemDiffered, location_id: int) -> rules.Differed:
    return rules.Differed(row.kind, row.units, row.task, here=row.location_id == location_id)
