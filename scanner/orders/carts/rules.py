"""The rules of a cart of several orders: from the shelf into the hand, and from the hand into the tote of an order.

One walk serves all orders of the cart. What is in hand meanwhile is on record at the person's own cart, so nothing is lost when a
battery dies in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from scanner.catalogue.locations import SELLABLE, Place
from scanner.codes.commands import FINISHING, PREFIX
from scanner.codes.reading import Code
from scanner.orders.planning.rules import Need, Shelf, Stop
from scanner.orders.scanned import ShortWhy
from scanner.orders.shorts import short_pick, units_at
from scanner.scans.decision import Count, Decision, Doubt, Effect, Move, accept, hold_goods, refuse
from scanner.scans.goods import Goods, moves, no_command, waits, what_exists_once
from scanner.scans.result import NOT_ON_ORDER, WRONG_SHELF, ItemName, LineCount, Reason
from scanner.words import plural, shortened, units_wait


@dataclass(frozen=True, slots=True)
class Box:
    """An order on the cart and what its tote is called: its label, or the number of the order while it has none."""

    order_id: int
    reference: str
    label: str | None = None

    @property
    def name(self) -> str:
        """What is on the tote."""
        return self.label or self.reference


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of an order on the cart, in units."""

    order_id: int
    line_id: int
    item_id: int
    sku: str
    name: str
    expected: int
    scanned: int

    @property
    def room(self) -> int:
        """Units still to come into the tote."""
        return max(self.expected - self.scanned, 0)


@dataclass(frozen=True, slots=True)
class GivenTote(Effect):
    """An order got its tote."""

    cart_id: int
    order_id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartScan:
    """What the rules know of one scan on a cart."""

    cart_id: int
    task: str
    code: Code
    hand: Place  # the person's own cart
    picked: Place  # where goods in totes are on record
    is_open: bool = True
    here: Place | None = None
    label: Place | None = None  # a place whose label was scanned
    next_at: str = ""  # the next shelf of the walk
    takes: tuple[tuple[str, int], ...] = ()  # (item, units) to take at the place that was scanned
    boxes: tuple[Box, ...] = ()
    box: Box | None = None  # the order whose tote was scanned
    new_label: str | None = None  # of a tote that no order of the cart has
    used_by: str | None = None  # the order elsewhere that the tote is in use for
    goods: tuple[Goods, ...] = ()
    wanted: tuple[Wanted, ...] = ()  # of the goods, or of what is in hand
    in_hand: Mapping[int, int] = field(default_factory=dict)  # item id -> units
    there: Mapping[int, int] = field(default_factory=dict)  # item id -> units on record where the person stands
    quantity: int = 1  # how many times the label was given
    why: ShortWhy | None = None  # why the goods cannot be taken; None: they are
    stops: tuple[Stop, ...] = ()  # the walk that is left; of a short pick with what it is made of
    needs: tuple[Need, ...] = ()
    shelves: tuple[Shelf, ...] = ()
    blind: frozenset[int] = frozenset()  # places whose record is kept from who scans
    owner: str = ""  # of what differs where the person stands
    elsewhere: str = ""  # another shelf that has the goods by the record
    confirmed: bool = False


def decide(scan: CartScan) -> Decision:
    """Decide a scan on a cart of orders. Undo and confirming are decided before, alike for all tasks."""
    decision = _decide(scan)
    about = scan.goods[0] if len(scan.goods) == 1 else None
    if about is not None:
        decision = replace(decision, item_id=decision.item_id or about.item_id, item=decision.item or about.named)
    return replace(decision, here=decision.here or scan.here)


def _decide(scan: CartScan) -> Decision:
    if not scan.is_open:
        return refused(f"{scan.task} is finished: start another cart.")
    if scan.code.command in FINISHING:
        return _finish(scan)
    if scan.why is not None:
        return _short(scan, scan.why)
    if scan.box is not None:
        return _into(scan, scan.box)
    if scan.new_label is not None:
        return _give(scan, scan.new_label)
    if scan.label is not None:
        return _locate(scan, scan.label)
    if not scan.goods:
        return _no_goods(scan.code)
    if len(scan.goods) > 1:
        return refused(f"{what_exists_once(scan.code)} has several items in it: scan each item.")
    return _take(scan, scan.goods[0])


def refused(message: str, reason: Reason = Reason.UNEXPECTED) -> Decision:
    """A scan that is kept and counts for nothing."""
    return refuse(reason, message)


