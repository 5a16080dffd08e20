"""The page of the sample warehouse, and its banner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, make_response, render_template, url_for
from werkzeug.wrappers import Response

from scanner.beginning.sample import service
from scanner.errors import Conflict
from scanner.people.rules import Right
from scanner.people.session import asks_again, current_session, requires, signed_in
from scanner.scans.workflow import Workflows, no_endless_task
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, transact, wants_json

blueprint = Blueprint("sample", __name__, url_prefix="/set-up/sample")


@blueprint.get("")
@requires(Right.CHANGE_SETTINGS)
def index() -> Response:
    """The button that fills an empty warehouse with the sample, or the one that empties it."""
    return _page(200)


@blueprint.post("", endpoint="fill")
@requires()
def fill() -> Response:
    """Fill an empty warehouse with the sample."""
    try:
        _change(service.fill, current_app.extensions["sample"], _standing(), signed_in(), now())
    except Conflict as problem:
        return _again(problem)
    return saved(SavedAnswer(message="The sample is here. Try everything: nothing of it is real."), url_for("pages.home"))


@blueprint.post("/empty")
@requires()
def empty() -> Response:
    """Take the sample out. It wants the PIN again, as what hands out keys does: all that is here goes."""
    if asking := asks_again(Right.CHANGE_SETTINGS, url_for(".index")):
        return asking
    live = current_session()
    assert live is not None
    try:
        _change(service.empty, live.digest, signed_in(), now())
    except Conflict as problem:
        return _again(problem)
    return saved(SavedAnswer(message="The sample is gone. The warehouse is empty, and yours."), url_for("beginning.steps"))


@blueprint.app_context_processor
def banner() -> dict[str, Any]:
    """For every page: whether what is here is a sample."""
    return {"is_sample": _is_here}


def _is_here() -> bool:
    """Whether it is, as this server saw it last: no page asks the database. Another server's sample shows within seconds."""
    return current_app.extensions["chosen"].fact(service.MARK) is not None


def _change(use_case: Callable[..., None], *arguments: Any) -> None:
    """Fill or empty, and let this server see that at once."""
    transact(use_case, *arguments)
    current_app.extensions["chosen"].read_again()


def _standing() -> frozenset[str]:
    """The kinds of tasks that every warehouse has, without anybody's doing."""
    kinds: Workflows = current_app.extensions["workflows"]()
    return frozenset(kind for kind, workflow in kinds.items() if workflow.endless is not no_endless_task)


def _again(problem: Conflict) -> Response:
    if wants_json():
        raise problem
    return _page(409, problem=problem)


def _page(status: int, **facts: Any) -> Response:
    shown = {"problem": None, "is_here": read(service.is_here), "may_come": read(service.may_come, _standing())} | facts
    return make_response(render_template("beginning/sample.html", **shown), status)
