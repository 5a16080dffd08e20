"""Open orders and the pages of each, for who picks and packs. Nothing here says what a shelf has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.errors import NotFound
from scanner.orders import KIND, facts, leftover, packing, store
from scanner.orders.finish import shortages_of
from scanner.orders.intake.counted import RestView, views
from scanner.orders.intake.store import order_of_task
from scanner.orders.leftover import Leftover
from scanner.orders.planning.rules import Plan, WalkPlace, plan
from scanner.orders.planning.standing import stood_at
from scanner.orders.scanned import Choice, OrderState, Parcel, ParcelLine
from scanner.orders.store import OpenOrder
from scanner.scans import ledger, tasks
from scanner.scans.decision import TaskState
from scanner.scans.evidence import store as evidence
from scanner.scans.ledger import UnknownCode
from scanner.scans.record import last_result
from scanner.scans.result import ScanResult
from scanner.scans.tasks import WholeTask
from scanner.scans.waiting import HeldLine, held_lines
from scanner.scans.workflow import Shortage

NOTHING_PICKED = "Nothing of it was picked."
NO_WALK: Final = Plan((), ())
MOST_KNOWN = 1_000
"""Lines and orders that the device is told of. It knows them offline; the server knows all."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """So many units at a shelf; None where who looks is told nothing of its record. `place` is that of the stop on the walk."""

    code: str
    units: int | None
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """One line on the page. Who picks sees picked of wanted, who packs packed of picked."""

    id: int
    sku: str
    name: str
    expected: int
    scanned: int
    far: ParcelLine  # the same by the record, for the device that goes on from picking to packing by itself
    stops: tuple[Stopped, ...] = ()  # where it is picked, in walking order
    lacking: int = 0  # units that no shelf has

    @property
    def walk(self) -> list[tuple[int, str, int | None]]:
        """Its stops for the device, which goes on by itself while it is offline: place on the walk, shelf, units."""
        return [(stop.place, stop.code, stop.units) for stop in self.stops]

    @property
    def done(self) -> bool:
        """Nothing more is to be scanned."""
        return self.scanned >= self.expected

    @property
    def over(self) -> int:
        """Units more than wanted: the shop cancelled them since."""
        return max(self.scanned - self.expected, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStop:
    """The first stop of the list, and what is taken there."""

    code: str
    sku: str
    name: str
    units: int | None
    more: int  # other items that are taken there


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    """The open parcel: the last scan that packed, to which a photo belongs, and its photos."""

    scan: str = ""
    photos: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """How an order ended, what is to be put away of it, and the next order that can be picked."""

    cancelled: bool
    words: str  # of a cancelled one: what of it stands where
    back: tuple[Leftover, ...]
    next: str
    units: int  # that went, of those wanted
    wanted: int
    rest: RestView | None  # what was kept of one that was shipped in part

    @property
    def shipped(self) -> bool:
        """It went."""
        return not self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """What scans change on a page of an order."""

    packs: bool  # as who packs sees it
    lines: list[OrderLineRow]
    expected: int
    scanned: int
    next: NextStop | None
    missing: int  # units that are not picked, those of unknown SKUs too
    choice: str  # of the supervisor, for an order that is short: wait for the rest, split it, or nothing yet
    unknown_skus: tuple[tuple[str, int], ...]
    parcel: ParcelView
    packing: str  # the code of the place of picked goods
    over: Over | None = None  # of an order that is shipped or cancelled

    @property
    def done(self) -> bool:
        """Nothing is left to scan here."""
        return self.scanned >= self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """The head of the page."""

    reference: str
    kind: str
    state: str
    partner: str
    channel: str
    due_at: datetime | None
    shipped_at: datetime | None
    cancelled_at: datetime | None
    finished_by: str | None
    back_order_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """Everything on a page of an order."""

    task: OrderHead
    view: WorkView
    last: ScanResult | None
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device while it is offline
    at: str  # the place that all scans of the page are made at; empty: that of the label scanned last

    @property
    def lines(self) -> list[OrderLineRow]:
        """The lines, as every page of a task has them."""
        return self.view.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishPage:
    """What is to be confirmed before an order goes."""

    reference: str
    short: list[Shortage]
    doubts: list[str]
    barred: str
    over: str  # "shipped" or "cancelled"; empty while it is open
    splits: bool  # the supervisor decided that the rest stays
    waits: list[HeldLine]


def orders(session: Session) -> list[OpenOrder]:
    """Open orders, due first."""
    return store.open_orders(session)


def known_references(session: Session) -> list[str]:
    """References of the open orders that the device is told of, due first."""
    return store.known_references(session, MOST_KNOWN)


def count_pickable(session: Session) -> int:
    """How many open orders can be picked, all or in part."""
    return store.count_pickable(session)


def order_page(
    session: Session, reference: str, operator_id: int, device: str, *, packs: bool | None = None, blind: bool = False
) -> OrderPage:  # fmt: skip
    """A page of an order for one person on one device. `packs`: of who packs; None: of who packs where all is picked,
    else of what the person did last.

    `blind`: the person is kept from what the record has.
    """
    task = _task(session, reference)
    last = last_result(session, task.id, task.reference, task.kind, operator_id, device)
    place = ledger.last_scan(session, task.id, operator_id, device)
    packed_here = packs is not False
    picked = packs is None and _is_picked(session, task.id)
    at_packing = packs or picked
    if packs is None:
        packs = picked or (place is not None and place.location_kind == LocationKind.PACKING)
    view = order_now(session, reference, operator_id, device, packs=packs, blind=blind, packed_here=packed_here)
    return OrderPage(
        task=_head(session, task), view=view, last=last,
        unknown=ledger.unlinked_unknown(session, task.id),
        known=_known(session, task, view, packed_here=packed_here), at=view.packing if at_packing and view.packs else "",
    )  # fmt: skip


def after_scan(
    session: Session, result: ScanResult, operator_id: int, device: str, *, blind: bool = False, packed_here: bool = True
) -> WorkView:  # fmt: skip
    """What a scan changed: of the picks, or of the parcel where goods are packed. `packed_here`: they are packed by scans."""
    place = catalogue.find_location(session, result.location) if result.location else None
    packs = place is not None and place.kind == LocationKind.PACKING
    return order_now(session, result.task, operator_id, device, packs=packs, blind=blind, packed_here=packed_here)


def order_now(
    session: Session, reference: str, operator_id: int, device: str, *, packs: bool, blind: bool, packed_here: bool
) -> WorkView:  # fmt: skip
    """What is to be done on an order from where a person stands with a device."""
    task, packs = _task(session, reference), packs and packed_here
    at = stood_at(session, task.id, operator_id, device)
    return _seen(session, task, packs=packs, blind=blind, at=at, packed_here=packed_here)


def _seen(
    session: Session, task: WholeTask, *, packs: bool, blind: bool, at: WalkPlace | None, packed_here: bool
) -> WorkView:  # fmt: skip
    """What is to be done on an order, or how it ended: then nothing is taken anywhere any more.

    Where there is nothing to pack the page is that of who picks, so that it leads to the shelves.
    """
    parcel = facts.parcel_of(session, task.id, packs=True)
    if task.state == TaskState.OPEN:
        packs = packs and parcel.has_goods
        return _view(session, task.id, parcel, packs=packs, walk=NO_WALK if packs else _walk(session, task.id, at), blind=blind)
    view = _view(session, task.id, parcel, packs=False, walk=NO_WALK, blind=blind)
    return replace(view, over=_over(session, task, view, packed_here=packed_here))


def _over(session: Session, task: WholeTask, view: WorkView, *, packed_here: bool) -> Over:
    cancelled = store.order_of(session, task.id).ended is OrderState.CANCELLED
    back = leftover.left_of(session, task.id) if cancelled else ()
    picked = store.was_picked(session, task.id)
    words = leftover.said(back, view.packing) if back else "What was picked of it is put away." if picked else NOTHING_PICKED
    return Over(
        cancelled=cancelled, words=words, back=back, next=store.next_pickable(session), units=view.scanned, wanted=view.expected,
        rest=_rest(session, task.id, packs=packed_here),
    )  # fmt: skip


def parcel_view(session: Session, reference: str) -> ParcelView:
    """The parcel of an order after a photo came."""
    return _parcel(session, _task(session, reference).id)


def finish_page(session: Session, reference: str, *, packs: bool) -> FinishPage:
    """What is to be confirmed before an order goes."""
    task = _task(session, reference)
    parcel, over = facts.parcel_of(session, task.id, packs=packs), store.order_of(session, task.id).ended
    barred = packing.why_over(task.reference, over) if over else packing.why_barred(parcel)
    return FinishPage(
        reference=task.reference, short=shortages_of(parcel), doubts=packing.doubts(parcel),
        barred=barred, over=over or "", splits=parcel.choice is Choice.SPLIT, waits=held_lines(session, task.id),
    )  # fmt: skip


def _view(session: Session, task_id: int, parcel: Parcel, *, packs: bool, walk: Plan, blind: bool) -> WorkView:
    """The lines and what comes next, as who packs or who picks sees it.

    Who is `blind` is told no number of a walk: no more is taken than shelves have.
    """
    lines = _packed_lines(parcel.lines) if packs else _picked_lines(parcel.lines, walk, blind=blind)
    return WorkView(
        packs=packs, lines=lines, expected=sum(line.expected for line in lines),
        scanned=sum(min(line.scanned, line.expected) for line in lines), next=_next(walk, parcel, blind=blind),
        missing=sum(units for _, units in parcel.short), choice=parcel.choice or "",
        unknown_skus=parcel.unknown, parcel=_parcel(session, task_id),
        packing=catalogue.standard_places(session)[LocationKind.PACKING].code,
    )  # fmt: skip


def _is_picked(session: Session, task_id: int) -> bool:
    """Whether nothing is left to pick of an order."""
    progress = tasks.progress(session, task_id)
    return 0 < progress.expected == progress.scanned


def _walk(session: Session, task_id: int, at: WalkPlace | None) -> Plan:
    planned = facts.plan_of(session, task_id)
    return plan(planned["needs"], planned["shelves"], at)


def _packed_lines(lines: Iterable[ParcelLine]) -> list[OrderLineRow]:
    """What is picked and not in the parcel comes first."""
    rows = [
        OrderLineRow(id=line.id, sku=line.sku, name=line.name, expected=line.goes, scanned=line.in_parcel, far=line)
        for line in lines
        if line.goes or line.in_parcel
    ]
    return sorted(rows, key=lambda row: row.done)


def _picked_lines(lines: Iterable[ParcelLine], walk: Plan, *, blind: bool) -> list[OrderLineRow]:
    """In walking order; below what no shelf has, and last what is done."""
    lacking = {need.line_id: need.units for need in walk.lacking}
    stops: dict[int, list[Stopped]] = {}
    order: dict[int, int] = {}
    for place, stop in enumerate(walk.stops):
        for share in stop.shares:
            stops.setdefault(share.line_id, []).append(Stopped(stop.code, None if blind else share.units, place))
            order.setdefault(share.line_id, place)
    rows = [
        OrderLineRow(
            id=line.id, sku=line.sku, name=line.name, expected=line.wanted, scanned=line.picked, far=line,
            stops=tuple(stops.get(line.id, ())), lacking=0 if blind else lacking.get(line.id, 0),
        )
        for line in lines
        if line.wanted or line.picked
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.done, order.get(row.id, len(order))))


def _next(walk: Plan, parcel: Parcel, *, blind: bool) -> NextStop | None:
    if not walk.stops:
        return None
    stop = walk.stops[0]
    line = next(line for line in parcel.lines if line.item_id == stop.item_id)
    more = sum(each.location_id == stop.location_id for each in walk.stops) - 1
    units = None if blind else stop.units
    return NextStop(code=stop.code, sku=line.sku, name=line.name, units=units, more=more)


def _parcel(session: Session, task_id: int) -> ParcelView:
    last = store.last_packed(session, task_id)
    photos = [row.uuid for row in evidence.of_task(session, task_id)]
    return ParcelView(scan=last.id if last else "", photos=photos)


def _task(session: Session, reference: str) -> WholeTask:
    task = tasks.of_kind(session, reference, KIND)
    if task is None:
        raise NotFound(f"There is no order {reference}.")
    return task


def _head(session: Session, task: WholeTask) -> OrderHead:
    order, names = store.order_of(session, task.id), tasks.names_around(session, task.id)
    return OrderHead(
        reference=task.reference, kind=task.kind, state=task.state, partner=task.partner, channel=order.channel,
        due_at=order.due_at, shipped_at=order.shipped_at, cancelled_at=order.cancelled_at, finished_by=names.finished_by,
        back_order_of=names.back_order_of,
    )  # fmt: skip


def _rest(session: Session, task_id: int, *, packs: bool) -> RestView | None:
    """What was kept of an order that was shipped in part."""
    reference = tasks.back_order_of(session, task_id)
    if reference is None:
        return None
    row = order_of_task(session, _task(session, reference).id)
    assert row is not None
    (view,) = views(session, [row], packs=packs)
    return RestView(view.task, view.state, view.shipped_at, view.cancelled_at)


def _known(session: Session, task: WholeTask, view: WorkView, *, packed_here: bool) -> dict[str, Any]:
    """What the device keeps for offline use: `{"task", "lines", "places", "strict", "packing"}`; a line is
    `[id, name, expected, scanned, {code: units}]`. `packing`: the place whose label begins packing; empty where nobody packs.
    """
    if task.state != TaskState.OPEN:
        return {"task": task.reference, "lines": [], "places": []}
    codes = tasks.codes_on_task(session, task.id)
    lines = [
        [line.id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}]
        for line in view.lines[:MOST_KNOWN]
    ]
    shelves = dict.fromkeys(stop.code for line in view.lines for stop in line.stops)
    return {
        "task": task.reference,
        "lines": lines,
        "places": [*shelves, view.packing],
        "strict": True,
        "packing": view.packing if packed_here else "",
    }
