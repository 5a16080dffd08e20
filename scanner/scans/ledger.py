"""The record. Only this module writes scans, tallies and movements, and the counters beside them.

Nothing recorded is changed or deleted. A correction is a new row that names the old one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, false, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.catalogue.locations import Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import Prepared, fetch, fetch_one, reads_ahead, run, table_of
from scanner.people.tables import Operator
from scanner.scans import tasks
from scanner.scans.costs import COST_NOW
from scanner.scans.decision import Count, Mark, Move
from scanner.scans.request import Source
from scanner.scans.result import Reason
from scanner.scans.tables import Dismissal, Line, Movement, Scan, Tally, Task, UniqueMark

_scan, _tally, _movement, _line, _stock, _mark, _dismissal, _location, _operator, _task = (
    table_of(model) for model in (Scan, Tally, Movement, Line, Stock, UniqueMark, Dismissal, Location, Operator, Task)
)


class StoredScan(NamedTuple):
    """A recorded scan. `expected` and `counted` are what its answer said of the line."""

    seq: int
    id: str
    task_id: int
    operator_id: int
    device: str
    code: str
    key: str
    outcome: str
    reason: str
    message: str
    item_id: int | None
    units: int
    expected: int | None
    counted: int | None
    location_id: int | None
    opens: str | None
    handles: int | None
    confirms: int | None
    undoes: int | None
    fingerprint: str


class LastScan(NamedTuple):
    """The last scan of a person on a device. It says where goods go, and whether a yes is awaited."""

    seq: int
    key: str  # of the question, where the scan answered one
    quantity: int
    outcome: str
    reason: str
    handles: int | None
    location_id: int | None
    location_code: str | None
    location_kind: str | None

    @property
    def place(self) -> Place | None:
        """Where goods go after the scan."""
        if self.location_id is None or self.location_code is None or self.location_kind is None:
            return None
        return Place(self.location_id, self.location_code, self.location_kind)


class UnknownCode(NamedTuple):
    """A code without an item: its last scan, how often it was scanned, and by whom last."""

    seq: int
    key: str
    code: str
    times: int
    received_at: datetime
    operator: str


class Dismissed(NamedTuple):
    """Who said that a scan of an unknown code counts for nothing, when, and why."""

    operator: str
    at: datetime
    reason: str


class WaitingScan(NamedTuple):
    """A scan of a code that nobody knew, on an open task."""

    seq: int
    id: str
    code: str
    quantity: int
    scanned_at: datetime
    happened_at: datetime
    operator: str
    reference: str
    kind: str
    location_code: str | None


_stored = tuple(_scan.c[name] for name in StoredScan._fields)
_FIND = select(*_stored).where(_scan.c.id == bindparam("scan_id"))
_GET = select(*_stored).where(_scan.c.seq == bindparam("scan_seq"))
_LAST = Prepared(
    select(
        _scan.c.seq,
        _scan.c.key,
        _scan.c.quantity,
        _scan.c.outcome,
        _scan.c.reason,
        _scan.c.handles,
        _location.c.id.label("location_id"),
        _location.c.code.label("location_code"),
        _location.c.kind.label("location_kind"),
    )
    .join_from(_scan, _location, _scan.c.location_id == _location.c.id, isouter=True)
    .where(
        _scan.c.task_id == bindparam("task"),
        _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
        _scan.c.source != Source.LINKED.value,  # counted later; it does not say where goods go now
    )
    .order_by(_scan.c.seq.desc())
    # A literal: with a bound LIMIT, SQLite prepares the statement anew each time.
    .limit(literal_column("1")),
    into=LastScan,
)
_LAST_ANSWER = (
    select(*_stored)
    .where(
        _scan.c.task_id == bindparam("task"),
        _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
    )
    .order_by(_scan.c.seq.desc())
    .limit(1)
)
_undoing = _scan.alias("undoing")
_UNDOABLE = (
    select(*_stored)
    .where(
        _scan.c.task_id == bindparam("task"),
        _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
        _scan.c.outcome == "accepted",
        (_scan.c.units > 0) | (_scan.c.reason == Reason.EMPTY.value),
        _scan.c.undoes.is_(None),
        ~exists().where(_undoing.c.undoes == _scan.c.seq),
    )
    .order_by(_scan.c.seq.desc())
    .limit(1)
)
_DISMISSED = (
    select(_operator.c.name.label("operator"), _dismissal.c.at, _dismissal.c.reason)
    .join_from(_dismissal, _operator, _dismissal.c.operator_id == _operator.c.id)
    .where(_dismissal.c.scan_seq == bindparam("seq"))
)
_linking = _scan.alias("linking")
# A literal, so that SQLite uses the partial index.
# With goods in hand a shelf was expected, so an unknown code was no goods.
_unlinked = (
    _scan.c.reason == literal_column("'unknown'"), _scan.c.handles.is_(None), ~exists().where(_linking.c.links == _scan.c.seq),
    ~exists().where(_dismissal.c.scan_seq == _scan.c.seq),
)  # fmt: skip
_UNLINKED = (
    select(
        func.max(_scan.c.seq).label("seq"), _scan.c.key, func.max(_scan.c.code).label("code"), func.count().label("times"),
        func.max(_scan.c.received_at).label("received_at"), func.max(_operator.c.name).label("operator"),
    )
    .join_from(_scan, _operator, _scan.c.operator_id == _operator.c.id)
    .where(_scan.c.task_id == bindparam("task"), *_unlinked)
    .group_by(_scan.c.key)
    .order_by(func.max(_scan.c.seq).desc())
)  # fmt: skip
_UNKNOWN_OF_KEY = (
    select(
        _scan.c.seq, _scan.c.id, _scan.c.code, _scan.c.quantity, _scan.c.scanned_at, _scan.c.happened_at,
        _operator.c.name.label("operator"), _task.c.reference, _task.c.kind, _location.c.code.label("location_code"),
    )
    .join_from(_scan, _task, _scan.c.task_id == _task.c.id)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .join(_location, _scan.c.location_id == _location.c.id, isouter=True)
    .where(_scan.c.key == bindparam("unknown_key"), _task.c.state == "open", *_unlinked)
    .order_by(_task.c.reference, _scan.c.seq)
)  # fmt: skip

_before = _scan.alias("before")
_UNKNOWN_BEFORE = (
    select(_before.c.seq)
    .join_from(_scan, _before, _before.c.key == _scan.c.key)
    .where(_scan.c.seq == bindparam("scan_seq"), _before.c.seq < _scan.c.seq, _before.c.reason == literal_column("'unknown'"))
    .limit(1)
)


def _append_scan() -> Prepared:
    statement = sqlite.insert(_scan).on_conflict_do_nothing(index_elements=[_scan.c.id]).returning(_scan.c.seq)
    return Prepared(statement, [column.name for column in _scan.columns if column.name != "seq"])


_APPEND_SCAN = _append_scan()
# PostgreSQL numbers a scan before it is appended, so that all that is written goes in one round trip.
_NUMBER = Prepared(
    select(
        select(_scan.c.seq).where(_scan.c.id == bindparam("scan_id")).scalar_subquery().label("known"),
        func.nextval(func.pg_get_serial_sequence("scan", "seq")).label("next"),
    )
)
_APPEND_NUMBERED = Prepared(insert(_scan), [column.name for column in _scan.columns], amended=True)
_APPEND_TALLY = Prepared(insert(_tally), ["scan_seq", "line_id", "units"], amended=True)
_NOT_GIVEN = {"seq", "cost_e4", "cost_filled"}
_APPEND_MOVEMENT = Prepared(
    insert(_movement).values(cost_e4=COST_NOW, cost_filled=false()),
    [column.name for column in _movement.columns if column.name not in _NOT_GIVEN],
    amended=True,
)
_ADD_TO_LINE = Prepared(
    update(_line).where(_line.c.id == bindparam("line")).values(scanned=_line.c.scanned + bindparam("units")), amended=True
)
_TALLIES = select(_tally.c.line_id, _tally.c.units).where(_tally.c.scan_seq == bindparam("scan")).order_by(_tally.c.line_id)
_MOVES = (
    select(_movement.c.item_id, _movement.c.units, _movement.c.source_id, _movement.c.target_id)
    .where(_movement.c.scan_seq == bindparam("scan"))
    .order_by(_movement.c.seq)
)
_SEEN = select(_mark.c.scan_seq).where(_mark.c.kind == bindparam("kind"), _mark.c.value == bindparam("value"))
_REMEMBER = insert(_mark)
_FORGET = delete(_mark).where(_mark.c.scan_seq == bindparam("scan"))


def _add_to_stock(insert_into: Any, *rows: dict[str, Any]) -> Prepared:
    statement = insert_into(_stock).values(list(rows))
    upsert = statement.on_conflict_do_update(
        index_elements=[_stock.c.location_id, _stock.c.item_id],
        set_={"units": _stock.c.units + statement.excluded.units},
    )
    return Prepared(upsert)


_ADD_TO_BOTH = _add_to_stock(
    sqlite.insert,
    *(
        {"location_id": bindparam(f"place_{side}"), "item_id": bindparam("item"), "units": bindparam(f"units_{side}")}
        for side in ("a", "b")
    ),
)
_ADD_LAST = _add_to_stock(
    postgresql.insert, {"item_id": bindparam("item"), "location_id": bindparam("place"), "units": bindparam("units")}
)


def find_scan(session: Session, scan_id: str) -> StoredScan | None:
    """The scan with that UUID."""
    return fetch_one(session, StoredScan, _FIND, {"scan_id": scan_id})


def last_seq_of(session: Session, task_id: int, operator_id: int, before: int | None = None) -> int:
    """The number of a person's last scan of a task on any device, `before` a scan; 0 where there is none."""
    wanted = select(func.coalesce(func.max(_scan.c.seq), 0)).where(_scan.c.task_id == task_id, _scan.c.operator_id == operator_id)
    return int(run(session, wanted if before is None else wanted.where(_scan.c.seq < before)).scalar_one())


