"""Where a person last stood rightly on a walk: a slip to a wrong shelf does not change the way."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, LocationKind, Place
from scanner.catalogue.tables import Location
from scanner.db.sql import fetch_one, table_of
from scanner.orders.planning import store
from scanner.orders.planning.rules import WalkPlace
from scanner.orders.planning.walking import Standing
from scanner.orders.tables import ShortPick
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason
from scanner.scans.tables import Movement, Scan

_scan, _location, _movement, _short = (table_of(model) for model in (Scan, Location, Movement, ShortPick))


class _Stood(NamedTuple):
    kind: str
    section: str
    position: int
    code: str


_labelled = and_(_scan.c.reason == Reason.LOCATED.value, func.lower(_scan.c.key) == func.lower(_location.c.code))
_picked = exists().where(_movement.c.scan_seq == _scan.c.seq, _movement.c.source_id == _location.c.id)
_noted = exists().where(_short.c.scan_seq == _scan.c.seq, _short.c.location_id == _location.c.id)
_rightly = (_location.c.kind == LocationKind.PACKING.value) | _labelled | _picked | _noted
"""A shelf of the walk, one that something was taken from or not found at, or where picked goods stand."""


def stood_at(session: Session, task_id: int, operator_id: int, device: str) -> WalkPlace | None:
    """Where this person last stood rightly. None where nowhere, or where nothing is picked from."""
    wanted = (
        select(_location.c.kind, _location.c.section, _location.c.position, _location.c.code)
        .join_from(_scan, _location, _scan.c.location_id == _location.c.id)
        .where(
            _scan.c.task_id == task_id, _scan.c.operator_id == operator_id, _scan.c.device == device,
            _scan.c.source != Source.LINKED.value, _scan.c.outcome == Outcome.ACCEPTED.value, _rightly,
        )
        .order_by(_scan.c.seq.desc())
        .limit(1)
    )  # fmt: skip
    row = fetch_one(session, _Stood, wanted)
    return (row.section, row.position, row.code) if row and row.kind in SELLABLE else None


def standing(session: Session, task_id: int, operator_id: int, device: str, here: Place | None) -> Standing:
    """Where a person stands who is at `here`."""
    return Standing(store.walk_to(session, here), stood_at(session, task_id, operator_id, device))
