"""The page of the shop's label printers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, Conflict
from scanner.labels.printers import service
from scanner.labels.printers.contract import PrinterAnswer, PrinterToKeep
from scanner.labels.printers.rules import PORT
from scanner.labels.rules import ROLLS
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import htmx, now, read, transact, wants_json
from scanner.web.contract import form_or_json

blueprint = Blueprint("printers", __name__, url_prefix="/labels/printers")


@blueprint.get("")
@requires(Right.CONNECT)
def index() -> str:
    """All printers, and the form for another one."""
    return _page()


@blueprint.post("")
@requires()
def add() -> Response:
    """Add a printer."""
    try:
        printer = form_or_json(PrinterToKeep).settings()
        added = transact(service.add, printer, signed_in(), now())
    except (BadRequest, Conflict) as problem:
        return _again(problem)
    message = f"{printer.name} is added."
    if wants_json():
        return PrinterAnswer(id=added, message=message).response(201)
    return saved(SavedAnswer(message=message), url_for(".index"))


@blueprint.post("/<int:printer_id>")
@requires()
def change(printer_id: int) -> Response:
    """Change a printer."""
    try:
        printer = form_or_json(PrinterToKeep).settings()
        transact(service.change, printer_id, printer, signed_in(), now())
    except (BadRequest, Conflict) as problem:
        return _again(problem, printer_id)
    return saved(SavedAnswer(message=f"{printer.name} is changed."), url_for(".index"))


@blueprint.post("/<int:printer_id>/remove")
@requires()
def remove(printer_id: int) -> Response:
    """Remove a printer."""
    transact(service.remove, printer_id, signed_in(), now())
    return saved(SavedAnswer(message="It is removed."), url_for(".index"))


def _again(problem: BadRequest | Conflict, printer_id: int | None = None) -> Response:
    """The page with what was typed and why it was not taken; a program, and htmx, get the error itself."""
    if wants_json() or htmx:
        raise problem
    status = 400 if isinstance(problem, BadRequest) else 409
    return make_response(_page(problem=problem, typed=request.form, of=printer_id), status)


def _page(**facts: Any) -> str:
    shown = {"problem": None, "typed": {}, "of": None} | facts
    return render_template("labels/printers.html", printers=read(service.printers), rolls=ROLLS, port=PORT, **shown)
