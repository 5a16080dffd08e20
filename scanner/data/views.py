"""Imports and exports as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scanner.data import exports, imports
from scanner.errors import BadRequest
from scanner.people.rules import Right
from scanner.people.session import asks_again, requires, signed_in
from scanner.web.context import accepts_bytes, database, now, transact

blueprint = Blueprint("data", __name__, url_prefix="/data")

PEOPLE = "operators"
"""The kind of file with everybody's badge, and with PINs where it is brought in."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and the columns it may have."""

    name: str
    columns: tuple[str, ...]


@blueprint.get("")
@requires(Right.IMPORT, Right.EXPORT)
def index() -> Response:
    """What can be imported and exported."""
    return _page(200)


@blueprint.post("/<kind>")
@accepts_bytes("import_bytes")
@requires()
def bring_in(kind: str) -> AnyResponse:
    """Take a file in, or show every problem in it. One of people makes keys, so it wants the PIN again."""
    if kind == PEOPLE and (asking := asks_again(Right.IMPORT, url_for(".index"))):
        return asking
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest("Expected a CSV file, got nothing.", "file")
    try:
        report = transact(imports.bring_in, kind, upload.stream, signed_in(), now(), more=current_app.extensions["imports"])
    except imports.ImportRefused as refused:
        return _page(400, problems=refused.problems, problem_count=refused.total, filename=upload.filename)
    return _page(200, report=report)


@blueprint.get("/<kind>.csv")
@requires(Right.EXPORT)
def take_out(kind: str) -> AnyResponse:
    """A whole table as a file, which is sent while it is read. One with keys or many names wants the PIN again."""
    is_private = exports.is_private(kind, current_app.extensions["exports"])
    if is_private and (asking := asks_again(Right.EXPORT, url_for(".index"))):
        return asking
    return csv_file(kind)


def csv_file(kind: str) -> Response:
    """The file of a kind, as a download. The caller has checked that the person may have it."""
    more = current_app.extensions["exports"]
    if kind not in (*exports.KINDS, *more):
        raise BadRequest(f"Expected one of {', '.join((*exports.KINDS, *more))}, got {kind!r}.", "kind")
    response = Response(_lines(kind), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={kind}.csv"
    return response


def _lines(kind: str) -> Iterator[str]:
    source, more = database(), current_app.extensions["exports"]

    def lines() -> Iterator[str]:
        with source.read() as session:
            yield from exports.export_csv(session, kind, more)

    return lines()


def _page(status: int, **facts: Any) -> Response:
    more = current_app.extensions["imports"]
    kinds = [Kind(name, tuple(imports.columns_of(name, more))) for name in (*imports.KINDS, *more)]
    return make_response(render_template("data/index.html", kinds=kinds, **facts), status)
