"""Rests of orders that were shipped in part. The shop knows the order alone: what it says of that reaches its rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from scanner.data.store import item_ids
from scanner.db.bulk import insert_all, update_all
from scanner.orders.intake import store
from scanner.orders.intake.parts import Sold, fit_lines
from scanner.orders.intake.rules import Change, GivenLine, StoredOrder
from scanner.orders.intake.store import LineRow, OrderRow
from scanner.orders.intake.went import ByLine, gather, gone_of, left_of, together, units_of
from scanner.scans.decision import TaskState

REOPENED = {"state": TaskState.OPEN.value, "finished_at": None, "finished_by": None}


@dataclass(frozen=True, slots=True)
class Rest:
    """The last rest of an order, which has not gone: it is open, or cancelled.

    `went`: of the order before it. `gone`: of the rest itself, without a scan.
    """

    row: OrderRow
    lines: dict[str, LineRow]
    went: ByLine
    gone: ByLine

    @property
    def units(self) -> dict[str, int]:
        """By line what went of the order so far, as it was ordered. Of a kit that is begun, all of it."""
        return units_of(together(self.went, self.gone))

    def left(self, line: GivenLine) -> int:
        """Units of a line that are the rest's: to go, or gone of it."""
        return left_of(line, self.went.get(line.name, {}))

    def wants_any(self, lines: Iterable[GivenLine]) -> bool:
        """Whether anything of these lines is still to go."""
        gone = together(self.went, self.gone)
        return any(left_of(line, gone.get(line.name, {})) for line in lines)


@dataclass(frozen=True, slots=True)
class Followed:
    """The tasks of rests that are open, and of those that are cancelled or shipped from now on."""

    open: tuple[int, ...]
    cancelled: tuple[int, ...]
    shipped: tuple[int, ...]


def rests_of(session: Session, rows: Iterable[OrderRow]) -> dict[int, Rest]:
    """By task of an order that is shipped its rest, where one has not gone."""
    shipped = {row.task_id: row for row in rows if row.shipped_at}
    found = store.rests_of(session, shipped)
    here = {task_id: rests for task_id, rests in found.items() if rests[-1].shipped_at is None}
    gone = gone_of(session, [rests[-1].task_id for rests in here.values()])
    return {
        task_id: _rest(session, [shipped[task_id], *rests[:-1]], rests[-1], gone.get(rests[-1].task_id, {}))
        for task_id, rests in here.items()
    }


def _rest(session: Session, before: Collection[OrderRow], row: OrderRow, gone: ByLine) -> Rest:
    went = gather(store.went_of(session, [order.task_id for order in before]))
    return Rest(row, {line.name: line for line in store.lines_of(session, [row.task_id])}, went, gone)


def follow(session: Session, changes: Iterable[tuple[Rest, Change]], now: datetime) -> Followed:
    """Have rests want what newer versions of their orders leave to go.

    One of which nothing is to go any more is cancelled; where a part of it went without a scan, it is shipped.
    """
    opened: list[int] = []
    cancelled: list[int] = []
    shipped: list[int] = []
    for rest, change in changes:
        _write_lines(session, rest, (*change.added, *change.changed))
        ends = change.cancels_rest or not rest.wants_any(change.order.lines.values())
        _write_head(session, rest, change, now if ends and not rest.gone else None)
        if ends and rest.gone:
            shipped.append(rest.row.task_id)
        elif not ends:
            opened.append(rest.row.task_id)
        elif rest.row.cancelled_at is None:
            cancelled.append(rest.row.task_id)
    return Followed(tuple(opened), tuple(cancelled), tuple(shipped))


def _write_head(session: Session, rest: Rest, change: Change, cancelled_at: datetime | None) -> None:
    order, task_id = change.order, rest.row.task_id
    head = {"placed_at": order.placed_at, "due_at": order.due_at}
    head["cancelled_at"] = (rest.row.cancelled_at or cancelled_at) if cancelled_at else None
    update_all(session, store.order, [{"task_id": task_id, **head}], ("task_id",))
    opened = REOPENED if rest.row.cancelled_at and not cancelled_at else {}
    update_all(session, store.task, [{"id": task_id, **task_head(order), **opened}])


def task_head(order: StoredOrder) -> dict[str, Any]:
    """What the task of an order says of it."""
    return {"partner": order.customer, "due_on": order.due_at.astimezone(UTC).date() if order.due_at else None}


def _write_lines(session: Session, rest: Rest, lines: Collection[GivenLine]) -> None:
    items = item_ids(session, {line.sku for line in lines})
    changed, new, afresh = [], [], set()
    last = max((line.position for line in rest.lines.values()), default=0)
    for line in lines:
        old, left = rest.lines.get(line.name), rest.left(line)
        values: dict[str, Any] = {"sku": line.sku, "item_id": items.get(line.sku)}
        if old is None and left:
            last += 1
            row = {"task_id": rest.row.task_id, "position": last, "name": line.name, "ordered": left, "cancelled": 0}
            new.append(row | values)
            afresh.add(line.name)
        elif old is not None:
            ordered = max(old.ordered, left)
            changed.append({"id": old.id, "ordered": ordered, "cancelled": ordered - left} | values)
            if values["item_id"] != old.item_id:
                afresh.add(line.name)
    update_all(session, store.order_line, changed)
    insert_all(session, store.order_line, new)
    _fit(session, rest, lines, afresh)


def _fit(session: Session, rest: Rest, lines: Iterable[GivenLine], afresh: Collection[str]) -> None:
    """Have the task of a rest expect what is left. Of a kit that is begun its parts are wanted as far as each of them went."""
    wanted = {line.name: line.wanted for line in lines}
    ids = {line.name: line.id for line in store.lines_of(session, [rest.row.task_id]) if line.name in wanted}
    sold = {
        ids[name]: Sold(wanted[name], {item_id: each.units for item_id, each in items.items()},
                        {item_id: each.went for item_id, each in items.items()})
        for name, items in rest.went.items()
        if name in ids
    }  # fmt: skip
    fit_lines(session, list(ids.values()), afresh=[ids[name] for name in afresh if name in ids], sold=sold)
