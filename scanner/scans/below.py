"""More taken than the record has: it counts, and never in silence. Looked at for every movement out of a real place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.stock import HeldStock, hold_units
from scanner.catalogue.store import Names
from scanner.scans.decision import Decision, Move, TakenBelow
from scanner.scans.result import BEYOND_RECORD, Outcome, Reason
from scanner.words import shortened, some

MOST_NAMED = 5
"""Most items that the words of one scan name."""
Units = Mapping[tuple[int, int], int]
"""By (item id, location id)."""


def taken_below(moves: Iterable[Move], stock: Units, virtual: frozenset[int]) -> tuple[TakenBelow, ...]:
    """What these moves take beyond what the record has. Pure. A virtual place has no stock that could run out."""
    change: Counter[tuple[int, int]] = Counter()
    for move in moves:
        change[move.item_id, move.source_id] -= move.units
        change[move.item_id, move.target_id] += move.units
    beyond = {key: min(-units, -units - stock.get(key, 0)) for key, units in change.items() if units < 0}
    return tuple(
        TakenBelow(item, place, units) for (item, place), units in sorted(beyond.items()) if units > 0 and place not in virtual
    )


def find(session: Session, moves: Iterable[Move]) -> tuple[tuple[Move, ...], tuple[TakenBelow, ...]]:
    """The moves as they are to be booked, and what they are about to take beyond the record. The stock is held.

    Goods of an item that was merged since are those of the item that stands for it. Nothing is read for goods that only come in.
    """
    virtual = frozenset(place.id for kind, place in catalogue.standard_places(session).items() if kind in VIRTUAL)
    moves = tuple(moves)
    held = _held(session, moves, virtual)
    if held.merged:
        moves = tuple(replace(move, item_id=held.merged.get(move.item_id, move.item_id)) for move in moves)
        held = _held(session, moves, virtual)
    return moves, taken_below(moves, held.units, virtual)


def _held(session: Session, moves: tuple[Move, ...], virtual: frozenset[int]) -> HeldStock:
    ends = {(move.item_id, move.source_id, move.target_id) for move in moves if move.source_id not in virtual}
    return hold_units(session, ends) if ends else HeldStock()


def noted(session: Session, decision: Decision, hidden: Callable[[], frozenset[int]]) -> Decision:
    """The decision, with what it takes beyond the record noted in its words and effects.

    `hidden`: ids of the locations whose record is kept from who scans. There the words would tell of it, so none are said.
    """
    if decision.outcome is not Outcome.ACCEPTED or not decision.moves:
        return decision
    moves, below = find(session, decision.moves)
    decision = replace(decision, moves=moves) if moves != decision.moves else decision
    if not below:
        return decision
    decision = replace(decision, effects=(*decision.effects, *below))
    untold = hidden()
    return _said(session, decision, [each for each in below if each.location_id not in untold])


def _said(session: Session, decision: Decision, below: list[TakenBelow]) -> Decision:
    if not below:
        return decision
    names = [catalogue.names_of(session, each.item_id, each.location_id) for each in below]
    places = " and ".join(dict.fromkeys(each.location or "" for each in names))
    of = "" if {each.item_id for each in below} == {decision.item_id} else f" of {_named(names)}"
    at = "there" if places in decision.message else f"at {places}"
    return replace(
        decision,
        reason=Reason.OVER if decision.reason is Reason.PICKED else decision.reason,
        message=f"{decision.message} More{of} {BEYOND_RECORD} {at}. Go on: somebody will count it.",
    )


def _named(names: list[Names]) -> str:
    """The items, as far as a message has room for them."""
    return some((shortened(each.name or "") for each in names), MOST_NAMED)
