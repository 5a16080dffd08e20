"""Gathers what the rules of orders need to know of a scan, and asks them. What only some scans need is asked for with those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import SELLABLE, LocationKind, Place
from scanner.codes.commands import SHORTS
from scanner.codes.reading import Code
from scanner.orders import leftover, rules, store
from scanner.orders.intake.adopting import adopt
from scanner.orders.planning import store as planning
from scanner.orders.planning.rules import Need
from scanner.orders.planning.standing import standing
from scanner.orders.planning.walking import Standing
from scanner.orders.scanned import Choice, OrderScan, OrderState, Parcel, ParcelLine
from scanner.orders.shipments.facts import decide_assumed
from scanner.orders.shorts import why_of
from scanner.scans import held, homes, ledger, tasks
from scanner.scans.answering import what_waits
from scanner.scans.attempts import brought_by, with_waiting
from scanner.scans.decision import Decision, TaskState, accept, refuse
from scanner.scans.goods import Goods
from scanner.scans.ledger import StoredScan
from scanner.scans.request import Source
from scanner.scans.result import ItemName, LineCount, Reason, item_name
from scanner.scans.tasks import TaskLine, TaskRow
from scanner.scans.workflow import Attempt


def decide(session: Session, task: TaskRow, attempt: Attempt, *, packs: bool = True) -> Decision:
    """Judge one scan against an order. `packs`: each unit is scanned into the parcel here."""
    if attempt.request.source is Source.ASSUMED:
        return decide_assumed(session, task, attempt)
    return rules.decide(_scan(session, task, attempt, packs=packs))


def _scan(session: Session, task: TaskRow, attempt: Attempt, *, packs: bool) -> OrderScan:
    places = catalogue.standard_places(session)
    brought = brought_by(session, task.id, attempt)
    request, command = attempt.request, attempt.code.command
    scan = OrderScan(
        task=task.reference, code=brought.code, packing=places[LocationKind.PACKING], customer=places[LocationKind.CUSTOMER],
        here=attempt.here, goods=brought.goods, quantity=attempt.quantity, confirmed=attempt.confirmed, short=request.short,
        packs=packs,
    )  # fmt: skip
    if not (brought.goods or command):
        scan = _with_label(session, scan, brought.code)
    if scan.labelled:
        return scan
    if task.state != TaskState.OPEN:
        return replace(scan, **_closed(session, task.id))
    if command in rules.SHIPPING:
        return replace(scan, parcel=parcel_of(session, task.id, packs=packs))
    if scan.label or command in SHORTS or (request.short and brought.goods):
        return _with_plan(session, task.id, attempt, scan)
    return _with_goods(session, task.id, attempt, scan) if brought.only else scan


def _with_label(session: Session, scan: OrderScan, code: Code) -> OrderScan:
    """The scan with the place or the orders whose label it is."""
    label = catalogue.find_location(session, code.keys[-1])
    return replace(scan, label=label, labelled=() if label else store.open_orders_labelled(session, code.keys[-1]))


def _with_plan(session: Session, task_id: int, attempt: Attempt, scan: OrderScan) -> OrderScan:
    """The scan with what the order still needs, and where; of a short pick also of what, why, and whose business that is."""
    if scan.packs and scan.label == scan.packing:
        scan = replace(scan, unpicked=not parcel_of(session, task_id, packs=True).has_goods)
    if not scan.label:
        scan = _as_who_picks(session, task_id, attempt, scan)
    at = scan.here.id if scan.here and not scan.label else None
    comes_to = scan.here if scan.unpicked else scan.label or scan.here
    scan = replace(
        scan, **plan_of(session, task_id, at=at), standing=_standing(session, task_id, attempt, comes_to),
        why=why_of(attempt.request.reason), blind=homes.is_blind_at(session, attempt),
    )  # fmt: skip
    if not scan.needs:
        scan = replace(scan, unknown=store.wants_unknown(session, task_id))
    if scan.label or scan.here is None:
        return scan
    contents = _contents(session, task_id, scan.goods[0]) if len(scan.goods) == 1 else ()
    return replace(scan, contents=contents, owner=catalogue.owner_at(session, scan.here.id))


def _standing(session: Session, task_id: int, attempt: Attempt, here: Place | None) -> Standing:
    return standing(session, task_id, attempt.request.operator_id, attempt.request.device, here)


def _closed(session: Session, task_id: int) -> dict[str, Any]:
    shipped = store.order_of(session, task_id).shipped_at is not None
    state = OrderState.SHIPPED if shipped else OrderState.CANCELLED
    left = () if shipped else leftover.left_of(session, task_id)
    packing = catalogue.standard_places(session)[LocationKind.PACKING]
    return {"state": state, "back": leftover.said(left, packing.code) if left else ""}


def _as_who_picks(session: Session, task_id: int, attempt: Attempt, scan: OrderScan) -> OrderScan:
    """The scan where the person stands by the label scanned last, where there is nothing to pack.

    A page that was opened to pack says so with each scan, also once the only pick was taken back.
    """
    if not scan.is_packing or attempt.request.location is None or parcel_of(session, task_id, packs=True).has_goods:
        return scan
    last = ledger.last_scan(session, task_id, attempt.request.operator_id, attempt.request.device)
    return replace(scan, here=last.place or scan.here) if last else scan


# Goods


def _with_goods(session: Session, task_id: int, attempt: Attempt, scan: OrderScan) -> OrderScan:
    """The scan with its goods as the order has them."""
    contents = _contents(session, task_id, scan.goods[0])
    if not all(each.lines for each in contents) and adopt(session, task_id):
        contents = _contents(session, task_id, scan.goods[0])
    scan = replace(scan, contents=contents)
    if scan.here is None or not all(each.lines for each in contents):
        return scan
    if not any(line.scanned for each in contents for line in each.lines):
        scan = _as_who_picks(session, task_id, attempt, scan)
        attempt = replace(attempt, here=scan.here)
    if scan.is_packing:
        return replace(scan, packed=tuple(store.packed_on(session, [task_id]).items()))
    if attempt.yes_to:
        scan = _what_fits(scan)
        contents = scan.contents
    over = any(each.over for each in contents)
    if over or all(each.arrived >= each.expected for each in contents):
        progress = tasks.progress(session, task_id)
        left = progress.expected - progress.scanned
        in_vain = () if over else _in_vain(session, task_id, attempt, contents)
        scan = replace(scan, left=left, unknown=store.wants_unknown(session, task_id), in_vain=in_vain)
    if over:
        return scan
    if not attempt.confirmed:
        scan = replace(scan, lives=_lives(session, attempt, contents))
        if scan.lives or scan.goods[0].expired:
            scan = replace(scan, goods=with_waiting(session, task_id, attempt, scan.goods))
    return scan


def _in_vain(session: Session, task_id: int, attempt: Attempt, contents: Iterable[Goods]) -> tuple[tuple[int, int], ...]:
    """(scan, units) of what waits of the person for these goods besides: with this scan the order has all that it wants."""
    answered = {each.seq for each in attempt.yes_to}
    wanted = {each.item_id for each in contents}
    waiting = held.waiting_of(session, task_id, attempt.request)
    return tuple((each.seq, each.units) for each in waiting if each.item_id in wanted and each.seq not in answered)


def _what_fits(scan: OrderScan) -> OrderScan:
    """The yes to goods that wait: as many of them as the order wants. The others are put back."""
    goods = scan.goods[0]
    fits = min((each.units - each.over) // (each.units // goods.units) for each in scan.contents)
    contents = tuple(replace(each, units=each.units // goods.units * fits) for each in scan.contents)
    return replace(
        scan, goods=(replace(goods, units=fits, expired=min(goods.expired, fits)),), contents=contents,
        beyond=goods.units - fits,
    )  # fmt: skip


def _contents(session: Session, task_id: int, goods: Goods) -> tuple[Goods, ...]:
    """The goods on their lines of the order; a kit as its parts."""
    if not goods.parts:
        return (replace(goods, lines=tasks.lines_for_item(session, task_id, goods.item_id)),)
    names = catalogue.names_by_id(session, [item_id for item_id, _ in goods.parts])
    return tuple(
        Goods(
            item_id=item_id, sku="", name=names[item_id], units=units, lines=tasks.lines_for_item(session, task_id, item_id)
        )
        for item_id, units in goods.contents
    )  # fmt: skip


def _lives(session: Session, attempt: Attempt, contents: Iterable[Goods]) -> tuple[str, ...]:
    """Shelves that have the goods by the record, where the one that they are taken from has none.

    Nothing is said of a place whose record is kept from who scans.
    """
    here = attempt.here
    if here is None or here.kind not in SELLABLE:
        return ()
    none_here = [each.item_id for each in contents if store.units_at(session, here.id, each.item_id) <= 0]
    if not none_here or here.id in (hidden := attempt.hidden_places()):
        return ()
    found = planning.shelves(session, none_here)
    elsewhere = [shelf for shelf in found if shelf.location_id != here.id and shelf.location_id not in hidden]
    return tuple(dict.fromkeys(shelf.code for shelf in sorted(elsewhere, key=lambda shelf: shelf.walk)))


# The plan


def plan_of(session: Session, task_id: int, lines: list[TaskLine] | None = None, at: int | None = None) -> dict[str, Any]:
    """What an order still needs, where that can be picked, and what it is called. `at`: as in `planning.store.shelves`."""
    lines = tasks.lines_of(session, task_id) if lines is None else lines
    needs = tuple(
        Need(task_id, line.id, line.item_id, line.expected - line.scanned) for line in lines if line.scanned < line.expected
    )
    if at is not None:
        needs = planning.but_noted(session, needs, at)
    return {
        "needs": needs,
        "shelves": tuple(planning.shelves(session, {need.item_id for need in needs}, at)) if needs else (),
        "named": tuple((line.item_id, ItemName(line.sku, line.name)) for line in lines),
    }


# The parcel


def parcel_of(session: Session, task_id: int, *, packs: bool) -> Parcel:
    """What is known of an order when it is to be shipped."""
    packed, gone = store.packed_on(session, [task_id]), store.gone_on(session, task_id)
    lines = tuple(
        ParcelLine(
            id=line.id, item_id=line.item_id, sku=line.sku, name=line.name, wanted=line.expected, picked=line.scanned,
            packed=packed.get(line.id, 0), gone=gone.get(line.id, 0),
        )
        for line in tasks.lines_of(session, task_id)
    )  # fmt: skip
    unknown = tuple(
        (line.sku, line.ordered - line.cancelled)
        for line in store.ordered_lines(session, [task_id])
        if line.item_id is None and line.ordered > line.cancelled
    )
    decided = store.order_of(session, task_id).choice
    choice = Choice(decided) if decided else None
    return Parcel(lines=lines, unknown=unknown, choice=choice, packs=packs, waiting=what_waits(session, task_id))


# Undo


def undo(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision | None:
    """Take something out of the parcel, or a short pick back. A pick is taken back as usual, unless it is packed."""
    names = catalogue.names_of(session, undone.item_id, undone.location_id)
    about: dict[str, Any] = {"here": attempt.here, "item_id": undone.item_id, "item": item_name(names.sku, names.name)}
    if store.packed_by(session, undone.seq):
        words = f"Taken back: {names.name}, {undone.units:,} out of the parcel."
        line = LineCount(undone.expected, max((undone.counted or 0) - undone.units, 0))
        return replace(accept(Reason.UNDONE, words, -undone.units), **about, line=line)
    if short := store.short_by(session, undone.seq):
        place = catalogue.code_of(session, short[0].location_id) if short[0].location_id else ""
        words = f"Taken back: {names.name} is at {place} after all."
        return replace(accept(Reason.UNDONE, words, -undone.units), **about)
    if is_released(session, undone):
        words = off_the_order(names.name)
        return replace(refuse(Reason.UNDONE, words), **about)
    if words := why_packed(session, task.id, undone, names.name or "it"):
        return replace(refuse(Reason.UNDONE, words), **about)
    return None


def off_the_order(name: str | None) -> str:
    """The words for goods that the shop wants no more of: they stay where they are until somebody puts them away."""
    return f"The shop wants no more of {name}, so it is off the order. Put it away with MOVES."


def why_packed(session: Session, task_id: int, undone: StoredScan, name: str, parcel: str = "the parcel") -> str:
    """Why a pick stays, of which less would be picked of a line than is in the parcel, or went; empty where it does not."""
    taken = {tally.line_id: tally.units for tally in ledger.tallies_of(session, undone.seq)}
    left = {line.id: line.scanned - taken[line.id] for line in tasks.lines_by_id(session, taken)} if taken else {}
    if not _is_less(left, store.packed_on(session, [task_id]) if left else {}):
        return ""
    if _is_less(left, store.gone_on(session, task_id)):
        return f"{name} went already, all of it or a part, as the shop says: this pick is not taken back."
    return f"{name} is in {parcel} already: whoever packed it takes it out first."


def _is_less(left: Mapping[int, int], least: Mapping[int, int]) -> bool:
    return any(units < least.get(line_id, 0) for line_id, units in left.items())


def is_released(session: Session, undone: StoredScan) -> bool:
    """Whether so little is picked of a line still that the scan cannot be taken back: the shop wants less of it since."""
    taken = {tally.line_id: tally.units for tally in ledger.tallies_of(session, undone.seq)}
    return any(line.scanned < taken[line.id] for line in (tasks.lines_by_id(session, taken) if taken else ()))
