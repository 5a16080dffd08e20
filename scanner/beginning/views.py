"""The pages of the first hour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from scanner.beginning import naming, rules, service
from scanner.beginning.contract import FirstPerson, ScannedItem, StepAnswer
from scanner.errors import BadRequest, Conflict, DomainError, NotAllowed, TooMany
from scanner.people import session
from scanner.people.guesses import service as guesses
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.scans.rooms import Entry
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, see_other, settings, transact, wants_json
from scanner.web.contract import form_or_json

blueprint = Blueprint("beginning", __name__, url_prefix="/set-up")
ENTRY = Entry(
    endpoint="beginning.steps",
    title="First steps",
    words="What a new warehouse needs, and what of it is done",
    right=Right.CHANGE_SETTINGS,
    also=("sample",),
)
_STATUS = {Conflict: 409, NotAllowed: 403, TooMany: 429}


@blueprint.get("")
def set_up() -> Response:
    """The form that makes the first supervisor, where there is none."""
    if not read(service.is_open):
        flash(service.TAKEN, "good")
        return see_other(url_for("auth.sign_in"))
    if teller := current_app.extensions.get("set_up_teller"):
        teller.opened()
    return make_response(_form())


@blueprint.post("", endpoint="begin")
def begin() -> Response:
    """Make the first supervisor, and sign this device in."""
    said = form_or_json(FirstPerson)
    new = session.new_session()
    try:
        if not said.code.strip():
            raise BadRequest("Expected the code that stands where the server was started.", "code")
        if not read(service.is_open):  # before any lock: in a working shop a stranger holds nobody up by asking
            raise Conflict(service.TAKEN)
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


@blueprint.get("/items")
@requires(Right.IMPORT)
def items() -> Response:
    """The page that makes items by scanning each."""
    return _items(200)


@blueprint.post("/items", endpoint="name_item")
@requires()
def name_item() -> Response:
    """Ask for the name of a code that was scanned; with a name, make its item."""
    said = form_or_json(ScannedItem)
    code = said.scanned
    try:
        if not code:
            raise BadRequest("Expected a code, got nothing.", "code")
        known = read(naming.known_name, code, signed_in())
        if known is not None:
            raise Conflict(f"{code} is {known} already. Scan the next.", "known")
        limits.give_meaning(signed_in(), naming.demand_new, code, said.own, signed_in())
        if not said.name and not wants_json():
            return _items(200, code=code, said=said)
        sku = _make(naming.NewItem(code, said.name, said.wanted_sku, said.unit_cost, said.own))
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise
        asks = code if (said.name and problem.field != "known") or problem.field in ("name", "sku", "unit_cost") else ""
        return _items(409 if isinstance(problem, Conflict) else 400, problem=problem, code=asks, said=said)
    return saved(SavedAnswer(message=f"{said.name} is item {sku}. Scan the next."), url_for(".items"))


@blueprint.app_template_global("first_steps")
def first_steps() -> list[rules.Standing]:
    """The steps for the home page; none where all are done, or the list was taken away, or for who may not do them."""
    operator = session.current_operator()
    if operator is None or not operator.may(Right.CHANGE_SETTINGS) or not read(service.is_shown):
        return []
    return read(service.steps, operator)


def _make(item: naming.NewItem) -> str:
    """Make an item. Who tries codes that mean something else already is made to wait, since any of them may be a badge."""
    operator = signed_in()
    read(guesses.refuse_new_codes, operator.id, now())
    try:
        return transact(naming.make, item, operator, now())
    except naming.NotMade as refused:
        if refused.told_taken:
            guesses.wait_for(transact(guesses.count_taken, operator.id, now(), refused.told_taken))
        raise


def _items(status: int, **shown: Any) -> Response:
    shown = {"problem": None, "code": "", "said": ScannedItem(), "number": ""} | shown
    if shown["code"]:
        shown["number"] = read(naming.next_sku, signed_in())
    page = render_template("beginning/items.html", **shown)
    return make_response(page, status)


def _not_begun(problem: DomainError, said: FirstPerson) -> Response:
    status = next((status for kind, status in _STATUS.items() if isinstance(problem, kind)), 400)
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany) else {}
    return make_response(_form(problem=problem, said=said), status, headers)


def _form(**shown: Any) -> str:
    return render_template("beginning/set_up.html", **{"problem": None, "said": FirstPerson()} | shown)
