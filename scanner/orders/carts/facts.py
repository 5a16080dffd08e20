"""Gathers what the rules of a cart need to know of a scan, and asks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind, Place
from scanner.codes.commands import FINISHING, SHORTS
from scanner.codes.totes import tote_of
from scanner.orders import store as parcels
from scanner.orders.carts import rules, store
from scanner.orders.carts.hands import holdings
from scanner.orders.carts.scanned import Back, Box, CartScan, GivenTote, Holding, Wanted, by_item
from scanner.orders.carts.store import OnCart
from scanner.orders.facts import is_released, off_the_order, why_packed
from scanner.orders.planning import store as planning
from scanner.orders.planning.rules import Need, Plan, Shelf
from scanner.orders.planning.standing import standing
from scanner.orders.planning.walking import NOWHERE, Standing
from scanner.orders.shorts import WHY, why_of
from scanner.scans import homes, tasks
from scanner.scans.attempts import Brought, brought_by, whose, with_waiting
from scanner.scans.carts import cart_of, find_cart
from scanner.scans.decision import Decision, Move, TaskState, accept, refuse
from scanner.scans.goods import Goods
from scanner.scans.ledger import StoredScan, get_scan, last_seq_of, moves_of, tallies_of
from scanner.scans.picked import spare_at
from scanner.scans.result import Reason
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide one scan on a cart of orders. The order whose tote is scanned is locked first, as for a pick of its own."""
    orders = store.orders_on(session, task.id)
    command, said = attempt.code.command, attempt.code.keys[-1]
    box = None if command else _box_of(orders, said)
    if box is not None:
        tasks.lock_task(session, box.reference)
    label = tote_of(said) if box is None else None
    is_label = box is None and label is None and not command
    brought = brought_by(session, task.id, attempt) if is_label else Brought(attempt.code)
    place = catalogue.find_location(session, said) if is_label and not brought.goods else None
    me = whose(session, attempt)
    scan = CartScan(
        cart_id=task.id, task=task.reference, is_open=task.state == TaskState.OPEN, code=brought.code, me=me,
        hand=cart_of(session, me), picked=catalogue.standard_places(session)[LocationKind.PACKING], here=attempt.here,
        label=place, boxes=tuple(_box(each) for each in orders if each.state == TaskState.OPEN), box=box, new_label=label,
        used_by=store.user_of(session, label) if label else None, full=left_in(session, label) if label else (),
        goods=brought.goods, wanted=wanted_on(session, orders),
        hands=holdings(session, task.id), confirmed=attempt.confirmed, quantity=attempt.quantity, short=attempt.request.short,
        back=_untold(session, task.id, orders, me),
        dropped=_dropped(session, task.id, orders, me),
    )  # fmt: skip
    if command in SHORTS or (scan.short and brought.only):
        return rules.decide(_short(session, scan, attempt, orders))
    if command in FINISHING:
        left = walk(session, orders, scan.hands, NOWHERE).stops
        return rules.decide(replace(scan, stops=left, blind=homes.is_blind_at(session, attempt)))
    if brought.goods or box is not None:
        scan = replace(scan, before=_before(session, task.id, orders))
    if place is not None or box is not None:
        scan = _on_the_walk(session, scan, attempt, orders)
    elif brought.only is not None and attempt.here is not None:
        scan = _what_is_there(session, attempt, scan, brought.only, attempt.here)
    return rules.decide(scan)


def _before(session: Session, cart_id: int, orders: Iterable[OnCart]) -> Mapping[int, int]:
    """Item id -> units that the open orders had before they came on the cart."""
    before: Counter[int] = Counter()
    for each in store.picked_before(session, cart_id, [each.order_id for each in orders]):
        before[each.item_id] += each.units
    return before


def _untold(session: Session, cart_id: int, orders: Sequence[OnCart], me: int) -> tuple[Back, ...]:
    """What is to be put back, as far as it came off its order after the last scan of the person here."""
    last = last_seq_of(session, cart_id, me)
    return tuple(each for each in to_put_back(session, cart_id, orders) if each.seq > last)


def _dropped(session: Session, cart_id: int, orders: Sequence[OnCart], me: int) -> tuple[str, ...]:
    """Orders that were cancelled after the last scan of the person here, and of which nothing was picked."""
    gone = [(each, each.cancelled_at) for each in orders if each.cancelled_at is not None]
    if not gone:
        return ()
    last = store.last_scanned_at(session, cart_id, me)
    since = [each for each, at in gone if last is None or at > last]
    return tuple(each.reference for each in since if not parcels.was_picked(session, each.order_id))


