"""What the list of who picks says of an open order. Pure."""

from __future__ import annotations


def how_far(*, wanted: int, picked: int, pickable: int, unknown: int, blind: bool) -> str:
    """Whether an order can be picked. Units that are wanted, picked, on shelves for it, and of unknown items.

    Who is `blind` is not told what shelves have.
    """
    if not wanted:
        return "cannot be filled: unknown item" if unknown else "nothing is wanted any more"
    if picked >= wanted:
        return "all that is known is picked, an item is unknown" if unknown else "all picked: pack it"
    return _to_pick(wanted - picked, pickable, whole=not unknown, blind=blind) + (", an item is unknown" if unknown else "")


def _to_pick(left: int, pickable: int, *, whole: bool, blind: bool) -> str:
    if blind:
        return "to be picked"
    if not pickable:
        return "nothing of it on a shelf"
    return "can be picked" if whole and pickable >= left else "can be picked in part"
