"""What may be changed about an item, and what is said of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.codes.commands import PREFIX
from scanner.words import plural, some

MOST_NAMED = 5


class Action(StrEnum):
    """What was done with an item."""

    RENAMED = "renamed"
    MERGED = "merged"
    RETIRED = "retired"
    BROUGHT_BACK = "brought back"


@dataclass(frozen=True, slots=True)
class Standing:
    """Units of an item at a place."""

    location_id: int
    location: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFacts:
    """What the rules know of two items of which the first is to be merged into the second."""

    sku: str
    into: str
    parts: frozenset[tuple[int, int]] = frozenset()  # (item id, units) in one; empty where it is not a kit
    parts_of_into: frozenset[tuple[int, int]] = frozenset()
    one_in_the_other: bool = False  # one of them is a part of the other
    into_is_retired: bool = False
    scanned_on: tuple[str, ...] = ()  # open tasks on which goods of the first were scanned
    waits_on: tuple[str, ...] = ()  # tasks on which goods of the first wait for an answer
    barred: tuple[str, ...] = ()  # what other rooms have against it, in sentences


def why_not_merge(facts: MergeFacts) -> str:
    """Why the two cannot be made one now, in words; empty where they can."""
    reasons = []
    if facts.one_in_the_other or facts.parts != facts.parts_of_into:
        reasons.append(f"{facts.sku} and {facts.into} are not the same kit: make their parts alike first, or keep both.")
    if facts.into_is_retired:
        reasons.append(f"{facts.into} is retired: bring it back first.")
    if facts.scanned_on:
        tasks, them = named(facts.scanned_on), "it" if len(facts.scanned_on) == 1 else "them"
        reasons.append(f"Goods of {facts.sku} were scanned on {tasks}, still open: finish {them} first.")
    if facts.waits_on:
        reasons.append(f"Goods of {facts.sku} wait for an answer on {named(facts.waits_on)}: say yes or no to them first.")
    reasons += [f"{facts.sku}: {each}" for each in facts.barred]
    return " ".join(reasons)


def why_not_retire(sku: str, stock: Sequence[Standing]) -> str:
    """Why an item cannot be retired now; empty where it can. Stock of what nobody counts or sells would be lost."""
    if not stock:
        return ""
    where = named([f"{each.units:,} at {each.location}" for each in stock])
    return f"{sku} is on hand still ({where}): move, sell or count it away first."


def why_no_sku(sku: str) -> str:
    """Why a text cannot be a SKU; empty where it can."""
    return f"{sku} is a command, no SKU." if sku.upper().startswith(PREFIX) else ""


def named(things: Sequence[str]) -> str:
    """`PO-1, PO-2 and 3 more`."""
    return some(things, MOST_NAMED)


def what_moved(codes: int, lines: int, stock: Sequence[Standing]) -> str:
    """What goes from an item to the one that stands for it: `3 barcodes, 1 open line, 12 at A-01-1`."""
    said = [plural(codes, "barcode")] if codes else []
    said += [plural(lines, "open line")] if lines else []
    said += [f"{each.units:,} at {each.location}" for each in stock]
    return named(said) if said else "nothing but its SKU"
