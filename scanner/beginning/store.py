"""Statements on what a new shop has, and on its first supervisor."""

from __future__ import annotations

from sqlalchemy import Select, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.beginning.rules import There
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import connection_of, run, table_of
from scanner.house.tables import HouseFact
from scanner.people.rules import Role
from scanner.people.tables import Operator
from scanner.scans.tables import Task

_operator, _fact, _item, _location, _stock, _task = (
    table_of(model) for model in (Operator, HouseFact, Item, Location, Stock, Task)
)
_PEOPLE = select(_operator.c.id).where(_operator.c.active).limit(2)
_SHELVES = select(_location.c.id).where(_location.c.kind == LocationKind.SHELF)
_ON_SHELVES = select(_stock.c.item_id).where(_stock.c.location_id.in_(_SHELVES), _stock.c.units != 0).limit(1)
_WORK = select(_task.c.id).where(_task.c.kind.in_(("receiving", "return"))).limit(1)
_KEEP_FIRST = {
    name: dialect.insert(_fact).on_conflict_do_nothing(index_elements=["key"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def keep_first(session: Session, key: str, value: str) -> None:
    """Set what holds for the house, unless somebody did so first."""
    run(session, _KEEP_FIRST[connection_of(session).dialect.name], {"key": key, "value": value})


def is_somebodys(session: Session, text: str) -> bool:
    """Whether a text is anybody's badge or name, also of who has left."""
    same = select(_operator.c.id).where(
        or_(func.lower(_operator.c.badge) == text.lower(), func.lower(_operator.c.name) == text.lower())
    )
    return _any(session, same.limit(1))


def numbered(session: Session, prefix: str) -> list[str]:
    """The SKUs that begin so."""
    return [str(row.sku) for row in run(session, select(_item.c.sku).where(_item.c.sku.startswith(prefix, autoescape=True)))]


def is_badge(session: Session, text: str) -> bool:
    """Whether a text is anybody's badge, also of who has left."""
    return _any(session, select(_operator.c.id).where(func.lower(_operator.c.badge) == text.lower()).limit(1))


def add_supervisor(session: Session, name: str, badge: str, pin_hash: str) -> None:
    """Somebody who may change everything."""
    values = {"name": name, "badge": badge, "pin_hash": pin_hash, "roles": Role.SUPERVISOR.value, "active": True}
    run(session, insert(_operator), values)


def there(session: Session) -> There:
    """What of the first hour is there already."""
    return There(
        items=_any(session, select(_item.c.id).limit(1)),
        shelves=_any(session, _SHELVES.limit(1)),
        stock=_any(session, _ON_SHELVES),
        people=len(run(session, _PEOPLE).all()) > 1,
        work=_any(session, _WORK),
    )


def _any(session: Session, query: Select[tuple[int]]) -> bool:
    return run(session, query).first() is not None
