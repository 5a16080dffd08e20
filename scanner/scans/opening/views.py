"""From a code on a page that belongs to no task yet to the task that it opens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest
from scanner.people import rate_limit as guesses
from scanner.people import sign_in as signin
from scanner.people.rules import RIGHT_TO_SCAN, Right
from scanner.people.session import requires, signed_in
from scanner.returns import service as returns
from scanner.returns.office import service as returns_office
from scanner.returns.office.service import in_office
from scanner.scans import home as pages
from scanner.scans.decision import TaskKind
from scanner.scans.opening import service
from scanner.scans.opening.service import Opener, Opening
from scanner.scans.pages import face_of, faces, task_url
from scanner.web.context import now, read, see_other, transact

blueprint = Blueprint("opening", __name__)


@blueprint.post("/open", endpoint="open")
@requires(Right.SEE_TASKS)
def open_by_code() -> Response | str:
    """Go to the task that a code names, else say why not; somebody's badge is a hand-over here, too, and a printed command
    begins a return without paper.

    `kind` is of the page that asks: such tasks alone are looked for.
    """
    code, kind = request.form.get("code", ""), request.args.get("kind")
    if read(signin.is_badge, code):
        read(signin.refuse_after_misses, guesses.person(), now())
        return redirect(url_for("auth.sign_in"), 307)
    if returns.is_no_paper(code) and signed_in().may(Right.RETURN):
        return see_other(task_url(TaskKind.RETURN, transact(returns.start_unannounced, signed_in(), now())))
    if in_office(signed_in()) and (found := read(returns_office.labelled, code)):
        return see_other(url_for("service.page", reference=found))
    opening = _opening(code, kind)
    if kind in faces() and face_of(kind).arrive:
        opening = face_of(kind).arrive(opening, code)
    if opening.reference:
        if opening.message:
            flash(opening.message, "kept")
        return see_other(task_url(opening.kind, opening.reference))
    if opening.choices:
        return render_template("scans/opening/index.html", opening=opening, open_kind=kind)
    read(signin.refuse_after_misses, guesses.person(), now())
    transact(signin.note_miss, guesses.person(), now())
    return face_of(kind).index(opening) if kind in faces() else pages.home_with(opening)


@blueprint.get("/open")
def opened_before() -> Response:
    """Where a browser lands that loads the answer to a form again."""
    return redirect(url_for("pages.home"))


def _opening(code: str, kind: str | None) -> Opening:
    openers = _openers(kind)
    if not openers:
        return Opening(TaskKind.RECEIVING, None, [], f"{signed_in().name} may open no task here.")
    try:
        return read(service.open_task, code, openers)
    except BadRequest as problem:
        return Opening(TaskKind.RECEIVING, None, [], problem.message)


def _openers(kind: str | None) -> list[Opener]:
    operator = signed_in()
    asked = [TaskKind(kind)] if kind in faces() else list(faces())
    return [face_of(each).opener for each in asked if operator.may(RIGHT_TO_SCAN[each])]
