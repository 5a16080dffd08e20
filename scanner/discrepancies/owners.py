"""Who can answer for something: the desks of the house, who answers for a section, and who works here."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.tables import Section
from scanner.db.sql import run, table_of
from scanner.discrepancies.rules import OWNERS
from scanner.errors import BadRequest
from scanner.people.rules import OperatorView, Right
from scanner.people.tables import Operator

_operator, _section = table_of(Operator), table_of(Section)
DESKS = tuple(sorted(set(OWNERS.values())))
MOST_OFFERED = 500


def known(session: Session, right: Right | None = None) -> list[str]:
    """Everybody who can be named, the desks first, each once in its own spelling; of the people those who have a right."""
    wanted = select(_operator.c.name, _operator.c.roles).where(_operator.c.active).order_by(_operator.c.name)
    rows = run(session, wanted).all()
    people = [row.name for row in rows if right is None or _may(row.roles, right)]
    without = {row.name for row in rows} - set(people)
    sections = run(session, select(_section.c.owner).where(_section.c.owner != "").order_by(_section.c.owner)).scalars()
    names = (*people, *(name for name in sections if name not in without), *DESKS)
    return list({name.lower(): name for name in names[::-1]}.values())


def _may(roles: str, right: Right) -> bool:
    return OperatorView(0, "", frozenset(roles.split(";"))).may(right)


def offered(session: Session, right: Right | None = None) -> list[str]:
    """The first of them, for a list to choose from."""
    return known(session, right)[:MOST_OFFERED]


def checked(session: Session, owner: str, right: Right | None = None) -> str:
    """An owner as the house spells it. Raises BadRequest for nobody that it knows, and for a person without a right."""
    said = owner.strip()
    for name in known(session, right) if said else ():
        if name.lower() == said.lower():
            return name
    if right and any(name.lower() == said.lower() for name in known(session)):
        raise BadRequest(f"{said} may not {right}: give it to somebody who may.", "owner")
    got = repr(said[:40]) if said else "nothing"
    raise BadRequest(f"Expected somebody who works here, or {', '.join(DESKS[:-1])} or {DESKS[-1]}, got {got}.", "owner")
