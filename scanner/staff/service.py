"""Adding and changing people: each change is noted, ends what it has to end, and leaves somebody who may do the next."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import BadRequest, CodeTaken, Conflict, NotFound
from scanner.people import store as people
from scanner.people.rules import OperatorView, Right
from scanner.people.sessions import store as sessions
from scanner.scans import meanings
from scanner.staff import rules, store
from scanner.staff.rules import Kept

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Saved:
    """Whom it was about. `badge`: the one that was made here, for its label."""

    id: int
    name: str
    badge: str = ""


def everybody(session: Session, by: OperatorView) -> list[Kept]:
    """Who works here, and who is gone."""
    by.demand(Right.KEEP_PEOPLE)
    return store.everybody(session)


def person(session: Session, operator_id: int, by: OperatorView) -> Kept:
    """One of them. Raises NotFound."""
    by.demand(Right.KEEP_PEOPLE)
    return _require(session, operator_id)


def add(
    session: Session, name: str, roles: list[str], badge: str, pin_hash: str | None, by: OperatorView, now: datetime, *,
    same_name: bool = False,
) -> Saved:  # fmt: skip
    """Add somebody, with the badge of a card that they have, or with one that is made.

    Raises BadRequest, NotAllowed for more than the giver may do, CodeTaken for a badge that means something already, and Conflict
    where somebody else is called the same; `same_name`: that is meant.
    """
    by.demand(Right.KEEP_PEOPLE)
    given = rules.checked_roles(roles, by)
    rules.demand_role(given)
    _take_turn(session)
    rules.demand_other_name(name, store.is_called(session, name), same_name)
    taken = _new_badge(session, badge)
    _demand_no_badge(session, name, taken)
    values: dict[str, Any] = {"badge": taken, "name": name, "roles": given, "pin_hash": pin_hash, "active": True}
    added = store.add(session, values)
    audit.note(session, by, Action.PERSON_ADDED, PERSON, name, after=Kept(id=added, **values).facts(), at=now)
    return Saved(added, name, "" if badge else taken)


def change(
    session: Session, operator_id: int, name: str, roles: list[str], version: str, by: OperatorView, now: datetime, *,
    same_name: bool = False,
) -> Saved:  # fmt: skip
    """Give somebody another name, or other roles. Raises as `add`, and Conflict where somebody else was quicker."""

    def said(kept: Kept) -> Kept:
        rules.demand_same(kept, version)
        added = [role for role in roles if role not in kept.roles.split(";")]
        rules.checked_roles(added, by)
        given = rules.checked_roles(roles, by)
        rules.demand_role(given)
        if name != kept.name:
            _demand_no_badge(session, name, kept.badge)
            rules.demand_other_name(name, store.is_called(session, name, operator_id), same_name)
        return kept._replace(name=name, roles=given)

    return _change(session, operator_id, said, by, now)


def give_badge(session: Session, operator_id: int, badge: str, by: OperatorView, now: datetime) -> Saved:
    """Give somebody another badge: from now on the old one is void, and so is every sign-in with it."""

    def said(kept: Kept) -> Kept:
        taken = _new_badge(session, badge)
        if store.is_name(session, taken):
            raise CodeTaken(taken, "badge")
        return kept._replace(badge=taken)

    saved = _change(session, operator_id, said, by, now)
    return saved if not badge else Saved(saved.id, saved.name)


def give_pin(session: Session, operator_id: int, pin_hash: str | None, by: OperatorView, now: datetime) -> Saved:
    """Give somebody a PIN, or none. They sign in anew everywhere."""
    return _change(session, operator_id, lambda kept: kept._replace(pin_hash=pin_hash), by, now)


def leave(session: Session, operator_id: int, by: OperatorView, now: datetime) -> Saved:
    """Note that somebody is gone: nothing is open to them any more, nor to programs that act for them."""
    return _change(session, operator_id, lambda kept: kept._replace(active=False), by, now)


def come_back(session: Session, operator_id: int, by: OperatorView, now: datetime) -> Saved:
    """Note that somebody works here again, with the badge and the roles that they had."""

    def said(kept: Kept) -> Kept:
        rules.checked_roles([role for role in kept.roles.split(";") if role], by)
        return kept._replace(active=True)

    return _change(session, operator_id, said, by, now)


def give_new_badges(session: Session, badges: Iterable[str]) -> None:
    """Give everybody who has one of these badges another one that nobody knows, and no PIN. For people of a sample."""
    for badge in badges:
        found = people.find_badge(session, badge)
        if found is not None:
            store.change(session, found.operator.id, {"badge": _new_badge(session, ""), "pin_hash": None})


def _change(session: Session, operator_id: int, said: Callable[[Kept], Kept], by: OperatorView, now: datetime) -> Saved:
    by.demand(Right.KEEP_PEOPLE)
    _take_turn(session)
    before = _require(session, operator_id)
    after = said(before)
    rules.demand_supervisor_left(before, after, store.supervisors_but(session, operator_id))
    if after != before:
        store.change(session, operator_id, _differing(before, after))
        if rules.ends_sessions(before, after):
            sessions.end_all(session, [operator_id])
        if before.active and not after.active:
            people.revoke_tokens(session, operator_id, now)
        audit.note(session, by, Action.PERSON_CHANGED, PERSON, after.name, before=before.facts(), after=after.facts(), at=now)
    return Saved(operator_id, after.name, after.badge if after.badge != before.badge else "")


def _differing(before: Kept, after: Kept) -> dict[str, Any]:
    return {name: value for name, value in after._asdict().items() if value != getattr(before, name)}


def _take_turn(session: Session) -> None:
    """Codes before the audit, as files take them, so that the two never wait for each other."""
    meanings.hold_codes(session)
    audit.take_turn(session)


def _new_badge(session: Session, said: str) -> str:
    if not said:
        made = rules.made_badge(secrets.choice)
        while not meanings.is_free(session, made):
            made = rules.made_badge(secrets.choice)
        return made
    if not meanings.scans_as(said):
        raise BadRequest(
            "Expected a badge that scans as what it says: no command, and no number with more than one meaning.", "badge"
        )
    if not meanings.is_free(session, said) or store.is_badge(session, said):
        raise CodeTaken(said, "badge")
    return said


def _demand_no_badge(session: Session, name: str, badge: str) -> None:
    """A name is shown to everybody, a badge is a key: neither may be the other, whoever's it is."""
    if store.is_badge(session, name) or name.lower() == badge.lower():
        raise CodeTaken(name, "name")
    if store.is_name(session, badge):
        raise CodeTaken(badge, "badge")


def _require(session: Session, operator_id: int) -> Kept:
    found = store.find(session, operator_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def demand_works_here(kept: Kept) -> None:
    """Raise Conflict for somebody who is gone."""
    if not kept.active:
        raise Conflict(f"{kept.name} is gone.", "operator")