def to_put_back(session: Session, cart_id: int, orders: Iterable[OnCart]) -> list[Back]:
    """What this cart brought for orders whose shops want less since, as long as it stands where picked goods stand."""
    called = {each.order_id: each for each in orders}
    off = store.taken_off(session, cart_id, called)
    if not off:
        return []
    packing = catalogue.standard_places(session)[LocationKind.PACKING]
    free = spare_at(session, packing.id, {each.item_id for each in off})
    back = []
    for each in off:
        units = min(each.units, free[each.item_id])
        free[each.item_id] -= units
        order = called[each.order_id]
        if units:
            tote, is_open = order.label or order.reference, order.state == TaskState.OPEN
            back.append(Back(order.order_id, order.reference, tote, is_open, each.name, units, each.seq))
    return back


def left_in(session: Session, label: str) -> tuple[Back, ...]:
    """What is still to be put back out of a tote, whose order wants it no more."""
    last = store.last_use_of(session, label)
    if last is None:
        return ()
    back = to_put_back(session, last.cart_id, store.orders_on(session, last.cart_id))
    return tuple(each for each in back if each.order_id == last.order_id)


def _box_of(orders: Sequence[OnCart], said: str) -> Box | None:
    """The order of the cart whose tote, or whose number, was scanned."""
    label = tote_of(said)
    called = [each for each in orders if label is not None and each.label == label]
    called = called or [each for each in orders if each.reference == said]
    called = called or [each for each in orders if each.reference.lower() == said.lower()]
    return _box(called[0]) if len(called) == 1 else None


def _box(each: OnCart) -> Box:
    return Box(each.order_id, each.reference, each.label, unknown=each.unknown)


def wanted_on(session: Session, orders: Iterable[OnCart]) -> tuple[Wanted, ...]:
    """The lines of the cart's open orders, in the order of their totes."""
    place = {each.order_id: each.position for each in orders}
    lines = store.wants(session, place)
    lines.sort(key=lambda line: place[line.order_id])
    return tuple(lines)


def _on_the_walk(session: Session, scan: CartScan, attempt: Attempt, orders: Iterable[OnCart]) -> CartScan:
    """The scan with the next shelf, and what is taken at the one whose label it is."""
    way = walk(session, orders, scan.hands, _standing(session, scan, attempt))
    blind = bool(scan.label) and homes.is_blind_at(session, attempt)
    names = {each.item_id: each.name for each in scan.wanted}
    takes = tuple(
        (names[stop.item_id], None if blind else stop.units)
        for stop in way.stops
        if scan.label and stop.location_id == scan.label.id
    )
    return replace(scan, takes=takes, next_at=way.stops[0].code if way.stops else "")


def _what_is_there(session: Session, attempt: Attempt, scan: CartScan, goods: Goods, here: Place) -> CartScan:
    """What the record has of the goods where the person stands; where they are instead is asked for only if there is none.

    Nothing is said of a place whose record is kept from who scans.
    """
    item_ids = [item_id for item_id, _ in goods.contents]
    there = {item_id: catalogue.units_at(session, here.id, item_id) for item_id in item_ids}
    lacks = [item_id for item_id, units in there.items() if units <= 0]
    if not lacks or here.id in (hidden := attempt.hidden_places()):
        return replace(scan, there=there)
    found = [shelf for shelf in planning.shelves(session, lacks) if shelf.location_id not in hidden]
    others = sorted(found, key=lambda shelf: -shelf.units)
    goods_waiting = scan.goods if attempt.confirmed else with_waiting(session, scan.cart_id, attempt, scan.goods)
    if not others:
        return replace(scan, there=there, goods=goods_waiting)
    return replace(scan, there=there, goods=goods_waiting, elsewhere=others[0].code, lacks=others[0].item_id)


def _short(session: Session, scan: CartScan, attempt: Attempt, orders: Iterable[OnCart]) -> CartScan:
    """The scan with why, with the walk that is left, and whose business it is where the person stands."""
    command = attempt.code.command
    why = WHY[command] if command in SHORTS else why_of(attempt.request.reason)
    needs, shelves = _left(session, orders, scan.hands, scan.here.id if scan.here else None)
    stands = _standing(session, scan, attempt)
    stops = stands.plan(needs, shelves).stops
    owner = catalogue.owner_at(session, scan.here.id) if scan.here else ""
    return replace(
        scan, why=why, stops=stops, needs=needs, shelves=shelves, standing=stands, owner=owner,
        next_at=stops[0].code if stops else "",
        blind=homes.is_blind_at(session, attempt),
    )  # fmt: skip


