"""Orders for the desk: the list, one order with what it lacks, and what becomes of a short one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.errors import Conflict, NotFound
from scanner.orders import KIND
from scanner.orders.intake import store as intake
from scanner.orders.intake.counted import OrderView, views
from scanner.orders.intake.store import OrderRow
from scanner.orders.office import rules, store
from scanner.orders.office.rules import At, Coming, Lack, Show
from scanner.orders.planning import store as planning
from scanner.orders.scanned import Choice
from scanner.people.rules import OperatorView, Right
from scanner.scans import homes, tasks
from scanner.scans.picked import picked_for_orders
from scanner.scans.workflow import Workflows

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """An order in the list. `reasons`: what cannot be filled, and why, a sentence an item.

    `told`: whether that is told as far as it follows from the record, and what pickers did not find.
    """

    order: OrderView
    late: bool
    reasons: tuple[str, ...]
    told: bool
    far: store.Progress = store.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeOrder(OfficeRow):
    """The page of an order. `lasted`: from being placed to being shipped, in words. `decided`: who chose what becomes of it."""

    lasted: str
    decided: audit.Done | None

    @property
    def can_be_decided(self) -> bool:
        """Whether there is something to decide about it."""
        return not (self.order.cancelled_at or self.order.shipped_at)


def orders(
    session: Session, operator: OperatorView, workflows: Workflows, now: datetime, *,
    show: Show = Show.TO_DO, page: int = 1, size: int = PAGE, packs: bool = True,
) -> tuple[list[OfficeRow], bool]:  # fmt: skip
    """A page of orders, due first, and whether there are more. `packs`: as in `counted.views`."""
    operator.demand(Right.SEE_ORDERS)
    told = _is_told(session, operator, workflows)
    rows = store.listed(session, show, now, limit=size + 1, offset=(page - 1) * size, told=told, packs=packs)
    return _rows(session, rows[:size], now, told=told, packs=packs), len(rows) > size


def every(
    session: Session, operator: OperatorView, workflows: Workflows, now: datetime, *, show: Show, size: int = 500,
    packs: bool = True,
) -> Iterator[OfficeRow]:  # fmt: skip
    """All orders that a list shows, page by page."""
    page, more = 1, True
    while more:
        rows, more = orders(session, operator, workflows, now, show=show, page=page, size=size, packs=packs)
        yield from rows
        page += 1


def order(
    session: Session, reference: str, operator: OperatorView, workflows: Workflows, now: datetime, *, packs: bool = True
) -> OfficeOrder:  # fmt: skip
    """An order by the reference of its task. Raises NotFound."""
    operator.demand(Right.SEE_ORDERS)
    found = tasks.of_kind(session, reference, KIND)
    row = intake.order_of_task(session, found.id) if found else None
    if row is None:
        raise NotFound(f"There is no order {reference[:64]}.")
    (shown,) = _rows(session, [row], now, told=_is_told(session, operator, workflows), packs=packs)
    return OfficeOrder(
        order=shown.order, late=shown.late, reasons=shown.reasons, told=shown.told,
        lasted=rules.lasted(row.placed_at, row.shipped_at),
        decided=audit.last(session, Action.ORDER_DECIDED, "order", row.task) if row.choice else None,
    )  # fmt: skip


def choose(session: Session, reference: str, choice: Choice, operator: OperatorView, now: datetime) -> None:
    """Decide whether a short order waits for the rest, or what is there is shipped."""
    operator.demand(Right.DECIDE_SHORT)
    audit.take_turn(session)
    held = tasks.lock_task(session, reference)
    row = intake.order_of_task(session, held.id) if held else None
    if row is None:
        raise NotFound(f"There is no order {reference[:64]}.")
    if row.shipped_at or row.cancelled_at:
        state = "shipped" if row.shipped_at else "cancelled"
        raise Conflict(f"{reference} is {state}: there is nothing to decide any more.")
    store.choose(session, row.task_id, choice)
    before, after = {"choice": row.choice or "nothing"}, {"choice": choice.value}
    audit.note(session, operator, Action.ORDER_DECIDED, "order", reference, before=before, after=after, at=now)


def _is_told(session: Session, operator: OperatorView, workflows: Workflows) -> bool:
    """Whether a person may be told what follows from the record: what shelves lack tells who counts there what they have."""
    return not homes.is_blind_now(session, operator, workflows)


def _rows(session: Session, rows: list[OrderRow], now: datetime, *, told: bool, packs: bool) -> list[OfficeRow]:
    names = _names(session, rows)
    found = views(session, rows, names, packs=packs)
    short = _short(session, [each for each in found if _is_to_do(each)]) if told else {}
    lacks = _lacks(session, {item_id for mine in short.values() for item_id in mine})
    far = store.progress(session, [each.id for each in found])
    return [
        OfficeRow(
            order=each, late=not each.cancelled_at and rules.is_late(each.due_at, each.shipped_at, now),
            reasons=_reasons(each, short.get(each.id, {}), lacks) if _is_to_do(each) else (), told=told,
            far=far[each.id],
        )
        for each in found
    ]  # fmt: skip


def _is_to_do(shown: OrderView) -> bool:
    return not (shown.cancelled_at or shown.shipped_at)


def _names(session: Session, rows: list[OrderRow]) -> dict[int, str]:
    sold = intake.lines_of(session, [row.task_id for row in rows])
    return catalogue.names_by_id(session, {line.item_id for line in sold if line.item_id is not None})


def _short(session: Session, found: list[OrderView]) -> dict[int, dict[int, int]]:
    """By order and item the units that no shelf has."""
    short: dict[int, dict[int, int]] = {}
    for need in planning.lacking(session, [each.id for each in found]) if found else ():
        mine = short.setdefault(need.task_id, {})
        mine[need.item_id] = mine.get(need.item_id, 0) + need.units
    return short


def _reasons(shown: OrderView, short: Mapping[int, int], lacks: Mapping[int, _Known]) -> tuple[str, ...]:
    """What of an order cannot be filled, and why."""
    unknown = rules.unknown([line.sku for line in shown.lines if line.wanted and not line.known])
    return (*unknown, *(rules.why(lacks[item_id].of(units)) for item_id, units in short.items()))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the record knows of an item that is short."""

    name: str
    at: tuple[At, ...]
    coming: tuple[Coming, ...]
    missed: int

    def of(self, units: int) -> Lack:
        return Lack(name=self.name, units=units, at=self.at, coming=self.coming, missed=self.missed)


def _lacks(session: Session, item_ids: Collection[int]) -> dict[int, _Known]:
    """What the record knows of these items."""
    if not item_ids:
        return {}
    names, taken = catalogue.names_by_id(session, item_ids), picked_for_orders(session, item_ids)
    at: dict[int, list[At]] = {}
    for row in planning.off_shelves(session, item_ids):
        units = row.units - (taken.get(row.item_id, 0) if row.kind == LocationKind.PACKING else 0)
        if units > 0:
            at.setdefault(row.item_id, []).append(At(row.kind, row.code, units))
    coming: dict[int, list[Coming]] = {}
    for receipt in planning.arriving(session, item_ids):
        coming.setdefault(receipt.item_id, []).append(Coming(receipt.reference, receipt.due_on, receipt.units))
    missed = planning.missed(session, item_ids)
    return {
        item_id: _Known(names[item_id], tuple(at.get(item_id, ())), tuple(coming.get(item_id, ())), missed.get(item_id, 0))
        for item_id in item_ids
    }
