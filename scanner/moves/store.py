"""Statements on moves: what came before a scan, where goods came from, who has what, what was sent back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, insert, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Barcode, Item, Location, Stock
from scanner.codes.commands import find_grade
from scanner.db.sql import fetch, run, settle, table_of
from scanner.moves.hand import Earlier, InHand, Step
from scanner.moves.tables import GradedMove
from scanner.people.tables import Operator
from scanner.scans.result import Outcome
from scanner.scans.tables import HandCart, Movement, Scan

_scan, _movement, _stock, _location, _item, _barcode, _cart, _operator, _graded = (
    table_of(model) for model in (Scan, Movement, Stock, Location, Item, Barcode, HandCart, Operator, GradedMove)
)
_undoing, _source, _target = _scan.alias("undoing"), _location.alias("source"), _location.alias("target")
MOST_EARLIER, AT_ONCE, MOST_STEPS = 12, 200, 20_000
taken_back = exists().where(_undoing.c.undoes == _scan.c.seq)
"""Whether a scan was taken back."""

_EARLIER = (
    select(_scan.c.seq, _scan.c.outcome, _scan.c.reason, _scan.c.key)
    .where(
        _scan.c.task_id == bindparam("task"), _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
    )
    .order_by(_scan.c.seq.desc())
    .limit(MOST_EARLIER)
)  # fmt: skip
_STEPS = (
    select(
        _movement.c.seq, _movement.c.units, _source.c.id.label("from_id"), _source.c.code.label("from_code"),
        _source.c.kind.label("from_kind"), _target.c.id.label("to_id"), _target.c.code.label("to_code"),
        _target.c.kind.label("to_kind"), _scan.c.undoes, taken_back.label("taken_back"),
    )
    .join_from(_movement, _source, _movement.c.source_id == _source.c.id)
    .join(_target, _movement.c.target_id == _target.c.id)
    .join(_scan, _movement.c.scan_seq == _scan.c.seq, isouter=True)
    .where(_movement.c.item_id == bindparam("item"), _movement.c.seq < bindparam("before"))
    .order_by(_movement.c.seq.desc())
    .limit(AT_ONCE)
)  # fmt: skip
_ON_CARTS = (
    select(_stock.c.location_id, _stock.c.units)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .where(_stock.c.item_id == bindparam("item"), _stock.c.units > 0, _location.c.kind == LocationKind.CART.value)
)
_HANDS = (
    select(
        _cart.c.operator_id, _operator.c.name.label("operator"), _location.c.code, _stock.c.item_id, _item.c.sku, _item.c.name,
        _stock.c.units,
    )
    .join_from(_stock, _cart, _stock.c.location_id == _cart.c.location_id)
    .join(_location, _location.c.id == _cart.c.location_id)
    .join(_operator, _operator.c.id == _cart.c.operator_id)
    .join(_item, _item.c.id == _stock.c.item_id)
    .where(_stock.c.units > 0)
    .order_by(_operator.c.name, _operator.c.id, _item.c.name, _item.c.sku)
)  # fmt: skip


class ItemCode(NamedTuple):
    """A barcode of an item, and the units that it stands for; both None for an item without any."""

    item_id: int
    sku: str
    name: str
    code: str | None
    units: int | None


class HandOf(NamedTuple):
    """The cart of a person."""

    code: str
    operator: str


class Held(NamedTuple):
    """Units of an item on a person's cart."""

    operator_id: int
    operator: str
    cart: str
    item: InHand


def earlier(session: Session, task_id: int, operator_id: int, device: str) -> list[Earlier]:
    """What a person scanned before on a device, the newest first."""
    rows = run(session, _EARLIER, {"task": task_id, "operator": operator_id, "on_device": device})
    return [Earlier(row.outcome, row.reason, find_grade(row.key), row.seq) for row in rows]


def made_at(session: Session, scan_seq: int) -> datetime:
    """When a scan was made, by the clock of the server."""
    made: datetime = run(session, select(_scan.c.happened_at).where(_scan.c.seq == scan_seq)).scalar_one()
    return made


def left_after(session: Session, cart_id: int, item_id: int, scan_seq: int) -> bool:
    """Whether anything of an item left a cart after a scan."""
    wanted = select(_movement.c.seq).where(
        _movement.c.item_id == item_id, _movement.c.source_id == cart_id, _movement.c.scan_seq > scan_seq
    )
    return run(session, wanted.limit(1)).first() is not None


def place(session: Session, location_id: int) -> Place:
    """The location with that id."""
    row = run(session, select(_location.c.id, _location.c.code, _location.c.kind).where(_location.c.id == location_id)).one()
    return Place(row.id, row.code, row.kind)


def went_elsewhere(session: Session, task_id: int, operator_id: int, device: str, scan_seq: int) -> bool:
    """Whether a person scanned on another task on a device after a scan."""
    wanted = select(_scan.c.seq).where(
        _scan.c.seq > scan_seq, _scan.c.operator_id == operator_id, _scan.c.device == device, _scan.c.task_id != task_id
    )
    return run(session, wanted.limit(1)).first() is not None


