"""Imports and exports as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.data import exports, imports
from scanner.data.imports import jobs, service
from scanner.data.imports.large import report_of
from scanner.data.imports.progress import progress_of
from scanner.data.imports.small import Upload
from scanner.data.records.places import rules as places
from scanner.errors import BadRequest
from scanner.people.rules import Right
from scanner.people.session import asks_again, requires, signed_in
from scanner.scans.rooms import Entry
from scanner.web.context import accepts_bytes, database, now, read, see_other, transact, wants_json
from scanner.web.download import csv_download
from scanner.web.fragments import page_or_block

blueprint = Blueprint("data", __name__, url_prefix="/data")
ENTRY = Entry(
    endpoint="data.index",
    title="Data",
    words="Bring in and take out CSV files",
    right=Right.IMPORT,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and the columns it may have."""

    name: str
    columns: tuple[str, ...]
    is_taken_out: bool = True


@blueprint.get("")
@requires(Right.IMPORT, Right.EXPORT)
def index() -> Response:
    """What can be imported and exported."""
    return _page(200)


@blueprint.post("/<kind>")
@accepts_bytes("import_bytes")
@requires()
def bring_in(kind: str) -> Response:
    """Take a small file in, or show every problem in it. A large one has a page of its own, which shows how far it is.

    A file that holds keys wants the PIN again.
    """
    if _has_secrets(kind) and (asking := asks_again(Right.IMPORT, url_for(".index"))):
        return asking
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest("Expected a CSV file, got nothing.", "file")
    taken = Upload(kind=kind, stream=cast(Any, upload.stream), name=upload.filename, operator_id=signed_in().id)
    try:
        made = service.take_upload(database(), taken, _kinds(), signed_in(), now())
        report = made if isinstance(made, imports.ImportReport) else service.answer(database(), made) if wants_json() else None
    except imports.ImportRefused as refused:
        return _page(400, problems=refused.problems, problem_count=refused.total, filename=upload.filename)
    return _page(200, report=report) if report else see_other(url_for(".progress", number=made))


@blueprint.get("/imports/<int:number>")
@requires()
def progress(number: int) -> str | Response:
    """How far a file is, or what came of it. One that holds keys wants the PIN again, as bringing it in does."""
    job = read(service.seen_by, number, signed_in())
    if _has_secrets(job.kind) and (asking := asks_again(Right.IMPORT, url_for(".progress", number=number))):
        return asking
    return page_or_block(
        "data/import.html", "state", job=job, can_cancel=job.stage in jobs.BEFORE,
        progress=progress_of(job, now()) if job.under_way else None,
        labels=places.range_of(job.name) if job.kind == "locations" and job.stage == "done" else None,
        report=report_of(job) if job.stage == "done" else None, problems=service.problems_of(job),
        problem_count=job.said().get("bad"), filename=job.name, words=job.said().get("words", ""),
    )  # fmt: skip


@blueprint.post("/imports/<int:number>/cancel")
@requires()
def cancel(number: int) -> Response:
    """Have an import stop, if it is in time."""
    if not transact(service.cancel, number, signed_in()):
        flash("It is too late to cancel: the file is checked and is coming in, or it is over.", "kept")
    return see_other(url_for(".progress", number=number))


@blueprint.get("/<kind>.csv")
@requires(Right.EXPORT)
def take_out(kind: str) -> Response:
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
    transact(audit.note, signed_in(), Action.FILE_OUT, "file", kind)
    source = database()

    def lines() -> Iterator[str]:
        with source.read() as session:
            yield from exports.export_csv(session, kind, more)

    return csv_download(lines, f"{kind}.csv")


def _newest() -> jobs.Job | None:
    return read(service.newest) if signed_in().may(Right.IMPORT) else None


def _has_secrets(kind: str) -> bool:
    return imports.has_secrets(kind, current_app.extensions["imports"])


def _kinds() -> service.Kinds:
    return imports.all_kinds(current_app.extensions["imports"])


def _page(status: int, **facts: Any) -> Response:
    more = current_app.extensions["imports"]
    out = {*exports.KINDS, *current_app.extensions["exports"]}
    kinds = [Kind(name, tuple(imports.columns_of(name, more)), name in out) for name in imports.all_kinds(more)]
    return make_response(render_template("data/index.html", kinds=kinds, newest=_newest(), **facts), status)