def get_scan(session: Session, seq: int) -> StoredScan | None:
    """The scan with that sequence number."""
    return fetch_one(session, StoredScan, _GET, {"scan_seq": seq})


def last_scan(session: Session, task_id: int, operator_id: int, device: str) -> LastScan | None:
    """The last scan of this person on this device for this task."""
    last: LastScan | None = _LAST.row(session, task=task_id, operator=operator_id, on_device=device)
    return last


def last_scan_ahead(session: Session, task_id: int, operator_id: int, device: str) -> None:
    """Ask for the last scan ahead of `last_scan`."""
    _LAST.ahead(session, task=task_id, operator=operator_id, on_device=device)


def last_answer(session: Session, task_id: int, operator_id: int, device: str) -> StoredScan | None:
    """The last scan that was answered to this person on this device, a linked one too."""
    return fetch_one(session, StoredScan, _LAST_ANSWER, {"task": task_id, "operator": operator_id, "on_device": device})


def undoable_scan(session: Session, task_id: int, operator_id: int, device: str) -> StoredScan | None:
    """The last scan of this person on this device that can be undone: it counted, or said that a shelf is empty."""
    return fetch_one(session, StoredScan, _UNDOABLE, {"task": task_id, "operator": operator_id, "on_device": device})


def append_scan(session: Session, values: dict[str, Any]) -> int | None:
    """Append a scan and give its sequence number; None where its UUID is recorded already.

    The task must be locked. Where the same UUID is recorded on another task at this moment, one of the two violates its key.
    """
    if not reads_ahead(session):
        appended = _APPEND_SCAN.row(session, **values)
        return appended.seq if appended else None
    number = _NUMBER.rows(session, scan_id=values["id"])[0]
    if number.known is not None:
        return None
    _APPEND_NUMBERED.later(session, seq=number.next, **values)
    _NUMBER.void(session, scan_id=values["id"])
    _LAST.void(session, task=values["task_id"], operator=values["operator_id"], on_device=values["device"])
    return int(number.next)


