"""The papers that go with what is sent back, and what is still to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.errors import NotFound
from scanner.moves import waiting
from scanner.moves.papers import store
from scanner.moves.papers.store import SentHead
from scanner.moves.waiting import Standing
from scanner.people.rules import OperatorView, Right

MOST = 200


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Units of an item, why they went back, and who they came from."""

    sku: str
    name: str
    units: int
    reasons: list[str]
    supplier: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What went back by one scan."""

    head: SentHead
    lines: list[PaperLine]


def papers(session: Session, operator: OperatorView) -> tuple[list[Standing], list[SentHead]]:
    """What is to go back still, and what went, the newest first."""
    operator.demand(Right.MOVE)
    return waiting.standing(session, (LocationKind.VENDOR,)), store.sent(session, MOST)


def paper(session: Session, seq: int, operator: OperatorView) -> Paper:
    """The paper of one scan. Raises NotFound where nothing went back by it, or where that was taken back."""
    operator.demand(Right.MOVE)
    head = store.find_sent(session, seq)
    if head is None:
        raise NotFound(f"Nothing went back to a vendor by scan {seq}.")
    lines = [
        PaperLine(each.sku, each.name, each.units, store.reasons(session, each, seq), store.supplier(session, each.item_id, seq))
        for each in store.items(session, seq)
    ]
    return Paper(head, lines)
