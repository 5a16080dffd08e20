"""Where people are signed in, and ending that: each for oneself, a supervisor for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.people import session
from scanner.people.devices.contract import SignedInOn
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.people.sessions import rules, service
from scanner.people.sessions.store import SessionRow
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, transact

blueprint = Blueprint("devices", __name__)
COLUMNS = ("id", "name", "roles", "active", "sessions")


@blueprint.get("/people")
@requires(Right.END_SESSIONS)
def index() -> str:
    """Everybody with a badge."""
    return render_template("people/index.html", people=read(service.everybody, signed_in(), now()))


@blueprint.get("/people.csv")
@requires(Right.END_SESSIONS)
def file() -> Response:
    """The same as a file."""
    person, at = signed_in(), now()
    return file_of("people", COLUMNS, lambda session: (cells(row, COLUMNS) for row in service.everybody(session, person, at)))


@blueprint.get("/sessions")
@requires()
def own() -> str:
    """Where oneself is signed in."""
    return _page(signed_in().id)


@blueprint.get("/people/<int:operator_id>/sessions")
@requires()
def of_person(operator_id: int) -> str:
    """Where a person is signed in."""
    return _page(operator_id)


@blueprint.post("/sessions/<digest>/end")
@requires()
def end(digest: str) -> Response:
    """Sign one device out."""
    owner = transact(service.end_one, digest, signed_in())
    return saved(SavedAnswer(message="That device is signed out. What it has not sent yet stays on it."), _address_of(owner))


@blueprint.post("/people/<int:operator_id>/sessions/end")
@requires()
def end_others(operator_id: int) -> Response:
    """Sign out every device of a person but the one in hand."""
    ended = transact(service.end_others, operator_id, signed_in(), _this())
    words = "1 device is signed out." if ended == 1 else f"{ended} devices are signed out."
    return saved(SavedAnswer(message=words), _address_of(operator_id))


def _page(operator_id: int) -> str:
    whose, found = read(service.of_person, operator_id, signed_in(), now())
    return render_template("people/sessions.html", whose=whose, sessions=[_shown(each) for each in found])


def _shown(row: SessionRow) -> SignedInOn:
    return SignedInOn(
        digest=row.digest, name=rules.device_name(row.browser), address=row.address, began_at=row.began_at,
        seen_at=row.seen_at, is_locked=row.locked_at is not None, is_this=row.digest == _this(),
    )  # fmt: skip


def _this() -> str:
    live = session.current_session()
    return live.digest if live else ""


def _address_of(operator_id: int) -> str:
    own_page = operator_id == signed_in().id
    return url_for(".own") if own_page else url_for(".of_person", operator_id=operator_id)
