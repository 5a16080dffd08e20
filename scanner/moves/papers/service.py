"""The papers that go with what is sent back, and what is still to be sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.errors import NotFound
from scanner.moves import waiting
from scanner.moves.papers import store
from scanner.moves.papers.store import SentHead
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


@dataclass(frozen=True, slots=True)
class ToGo:
    """An item that is to go back. `units` is None for a person who is not told what the record has there."""

    name: str
    sku: str
    place: str
    units: int | None


def papers(session: Session, operator: OperatorView, hidden: Collection[int]) -> tuple[list[ToGo], list[SentHead]]:
    """What is to go back still, and what went, the newest first.

    `hidden`: ids of the places whose record is kept from the person.
    """
    operator.demand(Right.MOVE)
    sees = operator.may(Right.SEE_STOCK)
    to_go = [
        ToGo(row.name, row.sku, row.code, row.units if sees and row.location_id not in hidden else None)
        for row in waiting.standing(session, (LocationKind.VENDOR,))
    ]
    return to_go, store.sent(session, MOST)


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
