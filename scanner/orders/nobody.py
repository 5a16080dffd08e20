"""Who stands for whoever runs a command: names in the record that nobody can sign in by, made when first needed."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.db.sql import run, table_of
from scanner.people.tables import Operator

_operator = table_of(Operator)


def by_file(session: Session, what: str = "Orders") -> int:
    """The id of `Orders by file`."""
    badge = f"{what.upper()}-BY-FILE"
    found = run(session, select(_operator.c.id).where(_operator.c.badge == badge)).scalar_one_or_none()
    if found is None:
        row = {"badge": badge, "name": f"{what} by file", "roles": "", "active": False}
        found = run(session, insert(_operator).returning(_operator.c.id), row).scalar_one()
    return int(found)
