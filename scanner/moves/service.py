"""What waits to be put away, and what is in whose hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.codes.reading import parse_code
from scanner.moves import KIND, MOVES, store, waiting
from scanner.moves.scanning import homes_told
from scanner.moves.waiting import AtPlace
from scanner.people.rules import OperatorView, Right
from scanner.scans import carts
from scanner.scans.choices import Opening
from scanner.scans.picked import picked_for_orders

_TO_PUT_AWAY = (LocationKind.DOCK, LocationKind.PACKING)
_UNSOLD = (LocationKind.REFURBISH, LocationKind.QUARANTINE, LocationKind.VENDOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Goods that stand where they are not sold. `units` is None for a person who is not told what the record has."""

    place: str
    kind: str
    sku: str
    name: str
    units: int | None
    home: str | None  # empty: it has no shelf yet; None: not known to who is told nothing of the record
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherHand:
    """What another person has in hand."""

    name: str
    cart: str
    items: list[str]
    units: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What waits: at the dock, elsewhere, and in the hands of others."""

    put_away: list[Waits]
    unsold: list[Waits]
    hands: list[OtherHand]


def open_moves(_session: Session, code: str, _operator: OperatorView) -> Opening:
    """The task of moves, by its label."""
    label = parse_code(code).text
    if label == MOVES:
        return Opening(kind=KIND, reference=MOVES)
    return Opening(kind=KIND, message=f"{label[:40]} is not the label of moves: that is {MOVES}.")


def overview(session: Session, operator: OperatorView, hidden: frozenset[int]) -> Overview:
    """What waits to be put away, the longest first, and what others have in hand."""
    operator.demand(Right.MOVE)
    kinds = (*_TO_PUT_AWAY, *_UNSOLD)
    rows = _unclaimed(session, waiting.standing(session, kinds))
    sees = operator.may(Right.SEE_STOCK)
    untold = frozenset(hidden) if sees else frozenset(row.location_id for row in rows)
    lives = homes_told(session, (row.item_id for row in rows), operator, hidden)
    since = waiting.since(session, kinds)
    found = [_waits(row, since, lives, told=row.location_id not in untold) for row in rows]
    found.sort(key=lambda each: (each.since is None, each.since or 0))
    return Overview(
        put_away=[each for each in found if each.kind in _TO_PUT_AWAY],
        unsold=[each for each in found if each.kind in _UNSOLD],
        hands=_others(session, operator, sees=sees),
    )


def _waits(
    row: AtPlace, since: Mapping[tuple[int, int], datetime], lives: Mapping[int, str | None], *, told: bool
) -> Waits:  # fmt: skip
    """Goods at a place. Since when they stand there follows from how many do."""
    return Waits(
        place=row.code, kind=row.kind, sku=row.sku, name=row.name, units=row.units if told else None,
        home=lives[row.item_id], since=since.get((row.location_id, row.item_id)) if told else None,
    )  # fmt: skip


def due(session: Session) -> int:
    """How many items wait to be put away."""
    return len(_unclaimed(session, waiting.standing(session, _TO_PUT_AWAY)))


def units_in_hand(session: Session, operator: OperatorView) -> int:
    """How many units a person has in hand."""
    return carts.units_in_hand(session, operator.id)


def _unclaimed(session: Session, rows: Iterable[AtPlace]) -> list[AtPlace]:
    """What stands there, without what open orders have at the place of picked goods."""
    rows = list(rows)
    picked = [row.item_id for row in rows if row.kind == LocationKind.PACKING]
    claimed = picked_for_orders(session, picked) if picked else {}
    free = {row.item_id: row.units - claimed.get(row.item_id, 0) for row in rows if row.kind == LocationKind.PACKING}
    left = (row._replace(units=free[row.item_id]) if row.kind == LocationKind.PACKING else row for row in rows)
    return [row for row in left if row.units > 0]


def _others(session: Session, operator: OperatorView, *, sees: bool) -> list[OtherHand]:
    held: dict[str, list[store.Held]] = {}
    for each in store.hands(session):
        if each.operator_id != operator.id:
            held.setdefault(each.cart, []).append(each)
    return [
        OtherHand(
            name=rows[0].operator,
            cart=cart,
            items=[row.item.name for row in rows],
            units=sum(row.item.units for row in rows) if sees else None,
        )
        for cart, rows in held.items()
    ]
