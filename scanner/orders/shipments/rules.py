"""The rules of shipments that nobody scanned: what goes from where, and what does not go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scanner.scans.decision import Count, Decision, Effect, Move, accept, refuse
from scanner.scans.result import ItemName, LineCount, Reason


@dataclass(frozen=True, slots=True)
class Sent(Effect):
    """Units of lines of the task that went. `ends`: nothing more of the order is wanted."""

    counts: tuple[Count, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class PartFact:
    """A line of the task for a line of the order: `units` of its item in one. `gone`: units that went already."""

    line_id: int
    item_id: int
    units: int
    scanned: int
    gone: int


@dataclass(frozen=True, slots=True)
class SoldFact:
    """A line of the order: units to send, and what is picked for them. Without an item its SKU is unknown."""

    item_id: int | None
    wanted: int
    parts: tuple[PartFact, ...] = ()
    name: str = ""

    @property
    def gone(self) -> int:
        """Units that went, as they were ordered."""
        return min((part.gone // part.units for part in self.parts), default=0)

    @property
    def left(self) -> int:
        """Units that are still to go."""
        return max(self.wanted - self.gone, 0)


@dataclass(frozen=True, slots=True)
class ShelfFact:
    """Units of an item on a shelf. The first of an item is its home, the fullest; or the last one that it had, with none."""

    location_id: int
    code: str
    item_id: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedScan:
    """What the rules know of one line of a shipment."""

    order: str
    item_id: int
    item: ItemName
    units: int
    line: str = ""  # the line that the shop names: it goes first
    packing: tuple[int, str]
    customer_id: int
    lines: tuple[SoldFact, ...] = ()
    shelves: tuple[ShelfFact, ...] = ()
    names: dict[int, str] = field(default_factory=dict)  # of items
    cancelled: bool = False
    shipped: bool = False


def decide_assumed(scan: AssumedScan) -> Decision:
    """Decide one line of a shipment. What was picked goes first, then what is at home."""
    decision = _decide(scan)
    return replace(decision, item_id=scan.item_id, item=scan.item)


def _decide(scan: AssumedScan) -> Decision:
    name = scan.item.name
    if scan.cancelled:
        return _refused(f"{scan.order} was cancelled: nothing of it is booked as shipped.")
    if scan.shipped:
        return _refused(f"{scan.order} is shipped already: {scan.units:,} more of {name} cannot be booked.")
    mine = sorted((line for line in scan.lines if line.item_id == scan.item_id), key=lambda line: line.name != scan.line)
    if not mine:
        return _refused(f"{name} is not on {scan.order}.")
    left = sum(line.left for line in mine)
    if scan.units > left:
        verb, wants = "is" if scan.units == 1 else "are", f"wants only {left:,} more" if left else "wants no more of it"
        return _refused(f"{scan.units:,} of {name} {verb} too many: {scan.order} {wants}. Nothing was booked.")
    homeless = [item_id for item_id in _to_fetch(scan, mine) if not any(each.item_id == item_id for each in scan.shelves)]
    if homeless:
        names = ", ".join(scan.names.get(item_id, name) for item_id in homeless)
        return _refused(f"{names} never had a shelf: put it on one, then send the shipment again.")
    return _send(scan, mine)


def _refused(message: str) -> Decision:
    return refuse(Reason.UNEXPECTED, message)


def _shares(mine: Sequence[SoldFact], units: int) -> list[tuple[PartFact, int, int]]:
    """(part, units that go, those of them that were picked), line after line."""
    found: list[tuple[PartFact, int, int]] = []
    for line in mine:
        share = min(units, line.left)
        units -= share
        for part in line.parts if share else ():
            needed = share * part.units
            found.append((part, needed, min(max(part.scanned - part.gone, 0), needed)))
    return found


def _to_fetch(scan: AssumedScan, mine: Sequence[SoldFact]) -> list[int]:
    """Items that have to come from a shelf, each once."""
    return list(dict.fromkeys(part.item_id for part, goes, picked in _shares(mine, scan.units) if goes > picked))


def _send(scan: AssumedScan, mine: Sequence[SoldFact]) -> Decision:
    shelves = list(scan.shelves)
    moves: list[Move] = []
    counts: list[Count] = []
    places: list[str] = []
    shares = _shares(mine, scan.units)
    for part, goes, picked in shares:
        if picked:
            moves.append(Move(part.item_id, picked, scan.packing[0], scan.customer_id))
            places.append(scan.packing[1])
        if goes > picked:
            counts.append(Count(part.line_id, goes - picked))
            for shelf, units in _fetched(shelves, part.item_id, goes - picked):
                moves.append(Move(part.item_id, units, shelf.location_id, scan.customer_id))
                places.append(shelf.code)
    ends = sum(line.left for line in scan.lines) == scan.units
    went = Sent(tuple(Count(part.line_id, goes) for part, goes, _ in shares), ends)
    words = f"{scan.item.name}: {scan.units:,} went from {' and '.join(dict.fromkeys(places))}, as the shop says."
    wanted = sum(line.wanted for line in mine)
    line = LineCount(wanted, wanted - sum(each.left for each in mine) + scan.units)
    sent = accept(Reason.SHIPPED, words, scan.units)
    return replace(sent, moves=tuple(moves), counts=tuple(counts), effects=(went,), line=line, finishes=ends)


def _fetched(shelves: list[ShelfFact], item_id: int, units: int) -> list[tuple[ShelfFact, int]]:
    """What comes from which shelf: from home, then from the others. What none has is taken at home, below the record."""
    taken: dict[int, int] = {}
    mine = [place for place, shelf in enumerate(shelves) if shelf.item_id == item_id]
    for place in mine:
        here = min(max(shelves[place].units, 0), units)
        taken[place], units = here, units - here
    taken[mine[0]] += units
    found = [(shelves[place], share) for place, share in taken.items() if share]
    for place, share in taken.items():
        shelves[place] = replace(shelves[place], units=shelves[place].units - share)
    return found
