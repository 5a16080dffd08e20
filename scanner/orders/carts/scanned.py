"""What the rules of a cart know of one scan, and what they have done besides counting and moving. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.catalogue.locations import Place
from scanner.codes.reading import Code
from scanner.orders.planning.rules import Need, Shelf, Stop
from scanner.orders.planning.walking import NOWHERE, Standing
from scanner.orders.scanned import ShortWhy
from scanner.scans.decision import Effect
from scanner.scans.goods import Goods


@dataclass(frozen=True, slots=True)
class Box:
    """An order on the cart and what its tote is called: its label, or the number of the order while it has none."""

    order_id: int
    reference: str
    label: str | None = None
    unknown: bool = False  # its order wants something whose SKU nobody knows, too

    @property
    def name(self) -> str:
        """What is on the tote."""
        return self.label or self.reference

    @property
    def called(self) -> str:
        """The tote and its order."""
        return f"{self.label} ({self.reference})" if self.label else self.reference


class Wanted(NamedTuple):
    """A line of an open order on the cart: units wanted, and units that are in its tote."""

    order_id: int
    line_id: int
    item_id: int
    sku: str
    name: str
    expected: int
    scanned: int

    @property
    def room(self) -> int:
        """Units still to come into the tote."""
        return max(self.expected - self.scanned, 0)


class Holding(NamedTuple):
    """Units of an item that somebody took on this cart and still has in hand."""

    operator_id: int
    holder: str
    item_id: int
    name: str
    units: int


class Back(NamedTuple):
    """Units that were picked for an order of the cart and that its shop wants no more: they are to be put away."""

    order_id: int
    reference: str
    tote: str
    is_open: bool  # else it is cancelled
    name: str
    units: int
    seq: int  # of the scan that took them off the order

    def said(self, packing: str) -> str:
        """The same in words, with where the goods stand."""
        put = f"{self.units:,} {self.name} back with MOVES, from {self.tote} at {packing}"
        return f"{self.reference} wants less: put {put}." if self.is_open else f"{self.reference} is cancelled: put its {put}."


def dropped(reference: str, *, held: bool) -> str:
    """An order that is cancelled, and that nothing was picked for. What somebody has in `held` hand is told beside it."""
    return f"{reference} is cancelled: nothing of it {'is in a tote' if held else 'was taken'}."


_TOLD = re.compile(r" (?=\S+ (?:is cancelled: (?:put its|nothing of it) |wants less: put ))")


def apart(message: str) -> tuple[str, tuple[str, ...]]:
    """What came of a scan, and what is told of orders besides."""
    words, *told = _TOLD.split(message)
    return words, tuple(told)


def by_item(hands: tuple[Holding, ...]) -> dict[int, int]:
    """Item id -> units over these hands."""
    found: dict[int, int] = {}
    for each in hands:
        found[each.item_id] = found.get(each.item_id, 0) + each.units
    return found


@dataclass(frozen=True, slots=True)
class GivenTote(Effect):
    """An order got its tote; without a label that is taken back."""

    cart_id: int
    order_id: int
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartScan:
    """What the rules know of one scan on a cart."""

    cart_id: int
    task: str
    code: Code
    me: int  # the operator who scans
    hand: Place  # the person's own cart
    picked: Place  # where goods in totes are on record
    is_open: bool = True
    here: Place | None = None
    label: Place | None = None  # a place whose label was scanned
    next_at: str = ""  # the next shelf of the walk
    takes: tuple[tuple[str, int | None], ...] = ()  # (item, units) to take there; None: the person is not told
    boxes: tuple[Box, ...] = ()
    box: Box | None = None  # the order whose tote was scanned
    new_label: str | None = None  # of a tote that no order of the cart has
    used_by: str | None = None  # the order that the tote is in use for
    full: tuple[Back, ...] = ()  # goods in it that are to be put back
    goods: tuple[Goods, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    hands: tuple[Holding, ...] = ()  # what was taken on this cart and is in no tote yet, of everybody
    before: Mapping[int, int] = field(default_factory=dict)  # item id -> units picked before their orders came on this cart
    there: Mapping[int, int] = field(default_factory=dict)  # item id -> units on record where the person stands
    quantity: int = 1  # how many times the label was given
    short: bool = False  # the goods cannot be taken
    why: ShortWhy | None = None  # why not; None: a word that is not a reason
    stops: tuple[Stop, ...] = ()  # the walk that is left; of a short pick with what it is made of
    needs: tuple[Need, ...] = ()
    shelves: tuple[Shelf, ...] = ()
    standing: Standing = NOWHERE  # where the person stands, in walking order
    blind: bool = False  # who scans is kept from what the record has
    owner: str = ""  # of what differs where the person stands
    elsewhere: str = ""  # another shelf that has by the record what is not here
    lacks: int | None = None  # the item that it has, where the goods are several
    dropped: tuple[str, ...] = ()  # cancelled orders of which nothing was picked, and the person was not told of yet
    back: tuple[Back, ...] = ()  # what is to be put back, and the person was not told of yet
    confirmed: bool = False

    @property
    def in_hand(self) -> dict[int, int]:
        """Item id -> units in the hand of who scans. A tote takes from that hand alone."""
        return by_item(tuple(each for each in self.hands if each.operator_id == self.me))

    @property
    def in_all_hands(self) -> dict[int, int]:
        """Item id -> units in all hands: they are taken, whoever has them."""
        return by_item(self.hands)

    @property
    def others(self) -> tuple[Holding, ...]:
        """What others have in hand."""
        return tuple(each for each in self.hands if each.operator_id != self.me)

    def lines_of(self, item_id: int) -> list[Wanted]:
        """The lines of an item, in the order of their totes."""
        return [each for each in self.wanted if each.item_id == item_id]
