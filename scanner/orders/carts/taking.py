"""From the shelf into the hand: only what the orders of the cart want and nobody has in hand yet. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scanner.catalogue.locations import SELLABLE
from scanner.orders.carts.scanned import CartScan, Wanted
from scanner.scans.decision import Decision, Doubt, accept, hold_goods, refuse
from scanner.scans.goods import Goods, moves, waits
from scanner.scans.result import NOT_ON_ORDER, WRONG_SHELF, LineCount, Reason
from scanner.words import units_wait


def take(scan: CartScan, goods: Goods) -> Decision:
    """Take goods from where the person stands."""
    if scan.here is None or scan.here.kind not in SELLABLE:
        return refuse(Reason.UNEXPECTED, f"{goods.name}: scan the label of the shelf first.")
    if any(not scan.lines_of(item_id) for item_id, _ in goods.contents):
        return refuse(Reason.UNEXPECTED, f"{NOT_ON_ORDER}, nor on another of this cart. Put it back.")
    over = [item_id for item_id, units in goods.contents if units > _left(scan, item_id)]
    if over:
        return refuse(Reason.OVER, _too_many(scan, goods, over[0]), goods.units)
    if scan.elsewhere and not scan.confirmed and any(scan.there.get(item_id, 0) <= 0 for item_id, _ in goods.contents):
        wait = waits((goods,), Doubt.UNEXPECTED)
        name = next((each.name for each in scan.lines_of(scan.lacks)), goods.name) if scan.lacks else goods.name
        words = f"{WRONG_SHELF}: the record has {name} at {scan.elsewhere}. {units_wait(wait)}. Yes, if it is here."
        return hold_goods(Reason.UNEXPECTED, Doubt.UNEXPECTED, words, units=goods.units, waits=wait)
    own, taken = scan.in_hand, scan.in_all_hands
    held = {item_id: own.get(item_id, 0) + units for item_id, units in goods.contents}
    line = line_of(scan, goods.item_id, taken.get(goods.item_id, 0) + goods.units)
    done = line is not None and line.expected == line.scanned
    words = f"{goods.name}: {goes_into(scan, held)} {held.get(goods.item_id, goods.units):,} in your hand."
    accepted = accept(Reason.COMPLETE if done else Reason.COUNTED, words, goods.units)
    return replace(accepted, line=line, moves=tuple(moves(goods, scan.here.id, scan.hand.id)))


def _left(scan: CartScan, item_id: int) -> int:
    """Units of an item that are still to be taken."""
    return max(sum(each.room for each in scan.lines_of(item_id)) - scan.in_all_hands.get(item_id, 0), 0)


def _too_many(scan: CartScan, goods: Goods, item_id: int) -> str:
    left = _left(scan, item_id)
    if left and goods.units > 1:
        return f"{goods.name}: too many: {goods.units:,} at once, and {left:,} still wanted. Scan single ones, or put it back."
    return f"{goods.name}: too many: all that this cart wants are taken. Put it back."


def line_of(scan: CartScan, item_id: int, held: int) -> LineCount | None:
    """How far an item is on this cart, over all its orders; what is in any hand (`held`) is picked.

    What was picked before the orders came on the cart is no part of its walk: the picker would count it in vain.
    """
    lines, before = scan.lines_of(item_id), scan.before.get(item_id, 0)
    if not lines:
        return None
    return LineCount(sum(each.expected for each in lines) - before, sum(each.scanned for each in lines) + held - before)


def shares_of(wanted: Iterable[Wanted], held: Mapping[int, int]) -> Counter[int]:
    """Order id -> units of what is in hand that are for it: the first totes are served first."""
    shares, left = Counter[int](), dict(held)
    for each in wanted:
        if share := min(each.room, left.get(each.item_id, 0)):
            left[each.item_id] -= share
            shares[each.order_id] += share
    return shares


def goes_into(scan: CartScan, held: Mapping[int, int]) -> str:
    """`TOTE-1 takes 2, TOTE-3 takes 1.`"""
    shares = shares_of(scan.wanted, held)
    names = [f"{box.name} takes {shares[box.order_id]:,}" for box in scan.boxes if shares[box.order_id]]
    return f"{', '.join(names)}." if names else "No tote wants it: put it back with MOVES."
