"""Takes in versions of orders, many at once. Whoever calls holds the codes (`meanings.hold_codes`) first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.data.store import hold_tasks, insert_task, item_ids
from scanner.db.bulk import insert_all, update_all
from scanner.orders import KIND
from scanner.orders.intake import rules, store
from scanner.orders.intake.adopting import adopt
from scanner.orders.intake.ending import end
from scanner.orders.intake.naming import rename, shop_names
from scanner.orders.intake.parts import fit_lines
from scanner.orders.intake.references import free_references
from scanner.orders.intake.releasing import release_too_much
from scanner.orders.intake.rests import REOPENED, Rest, follow, rests_of, task_head
from scanner.orders.intake.rules import NO_VERSION, Change, GivenLine, GivenOrder, StoredOrder, Version, check
from scanner.orders.intake.store import Key, LineRow, OrderRow
from scanner.orders.intake.telling import CANCELLED, SHIPPED, tell
from scanner.orders.intake.went import ByLine, gone_of, units_of
from scanner.scans.decision import TaskState

UNHEARD_OF = StoredOrder(
    version=Version(NO_VERSION), placed_at=None, due_at=None, customer="", cancelled=False, shipped=False
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An order that is there, as its rows and as the rules know it, with its rest where it went in part.

    `gone`: what went without a scan of one that is not shipped.
    """

    row: OrderRow
    lines: dict[str, LineRow]
    rest: Rest | None = None
    gone: ByLine = field(default_factory=dict)

    @property
    def known(self) -> StoredOrder:
        """The order, for the rules."""
        row = self.row
        return StoredOrder(
            version=Version(row.version, row.version_is_time), placed_at=row.placed_at, due_at=row.due_at, customer=row.customer,
            cancelled=row.cancelled_at is not None, shipped=row.shipped_at is not None,
            lines={name: GivenLine(name, line.sku, line.ordered, line.cancelled) for name, line in self.lines.items()},
            went=self.rest.units if self.rest else None if row.shipped_at else units_of(self.gone),
        )  # fmt: skip

    def by(self, names: Mapping[str, str], lines: dict[str, LineRow]) -> Found:
        """The same with other names of its lines."""
        return replace(self, lines=lines, gone={names.get(name, name): items for name, items in self.gone.items()})


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a version: the task of its order, whether that is new, and whether anything changed."""

    task_id: int
    task: str
    is_new: bool
    changed: bool


def find(session: Session, keys: Sequence[Key], *, held: bool = True) -> dict[Key, Found]:
    """Those of these orders that are there; their tasks, and those of their rests, are `held` to the end."""
    if held:
        _hold(session, keys)
    rows = store.orders(session, keys)
    lines: dict[int, dict[str, LineRow]] = {}
    for line in store.lines_of(session, [row.task_id for row in rows.values()]):
        lines.setdefault(line.task_id, {})[line.name] = line
    rests = rests_of(session, rows.values())
    gone = gone_of(session, [row.task_id for row in rows.values() if not row.shipped_at])
    return {
        key: Found(row, lines.get(row.task_id, {}), rests.get(row.task_id), gone.get(row.task_id, {}))
        for key, row in rows.items()
    }


def _hold(session: Session, keys: Sequence[Key]) -> None:
    """Hold the tasks of orders with those of their rests. Whoever had one meanwhile may have shipped it and left another."""
    held: set[str] = set()
    while not (there := store.task_references(session, keys)) <= held:
        hold_tasks(session, there)
        held |= there


def take_all(session: Session, given: Sequence[GivenOrder], operator_id: int | None, now: datetime) -> list[Taken]:
    """Take in a version of each of these orders. Raises BadRequest and Conflict."""
    found = find(session, [_key(each) for each in given])
    for each in given:
        check(each)
        if there := found.get(_key(each)):
            found[_key(each)] = _named(session, there, each)
    changes = [(each, found.get(_key(each)), change_of(session, each, found.get(_key(each)))) for each in given]
    new = [(each, change) for each, there, change in changes if there is None and change]
    made = _add(session, new, now)
    known = [(there, change) for _, there, change in changes if there and change]
    _change_heads(session, known, now)
    _write_lines(session, [(there, change, made.get(_key(each))) for each, there, change in changes if change])
    followed = follow(session, [(there.rest, change) for there, change in known if there.rest], now)
    cancelled = [*_cancelled(known), *followed.cancelled]
    ended = [*(there.row.task_id for there, change in known if change.ends), *followed.shipped]
    closed = [*cancelled, *ended]
    released = {*(there.row.task_id for there, _ in known if not there.row.shipped_at), *followed.open, *closed}
    release_too_much(session, released, closed, operator_id, now)
    end(session, ended)
    _finish(session, [*closed, *(made[_key(each)][0] for each, change in new if change.order.cancelled)], operator_id, now)
    for task_id in cancelled:
        tell(session, CANCELLED, task_id, store.last_scan(session, task_id), now)
    for task_id in ended:
        tell(session, SHIPPED, task_id, store.last_scan(session, task_id), now, back_order=None)
    adopt_in = [*(there.row.task_id for there in found.values() if there.row.state == TaskState.OPEN), *followed.open]
    if adopt_in:
        adopt(session, *adopt_in)
    return [
        Taken(there.row.task_id, there.row.task, is_new=False, changed=change is not None)
        if there
        else Taken(*made[_key(each)], is_new=True, changed=True)
        for each, there, change in changes
    ]


def _key(given: GivenOrder) -> Key:
    return given.channel, given.reference


def _named(session: Session, there: Found, given: GivenOrder) -> Found:
    """The order with the shop's own words for its lines, from the shop's first version on."""
    if there.row.version != NO_VERSION or given.version.number == NO_VERSION or there.row.shipped_at:
        return there
    names = shop_names(there.lines, given.lines)
    return there.by(names, rename(session, there.lines, names))


def change_of(session: Session, given: GivenOrder, there: Found | None) -> Change | None:
    """What a version changes of an order. Raises as `rules.change` does."""
    if there is None:
        return rules.change(UNHEARD_OF, given)
    stored = there.known
    skus = {line.sku for line in given.lines if line.name in (stored.went or {})}
    items = item_ids(session, skus | {line.sku for line in stored.lines.values()}) if skus else None
    return rules.change(stored, given, items)


def _add(session: Session, new: list[tuple[GivenOrder, Change]], now: datetime) -> dict[Key, tuple[int, str]]:
    """Add the tasks and the orders; gives by order the id and the number of its task."""
    references = free_references(session, [_key(each) for each, _ in new]) if new else {}
    made: dict[Key, tuple[int, str]] = {}
    rows: list[dict[str, Any]] = []
    for given, change in new:
        values = {"reference": references[_key(given)], "kind": KIND, "order_ref": given.reference, "created_at": now}
        task_id = insert_task(session, values | task_head(change.order))
        made[_key(given)] = task_id, references[_key(given)]
        rows.append({"task_id": task_id, "channel": given.channel, "reference": given.reference} | _order_head(change, None, now))
    insert_all(session, store.order, rows)
    return made


def _order_head(change: Change, there: OrderRow | None, now: datetime) -> dict[str, Any]:
    order = change.order
    cancelled_at = (there.cancelled_at if there else None) or now
    return {
        "placed_at": order.placed_at, "due_at": order.due_at, "version": order.version.number,
        "version_is_time": order.version.is_time, "cancelled_at": cancelled_at if order.cancelled else None,
    }  # fmt: skip


def _cancelled(changes: list[tuple[Found, Change]]) -> list[int]:
    """The tasks of orders that are cancelled from now on."""
    return [there.row.task_id for there, change in changes if change.order.cancelled and not there.known.cancelled]


def _change_heads(session: Session, changes: list[tuple[Found, Change]], now: datetime) -> None:
    """What orders say of themselves. A task is open again once its order is not cancelled any more."""
    update_all(
        session, store.order,
        [{"task_id": there.row.task_id} | _order_head(change, there.row, now) for there, change in changes], ("task_id",),
    )  # fmt: skip
    update_all(session, store.task, [{"id": there.row.task_id} | task_head(change.order) for there, change in changes])
    turned = [there for there, change in changes if there.known.cancelled and not change.order.cancelled]
    update_all(session, store.task, [{"id": there.row.task_id} | REOPENED for there in turned])


def _finish(session: Session, task_ids: list[int], operator_id: int | None, now: datetime) -> None:
    done: dict[str, Any] = {"state": TaskState.FINISHED.value, "finished_at": now, "finished_by": operator_id}
    update_all(session, store.task, [{"id": task_id} | done for task_id in task_ids])


def _write_lines(session: Session, changes: list[tuple[Found | None, Change, tuple[int, str] | None]]) -> None:
    items = item_ids(session, {line.sku for _, change, _ in changes for line in (*change.added, *change.changed)})
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    to_fit: list[int] = []
    afresh: list[int] = []
    gone = {there.row.task_id for there, _, _ in changes if there and there.row.shipped_at}  # as they went; their rests follow
    for there, change, made in changes:
        task_id = there.row.task_id if there else (made or (0, ""))[0]
        last = max((line.position for line in there.lines.values()), default=0) if there else 0
        for position, line in enumerate(change.added, last + 1):
            new.append({"task_id": task_id, "position": position, "name": line.name} | _values(line, items))
        for line in change.changed:
            assert there is not None
            old = there.lines[line.name]
            changed.append({"id": old.id} | _values(line, items))
            if there.row.task_id in gone:
                continue
            to_fit.append(old.id)
            if items.get(line.sku) != old.item_id:
                afresh.append(old.id)
    insert_all(session, store.order_line, new)
    update_all(session, store.order_line, changed)
    added = _ids(session, [row for row in new if row["task_id"] not in gone])
    fit_lines(session, [*added, *to_fit], afresh=[*afresh, *added])


def _values(line: GivenLine, items: dict[str, int]) -> dict[str, Any]:
    return {"sku": line.sku, "item_id": items.get(line.sku), "ordered": line.ordered, "cancelled": line.cancelled}


def _ids(session: Session, new: list[dict[str, Any]]) -> list[int]:
    """The ids of the lines that were just added."""
    if not new:
        return []
    names = {(row["task_id"], row["name"]) for row in new}
    rows = store.lines_of(session, {task_id for task_id, _ in names})
    return [row.id for row in rows if (row.task_id, row.name) in names]
