"""The list of reasons why goods cannot be sold, as a supervisor keeps it."""

from __future__ import annotations

import re
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.reasons import store
from scanner.reasons.store import KnownReason, ReasonRow

_CODE = re.compile(r"[A-Z0-9]{1,24}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_NAME = 120


def reasons(session: Session, *, active_only: bool = False) -> list[ReasonRow]:
    """The reasons, those that may be given first."""
    return store.reasons(session, active_only=active_only)


def add(session: Session, code: str, name: str, operator: OperatorView) -> None:
    """Add a reason.

    Raises BadRequest where the code cannot be on a label or the name is missing, Conflict where the code is taken.
    """
    operator.demand(Right.EDIT_REASONS)
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadRequest(f"Expected 1 to 24 letters A to Z and digits, got {code[:40]!r}: it goes on labels.", "code")
    if store.find_reason(session, code):
        raise Conflict(f"There is a reason {code} already: rename it, or switch it on.", "code")
    store.add_reason(session, code, name := _name(name))
    audit.note(session, operator, Action.REASON_ADDED, "return reason", code, after={"name": name, "active": True})


def rename(session: Session, code: str, name: str, operator: OperatorView) -> None:
    """Give a reason another name, also where it was given already."""
    operator.demand(Right.EDIT_REASONS)
    _change(session, code, operator, name=_name(name))


def switch(session: Session, code: str, operator: OperatorView, *, active: bool) -> None:
    """Switch a reason on or off. Goods that have it keep it."""
    operator.demand(Right.EDIT_REASONS)
    _change(session, code, operator, active=active)


def _change(session: Session, code: str, operator: OperatorView, **values: Any) -> None:
    audit.take_turn(session)
    row = _find(session, code)
    store.change_reason(session, row.id, **values)
    before = {name: getattr(row, name) for name in values}
    audit.note(session, operator, Action.REASON_CHANGED, "return reason", row.code, before=before, after=values)


def delete(session: Session, code: str, operator: OperatorView) -> None:
    """Delete a reason. Raises Conflict for one that was given."""
    operator.demand(Right.EDIT_REASONS)
    audit.take_turn(session)
    row = _find(session, code)
    if not store.delete_reason(session, row.id):
        raise Conflict(f"{code} was given to goods: switch it off instead, so that their record stays whole.", "code")
    before = {"name": row.name, "active": row.active}
    audit.note(session, operator, Action.REASON_DELETED, "return reason", row.code, before=before)


def _find(session: Session, code: str) -> KnownReason:
    row = store.find_reason(session, code)
    if row is None:
        raise NotFound(f"There is no reason {code[:40]}.", "code")
    return row


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or _UNPRINTABLE.search(name):
        raise BadRequest(f"Expected a name of 1 to {LONGEST_NAME} printable characters.", "name")
    return name
