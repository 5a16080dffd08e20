"""Statements on held scans of goods, which add up until a person says yes or no to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.locations import Place
from scanner.catalogue.tables import Item, Location
from scanner.db.sql import fetch, run, table_of
from scanner.people.tables import Operator
from scanner.scans.decision import Doubt, Fate
from scanner.scans.request import ScanRequest
from scanner.scans.tables import Held, Scan, Task

_held, _scan, _task, _item, _location, _operator = (table_of(model) for model in (Held, Scan, Task, Item, Location, Operator))


class Waiting(NamedTuple):
    """A held scan of goods that nobody has answered. Of a carton with several items there is no item."""

    seq: int
    operator_id: int
    operator: str
    device: str
    item_id: int | None
    sku: str | None
    name: str | None
    doubt: str
    reason: str
    units: int
    code: str
    quantity: int
    expiry: date | None
    location_id: int | None
    location_code: str | None
    location_kind: str | None

    @property
    def place(self) -> Place | None:
        """Where goods went when it was scanned."""
        if self.location_id is None or self.location_code is None or self.location_kind is None:
            return None
        return Place(self.location_id, self.location_code, self.location_kind)

    @property
    def together(self) -> tuple[object, ...]:
        """What the scans that one yes takes in have in common."""
        goods = self.code if self.item_id is None else self.item_id
        return self.operator_id, self.device, goods

    def is_of(self, request: ScanRequest) -> bool:
        """Whether the same person scanned it on the same device."""
        return (self.operator_id, self.device) == (request.operator_id, request.device)


_WAITS = (
    select(
        _scan.c.seq, _held.c.operator_id, _operator.c.name.label("operator"), _held.c.device, _held.c.item_id, _item.c.sku,
        _item.c.name, _held.c.doubt, _scan.c.reason, _held.c.units, _scan.c.code, _scan.c.quantity, _scan.c.expiry,
        _location.c.id.label("location_id"), _location.c.code.label("location_code"), _location.c.kind.label("location_kind"),
    )
    .join_from(_held, _scan, _held.c.scan_seq == _scan.c.seq)
    .join(_operator, _held.c.operator_id == _operator.c.id)
    .join(_item, _held.c.item_id == _item.c.id, isouter=True)
    .join(_location, _scan.c.location_id == _location.c.id, isouter=True)
    .where(_held.c.answer.is_(None))
    .order_by(_scan.c.seq)
)  # fmt: skip
_WAITING = _WAITS.where(_held.c.task_id == bindparam("task"))
_SAME_MARK_WAITS = (
    select(_scan.c.seq)
    .join_from(_held, _scan, _held.c.scan_seq == _scan.c.seq)
    .where(
        _held.c.task_id == bindparam("task"), _held.c.answer.is_(None),
        _scan.c.key == bindparam("of_key"), func.coalesce(_scan.c.serial, "") == bindparam("of_serial"),
    )
    .limit(1)
)  # fmt: skip
_AGREED = (
    select(_held.c.scan_seq)
    .where(
        _held.c.task_id == bindparam("task"), _held.c.item_id == bindparam("item"), _held.c.operator_id == bindparam("operator"),
        _held.c.device == bindparam("on_device"), _held.c.doubt == bindparam("same"), _held.c.answer == Fate.TAKEN.value,
    )
    .limit(1)
)  # fmt: skip
_LAST_LEFT = (
    select(func.max(_scan.c.seq).label("seq"))
    .join_from(_held, _scan, _held.c.answered_by == _scan.c.seq)
    .where(
        _held.c.task_id == bindparam("task"), _held.c.answer == Fate.LEFT.value,
        _scan.c.operator_id == bindparam("operator"), _scan.c.device == bindparam("on_device"),
    )
)  # fmt: skip
_UNITS = (
    select(_held.c.item_id, _held.c.doubt, func.sum(_held.c.units).label("units"))
    .where(
        _held.c.task_id == bindparam("task"), _held.c.operator_id == bindparam("operator"),
        _held.c.device == bindparam("on_device"), _held.c.item_id.is_not(None), _held.c.answer.is_(None),
    )
    .group_by(_held.c.item_id, _held.c.doubt)
)  # fmt: skip
_HOLD = insert(_held)
_ANSWERED_BY = select(_held.c.scan_seq, _held.c.units).where(_held.c.answered_by == bindparam("seq")).order_by(_held.c.scan_seq)
_ANSWER_OF = select(_held.c.answered_by).where(_held.c.scan_seq == bindparam("seq"), _held.c.answered_by.is_not(None))
_ASK_AGAIN = update(_held).where(_held.c.answered_by == bindparam("seq")).values(answer=None, answered_by=None)


def waiting_on(session: Session, task_id: int) -> list[Waiting]:
    """What waits on a task, the oldest first."""
    return fetch(session, Waiting, _WAITING, {"task": task_id})


def waiting_on_tasks(session: Session, task_ids: Collection[int]) -> list[tuple[int, Waiting]]:
    """(task id, what waits on it), the oldest first."""
    rows = run(session, _WAITS.add_columns(_held.c.task_id).where(_held.c.task_id.in_(list(task_ids))))
    return [(row.task_id, Waiting._make(row[:-1])) for row in rows]


def waiting_on_reference(session: Session, reference: str) -> list[tuple[int, Waiting]]:
    """(task id, what waits on it) of the task with this number, the oldest first."""
    named = _WAITS.add_columns(_held.c.task_id).join(_task, _held.c.task_id == _task.c.id).where(_task.c.reference == reference)
    return [(row.task_id, Waiting._make(row[:-1])) for row in run(session, named)]


def waiting_of(session: Session, task_id: int, request: ScanRequest) -> list[Waiting]:
    """What waits of the person who made a scan, on the same device; the oldest first."""
    return [each for each in waiting_on(session, task_id) if each.is_of(request)]


def units_waiting(session: Session, task_id: int, request: ScanRequest) -> dict[int, tuple[tuple[str, int], ...]]:
    """Item id -> (doubt, units) of what waits of the person on the device."""
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    said = {"task": task_id, "operator": request.operator_id, "on_device": request.device}
    for row in run(session, _UNITS, said):
        found[row.item_id] = (*found.get(row.item_id, ()), (row.doubt, int(row.units)))
    return found


def groups(waiting: Iterable[Waiting], *, by_place: bool = False) -> list[tuple[Waiting, ...]]:
    """What one yes takes in together; what was scanned last comes last. `by_place`: at each place by itself."""
    found: dict[tuple[object, ...], tuple[Waiting, ...]] = {}
    for each in waiting:
        key = (*each.together, each.location_id if by_place else None)
        found[key] = (*found.pop(key, ()), each)
    return list(found.values())


def mark_waits(session: Session, task_id: int, key: str, serial: str | None) -> bool:
    """Whether this very carton or serial number waits on the task already."""
    return run(session, _SAME_MARK_WAITS, {"task": task_id, "of_key": key, "of_serial": serial or ""}).first() is not None


def agreed(session: Session, task_id: int, item_id: int, doubt: Doubt, request: ScanRequest) -> bool:
    """Whether the person said yes to such goods on this task and device. Further ones then count at once."""
    said = {
        "task": task_id, "item": item_id, "operator": request.operator_id, "on_device": request.device, "same": doubt.value,
    }  # fmt: skip
    return run(session, _AGREED, said).first() is not None


def last_left(session: Session, task_id: int, request: ScanRequest) -> int | None:
    """The last scan by which the person left goods out on this device."""
    said = {"task": task_id, "operator": request.operator_id, "on_device": request.device}
    found: int | None = run(session, _LAST_LEFT, said).scalar_one()
    return found


def hold(
    session: Session, *, seq: int, task_id: int, request: ScanRequest, item_id: int | None, doubt: Doubt, units: int
) -> None:
    """Note that a scan waits."""
    row = {
        "scan_seq": seq, "task_id": task_id, "operator_id": request.operator_id, "device": request.device, "item_id": item_id,
        "doubt": doubt.value, "units": units,
    }  # fmt: skip
    run(session, _HOLD, row)


def answer(session: Session, seqs: Collection[int], said: Fate, by_seq: int) -> None:
    """Keep the answer that a scan gave to held ones."""
    run(session, update(_held).where(_held.c.scan_seq.in_(list(seqs))).values(answer=said.value, answered_by=by_seq))


def ask_again(session: Session, by_seq: int) -> None:
    """Take back the answers of a scan: what it answered waits again."""
    run(session, _ASK_AGAIN, {"seq": by_seq})


def answered_by(session: Session, seq: int) -> list[tuple[int, int]]:
    """(sequence number, units) of the held scans that a scan answered."""
    return [(row.scan_seq, row.units) for row in run(session, _ANSWERED_BY, {"seq": seq})]


def answer_of(session: Session, seq: int) -> int | None:
    """The scan that answered a held one."""
    found: int | None = run(session, _ANSWER_OF, {"seq": seq}).scalar_one_or_none()
    return found