def came_after(session: Session, cart_id: int, item_ids: Collection[int], scan_seq: int) -> bool:
    """Whether anything of these items came onto a cart after a scan, by whatever hand or program."""
    settle(session)
    wanted = select(_movement.c.seq).where(
        _movement.c.item_id.in_(list(item_ids)), _movement.c.target_id == cart_id, _movement.c.scan_seq > scan_seq
    )
    return run(session, wanted.limit(1)).first() is not None


def steps(session: Session, item_id: int) -> Iterator[list[Step]]:
    """The movements of an item, the newest first, some at a time."""
    before, left = 1 << 62, MOST_STEPS
    while left > 0:
        rows = run(session, _STEPS, {"item": item_id, "before": before}).all()
        yield [
            Step(
                units=row.units,
                source=Place(row.from_id, row.from_code, row.from_kind),
                target=Place(row.to_id, row.to_code, row.to_kind),
                stands=row.undoes is None and not row.taken_back,
            )
            for row in rows
        ]
        if len(rows) < AT_ONCE:
            return
        before, left = rows[-1].seq, left - AT_ONCE


def on_carts(session: Session, item_id: int) -> dict[int, int]:
    """Units of an item in hands, by cart."""
    return {row.location_id: row.units for row in run(session, _ON_CARTS, {"item": item_id})}


def taken_over(
    session: Session, cart_id: int, owner_id: int, after: int, before: int | None = None
) -> list[tuple[str, str, int]]:  # fmt: skip
    """Who took what off a cart by scans after one, and `before` another, never its owner's own: person, item, units."""
    settle(session)
    wanted = (
        select(_operator.c.name.label("by"), _item.c.name, _movement.c.units)
        .join_from(_movement, _scan, _movement.c.scan_seq == _scan.c.seq)
        .join(_operator, _scan.c.operator_id == _operator.c.id)
        .join(_item, _movement.c.item_id == _item.c.id)
        .where(_movement.c.scan_seq > after, _movement.c.source_id == cart_id, _scan.c.operator_id != owner_id, ~taken_back)
        .order_by(_movement.c.seq)
    )
    rows = run(session, wanted if before is None else wanted.where(_movement.c.scan_seq < before))
    return [(row.by, row.name, row.units) for row in rows]


def is_active(session: Session, operator_id: int) -> bool:
    """Whether a person works here still."""
    return bool(run(session, select(_operator.c.active).where(_operator.c.id == operator_id)).scalar_one())


def hands(session: Session) -> list[Held]:
    """What everybody has in hand, by person."""
    return [
        Held(row.operator_id, row.operator, row.code, InHand(row.item_id, row.sku, row.name, row.units))
        for row in run(session, _HANDS)
    ]


def carts(session: Session) -> list[HandOf]:
    """The carts of all who work here, and of who left with goods in hand, by person."""
    wanted = (
        select(_location.c.code, _operator.c.name.label("operator"))
        .join_from(_cart, _location, _location.c.id == _cart.c.location_id)
        .join(_operator, _operator.c.id == _cart.c.operator_id)
        .where(_operator.c.active | exists().where(_stock.c.location_id == _cart.c.location_id, _stock.c.units > 0))
        .order_by(_operator.c.name, _operator.c.id)
    )
    return fetch(session, HandOf, wanted)


def codes_at(session: Session, location_ids: Collection[int], most: int) -> list[ItemCode]:
    """The barcodes of what stands at these places, of so many items at most."""
    there = (
        select(_stock.c.item_id).where(_stock.c.location_id.in_(list(location_ids)), _stock.c.units > 0).distinct().limit(most)
    )
    wanted = (
        select(_item.c.id.label("item_id"), _item.c.sku, _item.c.name, _barcode.c.code, _barcode.c.units)
        .join_from(_item, _barcode, _item.c.id == _barcode.c.item_id, isouter=True)
        .where(_item.c.id.in_(there))
    )
    return fetch(session, ItemCode, wanted)


def units_at(session: Session, location_id: int, item_ids: Iterable[int]) -> dict[int, int]:
    """Item id -> units on hand at a location."""
    wanted = select(_stock.c.item_id, _stock.c.units).where(
        _stock.c.location_id == location_id, _stock.c.item_id.in_(list(item_ids))
    )
    return {row.item_id: row.units for row in run(session, wanted)}


def keep_grade(session: Session, scan_seq: int, disposition: str, reason_id: int | None) -> None:
    """Keep what a scan said of goods."""
    run(session, insert(_graded), {"scan_seq": scan_seq, "disposition": disposition, "reason_id": reason_id})


def graded_by(session: Session, scan_seq: int) -> str:
    """What a scan said of goods, and stands still; empty for any other scan."""
    wanted = (
        select(_graded.c.disposition)
        .join_from(_graded, _scan, _scan.c.seq == _graded.c.scan_seq)
        .where(_graded.c.scan_seq == scan_seq, ~taken_back)
    )
    return str(run(session, wanted).scalar_one_or_none() or "")


def asks_reason(outcome: str, key: str) -> bool:
    """Whether a scan was answered by the question why goods are not sold."""
    said = find_grade(key)
    return outcome == Outcome.HELD and said is not None and said.disposition is not None
