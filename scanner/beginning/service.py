"""Making the first supervisor of a shop, and what its first hour has left to do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, Machine
from scanner.beginning import rules, store
from scanner.beginning.rules import Owner, Standing
from scanner.codes.reading import barcode_key
from scanner.errors import BadRequest, Conflict
from scanner.house import store as house
from scanner.people import store as people
from scanner.people.guesses.service import Watch
from scanner.people.rules import OperatorView, Right, Role
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.sign_in import hash_pin, nothing_is_a_label
from scanner.scans import meanings

NONCE, DISMISSED = "set_up_nonce", "set_up_dismissed"
TAKEN = "This warehouse has a supervisor by now. Scan your badge, or ask the supervisor for one."
NOT_THE_CODE = "That is not the code. Ask for it where the server was started: it is there, in the terminal or the log."
SET_UP = Machine(name="set-up", via="page")


@dataclass(frozen=True, slots=True)
class Begun:
    """The first supervisor, signed in; None and why not. `made`: the badge was made, and is to be printed."""

    operator: OperatorView | None
    message: str = ""
    made: bool = False


def is_open(session: Session) -> bool:
    """Whether somebody may set the warehouse up."""
    return not people.has_supervisor(session)


def one_time_code(session: Session, secret_key: str) -> str | None:
    """The code with which a shop without a supervisor is set up, the same in all its processes; None where there is one."""
    if people.has_supervisor(session):
        house.drop(session, NONCE)
        return None
    store.keep_first(session, NONCE, secrets.token_hex(16))
    return rules.code_of(secret_key, house.fact(session, NONCE) or "")


def set_up(session: Session, said: str, owner: Owner, new: NewSession, secret_key: str, now: datetime) -> Begun:
    """Make the first supervisor, and sign the device in. A wrong code is noted, so commit in either case.

    Raises TooMany as signing in does, Conflict where somebody was first, and BadRequest for a badge that cannot be theirs: only
    whoever has the code is told so.
    """
    meanings.hold_codes(session)
    audit.take_turn(session)
    watch = Watch(session, new.device, new.address[:64], now)
    watch.at_badge()
    if people.has_supervisor(session):
        raise Conflict(TAKEN)
    nonce = house.fact(session, NONCE)
    if nonce is None or not rules.is_code(said, rules.code_of(secret_key, nonce)):
        watch.failed()
        return Begun(None, NOT_THE_CODE)
    badge = owner.badge or _new_badge()
    _demand_free(session, owner.name, badge)
    store.add_supervisor(session, owner.name, badge, hash_pin(owner.pin))
    house.drop(session, NONCE)
    signed_in = sessions.begin_by_badge(session, badge, owner.pin, new, now, nothing_is_a_label)
    assert signed_in.operator is not None
    sessions.confirm_begun(session, new, now)
    said_of = {"name": owner.name, "roles": Role.SUPERVISOR.value, "active": True, "badge": badge, "pin": owner.pin}
    audit.note(session, SET_UP, Action.PERSON_ADDED, "person", owner.name, after=said_of)
    return Begun(signed_in.operator, f"Welcome, {owner.name}.", made=not owner.badge)


def steps(session: Session, operator: OperatorView) -> list[Standing]:
    """Every step of the first hour, and whether it is done."""
    operator.demand(Right.CHANGE_SETTINGS)
    return rules.standing(store.there(session))


def is_shown(session: Session) -> bool:
    """Whether the home page has the list: something is left, and nobody took it away."""
    return house.fact(session, DISMISSED) is None and rules.left(store.there(session)) > 0


def dismiss(session: Session, operator: OperatorView) -> None:
    """Take the list off the home page. It stays on its own page."""
    operator.demand(Right.CHANGE_SETTINGS)
    audit.take_turn(session)
    if house.fact(session, DISMISSED) is not None:
        return
    house.keep(session, DISMISSED, "yes")
    audit.note(
        session, operator, Action.SETTING_CHANGED, "setting", "List of first steps on the home page",
        before={"value": "yes"}, after={"value": "no"},
    )  # fmt: skip


def _new_badge() -> str:
    return "B" + "".join(secrets.choice(rules.ALPHABET) for _ in range(11))


def _as_barcode(badge: str) -> str:
    """A badge as the catalogue would spell it, were it a barcode."""
    try:
        return barcode_key(badge)
    except BadRequest:
        return badge


def _demand_free(session: Session, name: str, badge: str) -> None:
    if store.is_badge(session, name):
        raise BadRequest("Expected a name that is nobody's badge: everybody may read names.", "name")
    if store.is_somebodys(session, badge) or meanings.owners_of(session, {badge, _as_barcode(badge)}):
        raise BadRequest("This means something here already. Scan another card, or leave it empty and one is made.", "badge")
    if not meanings.scans_as(badge):
        raise BadRequest(
            "This code is not a badge. Scan another card, or leave it empty and one is made.",
            "badge",
        )
