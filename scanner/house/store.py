"""Statements on what holds for the whole house."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session

from scanner.db.sql import fetch, run, table_of
from scanner.house.tables import HouseFact

_fact = table_of(HouseFact)


class Fact(NamedTuple):
    """One thing that holds, by its name."""

    key: str
    value: str


_ALL = select(_fact.c.key, _fact.c.value)
_ONE = select(_fact.c.value).where(_fact.c.key == bindparam("fact_key"))


def facts(session: Session) -> dict[str, str]:
    """All that holds."""
    return {fact.key: fact.value for fact in fetch(session, Fact, _ALL)}


def fact(session: Session, key: str) -> str | None:
    """One of them; None where it was never set."""
    found = run(session, _ONE, {"fact_key": key}).scalar_one_or_none()
    return None if found is None else str(found)


def keep(session: Session, key: str, value: str) -> None:
    """Set one."""
    if run(session, update(_fact).where(_fact.c.key == key).values(value=value)).rowcount == 0:
        run(session, insert(_fact), {"key": key, "value": value})


def drop(session: Session, key: str) -> None:
    """Unset one."""
    run(session, delete(_fact).where(_fact.c.key == key))