def _no_goods(code: Code) -> Decision:
    if code.key.upper().startswith(PREFIX):
        return refused(no_command(code))
    return refuse(Reason.UNKNOWN, f"No item has the code {shortened(code.key)}. Nothing was taken: go on, and link it later.")


def _locate(scan: CartScan, label: Place) -> Decision:
    if label.kind not in SELLABLE:
        return refused(f"{label.code} is no shelf to pick from. Scan the label of a shelf.")
    if not scan.takes:
        go = f" Go to {scan.next_at}." if scan.next_at else " Nothing is left to take."
        return replace(refused(f"{WRONG_SHELF}: nothing is to be taken at {label.code}.{go}"), here=label)
    what = ", ".join(f"{units_at(units, label.id, scan.blind)}{name}" for name, units in scan.takes)
    return replace(accept(Reason.LOCATED, f"Take {what}."), here=label)


def _take(scan: CartScan, goods: Goods) -> Decision:
    """From the shelf into the hand: only what the orders of the cart want and is not in hand yet."""
    if scan.here is None or scan.here.kind not in SELLABLE:
        return refused(f"{goods.name}: scan the label of the shelf first.")
    if any(not _of(scan, item_id) for item_id, _ in goods.contents):
        return refused(f"{NOT_ON_ORDER}, nor on another of this cart. Put it back.")
    over = [item_id for item_id, units in goods.contents if units > _left(scan, item_id)]
    if over:
        return replace(refused(_too_many(scan, goods, over[0]), Reason.OVER), units=goods.units)
    if scan.elsewhere and not scan.confirmed and all(scan.there.get(item_id, 0) <= 0 for item_id, _ in goods.contents):
        wait = waits((goods,), Doubt.UNEXPECTED)
        words = f"{WRONG_SHELF}: by the record {goods.name} is at {scan.elsewhere}. {units_wait(wait)}. Yes, if it is here."
        return hold_goods(Reason.UNEXPECTED, Doubt.UNEXPECTED, words, units=goods.units, waits=wait)
    held = {item_id: scan.in_hand.get(item_id, 0) + units for item_id, units in goods.contents}
    line = _line(scan, goods.item_id, held.get(goods.item_id, 0))
    done = line is not None and line.expected == line.scanned
    words = f"{goods.name}: {held.get(goods.item_id, goods.units):,} in your hand. {_goes_into(scan, held)}"
    taken = accept(Reason.COMPLETE if done else Reason.COUNTED, words, goods.units)
    return replace(taken, line=line, moves=tuple(moves(goods, scan.here.id, scan.hand.id)))


def _of(scan: CartScan, item_id: int) -> list[Wanted]:
    return [each for each in scan.wanted if each.item_id == item_id]


def _left(scan: CartScan, item_id: int) -> int:
    """Units of an item that are still to be taken."""
    return max(sum(each.room for each in _of(scan, item_id)) - scan.in_hand.get(item_id, 0), 0)


def _line(scan: CartScan, item_id: int, held: int) -> LineCount | None:
    """How far an item is over all orders of the cart; what is in hand is picked."""
    lines = _of(scan, item_id)
    if not lines:
        return None
    return LineCount(sum(each.expected for each in lines), sum(each.scanned for each in lines) + held)


def _too_many(scan: CartScan, goods: Goods, item_id: int) -> str:
    left = _left(scan, item_id)
    if left and goods.units > 1:
        return f"{goods.name}: too many: {goods.units:,} at once, and {left:,} still wanted. Scan single ones, or put it back."
    return f"{goods.name}: too many: all that this cart wants are taken. Put it back."


def _goes_into(scan: CartScan, held: Mapping[int, int]) -> str:
    """`Scan the tote: TOTE-1 takes 2, TOTE-3 takes 1.`"""
    shares = Counter[int]()
    for item_id, units in held.items():
        for each in _of(scan, item_id):
            take = min(each.room, units)
            units -= take
            if take:
                shares[each.order_id] += take
    names = [f"{box.name} takes {shares[box.order_id]:,}" for box in scan.boxes if shares[box.order_id]]
    return f"Scan the tote: {', '.join(names)}."


