"""Statements on reasons why goods cannot be sold."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, insert, or_, select, update
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.reasons.tables import ReturnReason

_reason = table_of(ReturnReason)


class KnownReason(NamedTuple):
    """A reason why goods cannot be sold. One that is not `active` may not be given any more."""

    id: int
    code: str
    name: str
    active: bool


class ReasonRow(NamedTuple):
    """A reason in the list. Its `code` is on labels and never changes. A `used` one cannot be deleted."""

    code: str
    name: str
    active: bool
    used: bool


_REASON = select(_reason.c.id, _reason.c.code, _reason.c.name, _reason.c.active).where(_reason.c.code == bindparam("reason_code"))


def _used() -> ColumnElement[bool]:
    """Whether anything says this reason: a column of any table that refers to it."""
    keys = (key for table in _reason.metadata.sorted_tables for key in table.foreign_keys)
    return or_(*(exists().where(key.parent == _reason.c.id) for key in keys if key.column.table is _reason))


def find_reason(session: Session, code: str) -> KnownReason | None:
    """A reason by its code."""
    return fetch_one(session, KnownReason, _REASON, {"reason_code": code})


def reason_name(session: Session, reason_id: int) -> str:
    """The name of a reason."""
    return str(run(session, select(_reason.c.name).where(_reason.c.id == reason_id)).scalar_one())


def reasons(session: Session, *, active_only: bool = False) -> list[ReasonRow]:
    """The reasons, those that may be given first."""
    wanted = select(_reason.c.code, _reason.c.name, _reason.c.active, _used().label("used"))
    wanted = wanted.order_by(_reason.c.active.desc(), _reason.c.id)
    return fetch(session, ReasonRow, wanted.where(_reason.c.active) if active_only else wanted)


def add_reason(session: Session, code: str, name: str) -> None:
    """A new reason, which may be given."""
    run(session, insert(_reason), {"code": code, "name": name, "active": True})


def change_reason(session: Session, reason_id: int, **values: Any) -> None:
    """Rename a reason, or switch it on or off."""
    run(session, update(_reason).where(_reason.c.id == reason_id).values(**values))


def delete_reason(session: Session, reason_id: int) -> bool:
    """Delete a reason that was never given. False, and nothing done, for a used one."""
    return run(session, _reason.delete().where(_reason.c.id == reason_id, ~_used())).rowcount == 1
