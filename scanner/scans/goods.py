"""The goods that a scan stands for, and how they fill the lines of a task. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.catalogue.locations import Place
from scanner.codes.commands import works_on
from scanner.codes.reading import Code
from scanner.errors import BadRequest
from scanner.scans.decision import Count, Doubt, Mark, Move
from scanner.scans.result import ItemName
from scanner.words import shortened, units_wait

LONGEST_MARK = 64
MAX_UNITS = 1_000_000
"""Most units of one scan, with case size and count on the label."""


@dataclass(frozen=True, slots=True)
class LineFact:
    """One line of an item: units expected and units there."""

    id: int
    expected: int
    scanned: int

    @property
    def room(self) -> int:
        """Units still to come."""
        return max(self.expected - self.scanned, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """Units of held goods, those past their date among them, and where they went when they were scanned."""

    place: Place | None
    units: int
    expired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """The goods of a scan: units of one item, and its lines on the task in the order in which they fill."""

    item_id: int
    sku: str
    name: str
    units: int
    parts: tuple[tuple[int, int], ...] = ()  # (item id, units in one) where it is a kit
    lines: tuple[LineFact, ...] = ()
    elsewhere: int = 0  # units for these lines that came under another number
    expired: int = 0  # units past their date
    spots: tuple[Spot, ...] = ()  # of a yes: where each part of the goods was scanned
    waiting: tuple[tuple[str, int], ...] = ()  # (doubt, units) that wait already, of the person on the device

    @property
    def named(self) -> ItemName:
        """SKU and name."""
        return ItemName(self.sku, self.name)

    @property
    def contents(self) -> tuple[tuple[int, int], ...]:
        """(item id, units) in stock: a kit is its parts."""
        return tuple((part, self.units * each) for part, each in self.parts) or ((self.item_id, self.units),)

    @property
    def expected(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.expected for line in self.lines)

    @property
    def arrived(self) -> int:
        """Units there after this scan."""
        return sum(line.scanned for line in self.lines) + self.elsewhere + self.units

    @property
    def over(self) -> int:
        """Units of this scan beyond what was ordered; 0 where the item is not on the task."""
        room = max(sum(line.room for line in self.lines) - self.elsewhere, 0)
        return max(self.units - room, 0) if self.lines else 0


@dataclass(frozen=True, slots=True)
class ShortFact:
    """An item of which less came than was ordered."""

    item_id: int
    name: str
    expected: int
    scanned: int

    @property
    def missing(self) -> int:
        """Units that did not come."""
        return self.expected - self.scanned


def waits(goods: Iterable[Goods], doubt: str) -> int:
    """Units that wait for the same yes, with those of this scan."""
    return sum(each.units + dict(each.waiting).get(doubt, 0) for each in goods)


def over_waiting(goods: Iterable[Goods]) -> int:
    """Units beyond what was ordered that wait, with those of this scan."""
    return sum(replace(each, units=waits((each,), Doubt.OVER)).over for each in goods)


def more_wait(goods: Iterable[Goods], than: str) -> str:
    """`4 more than ordered wait`; `12 wait, 7 more than ordered`, where a case is only partly too many."""
    goods = tuple(goods)
    over, wait = over_waiting(goods), waits(goods, Doubt.OVER)
    if over == wait:
        return f"{over:,} more than {than} {'waits' if over == 1 else 'wait'}"
    return f"{units_wait(wait)}, {over:,} more than {than}"


class TooMany(BadRequest):
    """More units than one scan may have."""


def check_units(units: int) -> None:
    """Raise TooMany for no units, and for more than one scan may have."""
    if not 0 < units <= MAX_UNITS:
        raise TooMany(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {units:,}.", "quantity")


def times_of(code: Code, quantity: int) -> int:
    """How many times a scan counts what exists once: by its quantity, and a serial number by the count on its label, too."""
    return quantity * (1 if code.sscc else code.count or 1)


def over_of(lines: Iterable[LineFact]) -> int:
    """Units of an item beyond what its lines expect."""
    lines = tuple(lines)
    return max(sum(line.scanned for line in lines) - sum(line.expected for line in lines), 0)


def marks_of(code: Code) -> tuple[Mark, ...]:
    """The unique numbers in a code."""
    if code.sscc:
        return (Mark("sscc", code.sscc),)
    item = code.gtin or code.key
    if code.serial and not code.of_last and len(value := f"{item}+{code.serial}") <= LONGEST_MARK:
        return (Mark("serial", value),)
    return ()


def what_exists_once(code: Code) -> str:
    """The words for a carton or a serial number."""
    return f"Carton {code.sscc}" if code.sscc else f"Serial {code.serial}"


def cannot_count_times(what: str, quantity: int) -> str:
    """The words for a carton or a serial number with a quantity."""
    return f"{what} exists once: it cannot count {quantity} times. Scan each one."


def no_command(code: Code) -> str:
    """The words for a command that means nothing on this task."""
    said, where = shortened(code.key), works_on(code.key)
    return (
        f"{said} works on {where}, not here. Nothing was done." if where else f"{said} is not a command here. Nothing was done."
    )


def fill(goods: Goods) -> list[Count]:
    """Spread the units over the lines of the item, in order. What is over goes to the last."""
    left, counts = goods.units, []
    for line in goods.lines:
        if take := min(left, line.room):
            counts.append(Count(line.id, take))
            left -= take
    if left and goods.lines:
        last = goods.lines[-1]
        if counts and counts[-1].line_id == last.id:
            counts[-1] = replace(counts[-1], units=counts[-1].units + left)
        else:
            counts.append(Count(last.id, left))
    return counts


def moves(goods: Goods, source_id: int, target_id: int) -> list[Move]:
    """The movements of the goods."""
    return [Move(item_id, units, source_id, target_id) for item_id, units in goods.contents]
