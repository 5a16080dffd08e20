"""Statements on what a sample may be put beside, and on what stays when it goes."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, not_, or_, select, update
from sqlmodel import Session, SQLModel

from scanner.audit.tables import Audit
from scanner.catalogue.locations import STANDARD, LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.db.sql import run, table_of
from scanner.house.tables import HouseFact
from scanner.people.tables import ApiToken, DeviceSession, Operator, SignIn
from scanner.scans.tables import Movement, Task

_operator, _location, _task, _signed, _session, _fact, _token, _audit = (
    table_of(model) for model in (Operator, Location, Task, SignIn, DeviceSession, HouseFact, ApiToken, Audit)
)
_OF_EVERY_SHOP = or_(_location.c.code.in_(STANDARD), _location.c.kind == LocationKind.PACKING)
_ITS_OWN = ("shop_order", "supplier", "webhook", "section")
"""Further tables that a shop fills itself."""
WHOLE = frozenset(
    {
        "audit",
        "return_reason",
        "count_class",
        "count_policy",
        "drift_rate",
        "mapped_header",
        "printer",
        "wrong_tries",
        "restoration",
    }
)
"""Tables that stay as they are when the sample goes: what the shop chose, and what is on record of its administrators."""


def before_it(session: Session) -> str:
    """The highest numbers of a person and of a token so far."""
    highest = [run(session, select(func.coalesce(func.max(table.c.id), 0))).scalar_one() for table in (_operator, _token)]
    return " ".join(map(str, highest))


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


def what_stays(asks: int, before: int, token: int, digest: str, mark: str) -> dict[str, ColumnElement[bool]]:
    """By table, what stays: who asks, who was there `before`, whom the audit names; the sign-in with that digest; the settings.

    `token`: the last one from before.
    """
    named = select(_audit.c.operator_id).where(_audit.c.operator_id.is_not(None))
    of_the_shop = _of_the_shop(_operator.c.id, asks, before)
    return {
        "operator": or_(of_the_shop, _operator.c.id.in_(named)),
        "sign_in": _of_the_shop(_signed.c.operator_id, asks, before),
        "device_session": and_(_session.c.digest == digest, _session.c.operator_id == asks),
        "api_token": and_(_token.c.id <= token, _of_the_shop(_token.c.operator_id, asks, before)),
        "house_fact": _fact.c.key != mark,
        "location": _OF_EVERY_SHOP,
    }


def let_go(session: Session, asks: int, before: int) -> None:
    """Have everybody else who is still there leave: only the audit names them. Their badges are free again."""
    badge = literal(f"B-{secrets.token_hex(6)}-").concat(cast(_operator.c.id, String))
    others = update(_operator).where(not_(_of_the_shop(_operator.c.id, asks, before)))
    run(session, others.values(active=False, pin_hash=None, badge=badge))


def forget_counts(session: Session) -> None:
    """Forget when the places that stay were counted: those counts are gone, and the places are due."""
    run(session, update(_location).values(counted_at=None))


def _of_the_shop(person: ColumnElement[int], asks: int, before: int) -> ColumnElement[bool]:
    return or_(person == asks, person <= before)


def _any(session: Session, query: Select[tuple[int]]) -> bool:
    return run(session, query.limit(1)).first() is not None
