"""What the rules of orders know of one scan, and what they have done besides counting and moving. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.catalogue.locations import Place
from scanner.codes.commands import Command
from scanner.codes.reading import Code
from scanner.orders.planning.rules import Need, Shelf
from scanner.orders.planning.walking import NOWHERE, Standing
from scanner.scans.decision import Count, Effect
from scanner.scans.goods import Goods
from scanner.scans.result import ItemName


class OrderState(StrEnum):
    """How far an order is. Part of the API."""

    OPEN = "open"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Choice(StrEnum):
    """What the supervisor decided of an order that is short. Part of the API."""

    WAIT = "wait"
    SPLIT = "split"


class ShortWhy(StrEnum):
    """Why goods could not be picked. Part of the API."""

    NOT_THERE = "not there"
    DAMAGED = "damaged"
    WRONG_PLACE = "wrong place"


@dataclass(frozen=True, slots=True)
class Packs(Effect):
    """Units of lines that go into the parcel."""

    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPicked(Effect):
    """Units of lines that were not to be had at a place."""

    counts: tuple[Count, ...]
    location_id: int
    why: ShortWhy


@dataclass(frozen=True, slots=True, kw_only=True)
class Ships(Effect):
    """The parcel goes. `rest`: what is missing stays, as an order of its own."""

    rest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLine:
    """How far one line of the task is, in units."""

    id: int
    item_id: int
    sku: str
    name: str
    wanted: int
    picked: int
    packed: int = 0
    gone: int = 0  # of these, units that the shop sent without a scan

    @property
    def met(self) -> int:
        """Units picked of those wanted."""
        return min(self.picked, self.wanted)

    @property
    def goes(self) -> int:
        """Units that are shipped: of what is picked never more than wanted, and not what went already."""
        return max(self.met - self.gone, 0)

    @property
    def in_parcel(self) -> int:
        """Units that a scan put into the parcel."""
        return self.packed - self.gone

    @property
    def missing(self) -> int:
        """Units that were not picked."""
        return self.wanted - self.met

    @property
    def unpacked(self) -> int:
        """Units that are not in the parcel and should be."""
        return max(self.goes - self.in_parcel, 0)

    @property
    def too_many(self) -> int:
        """Units in the parcel that the shop cancelled since."""
        return max(self.in_parcel - self.goes, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is known of an order when it is to be shipped."""

    lines: tuple[ParcelLine, ...]
    unknown: tuple[tuple[str, int], ...] = ()  # (sku, units) of lines whose SKU nobody knows
    choice: Choice | None = None
    packs: bool = True  # each unit is scanned into the parcel here
    waiting: str = ""  # what waits for an answer, in words

    @property
    def units(self) -> int:
        """Units that go."""
        return sum(line.goes for line in self.lines)

    @property
    def has_goods(self) -> bool:
        """Whether anything is to be packed, or is packed."""
        return any(line.goes or line.in_parcel for line in self.lines)

    @property
    def begun(self) -> bool:
        """Whether anything is in the parcel."""
        return any(line.in_parcel > 0 for line in self.lines)

    @property
    def awaits_packing(self) -> bool:
        """Whether something is picked and nothing of it is packed, where goods are packed."""
        return self.packs and self.units > 0 and not self.begun

    @property
    def short(self) -> tuple[tuple[str, int], ...]:
        """(name, units) of what does not go."""
        return (*((line.name, line.missing) for line in self.lines if line.missing), *self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderScan:
    """What the rules know of one scan on an order. What one kind of scan alone needs is asked for with that kind."""

    task: str
    state: OrderState = OrderState.OPEN  # shipped and cancelled ones take no scans
    code: Code
    packing: Place  # the place of picked goods
    customer: Place
    here: Place | None = None  # the place whose label was scanned last
    label: Place | None = None  # the place whose label is scanned now
    labelled: tuple[str, ...] = ()  # the open orders whose label is scanned now
    goods: tuple[Goods, ...] = ()  # of the scanned code
    contents: tuple[Goods, ...] = ()  # the same as the order has them: a kit as its parts, each on its lines
    quantity: int = 1  # how many times the label was given
    confirmed: bool = False  # a person said yes
    lives: tuple[str, ...] = ()  # shelves that have the goods by the record, where this one has none of them
    packed: tuple[tuple[int, int], ...] = ()  # (line, units) in the parcel
    back: str = ""  # of a cancelled order, in words: what stands where, to be put away
    unpicked: bool = False  # of the label of packing: nothing of the order is there to be packed
    beyond: int = 0  # of a yes, units that waited beyond what is wanted: they are put back
    in_vain: tuple[tuple[int, int], ...] = ()  # (scan, units) of what waits for goods of which no more is wanted after this scan
    left: int = 0  # units that are still to be picked, the scanned ones among them; asked for where that may be all of them
    unknown: bool = False  # it wants something whose SKU nobody knows, so that it is not complete
    short: bool = False  # the goods could not be picked
    why: ShortWhy | None = ShortWhy.NOT_THERE  # None: a word that is not a reason
    needs: tuple[Need, ...] = ()  # what the order still needs
    shelves: tuple[Shelf, ...] = ()  # where that can be picked
    standing: Standing = NOWHERE  # where the person stands, in walking order
    blind: bool = False  # who scans is kept from what the record has, and so from how many are taken where
    named: tuple[tuple[int, ItemName], ...] = ()  # (item id, what it is called) of what it needs
    owner: str = ""  # of discrepancies here
    packs: bool = True  # each unit is scanned into the parcel here
    parcel: Parcel | None = None  # when it is to be shipped

    @property
    def onward(self) -> str:
        """What comes after picking, in words: the label of the place where it is packed, by its real code."""
        return f"Scan the label {self.packing.code}." if self.packs else f"Scan {Command.SHIP} to ship it."

    @property
    def is_packing(self) -> bool:
        """Whether the person stands where goods are packed, and packs by scans."""
        return self.packs and self.here is not None and self.here.id == self.packing.id
