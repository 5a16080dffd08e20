"""What some movements and changes of costs add to the sums. Pure.

A movement is booked in the month of its day, or in the first month that is open where that one is closed. The value of a day is
what the record said when that day was over: what is heard of later changes the first day whose value is not written down yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple, TypeVar

from scanner.catalogue.locations import NO_INVENTORY, NO_SHELVES, SELLABLE, LocationKind
from scanner.drift.flows import PICKED, SOLD_FROM, Flow, accounts_of, is_shipped, is_shrink, line_of
from scanner.drift.periods import Period, period_of


class Place(NamedTuple):
    """A location: its kind and its section."""

    kind: str
    section: str


class Moved(NamedTuple):
    """A movement. `cost_e4` is of one unit, 0 for no cost."""

    seq: int
    day: date
    item_id: int
    units: int
    source_id: int
    target_id: int
    cause: str
    cost_e4: int


class Changed(NamedTuple):
    """Units of an item at a place cost so much more (or less) each."""

    seq: int
    day: date
    location_id: int
    units: int
    more_e4: int


Row = TypeVar("Row", Moved, Changed)
FROM_PICKED = "\0picked"
"""Stands for the section of what was picked and is in hand again: it has none until it is put somewhere."""
MOST_E4 = 10**16
"""No row is booked for more, or a slip of the keyboard would stop the sums: a million million of the currency."""


class Trace(NamedTuple):
    """How low an item's record on shelves went: since goods last came, and in the time before that."""

    on_hand: int = 0
    low: int = 0
    low_before: int | None = None

    def after(self, units: int) -> Trace:
        """After so many units more, or fewer."""
        on_hand = self.on_hand + units
        return Trace(on_hand, on_hand, self.low) if units > 0 else Trace(on_hand, min(self.low, on_hand), self.low_before)


class Entry(NamedTuple):
    """A movement by which the inventory lost or gained goods other than by trade."""

    seq: int
    period: str
    day: date
    line: str
    section: str
    item_id: int
    cause: str
    units: int
    value_e4: int


FlowKey = tuple[str, str, str, str, str, date]
"""Month, section, kind of source, kind of target, cause, and a day: the last of the month, or its own where it is late."""


@dataclass(slots=True)
class Sums:
    """What is added. Values are in ten-thousandths."""

    flows: dict[FlowKey, tuple[int, int]] = field(default_factory=dict)  # units, value
    revaluations: Counter[tuple[str, str, date]] = field(default_factory=Counter)  # month, section, day as in a flow
    shipped: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)  # section, day -> units, value
    values: Counter[tuple[date, int]] = field(default_factory=Counter)  # day, place
    sales: Counter[tuple[int, date]] = field(default_factory=Counter)  # item, day
    moves: Counter[tuple[int, int, date]] = field(default_factory=Counter)  # place, item, day
    traces: dict[int, Trace] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What a fold has to know: places by id, the first open month, how low items were, and the sections of goods in hand.

    `hands`: (cart, item) -> the section where the goods in it were taken. A fold carries `traces` of its own and `hands` on.
    """

    places: Mapping[int, Place]
    open_from: Period | None
    traces: Mapping[int, Trace]
    hands: dict[tuple[int, int], str]


def fold(moved: Iterable[Moved], changed: Iterable[Changed], known: Known) -> Sums:
    """What these add to the sums, in the order of the record."""
    sums = Sums()
    for each in moved:
        _add_movement(sums, each, known)
    for change in changed:
        section, value = known.places[change.location_id].section, booked(change.units * change.more_e4)
        month, told = booked_in(change.day, known.open_from)
        sums.revaluations[(month, section, told)] += value
        sums.values[(change.day, change.location_id)] += value
    return sums


def of_the_same_days(
    moved: Sequence[Moved], changed: Sequence[Changed], at_once: int
) -> tuple[Sequence[Moved], Sequence[Changed]]:
    """Of two runs of rows, each up to `at_once`, those up to the day at which the first full one ends: neither gets ahead."""
    ends = [run[-1].day for run in (moved, changed) if len(run) == at_once]
    until = min(ends)
    return _until(moved, until), _until(changed, until)


def _until(rows: Sequence[Row], day: date) -> Sequence[Row]:
    """The rows up to the last one of a day, and all of it that came before that: late ones, too."""
    last = max((nth for nth, row in enumerate(rows) if row.day <= day), default=-1)
    return rows[: last + 1]


def by_place(sums: Sums) -> Counter[int]:
    """What is added to the value of each place."""
    found: Counter[int] = Counter()
    for (_, place), value in sums.values.items():
        found[place] += value
    return found


def by_section(sums: Sums, known: Known) -> Counter[tuple[date, str]]:
    """What is added to the value of each section, by day."""
    found: Counter[tuple[date, str]] = Counter()
    for (day, place), value in sums.values.items():
        found[(day, known.places[place].section)] += value
    return found


def by_month(sums: Sums) -> dict[tuple[str, str], tuple[int, int]]:
    """What is added to what each section shipped and lost to counts, by month and section."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (month, section, source, target, cause, _), (_, value) in sums.flows.items():
        shipped, shrink = found.get((month, section), (0, 0))
        found[(month, section)] = (
            shipped + is_shipped(source, target) * value, shrink + is_shrink(source, target, cause) * value
        )  # fmt: skip
    return found


