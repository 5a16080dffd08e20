"""Carts of orders: begun, shown, and walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.errors import BadRequest, NotFound
from scanner.orders import CART
from scanner.orders.carts import facts, store
from scanner.orders.carts.hands import holdings
from scanner.orders.carts.scanned import Back, Holding, Wanted, by_item
from scanner.orders.carts.store import CartRow, OnCart, PickedBefore
from scanner.orders.carts.taking import shares_of
from scanner.orders.intake.adopting import adopt
from scanner.orders.planning import store as planning
from scanner.orders.planning.rules import Plan, plan
from scanner.orders.planning.standing import stood_at
from scanner.orders.planning.walking import Standing
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.ledger import UnknownCode
from scanner.scans.meanings import hold_codes
from scanner.scans.record import last_result
from scanner.scans.result import ScanResult
from scanner.scans.tasks import Progress, WholeTask


@dataclass(frozen=True, slots=True)
class CartHead:
    """The head of the page."""

    reference: str
    kind: str
    state: str
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Units of a stop that go into a tote; None where who looks is told nothing of its record."""

    tote: str
    units: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """One stop of the walk: what is taken at a shelf, and for which totes. Units are None as of a `Share`."""

    id: str
    location: str
    sku: str
    name: str
    units: int | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteView:
    """An order on the cart, with units in its tote of those wanted."""

    position: int
    reference: str
    customer: str
    label: str | None
    is_open: bool
    over: str  # how it ended: shipped or cancelled; empty while it is open
    expected: int
    scanned: int
    before: tuple[PickedBefore, ...] = ()  # of these, picked before the order came on this cart
    stands: str = ""  # where that is: the tote of then, and the place

    @property
    def done(self) -> bool:
        """Nothing more goes into it."""
        return self.is_open and self.scanned >= self.expected


