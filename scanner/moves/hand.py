"""What the rules of moves know of one scan: the goods, the hand, the places. Pure: no clock, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scanner.catalogue.locations import VIRTUAL, LocationKind, Place
from scanner.codes.commands import GradeSaid
from scanner.codes.dispositions import NEED_REASON, Disposition
from scanner.codes.reading import Code
from scanner.scans.decision import Effect, Move
from scanner.scans.goods import Goods
from scanner.scans.result import Outcome, Reason
from scanner.words import plural

SENT_BACK = "sent back"
"""What is kept of goods that went back to their vendor, in place of a grade."""


@dataclass(frozen=True, slots=True)
class InHand:
    """Units of an item in somebody's hand."""

    item_id: int
    sku: str
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose cart a place is, and whether that person may move goods still."""

    name: str
    may_move: bool


@dataclass(frozen=True, slots=True)
class ReasonFact:
    """A reason why goods cannot be sold."""

    id: int
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Units of an item that a scan is of, a kit being its parts; what is there of it by the record, and where it lives."""

    item_id: int
    name: str
    units: int
    there: int = 0  # at the place that they are taken from
    promised: int = 0  # of these, to open orders
    home: Place | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where an item lives, and how many the record has there; None where that is not told."""

    place: Place
    units: int | None = None


@dataclass(frozen=True, slots=True)
class GradedSo(Effect):
    """What a scan said of goods in hand, and why."""

    disposition: str
    reason_id: int | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier scan of the person on the device, as far as it matters to the next one."""

    outcome: str
    reason: str
    said: GradeSaid | None
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveScan:
    """What the rules know of one scan on the task of moves."""

    code: Code
    places: Mapping[str, Place]  # the standard ones, by kind
    here: Place  # where goods are taken from
    cart: Place | None = None  # the person's own; None for one who never took anything
    hand: tuple[InHand, ...] = ()
    labelled: bool = False  # the label of the task itself
    label: Place | None = None  # the place whose label is scanned now
    holder: Holder | None = None  # of `label`, where it is a cart
    stands: tuple[InHand, ...] = ()  # on `label`, where it is a cart
    takes_over: bool = False  # all that is on the cart `label`
    goods: tuple[Goods, ...] = ()
    times: int = 1  # how often the scan counts what exists once
    parts: tuple[Part, ...] = ()  # what the goods are in stock
    told: bool = False  # whether the person may be told what the record has at `here`
    blind: bool = False  # where goods live is told by where somebody put them last alone: nothing may be known of it
    origins: frozenset[Place] = frozenset()  # where the goods in hand, or on the cart they are taken from, came from
    by_item: Mapping[int, frozenset[Place]] = field(default_factory=dict)  # the same of each item in hand
    lives: Mapping[int, Home] = field(default_factory=dict)  # of the items in hand, before they are put on the shelf `label`
    agreed: bool = False  # the question whether all goes to `label` was asked before, and is answered
    said: GradeSaid | None = None
    pending: Disposition | None = None  # the grade that was said before, and that waits for its reason
    graded: bool = False  # the goods in hand were said to be good to sell
    asked: str | None = None  # the code of the reason that was given
    reason: ReasonFact | None = None  # the one of that code
    reasons: tuple[str, ...] = ()  # codes of those that may be given
    direct: bool = False  # a program says where from and where to
    wanted: str = ""  # the code of where to, as the program said it
    to: Place | None = None
    to_holder: Holder | None = None
    as_: Disposition | None = None  # what the program says of the goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One movement of an item, for who follows it backwards."""

    units: int
    source: Place
    target: Place
    stands: bool = True  # False: it was taken back, or took another one back


@dataclass(slots=True)
class Trail:
    """Follows an item back from a cart to where it came from, through other hands too, until the hand was empty."""

    cart: int
    on_carts: Counter[int] = field(default_factory=Counter)  # units by cart, as they are now
    found: set[Place] = field(default_factory=set)
    followed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.on_carts[self.cart] > 0:
            self.followed.add(self.cart)

    def follow(self, steps: Iterable[Step]) -> bool:
        """Go back over these movements, the newest first. Whether there is more to follow."""
        for step in steps:
            if not self.followed:
                break
            if step.stands:
                self._back(step)
        return bool(self.followed)

    def _back(self, step: Step) -> None:
        self.on_carts[step.target.id] -= step.units
        self.on_carts[step.source.id] += step.units
        if step.target.id in self.followed:
            if step.source.kind == LocationKind.CART:
                self.followed.add(step.source.id)
            else:
                self.found.add(step.source)
        self.followed = {each for each in self.followed if self.on_carts[each] > 0}


def graded_good(earlier: Iterable[Earlier]) -> int | None:
    """The scan that said that the goods in hand are good to sell, where it is the last that counted; the newest comes first."""
    last = next((each for each in earlier if each.outcome == Outcome.ACCEPTED), None)
    return last.seq if last is not None and last.reason == Reason.GRADED else None


def pending_grade(earlier: Iterable[Earlier]) -> Disposition | None:
    """The grade that waits for its reason: nothing but what was refused came since."""
    for each in earlier:
        if each.said is None and each.outcome == Outcome.REFUSED:
            continue
        if each.said is None or each.outcome == Outcome.ACCEPTED:
            return None
        if each.said.disposition is not None:
            return each.said.disposition if each.said.disposition in NEED_REASON else None
    return None


def what(hand: Iterable[InHand]) -> str:
    """`Mug: 3`, or `12 units of 3 items`."""
    hand = tuple(hand)
    units = sum(each.units for each in hand)
    return f"{hand[0].name}: {units:,}" if len(hand) == 1 else f"{plural(units, 'unit')} of {len(hand)} items"


def not_into(place: Place, holder: Holder | None = None, *, back: bool = False) -> str:
    """Why nobody puts goods there from a hand; empty where one may. `back`: all of them came from there."""
    if place.kind in VIRTUAL:
        return f"{place.code} is not a place in the house: nothing can be put there."
    if place.kind == LocationKind.BENCH:
        return f"What is at {place.code} waits for its grade on its return: put this somewhere else."
    if place.kind == LocationKind.PACKING and not back:
        return f"{place.code} is for what is picked for orders: put this somewhere else."
    if place.kind == LocationKind.CART and holder is None:
        return f"{place.code} is nobody's cart: put this somewhere else."
    if holder is not None and not holder.may_move:
        return f"{holder.name} moves no goods here: give this to somebody else."
    return ""


def not_out_of(place: Place) -> str:
    """Why nothing is taken from there; empty where it may be."""
    if place.kind in VIRTUAL:
        return f"{place.code} is not a place in the house: nothing can be taken from there."
    if place.kind == LocationKind.BENCH:
        return f"What is at {place.code} waits for its grade on its return: grade it there."
    return ""


def moves_of(hand: Iterable[InHand], source: Place, target: Place) -> tuple[Move, ...]:
    """One movement an item."""
    return tuple(Move(each.item_id, each.units, source.id, target.id) for each in hand)
