"""What a scan does to moves: what it said of the goods is kept."""

from __future__ import annotations

from sqlmodel import Session

from scanner.moves import store
from scanner.moves.hand import GradedSo
from scanner.scans.workflow import Carrier, Follower, Recorded


def _keep(session: Session, graded: GradedSo, recorded: Recorded) -> None:
    store.keep_grade(session, recorded.seq, graded.disposition, graded.reason_id)


def _in_a_hand(session: Session, item_id: int) -> str | None:
    """Where goods in a hand came from is known by their item: a merge would hide that they need to be looked at."""
    names = dict.fromkeys(each.operator for each in store.hands(session) if each.item.item_id == item_id)
    return f"Goods of it are in the hand of {' and '.join(names)}: put them away first." if names else None


FOLLOWER = Follower(carries=(Carrier(GradedSo, _keep),), bars_merge=_in_a_hand)
