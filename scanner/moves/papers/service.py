"""The papers that go with what is sent back, and what is still to be sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.errors import NotFound
from scanner.moves import MOVES, waiting
from scanner.moves.papers import store
from scanner.moves.papers.store import SentHead
from scanner.people.rules import OperatorView, Right

MOST = 200


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Units of an item, and why they went back."""

    sku: str
    name: str
    units: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """What went back to one vendor by one scan. `vendor` is empty where nobody knows who an item came from, `address` where it is
    not kept among the suppliers.
    """

    number: str
    vendor: str
    address: str
    lines: list[PaperLine]

    @property
    def units(self) -> int:
        """Units on it."""
        return sum(line.units for line in self.lines)


@dataclass(frozen=True, slots=True)
class Papers:
    """What went back by one scan: a paper a vendor, and one for each item of which nobody knows the vendor."""

    head: SentHead
    papers: list[Paper]


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


def papers_of(session: Session, seq: int, operator: OperatorView) -> Papers:
    """The papers of one scan. Raises NotFound where nothing went back by it, or where that was taken back.

    They follow from what was recorded before that scan, so that they are the same whenever they are printed.
    """
    operator.demand(Right.MOVE)
    head = store.find_sent(session, seq)
    if head is None:
        raise NotFound(f"Nothing went back to a vendor by scan {seq}.")
    found: dict[tuple[str, int], list[PaperLine]] = {}
    for each in store.items(session, seq):
        vendor = store.supplier(session, each.item_id, seq)
        line = PaperLine(each.sku, each.name, each.units, store.reasons(session, each, seq))
        found.setdefault((vendor, 0 if vendor else each.item_id), []).append(line)
    by_vendor = sorted(found.items(), key=lambda each: (not each[0][0], each[0]))
    made = [
        Paper(f"{MOVES}-{seq}-{nth}", vendor, store.address_of(session, vendor) if vendor else "", lines)
        for nth, ((vendor, _), lines) in enumerate(by_vendor, 1)
    ]
    return Papers(head, made)
