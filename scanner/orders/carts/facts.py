"""Gathers what the rules of a cart need to know of a scan, and asks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind, Place
from scanner.codes.commands import FINISHING
from scanner.codes.totes import tote_of
from scanner.orders.carts import rules, store
from scanner.orders.carts.rules import Box, CartScan, Wanted
from scanner.orders.carts.store import OnCart
from scanner.orders.planning import store as planning
from scanner.orders.planning.rules import Need, Plan, Shelf, plan
from scanner.orders.scanned import ShortWhy
from scanner.orders.shorts import WHY
from scanner.scans import tasks
from scanner.scans.attempts import Brought, brought_by, with_waiting
from scanner.scans.carts import cart_of, find_cart
from scanner.scans.decision import Decision, TaskState
from scanner.scans.goods import Goods
from scanner.scans.ledger import StoredScan, moves_of
from scanner.scans.result import Reason
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide one scan on a cart of orders. The order whose tote is scanned is locked first, as for a pick of its own."""
    orders = store.orders_on(session, task.id)
    said = attempt.code.keys[-1]
    box = None if attempt.code.command else _box_of(orders, said)
    if box is not None:
        tasks.lock_task(session, box.reference)
    label = tote_of(said) if box is None else None
    is_label = box is None and label is None and not attempt.code.command
    brought = brought_by(session, task.id, attempt) if is_label else Brought(attempt.code)
    place = catalogue.find_location(session, said) if is_label and not brought.goods else None
    wanted = _wanted(session, orders)
    hand = cart_of(session, attempt.request.operator_id)
    in_hand = _in_hand(session, hand, wanted)
    scan = CartScan(
        cart_id=task.id, task=task.reference, is_open=task.state == TaskState.OPEN, code=brought.code, hand=hand,
        picked=catalogue.standard_places(session)[LocationKind.PACKING], here=attempt.here, label=place,
        boxes=tuple(_box(each) for each in orders if each.state == TaskState.OPEN), box=box, new_label=label,
        used_by=store.user_of(session, label) if label else None, goods=brought.goods, wanted=wanted, in_hand=in_hand,
        confirmed=attempt.confirmed, quantity=attempt.quantity,
    )  # fmt: skip
    if place is not None or box is not None:
        scan = replace(_on_the_walk(scan, walk(session, orders, in_hand), place), blind=attempt.hidden_places())
    why = WHY.get(attempt.code.command) if attempt.code.command else _why(attempt)
    if why is not None:
        return rules.decide(replace(_short(session, scan, why, orders, in_hand), blind=attempt.hidden_places()))
    if brought.only is not None and attempt.here is not None:
        scan = _what_is_there(session, task.id, attempt, scan, brought.only, attempt.here)
    if attempt.code.command in FINISHING:
        scan = replace(scan, in_hand=_still_to_go(in_hand, wanted))
    return rules.decide(scan)


def _box_of(orders: Sequence[OnCart], said: str) -> Box | None:
    """The order of the cart whose tote, or whose number, was scanned."""
    label = tote_of(said)
    for each in orders:
        if (label is not None and each.label == label) or each.reference.lower() == said.lower():
            return _box(each)
    return None


def _box(each: OnCart) -> Box:
    return Box(each.order_id, each.reference, each.label)


def _wanted(session: Session, orders: Iterable[OnCart]) -> tuple[Wanted, ...]:
    """The lines of the cart's open orders, in the order of their totes."""
    place = {each.order_id: each.position for each in orders}
    lines = store.wants(session, place)
    lines.sort(key=lambda line: place[line.order_id])
    return tuple(Wanted(row.order_id, row.line_id, row.item_id, row.sku, row.name, row.expected, row.scanned) for row in lines)


def _in_hand(session: Session, hand: Place, wanted: Iterable[Wanted]) -> dict[int, int]:
    found = store.units_at(session, hand.id, {each.item_id for each in wanted})
    return {item_id: units for item_id, units in found.items() if units > 0}


