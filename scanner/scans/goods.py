"""The goods that a scan stands for, and how they fill the lines of a task. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.codes.reading import Code
from scanner.errors import BadRequest
from scanner.scans.decision import Count, Mark, Move
from scanner.scans.result import ItemName

MAX_UNITS = 1_000_000
"""Units that one scan can stand for, case size and count included."""


@dataclass(frozen=True, slots=True)
class LineFact:
    """One line for an item: what is expected and what is there, in units."""

    id: int
    expected: int
    scanned: int

    @property
    def room(self) -> int:
        """Units still to come."""
        return max(self.expected - self.scanned, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """`units` of one item that a scan stands for, with the lines of the task for it in the order in which they fill."""

    item_id: int
    sku: str
    name: str
    units: int
    parts: tuple[tuple[int, int], ...] = ()  # (item id, units in one) where it is a kit
    lines: tuple[LineFact, ...] = ()
    elsewhere: int = 0  # units that came for these lines under the number of another task

    @property
    def named(self) -> ItemName:
        """What a person calls the item."""
        return ItemName(self.sku, self.name)

    @property
    def contents(self) -> tuple[tuple[int, int], ...]:
        """(item id, units) that the scan moves: stock is kept of parts, so a kit moves as what is in it."""
        return tuple((part, self.units * each) for part, each in self.parts) or ((self.item_id, self.units),)

    @property
    def expected(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.expected for line in self.lines)

    @property
    def arrived(self) -> int:
        """Units there once this scan counts."""
        return sum(line.scanned for line in self.lines) + self.elsewhere + self.units

    @property
    def over(self) -> int:
        """Units of this scan that nobody ordered; 0 where the item is not on the task at all."""
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


def check_units(units: int) -> None:
    """Raise BadRequest for more units than one scan can stand for, and for none."""
    if not 0 < units <= MAX_UNITS:
        raise BadRequest(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {units:,}.", "quantity")


def over_of(lines: Iterable[LineFact]) -> int:
    """Units of an item beyond what its lines expect."""
    lines = tuple(lines)
    return max(sum(line.scanned for line in lines) - sum(line.expected for line in lines), 0)


def marks_of(code: Code) -> tuple[Mark, ...]:
    """What the code says exists only once."""
    if code.sscc:
        return (Mark("sscc", code.sscc),)
    if code.gtin and code.serial:
        return (Mark("serial", f"{code.gtin}+{code.serial}"),)
    return ()


def what_exists_once(code: Code) -> str:
    """How a carton or a serial number is called."""
    return f"Carton {code.sscc}" if code.sscc else f"Serial {code.serial}"


def fill(goods: Goods) -> list[Count]:
    """The units over the item's lines, in order; what is more than ordered goes to the last."""
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
    """The movements of what a scan stands for."""
    return [Move(item_id, units, source_id, target_id) for item_id, units in goods.contents]
