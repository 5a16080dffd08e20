"""Plans a walk: what is taken from which shelf for which order, and what cannot be filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

WalkPlace = tuple[str, int, str]
"""The place of a shelf in walking order."""


@dataclass(frozen=True, slots=True)
class Need:
    """Units of an item that a line of an order still needs."""

    task_id: int
    line_id: int
    item_id: int
    units: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Units of an item that can be picked at a shelf, less those that pickers did not find there."""

    location_id: int
    code: str
    walk: WalkPlace
    item_id: int
    units: int


@dataclass(frozen=True, slots=True)
class Stop:
    """What is taken of one item at one shelf, and for which lines."""

    location_id: int
    code: str
    walk: WalkPlace
    item_id: int
    shares: tuple[Need, ...]

    @property
    def units(self) -> int:
        """Units to take."""
        return sum(share.units for share in self.shares)


@dataclass(frozen=True, slots=True)
class Plan:
    """The stops in walking order from where the picker stands, and what no shelf has."""

    stops: tuple[Stop, ...]
    lacking: tuple[Need, ...]


def plan(needs: Iterable[Need], shelves: Iterable[Shelf], at: WalkPlace | None = None) -> Plan:
    """Give the needs in their order what the shelves have. `at`: where the picker stands; None: before the first shelf.

    What is where the picker stands is taken there, the rest onward. The way goes back only for what is nowhere onward. So a plan
    made anew after each scan leads to each shelf once. For the rest, an item comes from as few shelves as can be, onward and then
    behind: from the one that has enough and least besides, else from the fullest first.
    """
    wanted: dict[int, list[Need]] = defaultdict(list)
    for need in needs:
        if need.units > 0:
            wanted[need.item_id].append(need)
    there: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in shelves:
        if shelf.units > 0:
            there[shelf.item_id].append(shelf)
    stops: list[Stop] = []
    lacking: list[Need] = []
    for item_id, of_item in wanted.items():
        open_needs = of_item
        for shelf in _chosen(there[item_id], sum(need.units for need in of_item), at):
            shares, open_needs = _served(open_needs, shelf.units)
            if shares:
                stops.append(Stop(shelf.location_id, shelf.code, shelf.walk, item_id, shares))
        lacking += open_needs
    onward = sorted(stops, key=lambda stop: (at is not None and stop.walk < at, stop.walk, stop.item_id))
    return Plan(tuple(onward), tuple(lacking))


def _chosen(shelves: Sequence[Shelf], units: int, at: WalkPlace | None) -> list[Shelf]:
    """The shelves to take from, in the order in which they are emptied."""
    if at is None:
        return _fewest(shelves, units)
    chosen: list[Shelf] = []
    for part in (
        [shelf for shelf in shelves if shelf.walk == at],
        [shelf for shelf in shelves if shelf.walk > at],
        [shelf for shelf in shelves if shelf.walk < at],
    ):
        if units > 0:
            chosen += _fewest(part, units)
            units -= sum(shelf.units for shelf in part)
    return chosen


def _fewest(shelves: Sequence[Shelf], units: int) -> list[Shelf]:
    """The one that has enough and least besides, else the fullest first."""
    enough = [shelf for shelf in shelves if shelf.units >= units]
    if enough:
        return [min(enough, key=lambda shelf: (shelf.units, shelf.walk))]
    return sorted(shelves, key=lambda shelf: (-shelf.units, shelf.walk))


def _served(needs: Sequence[Need], units: int) -> tuple[tuple[Need, ...], list[Need]]:
    """What these units serve, and what stays open."""
    shares: list[Need] = []
    left: list[Need] = []
    for need in needs:
        take = min(need.units, units)
        units -= take
        if take:
            shares.append(replace(need, units=take))
        if need.units > take:
            left.append(replace(need, units=need.units - take))
    return tuple(shares), left


def lacking(needs: Iterable[Need], on_shelves: dict[int, int]) -> dict[int, int]:
    """Line id -> units that cannot be picked, where the needs come in the order in which they are served."""
    free = dict(on_shelves)
    short: dict[int, int] = {}
    for need in needs:
        have = max(free.get(need.item_id, 0), 0)
        free[need.item_id] = have - min(have, need.units)
        if need.units > have:
            short[need.line_id] = need.units - have
    return short
