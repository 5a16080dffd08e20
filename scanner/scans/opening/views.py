"""Opening a task by a code that was scanned on a page without a task."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest
from scanner.people import sign_in as signin
from scanner.people.guesses import service as guesses
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import home, limits
from scanner.scans.choices import Opening
from scanner.scans.opening import service
from scanner.scans.opening.contract import CodeToOpen, OpeningPage
from scanner.scans.pages import page_of, task_url, workflows
from scanner.scans.workflow import Workflow
from scanner.web.context import now, read, see_other
from scanner.web.contract import form, query

blueprint = Blueprint("opening", __name__)


@blueprint.post("/open", endpoint="open")
@requires(Right.SEE_TASKS)
def open_by_code() -> Response | str:
    """Go to the task of a code, or say why there is none. A badge leads to the sign-in page.

    `kind` is that of the page: only such tasks are looked for. On all other pages the code of an item or a place is answered.
    """
    code, kind = form(CodeToOpen).code, query(OpeningPage).kind
    if read(signin.is_badge, code):
        read(guesses.refuse_codes, limits.sender_on_pages(), now())
        return redirect(url_for("auth.sign_in"), 307)
    if address := _go(code):
        return see_other(address)
    if kind not in workflows() and read(service.is_place, code):
        return _answer(code)
    opening = _opening(code, kind)
    if kind not in workflows() and not _is_label(opening) and read(service.is_item, code):
        return _answer(code)
    arrive = page_of(kind).arrive if kind in workflows() else None
    if arrive:
        opening = arrive(opening, code)
    if opening.reference:
        if opening.message:
            flash(opening.message, "kept")
        return see_other(task_url(opening.kind, opening.reference))
    if opening.choices:
        return render_template("scans/opening/index.html", opening=opening, open_kind=kind)
    if kind not in workflows() and not opening.known:
        if read(service.is_told, code):
            return _answer(code)
        if read(service.is_unknown, code):
            opening = replace(opening, message=service.unknown(code))
    limits.count(limits.sender_on_pages())
    return page_of(kind).choose(opening) if kind in workflows() else home.home_with(opening)


def _answer(code: str) -> Response:
    """Outside the pages of a kind of task, an item or a place is asked about."""
    return see_other(url_for("asking.where", code=code.strip()))


def _is_label(opening: Opening) -> bool:
    """Whether a task's own label opened it."""
    return opening.reference is not None and not opening.by_goods


@blueprint.get("/open")
def opened_before() -> Response:
    """Where a browser goes that reloads the answer to the form."""
    return redirect(url_for("pages.home"))


def _go(code: str) -> str | None:
    """Obey a code that opens no task, such as the command for a return without paper. Gives the address to go to."""
    ways = (each.page.go for each in workflows().values())
    return next((address for go in ways if go and (address := go(code))), None)


def _opening(code: str, kind: str) -> Opening:
    asked = _asked(kind)
    if not asked:
        return Opening(kind=kind, message=f"{signed_in().name} may open no task here.")
    try:
        return read(service.open_task, code, asked, signed_in())
    except BadRequest as problem:
        return Opening(kind=kind, message=problem.message)


def _asked(kind: str) -> list[Workflow]:
    """The kinds to look for: that of the page, else all. Only those that the person may scan."""
    every = workflows()
    asked = [every[kind]] if kind in every else list(every.values())
    return [each for each in asked if signed_in().may(each.right)]
