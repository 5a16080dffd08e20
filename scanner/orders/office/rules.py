"""What the desk is told of an order: whether it is late, how long it took, and why something cannot be filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scanner.catalogue.locations import LocationKind
from scanner.words import day


class Show(StrEnum):
    """Which orders."""

    TO_DO = "to do"
    LATE = "late"
    LACKING = "cannot be filled"
    OPEN = "open"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    ALL = "all"


_NEVER = frozenset({LocationKind.SCRAP, LocationKind.VENDOR})
"""Goods there are as good as gone."""


@dataclass(frozen=True, slots=True)
class At:
    """Units at a place where they cannot be picked."""

    kind: str
    code: str
    units: int


@dataclass(frozen=True, slots=True)
class Coming:
    """Units that a receipt still brings."""

    reference: str
    due_on: date | None
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """An item of which shelves have too little for an order, and what the record knows of more."""

    name: str
    units: int
    at: tuple[At, ...] = ()
    coming: tuple[Coming, ...] = ()
    missed: int = 0


def why(lack: Lack) -> str:
    """`3 Mug, blue short: 12 are at DOCK, to be put away; PO-1001 brings 24, due 2026-11-30`."""
    short = f"{lack.units:,} {lack.name} short"
    hands = sum(each.units for each in lack.at if each.kind == LocationKind.CART)
    places = [_standing(each) for each in lack.at if each.kind not in _NEVER | {LocationKind.CART} and each.units > 0]
    if hands:
        places.append(f"{hands:,} {_are(hands)} in somebody's hands")
    if lack.missed > 0:
        places.append(f"{lack.missed:,} on record {_were(lack.missed)} not found on the shelf, to be counted")
    found = places + [_coming(each) for each in lack.coming]
    return f"{short}: {'; '.join(found) or 'no more in the house'}"


def unknown(skus: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each SKU that no item has."""
    return tuple(f"SKU {sku} is unknown" for sku in dict.fromkeys(skus))


def _standing(at: At) -> str:
    units = f"{at.units:,}"
    if at.kind in (LocationKind.DOCK, LocationKind.PACKING):
        return f"{units} {_are(at.units)} at {at.code}, to be put away"
    if at.kind == LocationKind.BENCH:
        return f"{units} {_are(at.units)} at {at.code}, to be graded"
    return f"{units} {_are(at.units)} in {at.code}"


def _coming(coming: Coming) -> str:
    return f"{coming.reference} brings {coming.units:,}" + (f", due {day(coming.due_on)}" if coming.due_on else "")


def _are(units: int) -> str:
    return "is" if units == 1 else "are"


def _were(units: int) -> str:
    return "was" if units == 1 else "were"


def is_late(due_at: datetime | None, shipped_at: datetime | None, now: datetime) -> bool:
    """Whether an order went, or goes, after it was due."""
    return due_at is not None and (shipped_at or now) > due_at


def lasted(placed_at: datetime | None, shipped_at: datetime | None) -> str:
    """How long an order took from being placed to being shipped, in words; empty where that is not known."""
    if placed_at is None or shipped_at is None or shipped_at < placed_at:
        return ""
    minutes = int((shipped_at - placed_at).total_seconds()) // 60
    days, hours, minutes = minutes // 1_440, minutes // 60 % 24, minutes % 60
    parts = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    said = [f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in parts if number]
    return " ".join(said) or "less than a minute"
