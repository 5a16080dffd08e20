"""The lines of counts as programs read them: never what is expected."""

from __future__ import annotations

from sqlalchemy import Integer, literal, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location
from scanner.counting import blind
from scanner.counting.tables import Visit
from scanner.db.sql import fetch, table_of
from scanner.people.rules import OperatorView
from scanner.scans.listings import ListedLine
from scanner.scans.tables import Line

_line, _item, _location, _visit = (table_of(model) for model in (Line, Item, Location, Visit))


def lines(session: Session, task_ids: list[int], person: OperatorView | None) -> list[ListedLine]:
    """Lines of visits that stand, by task and position. A counter gets only their own."""
    wanted = (
        select(
            _line.c.task_id, _item.c.sku, _item.c.name, _location.c.code.label("location"),
            literal(None, Integer).label("expected"), _line.c.scanned,
        )
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .join(_location, _line.c.location_id == _location.c.id, isouter=True)
        .join(_visit, _line.c.visit_id == _visit.c.id, isouter=True)
        .where(_line.c.task_id.in_(task_ids), _visit.c.id.is_(None) | (_visit.c.state != "abandoned"))
        .order_by(_line.c.task_id, _line.c.position)
    )  # fmt: skip
    if person is not None and blind.own_only(person):
        wanted = wanted.where(_visit.c.id.is_(None) | (_visit.c.operator_id == person.id))
    return fetch(session, ListedLine, wanted)
