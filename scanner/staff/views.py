"""The pages on which supervisors add and change people, and make tokens. Each hands out keys, so each wants the PIN again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, ConfirmFirst, Conflict, DomainError, NotAllowed
from scanner.people.rules import Right, Role
from scanner.people.session import asks_again, confirm_here, current_session, requires, signed_in
from scanner.people.sign_in import hash_pin
from scanner.scans import limits
from scanner.staff import rules, service
from scanner.staff.contract import (
    NewBadge,
    NewPin,
    PersonAnswer,
    PersonShownAnswer,
    PersonToAdd,
    PersonToChange,
    TokenMadeAnswer,
    TokenShownAnswer,
    TokenToMake,
)
from scanner.staff.rules import Kept
from scanner.staff.service import Saved
from scanner.staff.tokens import service as tokens
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import htmx, now, read, transact, wants_json
from scanner.web.contract import B, json_object, taken
from scanner.web.once import show_once, shown_once

View = TypeVar("View", bound=Callable[..., Any])
TOKEN = "token"
blueprint = Blueprint("staff", __name__, url_prefix="/people")

ROLES: dict[Role, str] = {
    Role.RECEIVER: "Receiver: takes goods in",
    Role.RETURNS: "Returns: grades what comes back",
    Role.COUNTER: "Counter: counts shelves, and sees no numbers before",
    Role.PICKER: "Picker: picks and packs orders",
    Role.SERVICE: "Customer service: announces returns, sees orders",
    Role.FINANCE: "Finance: drift in money, closes months, sees what to order",
    Role.SUPERVISOR: "Supervisor: everything, these pages too",
}


def hands_out_keys(right: Right, page: str, form: str = "") -> Callable[[View], View]:
    """Let a view run for who has the right and gave the PIN again; whoever has to give it comes back to that page.

    `form`: what the view takes is typed into that form of the page, which comes back as it was typed and asks by itself.
    """

    def guard(view: View) -> View:
        @requires()
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            about = {name: value for name, value in arguments.items() if name == "operator_id"}
            if form and not (wants_json() or htmx):
                signed_in().demand(right)
                if asking := confirm_here(request.form.get("again", "")):
                    return _PAGES[page](form, ConfirmFirst(asking), **about)
            return asks_again(right, url_for(page, **about)) or view(**arguments)

        return guarded  # type: ignore[return-value]

    return guard


@blueprint.get("/new")
@hands_out_keys(Right.KEEP_PEOPLE, ".new")
def new() -> Response:
    """The form for somebody new."""
    return _new_page(200)


@blueprint.post("/new")
@hands_out_keys(Right.KEEP_PEOPLE, ".new", "new")
def add() -> Response:
    """Add somebody."""
    try:
        said = _said(PersonToAdd)
        pin = hash_pin(rules.checked_pin(said.pin)) if said.pin else None
        added = limits.give_meaning(
            signed_in(), service.add, said.name, said.roles, said.badge, pin, signed_in(), now(), same_name=said.same_name
        )  # fmt: skip
    except (BadRequest, Conflict, NotAllowed) as problem:
        return _again(problem, _new_page)
    return _done(added, f"{added.name} is added.", 201)


@blueprint.get("/<int:operator_id>")
@hands_out_keys(Right.KEEP_PEOPLE, ".one")
def one(operator_id: int) -> Response:
    """A person, and what can be changed."""
    if wants_json():
        return _answer_of(read(service.person, operator_id, signed_in())).response()
    return _person_page(operator_id, 200)


@blueprint.post("/<int:operator_id>")
@hands_out_keys(Right.KEEP_PEOPLE, ".one", "change")
def change(operator_id: int) -> Response:
    """Give somebody another name, or other roles."""

    def do() -> Saved:
        said = _said(PersonToChange)
        return limits.give_meaning(
            signed_in(), service.change, operator_id, said.name, said.roles, said.version, signed_in(), now(),
            same_name=said.same_name,
        )  # fmt: skip

    return _changed(operator_id, "change", do, "{} is saved.")


@blueprint.post("/<int:operator_id>/badge")
@hands_out_keys(Right.KEEP_PEOPLE, ".one", "badge")
def give_badge(operator_id: int) -> Response:
    """Give somebody another badge."""

    def do() -> Saved:
        return limits.give_meaning(signed_in(), service.give_badge, operator_id, _said(NewBadge).badge, signed_in(), now())

    return _changed(operator_id, "badge", do, "{} has a new badge. The old one is void, and no device knows it any more.")


@blueprint.post("/<int:operator_id>/pin")
@hands_out_keys(Right.KEEP_PEOPLE, ".one", "pin")
def give_pin(operator_id: int) -> Response:
    """Give somebody a PIN, or none."""

    def do() -> Saved:
        pin = _said(NewPin).pin
        hashed = hash_pin(rules.checked_pin(pin)) if pin else None
        return transact(service.give_pin, operator_id, hashed, signed_in(), now())

    return _changed(operator_id, "pin", do, "{} signs in with this from now on.")


@blueprint.post("/<int:operator_id>/leave")
@hands_out_keys(Right.KEEP_PEOPLE, ".one")
def leave(operator_id: int) -> Response:
    """Note that somebody is gone."""

    def do() -> Saved:
        return transact(service.leave, operator_id, signed_in(), now())

    return _changed(operator_id, "leave", do, "{} is gone: signed out everywhere, and every token is void.")


@blueprint.post("/<int:operator_id>/come-back")
@hands_out_keys(Right.KEEP_PEOPLE, ".one")
def come_back(operator_id: int) -> Response:
    """Note that somebody works here again."""

    def do() -> Saved:
        return transact(service.come_back, operator_id, signed_in(), now())

    return _changed(operator_id, "leave", do, "{} works here again, with the same badge.")


@blueprint.get("/tokens")
@hands_out_keys(Right.CONNECT, ".token_list")
def token_list() -> Response:
    """Every token that is good, and the form for another one."""
    if wants_json():
        return TokenShownAnswer.list_of(read(tokens.listed, signed_in()))
    return _token_page(200, made=shown_once(TOKEN))


@blueprint.post("/tokens")
@hands_out_keys(Right.CONNECT, ".token_list", "token")
def make_token() -> Response:
    """Make a token. It is shown once, on a page whose reload makes no other."""
    try:
        said = _said(TokenToMake)
        made = transact(tokens.make, said.operator, said.name, signed_in(), now())
    except (BadRequest, Conflict, NotAllowed) as problem:
        return _again(problem, lambda status, why: _token_page(status, problem=why))
    if wants_json():
        return TokenMadeAnswer(message=f"{made.operator} has a token.", id=made.id, token=made.token).response(201)
    return show_once(url_for(".token_list"), TOKEN, {"name_of": made.name, "operator": made.operator, "token": made.token})


@blueprint.post("/tokens/<int:token_id>/revoke")
@hands_out_keys(Right.CONNECT, ".token_list")
def revoke_token(token_id: int) -> Response:
    """Revoke a token."""
    gone = transact(tokens.revoke, token_id, signed_in(), now())
    return saved(
        SavedAnswer(message=f"{gone.name or 'The token'} of {gone.operator} is void from now on."), url_for(".token_list")
    )


def _said(model: type[B]) -> B:
    """The fields of a form, in which a role comes once for each tick, or of a JSON object."""
    if request.is_json:
        return taken(model, json_object())
    return taken(model, {**request.form, "roles": request.form.getlist("roles")})


def _changed(operator_id: int, part: str, do: Callable[[], Saved], words: str) -> Response:
    try:
        done = do()
    except (BadRequest, Conflict, NotAllowed) as problem:
        return _again(problem, lambda status, why: _person_page(operator_id, status, why, part))
    return _done(done, words.format(done.name))


def _done(done: Saved, words: str, status: int = 200) -> Response:
    """The person's page with the words, and where a badge was made, the way to its label."""
    if wants_json():
        return PersonAnswer(message=words, id=done.id, badge=done.badge).response(status)
    if done.badge:
        words += " Print the badge below."
    return saved(SavedAnswer(message=words), url_for(".one", operator_id=done.id))


