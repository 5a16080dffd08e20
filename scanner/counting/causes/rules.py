"""Which upstream step may have failed where a count differs, judged by the item's recent history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta

from scanner.catalogue.locations import LocationKind
from scanner.discrepancies.rules import Cause, DiscrepancyKind

RECENT = timedelta(days=14)
"""How far back a cause is looked for. Of what is older nobody remembers, or the place was counted since."""

_RETURNED = (LocationKind.CUSTOMER, LocationKind.BENCH)  # where returned goods come from
_AWAY = (LocationKind.QUARANTINE, LocationKind.REFURBISH, LocationKind.VENDOR, LocationKind.BENCH)
_LOST = (LocationKind.DAMAGED, LocationKind.SCRAP)
_OF_RETURNS = (DiscrepancyKind.UNANNOUNCED, DiscrepancyKind.MISSING, DiscrepancyKind.EXTRA, DiscrepancyKind.OTHER_ITEM)
_OF_RECEIVING = (DiscrepancyKind.SHORT, DiscrepancyKind.OVER, DiscrepancyKind.UNEXPECTED)


@dataclass(frozen=True, slots=True)
class RecentMove:
    """Units of the item that moved lately, and on which task."""

    units: int
    _: KW_ONLY
    source: str  # source and target are kinds of locations
    target: str
    task: str = ""
    in_kit: bool = False  # they moved as a part of a kit
    here: bool = False  # from or to the place that was counted


@dataclass(frozen=True, slots=True)
class Differed:
    """A recent discrepancy of the item; `here`: at the place that was counted."""

    kind: str
    units: int
    task: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Opposite:
    """An open variance of the same item, of the other sign, at another place of the section."""

    discrepancy_id: int
    location: str
    units: int


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an item around a count."""

    variance: int  # units, counted minus on hand, never 0
    _: KW_ONLY
    moved: tuple[RecentMove, ...] = ()
    differed: tuple[Differed, ...] = ()
    opposites: tuple[Opposite, ...] = ()
    awaited: tuple[str, ...] = ()  # returns with the item that were announced and have not come
    at_dock: int = 0  # units on record at the dock


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cause, and what speaks for it."""

    cause: Cause
    why: str  # a sentence
    other: int | None = None  # the variance that one move of `units` settles together with this one
    units: int = 0


def propose(history: History) -> tuple[Proposal, ...]:
    """Every cause with some evidence, each once, the likeliest first. UNKNOWN where there is no evidence."""
    found: dict[Cause, Proposal] = {}
    for proposal in (*_misplaced(history), *(_missing(history) if history.variance < 0 else _extra(history))):
        found.setdefault(proposal.cause, proposal)
    return tuple(found.values()) or (Proposal(Cause.UNKNOWN, "Nothing in the item's last two weeks explains it."),)


def _misplaced(history: History) -> Iterator[Proposal]:
    """The opposite variance that comes closest to cancelling this one is proposed first."""
    for other in sorted(history.opposites, key=lambda each: (abs(each.units + history.variance), each.location)):
        units = min(abs(other.units), abs(history.variance))
        way = "from" if history.variance > 0 else "to"
        yield Proposal(Cause.MISPLACED, f"Misplaced: move {units:,} {way} {other.location}.", other.discrepancy_id, units)
    if history.at_dock and history.variance > 0:
        why = f"The record has {history.at_dock:,} at the dock: put away without a scan."
        yield Proposal(Cause.MISPLACED, why)


def _missing(history: History) -> Iterator[Proposal]:
    yield from _miscounted(history, here=True)
    yield from _damaged(history)
    yield from _kits(history)
    yield from _went_out(history)
    yield from _miscounted(history, here=False)


def _extra(history: History) -> Iterator[Proposal]:
    yield from _returned(history)
    yield from _miscounted(history, here=True)
    yield from _kits(history)
    yield from _miscounted(history, here=False)


def _miscounted(history: History, *, here: bool) -> Iterator[Proposal]:
    """Receipts of the item without a discrepancy. Where one has a discrepancy, the difference is known already."""
    noted = {each.task for each in history.differed if each.kind in _OF_RECEIVING}
    came: dict[str, int] = {}
    for each in history.moved:
        if each.task not in noted and (each.here or not here):
            came[each.task] = came.get(each.task, 0) + each.units * _direction(each, LocationKind.SUPPLIER)
    for task, units in came.items():
        if units > 0:
            yield Proposal(Cause.RECEIVING_MISCOUNT, f"{units:,} came on {task}, and nothing was noted to differ.")


def _damaged(history: History) -> Iterator[Proposal]:
    units = sum(each.units for each in history.moved if each.target in _LOST)
    if units > 0:
        yield Proposal(Cause.DAMAGE_NOT_LOGGED, f"{units:,} were found damaged lately: more may have been.")


def _kits(history: History) -> Iterator[Proposal]:
    for lacked in history.differed:
        if lacked.kind == DiscrepancyKind.MISSING_PART:
            yield Proposal(Cause.KIT_PARTS, f"A kit on {lacked.task} lacked {lacked.units:,} of it.")
    for moved in history.moved:
        if moved.in_kit:
            yield Proposal(Cause.KIT_PARTS, f"{moved.units:,} of it moved as parts of a kit on {moved.task}.")


def _went_out(history: History) -> Iterator[Proposal]:
    if short := sum(each.kind == DiscrepancyKind.SHORT_PICK and each.here for each in history.differed):
        times = "once" if short == 1 else f"{short} times"
        yield Proposal(Cause.OUTBOUND_NOT_RECORDED, f"It was reported {times} that it could not be picked here.")
    if picked := sum(each.units for each in history.moved if each.here and each.target == LocationKind.CUSTOMER):
        yield Proposal(Cause.OUTBOUND_NOT_RECORDED, f"{picked:,} were picked here lately: more may have gone.")


def _returned(history: History) -> Iterator[Proposal]:
    for each in history.differed:
        if each.kind in _OF_RETURNS:
            yield Proposal(Cause.RETURN_NOT_LOGGED, f"{each.units:,} of it: {each.kind} on {each.task}.")
    away = [each for each in history.moved if each.source in _RETURNED and each.target in _AWAY]
    if away:
        yield Proposal(Cause.RETURN_NOT_LOGGED, f"A return of it on {away[0].task} went to {away[0].target}, by the record.")
    if history.awaited:
        yield Proposal(Cause.RETURN_NOT_LOGGED, f"{history.awaited[0]} was announced and has not come, by the record.")


def _direction(moved: RecentMove, kind: LocationKind) -> int:
    """1 where the goods come from a place of this kind, -1 where they go to one, 0 otherwise."""
    return 1 if moved.source == kind else -1 if moved.target == kind else 0
