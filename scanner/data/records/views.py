"""The pages of a shop's own records: a list of each kind, a form for a new one, a form for one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.data import imports
from scanner.data.imports.importer import Importer
from scanner.data.records import kinds, service
from scanner.data.records.contract import RecordAnswer, RecordsAnswer, RecordToSave, SavedRecordAnswer
from scanner.data.records.kinds import KINDS, Kind
from scanner.data.records.rules import NotTaken, cell
from scanner.data.records.service import Written
from scanner.data.records.writing import write
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.web.answers import saved
from scanner.web.context import htmx, now, read, wants_json
from scanner.web.contract import form_or_json, query
from scanner.web.cut import MOST, Cut, Listed

blueprint = Blueprint("records", __name__, url_prefix="/records")


@blueprint.get("")
@requires(Right.IMPORT)
def index() -> str:
    """The kinds of records."""
    return render_template("data/records/index.html", kinds=_kinds().values())


@blueprint.get("/<kind>")
@requires(Right.IMPORT)
def listed(kind: str) -> str | Response:
    """Some records of a kind, or those that are looked for."""
    asked, about = query(Listed), _kind(kind)
    rows, found, total = read(service.listed, about, asked.q, min(max(asked.rows, 1), MOST), signed_in())
    if wants_json():
        return RecordsAnswer(found=found, records=rows).response()
    more = read(service.shared, about, request.args.get("of", ""), signed_in()) if request.args.get("of") else {}
    return render_template("data/records/list.html", kind=about, listed=Cut(rows, found, total, asked.q), more=more)


@blueprint.get("/<kind>/new")
@requires(Right.IMPORT)
def new(kind: str) -> Response:
    """The form for a new one."""
    return _form(_kind(kind), 200, typed=dict(request.args))


@blueprint.post("/<kind>/new")
@requires()
def add(kind: str) -> Response:
    """Add one."""
    about = _kind(kind)
    said = form_or_json(RecordToSave).cells(about.columns)

    def do() -> Written:
        return _write(service.add, about, _importer(kind), said, signed_in(), now())

    of = {"of": said.get(about.key[0], "").strip()} if any(field.shared for field in about.fields) else {}
    return _saved(about, do, lambda status, problem: _form(about, status, typed=said, problem=problem), 201, **of)


@blueprint.get("/<kind>/edit")
@requires(Right.IMPORT)
def one(kind: str) -> Response:
    """One of them, to be changed. What finds it is in the address."""
    about, nth = _kind(kind), query(RecordToSave).nth
    record = read(service.one, about, {name: request.args.get(name, "") for name in about.key}, nth, signed_in())
    if wants_json():
        return RecordAnswer(version=record.version, record=record.cells).response()
    return _form(
        about, 200, typed=record.cells, version=record.version, nth=nth, is_there=True, closed=about.closed(record.cells)
    )


@blueprint.post("/<kind>/edit")
@requires()
def change(kind: str) -> Response:
    """Change one."""
    about, sent = _kind(kind), form_or_json(RecordToSave)
    said = sent.cells(about.columns)

    def do() -> Written:
        key = {name: cell(said.get(name)) for name in about.key}
        return _write(service.change, about, _importer(kind), said | key, sent.nth, sent.version, signed_in(), now())

    def again(status: int, problem: DomainError) -> Response:
        return _form(about, status, typed=said, version=sent.version, nth=sent.nth, is_there=True, problem=problem)

    return _saved(about, do, again, 200)


def _write(use_case: Callable[..., Written], *arguments: Any) -> Written:
    signed_in().demand(Right.IMPORT)
    return write(signed_in(), use_case, *arguments)


def _saved(
    about: Kind, do: Callable[[], Written], again: Callable[[int, DomainError], Response], status: int, **to: Any
) -> Response:  # fmt: skip
    try:
        done = do()
    except (BadRequest, Conflict) as problem:
        if wants_json() or htmx:
            raise
        return again(400 if isinstance(problem, BadRequest) else 409, problem)
    answer = SavedRecordAnswer(message=done.message, notes=done.notes)
    if wants_json():
        return answer.response(status)
    for note in done.notes:
        flash(note, "kept")
    return saved(answer, url_for(".listed", kind=about.name, **to))


def _form(about: Kind, status: int, **facts: Any) -> Response:
    shown = {"problem": None, "version": "", "nth": 0, "is_there": False, "closed": ""} | facts
    wrong = shown["problem"].wrong if isinstance(shown["problem"], NotTaken) else {}
    if not wrong and shown["problem"] is not None and shown["problem"].field in about.columns:
        wrong = {shown["problem"].field: shown["problem"].message}
    shown["required"] = {column.name for column in _importer(about.name).columns if column.required}
    shown["offered"] = {field.name: _offered(field.offers) for field in about.fields if field.offers}
    return make_response(render_template("data/records/form.html", kind=about, wrong=wrong, **shown), status)


def _offered(name: str) -> list[tuple[str, str]]:
    """What is offered in a field: the first of another kind of records, each with its name where that says more."""
    about = _kind(name)
    rows, _, _ = read(service.listed, about, "", MOST, signed_in())
    return [(row[about.key[0]], row.get("name", "")) for row in rows]


def _kind(name: str) -> Kind:
    return kinds.kind_named(_kinds(), name)


def _kinds() -> dict[str, Kind]:
    of_rooms: dict[str, Kind] = current_app.extensions["records"]
    return KINDS | of_rooms


def _importer(name: str) -> type[Importer]:
    return imports.all_kinds(current_app.extensions["imports"])[name]
