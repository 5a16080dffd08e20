"""Statements that find rows by parts of their names. A table of ten thousand rows is read in some milliseconds.

Tasks become more for ever: of those that are done only the newest are read. An older one is found by its whole number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES
from scanner.catalogue.tables import Item, Location, MergedItem
from scanner.db.sql import fetch, table_of
from scanner.orders.tables import Order
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Task

_item, _merged, _location, _task, _order, _operator = (
    table_of(model) for model in (Item, MergedItem, Location, Task, Order, Operator)
)


NEWEST = 20_000
"""Tasks from the newest back, among which words are looked for in those that are done, too."""
_ITEMS = select(_item.c.sku.label("key"), _item.c.name.label("name"), literal("").label("more")).where(
    _item.c.id.not_in(select(_merged.c.item_id))
)


class Found(NamedTuple):
    """One that was found: what its page is found by, what it is called, and what else there is to say of it."""

    key: str
    name: str
    more: str


def items(session: Session, words: Sequence[str], limit: int) -> list[Found]:
    """Items by SKU and name."""
    return _found(session, _ITEMS, words, (_item.c.sku, _item.c.name), (_item.c.sku,), limit)


def named_items(session: Session, most: int) -> list[Found]:
    """All items by SKU; none where there are more than so many."""
    every = _ITEMS.order_by(_item.c.sku).limit(most + 1)
    found = fetch(session, Found, every)
    return found if len(found) <= most else []


def places(session: Session, words: Sequence[str], limit: int) -> list[Found]:
    """Places that goods are put to, by code and name."""
    wanted = select(_location.c.code.label("key"), _location.c.name.label("name"), _location.c.section.label("more")).where(
        _location.c.kind.not_in([kind.value for kind in NO_SHELVES])
    )
    return _found(session, wanted, words, (_location.c.code, _location.c.name), (_location.c.code,), limit)


def orders(session: Session, words: Sequence[str], limit: int) -> list[Found]:
    """Orders by their numbers, the shop and the customer; open ones first, then the newest."""
    wanted = (
        select(_task.c.reference.label("key"), _task.c.partner.label("name"), _order.c.channel.label("more"))
        .join_from(_order, _task, _order.c.task_id == _task.c.id)
        .where(_open_or_new())
    )
    fields = (_task.c.reference, _order.c.reference, _task.c.partner, _order.c.channel)
    return _found(session, wanted, words, fields, _open_first(), limit)


def tasks(
    session: Session, words: Sequence[str], limit: int, *, kinds: Collection[str], hidden: Collection[int]
) -> list[Found]:  # fmt: skip
    """Tasks of these kinds by number, partner, ASN, order and section; open ones first, the newest of them."""
    wanted = select(_task.c.reference.label("key"), _task.c.partner.label("name"), _task.c.kind.label("more")).where(
        _open_or_new(), _task.c.kind.in_(sorted(kinds)), _task.c.id.not_in(sorted(hidden))
    )
    fields = (_task.c.reference, _task.c.partner, func.coalesce(_task.c.asn, ""), _task.c.order_ref, _task.c.section)
    return _found(session, wanted, words, fields, _open_first(), limit)


def people(session: Session, words: Sequence[str], limit: int) -> list[Found]:
    """People by name; never by badge, which is a key. The key of each is the number."""
    wanted = select(
        cast(_operator.c.id, String).label("key"),
        _operator.c.name.label("name"),
        _operator.c.roles.label("more"),
    )
    return _found(session, wanted, words, (_operator.c.name,), (_operator.c.name,), limit)


def _open_or_new() -> ColumnElement[bool]:
    newest = select(func.max(_task.c.id)).scalar_subquery()
    return or_(_task.c.state == TaskState.OPEN.value, _task.c.id > newest - NEWEST)


def _open_first() -> tuple[ColumnElement[Any], ...]:
    return ((_task.c.state != TaskState.OPEN.value), _task.c.id.desc())


def _found(
    session: Session, wanted: Select[Any], words: Sequence[str], fields: Sequence[Any], order: Sequence[Any], limit: int
) -> list[Found]:
    """With every word in one of the fields."""
    has = [or_(*(func.lower(field).contains(word.lower(), autoescape=True) for field in fields)) for word in words]
    return fetch(session, Found, wanted.where(and_(*has)).order_by(*order).limit(limit))
