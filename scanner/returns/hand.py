"""The goods in hand on the page of the returns bench."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.people.rules import OperatorView
from scanner.reasons import store as reasons
from scanner.returns.grading import Hand, Portion
from scanner.scans import homes, ledger


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the kit in hand, with its units without a grade."""

    sku: str
    name: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandView:
    """The goods in hand, in units, and what is asked for next."""

    name: str
    units: int
    waiting: int  # without a grade
    disposition: str  # empty while there is none
    reason: str | None
    location: str  # where they are
    home: str | None  # the shelf where a restock would go, if one is known
    asks_reason: bool
    asks_shelf: bool
    asks_part: bool
    part: str | None  # the name of the one part that is meant
    parts: list[PartView]  # of a kit
    scan: str  # the UUID of the scan that a photo is kept with
    line_ids: tuple[int, ...]


def view_of(session: Session, hand: Hand | None, person: OperatorView, hidden: frozenset[int]) -> HandView | None:
    """The goods in hand as the page shows them to a person. `hidden`: ids of the places whose record is kept from them."""
    if hand is None:
        return None
    last = hand.last
    shown = hand.unexplained if hand.asks_reason else hand.ungraded or last or hand.meant
    names = {each.item_id: each.name for each in hand.meant}
    home = next(iter(homes.homes_for(session, names, person, hidden).values()), None) if len(names) == 1 else None
    why = reasons.reason_name(session, last[0].reason_id) if last and last[0].reason_id else None
    return HandView(
        name=names.get(hand.part or 0, hand.name),
        units=sum(each.units for each in shown),
        waiting=sum(each.units for each in hand.ungraded),
        disposition=str(shown[0].disposition or "") if shown else "",
        reason=why,
        location=", ".join(sorted({each.place.code for each in shown})),
        home=home.code if home else None,
        asks_reason=hand.asks_reason,
        asks_shelf=hand.asks_shelf,
        asks_part=hand.asks_part,
        part=names.get(hand.part or 0),
        parts=_parts(session, hand) if hand.is_kit else [],
        scan=_photo_scan(session, hand),
        line_ids=tuple({each.line_id for each in hand.portions}),
    )


def _photo_scan(session: Session, hand: Hand) -> str:
    """The scan of the last grade of the goods, else the scan that brought them."""
    graded = max((each.grade_seq or 0 for each in hand.last), default=0)
    scan = ledger.get_scan(session, graded or hand.arrival_seq)
    return scan.id if scan else ""


def _parts(session: Session, hand: Hand) -> list[PartView]:
    waiting: dict[int, int] = {}
    for each in hand.portions:
        waiting[each.item_id] = waiting.get(each.item_id, 0) + (0 if each.disposition else each.units)
    named: dict[int, Portion] = {each.item_id: each for each in hand.portions}
    return [PartView(catalogue.item_named(session, item).sku, named[item].name, units) for item, units in waiting.items()]