def booked(value_e4: int) -> int:
    """A value as the sums take it."""
    return max(-MOST_E4, min(value_e4, MOST_E4))


@cache
def booked_in(day: date, open_from: Period | None) -> tuple[str, date]:
    """The month in which a day is booked, and the day that is told of it: the last one of the month, for what is late its own."""
    month = max(period_of(day), open_from) if open_from else period_of(day)
    return str(month), day if day < month.first else month.last


def _add_movement(sums: Sums, each: Moved, known: Known) -> None:
    source, target = known.places[each.source_id], known.places[each.target_id]
    if target.kind == LocationKind.CART:
        known.hands[(each.target_id, each.item_id)] = FROM_PICKED if source.kind in PICKED else source.section
    value = booked(each.units * each.cost_e4)
    for place_id, place, sign in ((each.source_id, source, -1), (each.target_id, target, 1)):
        if place.kind not in NO_INVENTORY and value:
            sums.values[(each.day, place_id)] += sign * value
    _add_flow(sums, each, _flow_of(each, source, target, value, known), known)
    _add_counts(sums, each, source, target)
    _trace(sums, each, (target.kind in SELLABLE) - (source.kind in SELLABLE), known)


def _flow_of(each: Moved, source: Place, target: Place, value_e4: int, known: Known) -> Flow:
    """What a movement is to the books. Goods in hand are still where they were taken, until they are put somewhere."""
    section, kind = source.section or target.section, source.kind
    if source.kind == LocationKind.CART:
        section = known.hands.get((each.source_id, each.item_id), "")
        if section == FROM_PICKED:  # put back to the section where it is put
            section, kind = target.section, LocationKind.PACKING.value if target.kind in SELLABLE else source.kind
    return Flow(kind, target.kind, value_e4=value_e4, cause=each.cause, section=section)


def _add_flow(sums: Sums, each: Moved, flow: Flow, known: Known) -> None:
    if accounts_of(flow) is None and not {flow.source, flow.target} & PICKED:
        return  # goods that only changed their place in the inventory
    month, told = booked_in(each.day, known.open_from)
    key = (month, flow.section, flow.source, flow.target, flow.cause, told)
    units, value = sums.flows.get(key, (0, 0))
    sums.flows[key] = (units + each.units, value + flow.value_e4)
    if sign := is_shipped(flow.source, flow.target):
        units, value = sums.shipped.get((flow.section, each.day), (0, 0))
        sums.shipped[(flow.section, each.day)] = (units + sign * each.units, value + sign * flow.value_e4)
    if line := line_of(flow):
        kind, sign = line
        more = sign * each.units, sign * flow.value_e4
        sums.entries.append(Entry(each.seq, month, each.day, kind.value, flow.section, each.item_id, flow.cause, *more))


def _add_counts(sums: Sums, each: Moved, source: Place, target: Place) -> None:
    if target.kind == LocationKind.CUSTOMER and source.kind in SOLD_FROM | PICKED:
        sums.sales[(each.item_id, each.day)] += each.units
    elif source.kind == LocationKind.CUSTOMER and target.kind in SELLABLE | PICKED:
        sums.sales[(each.item_id, each.day)] -= each.units  # a shipment that was taken back; returns come to the bench
    for place_id, place in ((each.source_id, source), (each.target_id, target)):
        if place.kind not in NO_SHELVES:
            sums.moves[(place_id, each.item_id, each.day)] += 1


def _trace(sums: Sums, each: Moved, sign: int, known: Known) -> None:
    if sign:
        before = sums.traces.get(each.item_id) or known.traces.get(each.item_id) or Trace()
        sums.traces[each.item_id] = before.after(sign * each.units)
