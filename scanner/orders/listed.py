"""What the list of who picks says of an open order. Pure."""

from __future__ import annotations

from scanner.orders.scanned import Choice


def how_far(*, wanted: int, picked: int, pickable: int, unknown: int, choice: str = "", blind: bool) -> str:
    """Whether an order can be picked. Units that are wanted, picked, on shelves for it, and of unknown items.

    `choice`: of the supervisor, for one that is short. Who is `blind` is not told what shelves have.
    """
    if not wanted:
        return "cannot be filled: unknown item" if unknown else "nothing is wanted any more"
    left = max(wanted - picked, 0)
    said = _to_pick(left, pickable, whole=not unknown, blind=blind) if left else _all_picked(unknown)
    return said + _waits(choice, short=bool(unknown) or pickable < left, blind=blind)


def _all_picked(unknown: int) -> str:
    return "all that is known is picked, an item is unknown" if unknown else "all picked: pack it"


def _to_pick(left: int, pickable: int, *, whole: bool, blind: bool) -> str:
    unknown = "" if whole else ", an item is unknown"
    if blind:
        return f"to be picked{unknown}"
    if not pickable:
        return f"nothing of it on a shelf{unknown}"
    return f"{'can be picked' if whole and pickable >= left else 'can be picked in part'}{unknown}"


def _waits(choice: str, *, short: bool, blind: bool) -> str:
    """What comes of it where the supervisor wants it whole. Whether it is short tells who is blind what shelves have."""
    if choice != Choice.WAIT:
        return ""
    if blind:
        return ", goes only whole"
    return ", waits for the rest" if short else ""
