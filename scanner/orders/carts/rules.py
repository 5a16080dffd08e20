"""The rules of a cart of several orders: from the shelf into the hand, and from the hand into the tote of an order.

One walk serves all orders of the cart. What is in hand meanwhile is on record at the person's own cart, so nothing is lost when a
battery dies in between.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.catalogue.locations import SELLABLE, Place
from scanner.codes.commands import FINISHING, PREFIX, SHORTS, Command
from scanner.codes.reading import Code
from scanner.orders.carts.scanned import CartScan, dropped
from scanner.orders.carts.taking import goes_into, take
from scanner.orders.carts.totes import NOTHING_LEFT, give, into, who_has
from scanner.orders.shorts import NO_REASON, short_pick
from scanner.scans.decision import Decision, accept, hold, refuse
from scanner.scans.goods import no_command, what_exists_once
from scanner.scans.result import NOT_ON_ORDER, WRONG_SHELF, ItemName, Reason
from scanner.words import plural, shortened, some

MOST_NAMED = 4
"""How many orders a sentence names."""


def decide(scan: CartScan) -> Decision:
    """Decide a scan on a cart of orders. Undo and confirming are decided before, alike for all tasks."""
    decision = _decide(scan)
    about = scan.goods[0] if len(scan.goods) == 1 else None
    if about is not None:
        decision = replace(decision, item_id=decision.item_id or about.item_id, item=decision.item or about.named)
    gone = (dropped(each, held=bool(scan.hands)) for each in scan.dropped)
    told = " ".join((decision.message, *gone, *(each.said(scan.picked.code) for each in scan.back)))
    return replace(decision, here=decision.here or scan.here, message=told)


def _decide(scan: CartScan) -> Decision:
    if not scan.is_open:
        return refuse(Reason.UNEXPECTED, f"{scan.task} is finished: start another cart.")
    if scan.code.command in FINISHING:
        return _finish(scan)
    if scan.code.command in SHORTS:
        return _short(scan)
    if scan.box is not None:
        return into(scan, scan.box)
    if scan.new_label is not None:
        return give(scan, scan.new_label)
    if scan.label is not None:
        return _locate(scan, scan.label)
    return _goods(scan)


def _goods(scan: CartScan) -> Decision:
    if not scan.goods:
        return _no_goods(scan.code)
    if len(scan.goods) > 1:
        return refuse(Reason.UNEXPECTED, f"{what_exists_once(scan.code)} has several items in it: scan each item.")
    goods = scan.goods[0]
    if not scan.short:
        return take(scan, goods)
    if any(not scan.lines_of(item_id) for item_id, _ in goods.contents):
        return refuse(Reason.UNEXPECTED, f"{NOT_ON_ORDER}, nor on another of this cart. Nothing was noted.")
    return _short(scan, frozenset(item_id for item_id, _ in goods.contents))


def _no_goods(code: Code) -> Decision:
    if code.key.upper().startswith(PREFIX):
        return refuse(Reason.UNEXPECTED, no_command(code))
    return refuse(Reason.UNKNOWN, f"No item has the code {shortened(code.key)}. Nothing was taken: go on, and link it later.")


def _locate(scan: CartScan, label: Place) -> Decision:
    if label.kind not in SELLABLE:
        return refuse(Reason.UNEXPECTED, f"{label.code} is not a shelf to pick from. Scan the label of a shelf.")
    if not scan.takes:
        go = f" Go to {scan.next_at}." if scan.next_at else f" {_asked_or_end(scan)}"
        return replace(
            refuse(Reason.UNEXPECTED, f"{WRONG_SHELF}: nothing is to be taken at {label.code}.{go}"), here=label
        )  # fmt: skip
    what = ", ".join(name if units is None else f"{units:,} {name}" for name, units in scan.takes)
    return replace(accept(Reason.LOCATED, f"Take {what}."), here=label)


def _asked_or_end(scan: CartScan) -> str:
    """What comes where nothing is left on the shelves: the tote of what is in hand, or the end."""
    return goes_into(scan, scan.in_hand) if scan.in_hand else NOTHING_LEFT


def _short(scan: CartScan, items: frozenset[int] | None = None) -> Decision:
    """Note that goods are not to be had where the person stands: these items, or without any those of the next stop there."""
    if scan.here is None:
        return refuse(Reason.UNEXPECTED, "Scan the label of the shelf first.")
    if scan.why is None:
        return refuse(Reason.UNEXPECTED, NO_REASON)
    here = [stop for stop in scan.stops if stop.location_id == scan.here.id and (items is None or stop.item_id in items)]
    if not here:
        go = f" Go to {scan.next_at}." if scan.next_at else ""
        return refuse(Reason.UNEXPECTED, f"Nothing more is to be taken at {scan.here.code} now.{go}")
    item = next(ItemName(each.sku, each.name) for each in scan.wanted if each.item_id == here[0].item_id)
    names = {each.item_id: each.name for each in scan.wanted}
    return short_pick(
        here[0], scan.quantity, scan.why, item=item, owner=scan.owner, names=names,
        needs=scan.needs, shelves=scan.shelves,
        at=scan.standing.at, blind=scan.blind,
    )  # fmt: skip


def _finish(scan: CartScan) -> Decision:
    """Finished is a cart of which nobody has goods in hand: nobody would look for them after.

    What a shelf still has for it is asked about. Its orders stay picked in part.
    """
    own = " and ".join(f"{each.units:,} {each.name}" for each in scan.hands if each.operator_id == scan.me)
    held = [part for part in (f"{own} still in your hand" if own else "", who_has(scan.others)) if part]
    if held:
        words = f"Not finished: {'; '.join(held)}. Scan the tote, or put it back with MOVES."
        return refuse(Reason.UNEXPECTED, words)
    if scan.stops and not scan.confirmed:
        return hold(Reason.SHORT, f"{_still_to_take(scan)}: end {scan.task} anyway? Scan {Command.CONFIRM}.")
    return replace(accept(Reason.COMPLETE, f"{scan.task} is finished. {_onward(scan)}"), finishes=True)


def _onward(scan: CartScan) -> str:
    """What becomes of the orders: those that are picked, and by name those of which something is missing."""
    lacks = {each.order_id for each in scan.wanted if each.room} | {each.order_id for each in scan.boxes if each.unknown}
    open_ones = [each for each in scan.boxes if each.order_id in lacks]
    picked = len(scan.boxes) - len(open_ones)
    if not open_ones:
        return "Its orders go on to packing."
    goes = f"{plural(picked, 'order')} {'goes' if picked == 1 else 'go'} on to packing. " if picked else ""
    them = "it" if len(open_ones) == 1 else "them"
    named = some((each.reference for each in open_ones), MOST_NAMED)
    return f"{goes}Not all picked: {named}. Pack what there is, or put {them} on the next cart."


def _still_to_take(scan: CartScan) -> str:
    """What is left on the shelves of the walk; without its number for who is blind."""
    units = sum(stop.units for stop in scan.stops)
    if scan.blind:
        return "Goods are still to take"
    return f"{plural(units, 'unit')} {'is' if units == 1 else 'are'} still to take"