def append_ahead(session: Session, scan_id: str) -> None:
    """Ask for what `append_scan` has to know."""
    _NUMBER.ahead(session, scan_id=scan_id)


def count(session: Session, scan_seq: int, counts: Iterable[Count]) -> None:
    """Append the tallies, and add them to the counters of the lines."""
    for each in counts:
        _APPEND_TALLY.later(session, scan_seq=scan_seq, line_id=each.line_id, units=each.units)
        tasks.counted(session, each.line_id, each.units)
        _ADD_TO_LINE.add_soon(session, each.units, line=each.line_id)


def move(
    session: Session,
    moves: Iterable[Move],
    *,
    at: datetime,
    operator_id: int | None,
    scan_seq: int | None = None,
    cause: str = "",
    discrepancy_id: int | None = None,
) -> None:
    """Append the movements at what their items cost now, and add them to the stock. In one order, so that no two deadlock."""
    for each in sorted(moves, key=lambda move: move.item_id):
        _APPEND_MOVEMENT.later(
            session, at=at, item_id=each.item_id, units=each.units, source_id=each.source_id, target_id=each.target_id,
            scan_seq=scan_seq, operator_id=operator_id, cause=cause, discrepancy_id=discrepancy_id, costing=each.item_id,
        )  # fmt: skip
        _add_to_both(session, each)


