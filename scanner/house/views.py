"""The page of the shop's settings."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, Conflict
from scanner.house import rules, service
from scanner.house.contract import NewValue, SettingAnswer
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.rooms import Entry
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import settings, transact, wants_json
from scanner.web.contract import form_or_json

blueprint = Blueprint("house", __name__, url_prefix="/settings")
ENTRY = Entry(
    endpoint="house.index",
    title="Settings",
    words="The name of the warehouse, packing, when a return is late, the backup",
    right=Right.CHANGE_SETTINGS,
)


@blueprint.get("")
@requires(Right.CHANGE_SETTINGS)
def index() -> str | Response:
    """Every setting of the shop."""
    if wants_json():
        return SettingAnswer.list_of(
            {"key": each.about.key, "title": each.about.title, "value": each.value, "fixed": each.fixed}
            for each in service.shown(settings())
        )
    return _page()


@blueprint.post("/<key>")
@requires()
def change(key: str) -> Response:
    """Set one."""
    said = form_or_json(NewValue)
    try:
        value = transact(service.change, key, said.value, signed_in(), settings())
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise
        return make_response(_page(problem=problem, key=key, said=said.value), 409 if isinstance(problem, Conflict) else 400)
    current_app.extensions["chosen"].read_again()
    return saved(SavedAnswer(message=f"{rules.setting(key).title}: {value or 'nothing'}. Saved."), url_for(".index"))


def _page(problem: BadRequest | Conflict | None = None, key: str = "", said: str = "") -> str:
    return render_template("house/index.html", settings=service.shown(settings()), problem=problem, key=key, said=said)
