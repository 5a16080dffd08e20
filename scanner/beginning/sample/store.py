"""Statements on what a sample may be put beside, and on what stays when it goes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlmodel import Session, SQLModel

from scanner.catalogue.locations import STANDARD, LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.db.sql import run, table_of
from scanner.house.tables import HouseFact
from scanner.people.tables import DeviceSession, Operator, SignIn
from scanner.scans.tables import Movement, Task

_operator, _location, _task, _signed, _session, _fact = (
    table_of(model) for model in (Operator, Location, Task, SignIn, DeviceSession, HouseFact)
)
_OF_EVERY_SHOP = or_(_location.c.code.in_(STANDARD), _location.c.kind == LocationKind.PACKING)
_ITS_OWN = ("shop_order", "supplier", "webhook", "section")
"""Further tables that a shop fills itself."""


def last_person(session: Session) -> int:
    """The highest number of a person so far."""
    return int(run(session, select(func.coalesce(func.max(_operator.c.id), 0))).scalar_one())


def has_its_own(session: Session, standing: Collection[str]) -> bool:
    """Whether there is anything that a shop made itself, but for people. `standing`: kinds of tasks that every shop has."""
    places = select(_location.c.id).where(~_OF_EVERY_SHOP, _location.c.kind != LocationKind.CART)
    work = select(_task.c.id).where(_task.c.kind.not_in(list(standing)))
    tables = [table_of(model) for model in (Item, Movement)] + [SQLModel.metadata.tables[name] for name in _ITS_OWN]
    return any(_any(session, query) for query in (places, work, *(select(table) for table in tables)))


def taken_badges(session: Session, badges: Collection[str]) -> list[str]:
    """Which of these badges somebody has."""
    found = run(session, select(_operator.c.badge).where(func.upper(_operator.c.badge).in_(list(badges))))
    return [str(row.badge) for row in found]


def what_stays(asks: int, before: int, digest: str, mark: str) -> dict[str, ColumnElement[bool]]:
    """By table, what stays: who asks, and who was there `before`; the sign-in with that digest; what the shop chose."""
    people = [_operator.c.id == asks, _operator.c.id <= before]
    return {
        "operator": or_(*people),
        "sign_in": or_(_signed.c.operator_id == asks, _signed.c.operator_id <= before),
        "device_session": and_(_session.c.digest == digest, _session.c.operator_id == asks),
        "house_fact": _fact.c.key != mark,
        "location": _OF_EVERY_SHOP,
        "printer": true(),
        "wrong_tries": true(),
        "restoration": true(),
    }


def _any(session: Session, query: Select[tuple[int]]) -> bool:
    return run(session, query.limit(1)).first() is not None
