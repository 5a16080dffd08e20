"""The page on which a supervisor keeps the list of reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.reasons import service
from scanner.reasons.contract import NewReason, ReasonAnswer, SwitchReason
from scanner.web.context import read, see_other, transact, wants_json
from scanner.web.contract import form_or_json

blueprint = Blueprint("return_reasons", __name__, url_prefix="/return-reasons")


@blueprint.get("")
@requires(Right.EDIT_REASONS)
def index() -> str:
    """All reasons, each with its buttons."""
    return render_template("reasons/index.html", reasons=read(service.reasons))


@blueprint.post("")
@requires()
def add() -> Response:
    """Add a reason."""
    said = form_or_json(NewReason)
    return _done("Added.", service.add, said.code, said.name, signed_in())


@blueprint.post("/<code>/name")
@requires()
def rename(code: str) -> Response:
    """Give a reason another name."""
    return _done("Renamed.", service.rename, code, form_or_json(NewReason).name, signed_in())


@blueprint.post("/<code>/active")
@requires()
def switch(code: str) -> Response:
    """Switch a reason on or off."""
    active = form_or_json(SwitchReason).active
    return _done(f"{code} is {'on' if active else 'off'}.", service.switch, code, signed_in(), active=active)


@blueprint.post("/<code>/delete")
@requires()
def delete(code: str) -> Response:
    """Delete a reason that was never given."""
    return _done(f"{code} is deleted.", service.delete, code, signed_in())


def _done(words: str, use_case: Callable[..., None], *args: Any, **kwargs: Any) -> Response:
    """Call the use case. A program gets the reasons as JSON, a person the list with a message."""
    if wants_json():
        transact(use_case, *args, **kwargs)
        return ReasonAnswer.list_of(read(service.reasons))
    try:
        transact(use_case, *args, **kwargs)
    except (BadRequest, Conflict, NotFound) as problem:
        flash(problem.message, "bad")
    else:
        flash(words, "good")
    return see_other(url_for(".index"))