def _into(scan: CartScan, box: Box) -> Decision:
    """From the hand into a tote, as much as its order wants."""
    held = {item_id: units for item_id, units in scan.in_hand.items() if units > 0 and _of(scan, item_id)}
    if not held:
        return refused(f"Nothing for {box.name} is in your hand. Scan a shelf, then the item.")
    counts = tuple(_shares(held, [each for each in scan.wanted if each.order_id == box.order_id]))
    if not counts:
        others = dict.fromkeys(each.order_id for each in scan.wanted if each.room and held.get(each.item_id))
        right = " or ".join(each.name for each in scan.boxes if each.order_id in others)
        names = " and ".join(dict.fromkeys(each.name for each in scan.wanted if each.item_id in held))
        return refused(f"Wrong tote: {box.name} wants no {names}. {f'Scan {right}.' if right else 'Take it back to its shelf.'}")
    item_of = {each.line_id: each.item_id for each in scan.wanted}
    going = Counter[int]()
    for count in counts:
        going[item_of[count.line_id]] += count.units
    units = sum(going.values())
    rest = {item_id: left for item_id, amount in held.items() if (left := amount - going[item_id])}
    full = _is_full(scan, box, counts)
    words = f"{units:,} into {box.name}{': all of it is picked' if full else ''}."
    if rest:
        words = f"{words} {plural(sum(rest.values()), 'unit')} still in your hand. {_goes_into(_after(scan, counts), rest)}"
    elif scan.next_at:
        words = f"{words} Next: {scan.next_at}."
    into = accept(Reason.COMPLETE if full else Reason.COUNTED, words, units)
    only = next(iter(going)) if len(going) == 1 else None
    return replace(
        into, counts=counts, item_id=only, line=_line(_after(scan, counts), only, rest.get(only, 0)) if only else None,
        moves=tuple(Move(item_id, amount, scan.hand.id, scan.picked.id) for item_id, amount in sorted(going.items())),
    )  # fmt: skip


def _shares(held: Mapping[int, int], lines: Iterable[Wanted]) -> list[Count]:
    left = dict(held)
    counts = []
    for line in lines:
        if take := min(line.room, left.get(line.item_id, 0)):
            left[line.item_id] -= take
            counts.append(Count(line.line_id, take))
    return counts


def _after(scan: CartScan, counts: Iterable[Count]) -> CartScan:
    """The cart with these counts in its totes."""
    added = {count.line_id: count.units for count in counts}
    return replace(
        scan, wanted=tuple(replace(each, scanned=each.scanned + added.get(each.line_id, 0)) for each in scan.wanted)
    )  # fmt: skip


def _is_full(scan: CartScan, box: Box, counts: Iterable[Count]) -> bool:
    return not any(each.room for each in _after(scan, counts).wanted if each.order_id == box.order_id)


def _short(scan: CartScan, why: ShortWhy) -> Decision:
    """Note that the goods of the next stop are not to be had; a scan of the item says of which."""
    if scan.here is None:
        return refused("Scan the label of the shelf first.")
    items = {item_id for goods in scan.goods for item_id, _ in goods.contents}
    here = [stop for stop in scan.stops if stop.location_id == scan.here.id and (not items or stop.item_id in items)]
    if not here:
        go = f" Go to {scan.next_at}." if scan.next_at else ""
        return refused(f"Nothing more is to be taken at {scan.here.code} now.{go}")
    item = next(ItemName(each.sku, each.name) for each in scan.wanted if each.item_id == here[0].item_id)
    return short_pick(
        here[0], scan.quantity, why, item=item, owner=scan.owner, needs=scan.needs, shelves=scan.shelves,
        blind=scan.blind,
    )  # fmt: skip


def _give(scan: CartScan, label: str) -> Decision:
    """A tote that is free becomes that of the next order without one."""
    if scan.used_by is not None:
        return refused(f"{label} is in use for {scan.used_by}. Take another tote.")
    bare = next((box for box in scan.boxes if box.label is None), None)
    if bare is None:
        return refused(f"Every order on this cart has its tote. {label} is not needed.")
    left = sum(box.label is None for box in scan.boxes) - 1
    more = f" {plural(left, 'order')} without a tote." if left else " Every order has its tote."
    given = accept(Reason.LOCATED, f"{label} is for {bare.reference}.{more}")
    return replace(given, effects=(GivenTote(scan.cart_id, bare.order_id, label),))


def _finish(scan: CartScan) -> Decision:
    held = [item_id for item_id, units in scan.in_hand.items() if units > 0 and _of(scan, item_id)]
    if held:
        return refused(f"Not finished: {_named(scan, held)} still in your hand. Scan the tote, or put it back with MOVES.")
    return replace(accept(Reason.COMPLETE, f"{scan.task} is finished. Its orders go on to packing."), finishes=True)


def _named(scan: CartScan, item_ids: Iterable[int]) -> str:
    names = {each.item_id: each.name for each in scan.wanted}
    return " and ".join(f"{scan.in_hand[item_id]:,} {names[item_id]}" for item_id in item_ids)
