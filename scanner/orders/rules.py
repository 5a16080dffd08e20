"""The rules of an order: each scan against what it still wants, and where that is picked.

The answer never says what the record has at a place: the picker may count there next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.catalogue.locations import SELLABLE, Place
from scanner.codes.commands import FINISHING, PREFIX, SHORTS, Command
from scanner.codes.reading import Code
from scanner.orders.packing import NO_MORE, pack, ship
from scanner.orders.planning.rules import Plan, Stop
from scanner.orders.scanned import OrderScan, OrderState, ShortWhy
from scanner.orders.shorts import MOST_SHELVES, NO_REASON, WHY, short_pick, units_at
from scanner.scans.decision import Decision, Doubt, Fate, accept, hold_goods, refuse
from scanner.scans.goods import Goods, fill, moves, no_command, waits, what_exists_once
from scanner.scans.result import NOT_ON_ORDER, WRONG_SHELF, LineCount, Reason
from scanner.words import day, shortened, some, units_wait

SHIPPING = FINISHING | {Command.SHIP}


def decide(scan: OrderScan) -> Decision:
    """Decide a scan on an order. Undo and confirming are decided before, alike for all tasks."""
    decision = _decide(scan)
    about = scan.goods[0] if len(scan.goods) == 1 and decision.item_id is None else None
    return replace(
        decision, here=decision.here or scan.here, item_id=about.item_id if about else decision.item_id,
        item=about.named if about else decision.item,
    )  # fmt: skip


def _decide(scan: OrderScan) -> Decision:
    if scan.code.command is Command.RELEASE:
        return refused(f"{Command.RELEASE} is not for people: what a shop wants less of comes off by itself.")
    if scan.task in scan.labelled:
        return accept(Reason.LOCATED, f"This is {scan.task}: go on with it.")
    if scan.labelled:
        return replace(accept(Reason.LOCATED, f"Going on with {scan.labelled[0]}."), opens=scan.labelled[0])
    if scan.state in (OrderState.SHIPPED, OrderState.CANCELLED):
        return refused(_closed(scan))
    if scan.parcel is not None:
        return ship(scan, scan.parcel)
    if scan.code.command in SHORTS:
        return _short_command(scan)
    if scan.label:
        return _locate(scan, scan.label)
    if not scan.goods:
        return _no_goods(scan.code)
    if len(scan.goods) > 1:
        return refused(f"{what_exists_once(scan.code)} has several items in it: scan each item.")
    return _goods(scan, scan.goods[0])


def refused(message: str) -> Decision:
    """A scan that does nothing, and why."""
    return refuse(Reason.UNEXPECTED, message)


def _closed(scan: OrderScan) -> str:
    ended = "shipped" if scan.state is OrderState.SHIPPED else "cancelled"
    return f"{scan.task} is {ended}. {scan.back}" if scan.back else f"{scan.task} is {ended}: it takes no more scans."


def _no_goods(code: Code) -> Decision:
    if code.key.upper().startswith(PREFIX):
        return refused(no_command(code))
    return refuse(Reason.UNKNOWN, f"No item has the code {shortened(code.key)}. Not counted: go on, and link it later.")


def _goods(scan: OrderScan, goods: Goods) -> Decision:
    if scan.here is None:
        return refused("Scan the shelf first.")
    if any(not each.lines for each in scan.contents):
        return refused(f"{NOT_ON_ORDER}. Put it back.")
    if scan.short:
        return _short_goods(scan, goods)
    if scan.is_packing:
        return pack(scan, goods)
    if scan.here.kind not in SELLABLE:
        return refused(_no_shelf(scan.here))
    return _pick(scan, goods, scan.here)


def _no_shelf(place: Place) -> str:
    return f"{place.code} is not a shelf to pick from. Scan the label of a shelf."


# Shelves


def _locate(scan: OrderScan, label: Place) -> Decision:
    if scan.unpicked:
        return refused(f"Nothing is picked yet, so there is nothing to pack. {_where_next(scan, _plan(scan).stops)}")
    if label.id == scan.packing.id:
        return replace(accept(Reason.LOCATED, _at_packing(scan, label)), here=label)
    if label.kind not in SELLABLE:
        return refused(_no_shelf(label))
    stops = _plan(scan).stops
    here = [stop for stop in stops if stop.location_id == label.id]
    if not here:
        return replace(refused(f"{WRONG_SHELF}. {_where_next(scan, stops)}"), here=label)
    taken = ", ".join(f"{units_at(stop.units, blind=scan.blind)}{_name(scan, stop.item_id)}" for stop in here)
    return replace(accept(Reason.LOCATED, f"Take {taken}."), here=label)


def _at_packing(scan: OrderScan, label: Place) -> str:
    if scan.packs:
        return f"You are at {label.code}. Scan what goes into the parcel."
    return f"Nothing is packed by scans here. {_where_next(scan, _plan(scan).stops)}"


def _plan(scan: OrderScan) -> Plan:
    return scan.standing.plan(scan.needs, scan.shelves)


def _where_next(scan: OrderScan, stops: Iterable[Stop]) -> str:
    for stop in stops:
        return f"Next: {stop.code}."
    if scan.needs:
        return "No shelf has what is left: the order waits."
    if scan.unpicked:
        return "What it wants is not known yet." if scan.unknown else "It wants nothing any more."
    return f"{'What is known' if scan.unknown else 'All'} of it is picked. {scan.onward}"


def _name(scan: OrderScan, item_id: int) -> str:
    return dict(scan.named)[item_id].name


# Picks


def _pick(scan: OrderScan, goods: Goods, here: Place) -> Decision:
    too_many = next((each for each in scan.contents if each.over), None)
    if too_many is not None:
        return replace(refuse(Reason.OVER, _too_many(scan, goods, too_many), goods.units), line=_line(scan, counted=False))
    if not goods.units:
        words = f"{goods.name}: no more is wanted. {_put_back(scan.beyond)}"
        return replace(accept(Reason.OVER, words), line=_line(scan, counted=False), answer=Fate.LEFT)
    if goods.expired and not scan.confirmed:
        said = f"{goods.name} expired on {day(scan.code.expiry)}: {_wait(goods, Doubt.EXPIRED)}."
        return _hold(scan, goods, Doubt.EXPIRED, said)
    if scan.lives and not scan.confirmed:
        lives = f"{WRONG_SHELF}: the record has {goods.name} at {some(scan.lives, MOST_SHELVES)}."
        return _hold(scan, goods, Doubt.ELSEWHERE, f"{lives} {_wait(goods, Doubt.ELSEWHERE)}.")
    complete = all(each.arrived >= each.expected for each in scan.contents)
    reason = Reason.EXPIRED if goods.expired else Reason.COMPLETE if complete else Reason.COUNTED
    return replace(
        accept(reason, _picked(scan, goods, complete=complete) + _beyond(scan), goods.units),
        line=_line(scan, counted=True),
        counts=tuple(count for each in scan.contents for count in fill(each)),
        moves=tuple(move for each in scan.contents for move in moves(each, here.id, scan.packing.id)),
        aside=tuple(seq for seq, _ in scan.in_vain) if complete else (),
    )


def _too_many(scan: OrderScan, goods: Goods, too_many: Goods) -> str:
    there, room = sum(line.scanned for line in too_many.lines), too_many.units - too_many.over
    if not too_many.expected:
        return f"{NO_MORE} Put it back."
    if room == 0 and scan.left == 0 and scan.packs:
        return f"All of it is picked. {scan.onward} Then pack it."
    if room == 0:
        return f"Too many: {there:,} of {too_many.expected:,} {'is' if there == 1 else 'are'} picked. Put it back."
    wanted = f"{room:,} {'is' if room == 1 else 'are'} wanted"
    if goods.parts:
        return f"A set with {too_many.units:,} {too_many.name}, and {wanted}: scan single parts."
    if goods.units > scan.quantity:
        return f"A case of {goods.units // scan.quantity:,}, and {wanted}: scan single ones."
    return f"{goods.units:,} at once, and {wanted}. Take no more than that."


def _hold(scan: OrderScan, goods: Goods, doubt: Doubt, words: str) -> Decision:
    reason = Reason.EXPIRED if doubt is Doubt.EXPIRED else Reason.UNEXPECTED
    message = f"{words} Yes takes it anyway."
    held = hold_goods(reason, doubt, message, units=goods.units, waits=waits((goods,), doubt))
    return replace(held, line=_line(scan, counted=False))


def _wait(goods: Goods, doubt: Doubt) -> str:
    return units_wait(waits((goods,), doubt))


def _line(scan: OrderScan, *, counted: bool) -> LineCount:
    """How far the goods are on the order; of a kit, its parts together."""
    scanned = sum(each.arrived - (0 if counted else each.units) for each in scan.contents)
    return LineCount(sum(each.expected for each in scan.contents), scanned)


def _picked(scan: OrderScan, goods: Goods, *, complete: bool) -> str:
    if complete and scan.left <= sum(each.units for each in scan.contents):
        all_of = "all that is known" if scan.unknown else "all"
        return f"{goods.name}: {all_of} of the order is picked. {scan.onward}"
    line = _line(scan, counted=True)
    if complete and line.scanned > 1:
        return f"{goods.name}: all {line.scanned:,} are picked."
    return f"{goods.name}: {line.scanned:,} of {line.expected:,}."


def _beyond(scan: OrderScan) -> str:
    """What becomes of goods that waited and are wanted no more."""
    units = scan.beyond + sum(units for _, units in scan.in_vain)
    return f" {units:,} more waited. {_put_back(units)}" if units else ""


def _put_back(units: int) -> str:
    return "Put it back." if units == 1 else f"Put the {units:,} back."


# Short picks


def _short_command(scan: OrderScan) -> Decision:
    if scan.here is None:
        return refused("Scan the shelf first.")
    stop = next((stop for stop in _plan(scan).stops if stop.location_id == scan.here.id), None)
    if stop is None:
        next_one = f" {_where_next(scan, _plan(scan).stops)}" if scan.needs else ""
        return refused(f"Nothing of {scan.task} is taken from {scan.here.code} now.{next_one}")
    assert scan.code.command is not None
    return _short(scan, stop, WHY[scan.code.command])


def _short_goods(scan: OrderScan, goods: Goods) -> Decision:
    if scan.why is None:
        return refused(NO_REASON)
    assert scan.here is not None
    items = {each.item_id for each in scan.contents}
    here = [stop for stop in _plan(scan).stops if stop.location_id == scan.here.id and stop.item_id in items]
    if not here:
        return refused(f"{goods.name}: nothing of it is taken from {scan.here.code} now.")
    return _short(scan, here[0], scan.why)


def _short(scan: OrderScan, stop: Stop, why: ShortWhy) -> Decision:
    item = dict(scan.named)[stop.item_id]
    names = {key: each.name for key, each in scan.named}
    return short_pick(
        stop, scan.quantity, why, item=item, owner=scan.owner, names=names,
        needs=scan.needs, shelves=scan.shelves, at=scan.standing.at,
        blind=scan.blind,
    )  # fmt: skip
