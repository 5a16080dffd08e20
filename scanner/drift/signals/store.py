"""Statements on signals."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item, Section
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.drift.signals.rules import LOUD, QUIET, UNANSWERED, Precision, SignalKind, SignalState
from scanner.drift.tables import Signal
from scanner.people.tables import Operator

_signal, _item, _section, _operator = (table_of(model) for model in (Signal, Item, Section, Operator))
OPEN, CLOSED = SignalState.OPEN.value, SignalState.CLOSED.value
_quiet = [kind.value for kind in QUIET]


About = int | str
"""What a signal is about: the number of an item, or the name of a section; empty for the whole house."""


class SignalRow(NamedTuple):
    """A signal with the names of its item and of who closed it. `evidence` is JSON; of an item `subject` is its SKU of now."""

    id: int
    kind: str
    subject: str
    section: str
    opened_at: datetime
    owner: str
    state: str
    evidence: str
    closed_at: datetime | None
    has_found: bool | None
    note: str
    item_id: int | None
    sku: str | None
    name: str | None
    supplier: str | None
    closed_by: str | None


class ShortRow(NamedTuple):
    """A signal in a line of the home page."""

    id: int
    kind: str
    subject: str
    owner: str
    opened_at: datetime


class KnownSignal(NamedTuple):
    """What is known of a signal before it opens again, or closes."""

    id: int
    kind: str
    subject: str
    item_id: int | None
    opened_at: datetime
    closed_at: datetime | None
    closed_by: int | None
    note: str

    @property
    def is_answered(self) -> bool:
        """Whether what closed it says anything of what it was about."""
        return self.closed_by is not None or self.note not in UNANSWERED


_subject = func.coalesce(_item.c.sku, _signal.c.subject).label("subject")
_columns = (
    _signal.c.id, _signal.c.kind, _subject, _signal.c.section, _signal.c.opened_at, _signal.c.owner, _signal.c.state,
    _signal.c.evidence, _signal.c.closed_at, _signal.c.has_found, _signal.c.note, _signal.c.item_id, _item.c.sku, _item.c.name,
    _item.c.supplier, _operator.c.name.label("closed_by"),
)  # fmt: skip
_LISTED = (
    select(*_columns)
    .join_from(_signal, _item, _signal.c.item_id == _item.c.id, isouter=True)
    .join(_operator, _signal.c.closed_by == _operator.c.id, isouter=True)
)
_SHORT = select(_signal.c.id, _signal.c.kind, _subject, _signal.c.owner, _signal.c.opened_at).join_from(
    _signal, _item, _signal.c.item_id == _item.c.id, isouter=True
)
_known = tuple(_signal.c[name] for name in KnownSignal._fields)


def add(session: Session, values: Mapping[str, Any]) -> int | None:
    """Open a signal; None where one of that kind is open already about the same."""
    item_id = values["item_id"]
    same = _signal.c.subject == values["subject"] if item_id is None else _signal.c.item_id == item_id
    known = select(_signal.c.id).where(_signal.c.kind == values["kind"], _signal.c.state == OPEN, same)
    if run(session, known).first() is not None:
        return None
    row = {**values, "evidence": json.dumps(values["evidence"], ensure_ascii=False), "state": OPEN, "note": ""}
    return int(run(session, insert(_signal).returning(_signal.c.id), row).scalar_one())


def listed(session: Session, *, state: str | None, kind: str | None = None, after: int = 0, limit: int = 100) -> list[SignalRow]:
    """Signals, the open ones first and of these those that alarm; the newest first. `after`: how many are passed over."""
    wanted = _LISTED.where(*_conditions(state, kind))
    order = (case((_signal.c.state == OPEN, 0), else_=1), case((_signal.c.kind.in_(_quiet), 1), else_=0), _signal.c.id.desc())
    return fetch(session, SignalRow, wanted.order_by(*order).offset(after).limit(limit))


def by_number(session: Session, *, state: str | None, kind: str | None, after: int, limit: int) -> list[SignalRow]:
    """Signals by their numbers, from behind one on."""
    wanted = _LISTED.where(_signal.c.id > after, *_conditions(state, kind)).order_by(_signal.c.id)
    return fetch(session, SignalRow, wanted.limit(limit))


def _conditions(state: str | None, kind: str | None) -> list[ColumnElement[bool]]:
    named = ((_signal.c.state, state), (_signal.c.kind, kind))
    return [column == value for column, value in named if value]


def loud_open(session: Session, limit: int) -> list[ShortRow]:
    """The open signals that alarm, the most important kinds first, and of each the oldest first."""
    importance = case({kind.value: place for place, kind in enumerate(LOUD)}, value=_signal.c.kind)
    wanted = _SHORT.where(_signal.c.state == OPEN, _signal.c.kind.not_in(_quiet))
    return fetch(session, ShortRow, wanted.order_by(importance, _signal.c.opened_at, _signal.c.id).limit(limit))


def evidence_of(session: Session, signal_ids: Collection[int]) -> dict[int, str]:
    """Signal -> its evidence, as JSON."""
    if not signal_ids:
        return {}
    rows = run(session, select(_signal.c.id, _signal.c.evidence).where(_signal.c.id.in_(signal_ids)))
    return {row.id: row.evidence for row in rows}


def opened_since(session: Session, since: datetime) -> list[ShortRow]:
    """The signals that alarm and opened since a moment."""
    wanted = _SHORT.where(_signal.c.opened_at >= since, _signal.c.kind.not_in(_quiet))
    return fetch(session, ShortRow, wanted.order_by(_signal.c.id))


def numbers(session: Session) -> dict[tuple[str, str], int]:
    """(state, kind) -> how many signals there are."""
    wanted = select(_signal.c.state, _signal.c.kind, func.count().label("signals")).group_by(_signal.c.state, _signal.c.kind)
    return {(row.state, row.kind): row.signals for row in run(session, wanted)}


def get(session: Session, signal_id: int) -> SignalRow | None:
    """One signal."""
    return fetch_one(session, SignalRow, _LISTED.where(_signal.c.id == signal_id))


def lock(session: Session, signal_id: int) -> SignalRow | None:
    """One signal, locked until the transaction ends."""
    run(session, select(_signal.c.id).where(_signal.c.id == signal_id).with_for_update())
    return get(session, signal_id)


def change(session: Session, signal_id: int, **values: Any) -> None:
    """Set columns of a signal that is locked."""
    run(session, update(_signal).where(_signal.c.id == signal_id).values(**values))


def close_open(session: Session, signal_id: int, values: Mapping[str, Any]) -> bool:
    """Close a signal; False where it is closed already."""
    closing = update(_signal).where(_signal.c.id == signal_id, _signal.c.state == OPEN).values(state=CLOSED, **values)
    return run(session, closing.returning(_signal.c.id)).scalar_one_or_none() is not None


def open_ones(session: Session, kinds: Collection[SignalKind] = tuple(SignalKind)) -> list[KnownSignal]:
    """The open signals, of some kinds."""
    wanted = select(*_known).where(_signal.c.state == OPEN, _signal.c.kind.in_([kind.value for kind in kinds]))
    return fetch(session, KnownSignal, wanted.order_by(_signal.c.id))


def known_since(session: Session, since: datetime) -> list[KnownSignal]:
    """The signals that are open, or were closed since a moment; the oldest first."""
    wanted = select(*_known).where(or_(_signal.c.state == OPEN, _signal.c.closed_at >= since))
    return fetch(session, KnownSignal, wanted.order_by(_signal.c.id))


def precision(session: Session, last: int) -> dict[str, Precision]:
    """Kind -> of its last closed signals, how many found something; without those that nobody looked into."""
    is_answered = or_(_signal.c.closed_by.is_not(None), _signal.c.note.not_in(UNANSWERED))
    newest = func.row_number().over(partition_by=_signal.c.kind, order_by=(_signal.c.closed_at.desc(), _signal.c.id.desc()))
    closed = select(_signal.c.kind, _signal.c.has_found, newest.label("nth")).where(_signal.c.state == CLOSED, is_answered)
    ranked = closed.subquery()
    wanted = (
        select(ranked.c.kind, func.count().label("closed"), func.sum(case((ranked.c.has_found, 1), else_=0)).label("found"))
        .where(ranked.c.nth <= last)
        .group_by(ranked.c.kind)
    )
    return {row.kind: Precision(row.closed, int(row.found)) for row in run(session, wanted)}


def last_of(session: Session, kind: str, but: int, limit: int) -> list[SignalRow]:
    """The last closed signals of a kind, the newest first, without one."""
    wanted = _LISTED.where(and_(_signal.c.kind == kind, _signal.c.state == CLOSED, _signal.c.id != but))
    return fetch(session, SignalRow, wanted.order_by(_signal.c.closed_at.desc(), _signal.c.id.desc()).limit(limit))


def section_owners(session: Session) -> dict[str, str]:
    """Section -> its owner, of those that have one."""
    return {row.code: row.owner for row in run(session, select(_section.c.code, _section.c.owner).where(_section.c.owner != ""))}