def _standing(session: Session, scan: CartScan, attempt: Attempt) -> Standing:
    return standing(session, scan.cart_id, scan.me, attempt.request.device, scan.label or scan.here)


def walk(session: Session, orders: Iterable[OnCart], hands: tuple[Holding, ...], stands: Standing) -> Plan:
    """The way that is left from where the person stands, without what anybody has in hand already."""
    return stands.plan(*_left(session, orders, hands))


def _left(
    session: Session, orders: Iterable[OnCart], hands: tuple[Holding, ...], at: int | None = None
) -> tuple[tuple[Need, ...], tuple[Shelf, ...]]:
    """What is still to be taken, and the shelves that have it by the record."""
    needs = tuple(_without(planning.needs(session, [each.order_id for each in orders]), by_item(hands)))
    if at is not None:
        needs = planning.but_noted(session, needs, at)
    return needs, tuple(planning.shelves(session, {need.item_id for need in needs}, at))


def _without(needs: Iterable[Need], in_hand: Mapping[int, int]) -> Iterable[Need]:
    held = dict(in_hand)
    for need in needs:
        has = min(held.get(need.item_id, 0), need.units)
        if has:
            held[need.item_id] -= has
        if need.units > has:
            yield replace(need, units=need.units - has)


def tote_given(session: Session, task: TaskRow, attempt: Attempt, after: int) -> StoredScan | None:
    """The last scan of the person by which an order got its tote, where it came `after` all that counted."""
    labels = {each.label for each in store.orders_on(session, task.id) if each.label}
    scanned = store.labels_scanned(session, task.id, attempt.request, after) if labels else []
    given = next((each.seq for each in scanned if tote_of(each.key) in labels), None)
    return get_scan(session, given) if given else None


def _tote_back(session: Session, task: TaskRow, attempt: Attempt, label: str) -> Decision:
    """Take a tote back from its order, unless somebody put goods into it."""
    order = next(each for each in store.orders_on(session, task.id) if each.label == label)
    if store.has_brought(session, task.id, order.order_id):
        words = f"{label} has goods of {order.reference} in it: it stays its tote."
        return replace(refuse(Reason.UNDONE, words), here=attempt.here)
    words = f"Taken back: {label} is not the tote of {order.reference} any more."
    given = GivenTote(cart_id=task.id, order_id=order.order_id, label=None)
    return replace(accept(Reason.UNDONE, words), here=attempt.here, effects=(given,))


def undo(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision | None:
    """Take back a step of the cart, as long as the goods are where it left them."""
    if undone.reason == Reason.LOCATED and (label := tote_of(undone.key)):
        return _tote_back(session, task, attempt, label)
    back = moves_of(session, undone.seq)
    hand = find_cart(session, attempt.request.operator_id) if back else None
    if hand is None:
        return None
    words = _kept_by_an_order(session, undone) or _gone(session, task, attempt, [m for m in back if m.target_id == hand.id])
    return replace(refuse(Reason.UNDONE, words), here=attempt.here) if words else None


def _kept_by_an_order(session: Session, undone: StoredScan) -> str:
    """Why goods stay in their tote; empty where they may come out. Their orders are locked: they may be packed at this moment."""
    lines = [tally.line_id for tally in tallies_of(session, undone.seq)]
    for order_id in parcels.orders_of_lines(session, lines):
        order = tasks.lock_task(session, tasks.name_of(session, order_id).reference)
        if order is None or order.state != TaskState.OPEN:
            name = tasks.name_of(session, order_id).reference
            return f"{name} is shipped or cancelled: its goods are not taken back here. What is left of it, put away with MOVES."
        if is_released(session, undone):
            return off_the_order(catalogue.names_of(session, undone.item_id, None).name or "it")
        if words := why_packed(session, order_id, undone, "It", f"the parcel of {order.reference}"):
            return words
    return ""


def _gone(session: Session, task: TaskRow, attempt: Attempt, taken: list[Move]) -> str:
    """Why goods do not go back to their shelf; empty where the person still has them in hand."""
    mine = by_item(tuple(each for each in holdings(session, task.id) if each.operator_id == attempt.request.operator_id))
    gone = next((move for move in taken if mine.get(move.item_id, 0) < move.units), None)
    if gone is None:
        return ""
    return f"{catalogue.names_of(session, gone.item_id, None).name} is not in your hand any more: put it back with MOVES."
