"""The pages of the first hour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from scanner.beginning import rules, service
from scanner.beginning.contract import FirstPerson, StepAnswer
from scanner.errors import BadRequest, Conflict, DomainError, NotAllowed, TooMany
from scanner.people import session
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, see_other, settings, transact, wants_json
from scanner.web.contract import form_or_json

blueprint = Blueprint("beginning", __name__, url_prefix="/set-up")
_STATUS = {Conflict: 409, NotAllowed: 403, TooMany: 429}


@blueprint.get("")
def set_up() -> Response:
    """The form that makes the first supervisor, where there is none."""
    if not read(service.is_open):
        flash(service.TAKEN, "good")
        return see_other(url_for("auth.sign_in"))
    return make_response(_form())


@blueprint.post("", endpoint="begin")
def begin() -> Response:
    """Make the first supervisor, and sign this device in."""
    said = form_or_json(FirstPerson)
    new = session.new_session()
    try:
        if not said.code.strip():
            raise BadRequest("Expected the code that stands where the server was started.", "code")
        owner = rules.owner_of(said.name, said.pin, said.badge)
        begun = transact(service.set_up, said.code, owner, new, settings().secret_key, now())
        if begun.operator is None:
            raise NotAllowed(begun.message, "code")
    except (BadRequest, Conflict, NotAllowed, TooMany) as problem:
        if wants_json():
            raise
        return _not_begun(problem, said)
    session.begin(begun.operator, new)
    if begun.made:
        flash("A badge was made for you. Print it now: without it you cannot sign in again.", "bad")
    return make_response(saved(SavedAnswer(message=begun.message), url_for(".steps")))


@blueprint.get("/steps")
@requires(Right.CHANGE_SETTINGS)
def steps() -> str | Response:
    """What the first hour has to do, and what of it is done."""
    found = read(service.steps, signed_in())
    if wants_json():
        return StepAnswer.list_of({"key": each.step.key, "title": each.step.title, "done": each.done} for each in found)
    return render_template("beginning/steps.html", steps=found)


@blueprint.post("/steps/dismiss")
@requires()
def dismiss() -> Response:
    """Take the list off the home page."""
    transact(service.dismiss, signed_in())
    return saved(SavedAnswer(message="The list is gone from the home page. You find it in the settings."), url_for("pages.home"))


@blueprint.app_template_global("first_steps")
def first_steps() -> list[rules.Standing]:
    """The steps for the home page; none where all are done, or the list was taken away, or for who may not do them."""
    operator = session.current_operator()
    if operator is None or not operator.may(Right.CHANGE_SETTINGS) or not read(service.is_shown):
        return []
    return read(service.steps, operator)


def _not_begun(problem: DomainError, said: FirstPerson) -> Response:
    status = next((status for kind, status in _STATUS.items() if isinstance(problem, kind)), 400)
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany) else {}
    return make_response(_form(problem=problem, said=said), status, headers)


def _form(**shown: Any) -> str:
    return render_template("beginning/set_up.html", **{"problem": None, "said": FirstPerson()} | shown)