def _again(problem: DomainError, page: Callable[[int, DomainError], Response]) -> Response:
    """The page with what was typed and why it was not taken; a program, and htmx, get the error itself."""
    if wants_json() or htmx:
        raise problem
    status = 400 if isinstance(problem, BadRequest) else 403 if isinstance(problem, NotAllowed) else 409
    return page(status, problem)


def _new_page(status: int, problem: DomainError | None = None) -> Response:
    return _drawn("staff/new.html", status, problem=problem, typed=request.form, roles=ROLES)


def _person_page(operator_id: int, status: int, problem: DomainError | None = None, part: str = "") -> Response:
    person = read(service.person, operator_id, signed_in())
    shown = {"whose": person, "problem": problem, "part": part, "typed": request.form, "roles": ROLES}
    return _drawn("staff/person.html", status, **shown)


def _token_page(status: int, **facts: Any) -> Response:
    people = [each for each in read(service.everybody, signed_in()) if each.active]
    shown = {"problem": None, "made": None, "typed": request.form} | facts
    return _drawn("staff/tokens.html", status, tokens=read(tokens.listed, signed_in()), people=people, **shown)


def _drawn(template: str, status: int, **facts: Any) -> Response:
    mine = current_session()
    asks = "" if not isinstance(facts.get("problem"), ConfirmFirst) else "PIN" if mine and mine.has_pin else "badge"
    return make_response(render_template(template, **facts, asks=asks), status)


_PAGES: dict[str, Callable[..., Response]] = {
    ".new": lambda _form, asking: _new_page(403, asking),
    ".one": lambda form, asking, operator_id: _person_page(operator_id, 403, asking, form),
    ".token_list": lambda _form, asking: _token_page(403, problem=asking),
}
"""How a page comes back that asks for the PIN again."""


def _answer_of(kept: Kept) -> PersonShownAnswer:
    roles = [role for role in kept.roles.split(";") if role]
    return PersonShownAnswer(id=kept.id, name=kept.name, roles=roles, active=kept.active, version=kept.version)