def _still_to_go(in_hand: Mapping[int, int], wanted: Iterable[Wanted]) -> dict[int, int]:
    """What is in hand and still wanted in a tote. Anything else in hand is of another task, and does not keep the cart open."""
    room: dict[int, int] = {}
    for each in wanted:
        room[each.item_id] = room.get(each.item_id, 0) + each.room
    return {item_id: min(units, room.get(item_id, 0)) for item_id, units in in_hand.items() if room.get(item_id)}


def _on_the_walk(scan: CartScan, way: Plan, place: Place | None) -> CartScan:
    names = {each.item_id: each.name for each in scan.wanted}
    takes = tuple((names[stop.item_id], stop.units) for stop in way.stops if place and stop.location_id == place.id)
    return replace(scan, takes=takes, next_at=way.stops[0].code if way.stops else "")


def _what_is_there(session: Session, task_id: int, attempt: Attempt, scan: CartScan, goods: Goods, here: Place) -> CartScan:
    """What the record has of the goods where the person stands; where they are instead is asked for only if there is none."""
    item_ids = [item_id for item_id, _ in goods.contents]
    there = store.units_at(session, here.id, item_ids)
    if any(there.get(item_id, 0) > 0 for item_id in item_ids):
        return replace(scan, there=there)
    others = sorted(planning.shelves(session, item_ids), key=lambda shelf: -shelf.units)
    goods_waiting = scan.goods if attempt.confirmed else with_waiting(session, task_id, attempt, scan.goods)
    return replace(scan, there=there, goods=goods_waiting, elsewhere=others[0].code if others else "")


def _why(attempt: Attempt) -> ShortWhy | None:
    """Why the scanned goods cannot be taken; None where they are."""
    if not attempt.request.short:
        return None
    said = (attempt.request.reason or ShortWhy.NOT_THERE).lower()
    return ShortWhy(said) if said in set(ShortWhy) else ShortWhy.NOT_THERE


def _short(session: Session, scan: CartScan, why: ShortWhy, orders: Iterable[OnCart], in_hand: Mapping[int, int]) -> CartScan:
    """The scan with the walk that is left, and whose business it is where the person stands."""
    needs, shelves = _left(session, orders, in_hand, scan.here.id if scan.here else None)
    stops = plan(needs, shelves).stops
    owner = catalogue.owner_at(session, scan.here.id) if scan.here else ""
    return replace(
        scan, why=why, stops=stops, needs=needs, shelves=shelves, owner=owner, next_at=stops[0].code if stops else "",
    )  # fmt: skip


def walk(session: Session, orders: Iterable[OnCart], in_hand: Mapping[int, int]) -> Plan:
    """The way that is left, without what is in hand already."""
    return plan(*_left(session, orders, in_hand))


def _left(
    session: Session, orders: Iterable[OnCart], in_hand: Mapping[int, int], at: int | None = None
) -> tuple[tuple[Need, ...], tuple[Shelf, ...]]:
    """What is still to be taken, and the shelves that have it by the record."""
    needs = tuple(_without(planning.needs(session, [each.order_id for each in orders]), in_hand))
    return needs, tuple(planning.shelves(session, {need.item_id for need in needs}, at))


def _without(needs: Iterable[Need], in_hand: Mapping[int, int]) -> Iterable[Need]:
    held = dict(in_hand)
    for need in needs:
        has = min(held.get(need.item_id, 0), need.units)
        if has:
            held[need.item_id] -= has
        if need.units > has:
            yield replace(need, units=need.units - has)


def undo(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision | None:
    """Take back a step of the cart, as long as the goods are where it left them."""
    if undone.reason not in (Reason.COUNTED, Reason.COMPLETE, Reason.UNEXPECTED):
        return None
    hand = find_cart(session, attempt.request.operator_id)
    back = moves_of(session, undone.seq)
    if hand is None or not back:
        return None
    held = store.units_at(session, hand.id, [move.item_id for move in back])
    gone = [move for move in back if move.target_id == hand.id and held.get(move.item_id, 0) < move.units]
    if not gone:
        return None
    name = catalogue.names_of(session, gone[0].item_id, None).name
    words = f"{name} is not in your hand any more: put it back by hand, with MOVES."
    return replace(rules.refused(words), here=attempt.here)
