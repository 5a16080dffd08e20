"""From the hand into a tote, and which order a tote is for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from scanner.codes.commands import Command
from scanner.orders.carts.scanned import Box, CartScan, GivenTote, Holding, Wanted
from scanner.orders.carts.taking import goes_into, line_of, shares_of
from scanner.scans.decision import Count, Decision, Move, accept, refuse
from scanner.scans.result import Reason
from scanner.words import plural

NOTHING_LEFT: Final = f"Nothing is left to take: scan {Command.DONE}."


def give(scan: CartScan, label: str) -> Decision:
    """A tote that is free becomes that of the next order without one. One that an order had before becomes its own again."""
    bare = next((box for box in scan.boxes if box.label is None and scan.used_by in (None, box.reference)), None)
    if scan.used_by is not None and bare is None:
        return refuse(Reason.UNEXPECTED, f"{label} is in use for {scan.used_by}. Take another tote.{_asked(scan)}")
    if scan.full:
        return refuse(Reason.UNEXPECTED, f"{_still_full(scan, label)} Take another tote.{_asked(scan)}")
    if bare is None:
        return refuse(Reason.UNEXPECTED, f"Every order on this cart has its tote. {label} is not needed.{_asked(scan)}")
    left = sum(box.label is None for box in scan.boxes) - 1
    more = f" {plural(left, 'order')} without a tote." if left else " Every order has its tote."
    given = accept(Reason.LOCATED, f"{label} is for {bare.reference}.{more}")
    return replace(given, effects=(GivenTote(scan.cart_id, bare.order_id, label),))


def _still_full(scan: CartScan, label: str) -> str:
    goods = " and ".join(f"{each.units:,} {each.name}" for each in scan.full)
    return f"{label} has {goods} of {scan.full[0].reference} in it still: put that away with MOVES."


def _asked(scan: CartScan) -> str:
    """Which tote takes what is in hand; nothing where nothing is."""
    held = scan.in_hand
    return f" {goes_into(scan, held)} {sum(held.values()):,} in your hand." if held else ""


def into(scan: CartScan, box: Box) -> Decision:
    """As much as the order of the tote wants of what the person took on this cart. What comes next is said first.

    Another tote than those asked for may take it as well, and it is said which got it.
    """
    held = {item_id: units for item_id, units in scan.in_hand.items() if scan.lines_of(item_id)}
    if not held:
        return refuse(Reason.UNEXPECTED, _nothing(scan, box))
    counts = tuple(_shares(held, [each for each in scan.wanted if each.order_id == box.order_id]))
    if not counts:
        return refuse(Reason.UNEXPECTED, _wrong_tote(scan, box, held))
    item_of = {each.line_id: each.item_id for each in scan.wanted}
    going = Counter[int]()
    for count in counts:
        going[item_of[count.line_id]] += count.units
    after = _after(scan, counts)
    full = not any(each.room for each in after.wanted if each.order_id == box.order_id)
    rest = {item_id: left for item_id, amount in held.items() if (left := amount - going[item_id])}
    only = next(iter(going)) if len(going) == 1 else None
    still = scan.in_all_hands[only] - going[only] if only else 0
    units = sum(going.values())
    asked = shares_of(scan.wanted, held)
    right = bool(asked[box.order_id])
    done = f": all {'that is known ' if box.unknown else ''}of it is picked" if full else ""
    got = f"{units:,} into {box.called}{done}."
    instead = "" if right else f"Not {' or '.join(each.name for each in scan.boxes if asked[each.order_id])}, as asked: "
    said = (_next(after, rest), got) if right else (f"{instead}{got}", _next(after, rest))
    reason = Reason.UNEXPECTED if not right else Reason.COMPLETE if full else Reason.COUNTED
    return replace(
        accept(reason, " ".join(part for part in said if part), units),
        counts=counts, item_id=only, line=line_of(after, only, still) if only else None,
        moves=tuple(Move(item_id, amount, scan.hand.id, scan.picked.id) for item_id, amount in sorted(going.items())),
    )  # fmt: skip


def _nothing(scan: CartScan, box: Box) -> str:
    others = [each for each in scan.others if any(line.order_id == box.order_id for line in scan.lines_of(each.item_id))]
    has = f" {who_has(others)}." if others else ""
    return f"Nothing for {box.name} is in your hand from {scan.task}.{has} Scan a shelf, then the item."


def who_has(hands: Iterable[Holding]) -> str:
    """`Theo has 1 Mug, blue and 2 Desk lamp; Rosa has 1 Mug, blue`."""
    found: dict[tuple[int, str], list[str]] = {}
    for each in hands:
        found.setdefault((each.operator_id, each.holder), []).append(f"{each.units:,} {each.name}")
    return "; ".join(f"{holder} has {' and '.join(goods)}" for (_, holder), goods in found.items())


def _wrong_tote(scan: CartScan, box: Box, held: Mapping[int, int]) -> str:
    others = dict.fromkeys(each.order_id for each in scan.wanted if each.room and held.get(each.item_id))
    right = " or ".join(each.name for each in scan.boxes if each.order_id in others)
    names = " and ".join(dict.fromkeys(each.name for each in scan.wanted if each.item_id in held))
    return f"Wrong tote: {box.name} wants no {names}. {f'Scan {right}.' if right else 'Put it back with MOVES.'}"


def _shares(held: Mapping[int, int], lines: Iterable[Wanted]) -> list[Count]:
    left = dict(held)
    counts = []
    for line in lines:
        if units := min(line.room, left.get(line.item_id, 0)):
            left[line.item_id] -= units
            counts.append(Count(line.line_id, units))
    return counts


def _after(scan: CartScan, counts: Iterable[Count]) -> CartScan:
    """The cart with these counts in its totes."""
    added = {count.line_id: count.units for count in counts}
    wanted = tuple(each._replace(scanned=each.scanned + added.get(each.line_id, 0)) for each in scan.wanted)
    return replace(scan, wanted=wanted)


def _next(after: CartScan, rest: Mapping[int, int]) -> str:
    if rest:
        return goes_into(after, rest)
    if after.next_at:
        return f"Next: {after.next_at}."
    return "" if after.others else NOTHING_LEFT
