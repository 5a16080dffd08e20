"""Who can answer for something: the desks of the house, who answers for a section, and who works here."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.tables import Section
from scanner.db.sql import run, table_of
from scanner.discrepancies.rules import OWNERS
from scanner.errors import BadRequest
from scanner.people.tables import Operator

_operator, _section = table_of(Operator), table_of(Section)
DESKS = tuple(sorted(set(OWNERS.values())))
MOST_OFFERED = 500


def known(session: Session) -> list[str]:
    """Everybody who can be named, the desks first, each once in its own spelling."""
    people = run(session, select(_operator.c.name).where(_operator.c.active).order_by(_operator.c.name)).scalars()
    sections = run(session, select(_section.c.owner).where(_section.c.owner != "").order_by(_section.c.owner)).scalars()
    return list({name.lower(): name for name in (*people, *sections, *DESKS)[::-1]}.values())


def offered(session: Session) -> list[str]:
    """The first of them, for a list to choose from."""
    return known(session)[:MOST_OFFERED]


def checked(session: Session, owner: str) -> str:
    """An owner as the house spells it. Raises BadRequest for nobody that it knows."""
    said = owner.strip()
    for name in known(session) if said else ():
        if name.lower() == said.lower():
            return name
    got = repr(said[:40]) if said else "nothing"
    raise BadRequest(f"Expected somebody who works here, or {', '.join(DESKS[:-1])} or {DESKS[-1]}, got {got}.", "owner")