@dataclass(frozen=True, slots=True)
class Lacking:
    """Units of an item that no shelf has by the record."""

    name: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What the page of a cart shows anew after each scan."""

    finished: bool
    progress: Progress
    stops: list[StopView]
    totes: list[ToteView]
    asked: str  # the totes that take what the person has in hand
    hand: list[Holding]  # what the person took on this cart
    others: list[Holding]  # what others took on it
    lacking: list[Lacking]
    back: list[Back]  # what is to be put away, since shops want it no more
    packing: str  # the code of the place of picked goods


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPage:
    """Everything on the page of a cart."""

    task: CartHead
    way: Way
    last: ScanResult | None
    location: str
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device while it is offline


def begin(session: Session, operator: OperatorView, now: datetime, most: int) -> str:
    """Put the orders that are due first, and can be picked, on a new cart. Gives its number.

    One that goes whole, as the supervisor chose, comes on a cart once all of it can be picked.

    Raises BadRequest where no order can be picked.
    """
    operator.demand(Right.PICK)
    hold_codes(session)  # a new number, and no order on two carts
    adopt(session)
    taken = store.on_open_carts(session)
    needs = [need for need in planning.needs(session) if need.task_id not in taken]
    way = plan(needs, planning.shelves(session, {need.item_id for need in needs}))
    pickable = {share.task_id for stop in way.stops for share in stop.shares}
    pickable -= {need.task_id for need in way.lacking} & store.waiting_for_the_rest(session)
    chosen = [order_id for order_id in dict.fromkeys(need.task_id for need in needs) if order_id in pickable][:most]
    if not chosen:
        raise BadRequest("No order can be picked now: none is open, or no shelf has the goods.", "orders")
    return store.add_cart(session, chosen, now)


def open_carts(session: Session) -> list[CartRow]:
    """Open carts, the newest first."""
    return store.open_carts(session)


def open_cart(session: Session, code: str, _operator: OperatorView) -> Opening:
    """The cart of a scanned number."""
    label = code.strip()
    task = tasks.of_kind(session, label.upper(), CART)
    if task is not None and task.state == TaskState.OPEN:
        return Opening(kind=CART, reference=task.reference)
    return Opening(kind=CART, message=f"{label[:40]} is not a cart that is being picked.")


def cart_page(session: Session, reference: str, operator_id: int, device: str, *, blind: bool = False) -> CartPage:
    """The page of a cart for one person on one device. Raises NotFound. `blind`: as in `the_way`."""
    task = _task(session, reference)
    last = ledger.last_scan(session, task.id, operator_id, device)
    way = the_way(session, reference, operator_id, device, blind=blind)
    return CartPage(
        task=CartHead(task.reference, task.kind, task.state),
        way=way,
        last=last_result(session, task.id, task.reference, task.kind, operator_id, device),
        location=(last.location_code or "") if last else "",
        unknown=ledger.unlinked_unknown(session, task.id),
        known={
            "task": task.reference, "lines": _known(session, store.orders_on(session, task.id)),
            "places": list(dict.fromkeys(stop.location for stop in way.stops)), "stops": True,
        },
    )  # fmt: skip


def the_way(session: Session, reference: str, operator_id: int, device: str, *, blind: bool = False) -> Way:
    """The stops that are left, the totes, and who has what in hand.

    Who is `blind` is told no number: no more is taken than shelves have. The walk is that of the person on the device.
    """
    task = _task(session, reference)
    orders = store.orders_on(session, task.id)
    lines = facts.wanted_on(session, orders)
    all_lines = store.lines_of(session, [each.order_id for each in orders if each.over != "cancelled"])
    hands = holdings(session, task.id)
    mine = [each for each in hands if each.operator_id == operator_id]
    at = stood_at(session, task.id, operator_id, device)
    way = facts.walk(session, orders, hands, Standing(at, at))
    packing = catalogue.standard_places(session)[LocationKind.PACKING].code
    before = store.picked_before(session, task.id, [each.order_id for each in orders])
    had = store.totes_before(session, task.id, {each.order_id for each in before})
    stands = {order_id: f"{label}, {packing}" for order_id, label in had.items()}
    return Way(
        finished=task.state == TaskState.FINISHED,
        progress=_progress(all_lines),
        stops=_stops(way, lines, {each.order_id: each.label or each.reference for each in orders}, blind=blind),
        totes=[_tote(each, all_lines, before, stands.get(each.order_id, packing)) for each in orders],
        back=facts.to_put_back(session, task.id, orders),
        packing=packing,
        asked=_asked(orders, lines, mine),
        hand=mine,
        others=[each for each in hands if each.operator_id != operator_id],
        lacking=[] if blind else _lacking(way, lines),
    )


def _asked(orders: list[OnCart], lines: Sequence[Wanted], mine: Sequence[Holding]) -> str:
    """`TOTE-1 or TOTE-3`."""
    shares = shares_of(lines, by_item(tuple(mine)))
    return " or ".join(each.label or each.reference for each in orders if shares[each.order_id])


def _stops(way: Plan, lines: Sequence[Wanted], called: dict[int, str], *, blind: bool) -> list[StopView]:
    names = {line.item_id: line for line in lines}
    return [
        StopView(
            id=f"{stop.location_id}-{stop.item_id}", location=stop.code, sku=names[stop.item_id].sku,
            name=names[stop.item_id].name, units=None if blind else stop.units,
            shares=tuple(
                Share(called[share.task_id], None if blind else share.units) for share in stop.shares
            ),
        )
        for stop in way.stops
    ]  # fmt: skip


def _lacking(way: Plan, lines: Sequence[Wanted]) -> list[Lacking]:
    names = {line.item_id: line.name for line in lines}
    short: Counter[int] = Counter()
    for need in way.lacking:
        short[need.item_id] += need.units
    return [Lacking(names[item_id], units) for item_id, units in short.items()]


def _progress(lines: Sequence[Wanted]) -> Progress:
    met = sum(min(line.expected, line.scanned) for line in lines)
    done = sum(line.room == 0 for line in lines)
    return Progress(sum(line.expected for line in lines), met, len(lines), done)


def _tote(each: OnCart, lines: Sequence[Wanted], before: list[PickedBefore], stands: str) -> ToteView:
    own = [line for line in lines if line.order_id == each.order_id]
    return ToteView(
        position=each.position, reference=each.reference, customer=each.customer, label=each.label,
        is_open=each.state == TaskState.OPEN, over=each.over, expected=sum(line.expected for line in own),
        scanned=sum(min(line.expected, line.scanned) for line in own),
        before=tuple(row for row in before if row.order_id == each.order_id), stands=stands,
    )  # fmt: skip


def _known(session: Session, orders: list[OnCart]) -> list[list[Any]]:
    """What the device knows of the goods while it is offline."""
    codes: dict[str, dict[str, int]] = {}
    for each in orders:
        codes |= tasks.codes_on_task(session, each.order_id)
    lines = store.wants(session, [each.order_id for each in orders])
    return [[line.line_id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}] for line in lines]


def _task(session: Session, reference: str) -> WholeTask:
    task = tasks.of_kind(session, reference, CART)
    if task is None:
        raise NotFound(f"There is no cart {reference[:40]}.")
    return task