def _add_to_both(session: Session, move: Move) -> None:
    """Add a movement to the stock of its two locations."""
    a, b = sorted(((move.source_id, -move.units), (move.target_id, move.units)))
    if reads_ahead(session):
        for place, units in (a, b):
            _ADD_LAST.add_last(session, units, item=move.item_id, place=place)
    else:
        _ADD_TO_BOTH.later(session, item=move.item_id, place_a=a[0], units_a=a[1], place_b=b[0], units_b=b[1])


def tallies_of(session: Session, scan_seq: int) -> tuple[Count, ...]:
    """The tallies of a scan."""
    return tuple(Count(row.line_id, row.units) for row in run(session, _TALLIES, {"scan": scan_seq}))


def moves_of(session: Session, scan_seq: int) -> tuple[Move, ...]:
    """The movements of a scan."""
    rows = run(session, _MOVES, {"scan": scan_seq})
    return tuple(Move(row.item_id, row.units, row.source_id, row.target_id) for row in rows)


def seen(session: Session, mark: Mark) -> int | None:
    """The scan that took in this SSCC or serial; None where none did."""
    return run(session, _SEEN, {"kind": mark.kind, "value": mark.value}).scalar_one_or_none()


def remember(session: Session, scan_seq: int, marks: Iterable[Mark]) -> None:
    """Note that these SSCCs or serials came in. A second time violates the primary key."""
    for mark in marks:
        run(session, _REMEMBER, {"kind": mark.kind, "value": mark.value, "scan_seq": scan_seq})


def forget(session: Session, scan_seq: int) -> None:
    """Let the SSCCs and serials of a scan that was taken back come in again."""
    run(session, _FORGET, {"scan": scan_seq})


def dismiss(session: Session, seqs: Iterable[int], *, operator_id: int, at: datetime, reason: str) -> None:
    """Note that scans of an unknown code count for nothing, and why."""
    rows = [{"scan_seq": seq, "operator_id": operator_id, "at": at, "reason": reason} for seq in seqs]
    if rows:
        run(session, insert(_dismissal), rows)


def dismissal_of(session: Session, seq: int) -> Dismissed | None:
    """Who dismissed a scan of an unknown code, and why; None where nobody did."""
    return fetch_one(session, Dismissed, _DISMISSED, {"seq": seq})


def unlinked_unknown(session: Session, task_id: int) -> list[UnknownCode]:
    """Unknown codes of a task that have not counted since."""
    return fetch(session, UnknownCode, _UNLINKED, {"task": task_id})


def count_unlinked(session: Session, task_id: int) -> int:
    """How many unknown codes of a task have not counted since."""
    return len(unlinked_unknown(session, task_id))


def is_unlinked(session: Session, task_id: int, key: str) -> bool:
    """Whether an unknown code of a task has neither counted since nor been dismissed."""
    return any(each.key == key for each in unlinked_unknown(session, task_id))


def was_unknown_before(session: Session, seq: int) -> bool:
    """Whether the code of a scan had been scanned before, by anybody, and was unknown then, too."""
    return run(session, _UNKNOWN_BEFORE, {"scan_seq": seq}).first() is not None


def unknown_of_key(session: Session, key: str) -> list[WaitingScan]:
    """Scans of this code on open tasks that were refused as unknown and have not counted since."""
    return fetch(session, WaitingScan, _UNKNOWN_OF_KEY, {"unknown_key": key})
