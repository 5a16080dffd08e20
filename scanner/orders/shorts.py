"""Short picks: what the record calls available and the picker did not find, and where it is picked instead. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scanner.codes.commands import Command
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.orders.planning.rules import Need, Shelf, Stop, WalkPlace, plan
from scanner.orders.scanned import ShortPicked, ShortWhy
from scanner.scans.decision import Count, Decision, MissedAt, Opened, accept
from scanner.scans.result import ItemName, Reason

WHY = {Command.SHORT: ShortWhy.NOT_THERE, Command.SHORT_DAMAGED: ShortWhy.DAMAGED, Command.SHORT_PLACE: ShortWhy.WRONG_PLACE}
SAID = {
    ShortWhy.NOT_THERE: "not there", ShortWhy.DAMAGED: "damaged", ShortWhy.WRONG_PLACE: "in the wrong place",
}  # fmt: skip
MOST_SHELVES = 3
"""How many shelves a sentence names."""
NO_OTHER = "No other shelf has it."
NO_REASON = f"Expected {', '.join(ShortWhy)} as the reason of a short pick."


def why_of(reason: str | None) -> ShortWhy | None:
    """Why goods cannot be picked, as a scan said it: not there, where it says nothing. None for a word that is not a reason."""
    said = (reason or ShortWhy.NOT_THERE).lower()
    return ShortWhy(said) if said in set(ShortWhy) else None


def noted(name: str, why: ShortWhy) -> str:
    """What was noted of goods that could not be picked."""
    return f"Noted: {name} is {SAID[why]}."


def said_of(message: str, name: str) -> str:
    """Why goods could not be picked, as the words of a short pick say it: `damaged`."""
    return next((SAID[why] for why in ShortWhy if message.startswith(noted(name, why))), SAID[ShortWhy.NOT_THERE])


def _has_rest(stop: Stop, needs: Sequence[Need], shelves: Sequence[Shelf], at: WalkPlace | None) -> bool:
    """Whether anything else is still to be picked from a shelf."""
    return any(each.item_id != stop.item_id for each in plan(needs, shelves, at).stops)


def short_pick(
    stop: Stop,
    quantity: int,
    why: ShortWhy,
    *,
    item: ItemName,
    owner: str,
    names: Mapping[int, str],
    needs: Sequence[Need],
    shelves: Sequence[Shelf],
    at: WalkPlace | None = None,
    blind: bool = False,
) -> Decision:
    """Note what cannot be taken at a stop. A quantity of one is all that was to be taken there.

    The plan takes no more than the record has there less what was short already, so that the discrepancy is of all of it.
    Who is `blind` is told no number: what was to be taken tells what shelves have.
    """
    counts = shared(stop, min(quantity, stop.units) if quantity > 1 else stop.units)
    units = sum(count.units for count in counts)
    opened = Opened(kind=DiscrepancyKind.SHORT_PICK, item_id=stop.item_id, units=units, location_id=stop.location_id, owner=owner)
    there = elsewhere(stop, units, needs, shelves, at, blind=blind)
    then = also_here(stop, needs, shelves, at, names, blind=blind)
    if there == NO_OTHER and not then:
        then = " Go on with the rest." if _has_rest(stop, needs, shelves, at) else " The order waits."
    words = f"{noted(item.name, why)} {there}{then}"
    return replace(
        accept(Reason.SHORT_PICK, words, 0 if blind else units),
        item_id=stop.item_id,
        item=item,
        effects=(
            ShortPicked(counts=counts, location_id=stop.location_id, why=why), opened, MissedAt(stop.item_id, stop.location_id),
        ),
    )  # fmt: skip


def shared(stop: Stop, units: int) -> tuple[Count, ...]:
    """The units on the lines that they were for."""
    counts = []
    for share in stop.shares:
        take = min(share.units, units)
        units -= take
        if take:
            counts.append(Count(share.line_id, take))
    return tuple(counts)


def units_at(units: int, *, blind: bool) -> str:
    """`3 `; nothing for who is blind, since no more are taken than a shelf has."""
    return "" if blind else f"{units:,} "


def also_here(
    stop: Stop, needs: Sequence[Need], shelves: Sequence[Shelf], at: WalkPlace | None, names: Mapping[int, str], *, blind: bool
) -> str:  # fmt: skip
    """` Now take 1 Tray here.`, where another item is taken at the same shelf."""
    here = (each for each in plan(needs, shelves, at).stops if each.location_id == stop.location_id)
    after = next((each for each in here if each.item_id != stop.item_id), None)
    return f" Now take {units_at(after.units, blind=blind)}{names[after.item_id]} here." if after else ""


def elsewhere(
    stop: Stop, units: int, needs: Sequence[Need], shelves: Sequence[Shelf], at: WalkPlace | None, *, blind: bool
) -> str:
    """Where the missing units are picked instead; without numbers for who is blind."""
    needs = [need for need in needs if need.item_id == stop.item_id]
    others = [shelf for shelf in shelves if (shelf.location_id, shelf.item_id) != (stop.location_id, stop.item_id)]
    planned = plan(needs, shelves, at)
    before = {each.location_id: each.units for each in planned.stops}
    after = plan(needs, others, at)
    more = [(each, each.units - before.get(each.location_id, 0)) for each in after.stops]
    parts = [f"{units_at(extra, blind=blind)}more at {each.code}" for each, extra in more if extra > 0]
    if not parts:
        return NO_OTHER
    lacks = sum(need.units for need in after.lacking) - sum(need.units for need in planned.lacking)
    return f"{', '.join(parts[:MOST_SHELVES])}{f', and {lacks:,} nowhere' if not blind and 0 < lacks < units else ''}."
