"""The sections that can be counted, and how far each was counted last."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES
from scanner.catalogue.tables import Location
from scanner.counting import KIND
from scanner.counting.tables import Visit
from scanner.db.sql import fetch, table_of
from scanner.scans.decision import TaskState
from scanner.scans.tables import Task

_visit, _location, _task = (table_of(model) for model in (Visit, Location, Task))


class CountedSection(NamedTuple):
    """A section, how many real locations it has, and when the last visit there ended; None before the first.

    `done`: how many of them its last count reached.
    """

    section: str
    places: int
    counted_at: datetime | None
    done: int


def all_sections(session: Session) -> list[CountedSection]:
    """Every section that has a real location. An abandoned visit is no count of it."""
    ended = and_(_visit.c.location_id == _location.c.id, _visit.c.state == "closed")
    last = (
        select(_task.c.section, func.max(_task.c.id).label("id"))
        .where(_task.c.kind == KIND, _task.c.state == TaskState.FINISHED.value, _task.c.recount_of.is_(None))
        .group_by(_task.c.section)
        .subquery()
    )
    reached = case((_visit.c.task_id == last.c.id, _location.c.id))
    wanted = (
        select(
            _location.c.section,
            func.count(_location.c.id.distinct()).label("places"),
            func.max(_visit.c.closed_at).label("counted_at"),
            func.count(reached.distinct()).label("done"),
        )
        .join_from(_location, _visit, ended, isouter=True)
        .join(last, last.c.section == _location.c.section, isouter=True)
        .where(_location.c.section != "", _location.c.kind.not_in(list(NO_SHELVES)))
        .group_by(_location.c.section)
    )
    return fetch(session, CountedSection, wanted)
