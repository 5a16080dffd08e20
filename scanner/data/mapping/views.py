"""The pages of a file of any shape: choose it, see what it would bring in, bring it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.data import imports
from scanner.data.imports import service as imports_service
from scanner.data.imports.importer import Importer
from scanner.data.imports.report import ImportProblem, ImportRefused, ImportReport
from scanner.data.mapping import days, service
from scanner.data.mapping.contract import FIXED, BroughtAnswer, FileToLookAt, LookAnswer, PlanToUse, ProblemAnswer
from scanner.data.mapping.rules import ORDERS, Plan
from scanner.data.mapping.service import Draft, Look
from scanner.data.mapping.shops import SHOPS, shop_of
from scanner.data.mapping.theirs import Theirs
from scanner.data.records.kinds import KINDS, Kind
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.rules import Right
from scanner.people.session import asks_again, requires, signed_in
from scanner.web.answers import saved
from scanner.web.context import accepts_bytes, database, htmx, now, read, see_other, transact, wants_json
from scanner.web.contract import form_or_json, query, uploaded
from scanner.web.fragments import page_or_block
from scanner.words import plural

blueprint = Blueprint("mapping", __name__, url_prefix="/data/bring")
_TITLES = {
    "barcode": "Barcode",
    "barcode_2": "Another barcode",
    "case_barcode": "Barcode of a case",
    "case_units": "Units in a case",
    "own": "Barcodes are of your own",
    "units": "Units",
    "location": "Place",
    "expected": "Units expected",
    "ordered": "Units ordered",
    "due_on": "Due on",
    "placed_on": "Ordered on",
    "pin": "PIN",
    "asn": "Number of the ASN",
    "sscc": "Carton (SSCC)",
    "sku": "Item (SKU)",
}
_KINDS = {"locations": "Places", "operators": "People", "products": "Items with their barcodes"}
LONGEST_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Field:
    """One of our columns, and what feeds it: `choice` is the place of a column of theirs, `=` or nothing.

    `seen`: one of its dates, where that can be two days; then `orders` are both in words, and `order` the one that was chosen.
    """

    name: str
    title: str
    required: bool
    choice: str
    fixed: str
    can_be_fixed: bool
    order: str = ""
    orders: tuple[tuple[str, str], ...] = ()
    seen: str = ""


@blueprint.get("")
@requires(Right.IMPORT)
def choose() -> Response:
    """Choose a file."""
    return _choose(200)


@blueprint.post("")
@accepts_bytes("import_bytes")
@requires()
def send() -> Response:
    """Keep it, and go on to what it would bring in."""
    try:
        name, data = _sent()
        key = service.keep(database(), name, data, signed_in(), now())
    except BadRequest as problem:
        if wants_json() or htmx:
            raise
        return _choose(400, problem)
    if wants_json():
        return _look_answer(key, 201)
    location = url_for(".page", key=key)
    if htmx:
        return make_response("", {"HX-Redirect": location})
    return see_other(location)


@blueprint.get("/<key>")
@requires(Right.IMPORT)
def page(key: str) -> str | Response:
    """What a file would bring in, and what feeds which column."""
    if wants_json():
        return _look_answer(key, 200)
    file, said = read(service.draft, key, signed_in(), now()), query(PlanToUse)
    theirs, plan, remembered = _plan(file, said)
    if asking := _asks_again(plan, key, said):
        return asking
    return _page(key, file, service.look(database(), theirs, plan, _importers(), signed_in(), now(), remembered=remembered))


@blueprint.post("/<key>")
@requires()
def bring_in(key: str) -> Response:
    """Bring it in; or, for a browser without scripts, look again."""
    file, said = read(service.draft, key, signed_in(), now()), form_or_json(PlanToUse)
    if said.do == "look":
        return see_other(_link(key, said))
    theirs, plan, _ = _plan(file, said)
    if asking := _asks_again(plan, key, said):
        return asking
    try:
        done = service.bring_in(database(), key, file, theirs, plan, _importers(), signed_in(), now())
        if isinstance(done, int) and wants_json():
            done = imports_service.answer(database(), done)
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise _with_its_first(problem) from None
        return _again(key, file, theirs, plan, problem)
    return _brought(done)


@blueprint.post("/<key>/drop")
@requires()
def drop(key: str) -> Response:
    """Keep the file no longer."""
    transact(service.drop, key, signed_in(), now())
    return saved(BroughtAnswer(message="The file is put away. Nothing was brought in.", **_NOTHING), url_for(".choose"))


_NOTHING: dict[str, Any] = {"kind": "", "rows": 0, "added": 0, "changed": 0, "unchanged": 0}


def _sent() -> tuple[str, bytes]:
    if request.is_json:
        said = form_or_json(FileToLookAt)
        name, data = said.name, said.content.encode("utf-8", "replace")
    else:
        upload = request.files.get("file")
        name, data = (upload.filename or "" if upload else ""), uploaded("file")
    if not data:
        raise BadRequest("Expected a CSV file, got nothing.", "file")
    return name, data


def _plan(file: Draft, said: PlanToUse) -> tuple[Theirs, Plan, bool]:
    """What was said of the file, else what it seems to be."""
    kinds = _importers()
    if said.kind in {shop.key for shop in SHOPS}:
        return service.read(file, kinds), Plan(said.kind), False
    if not said.kind and not said.columns and not said.fixed:
        return read(service.propose, file, kinds)
    if not said.kind:
        raise BadRequest("Say which kind of file it is.", "kind")
    columns = service.columns_of(kinds, said.kind)
    theirs = service.read(file, kinds)
    if said.columns or said.fixed:
        return theirs, Plan(said.kind, service.sources_of(theirs.names, said.columns, said.fixed, said.dates)), False
    sources = said.of_form([column.name for column in columns], len(theirs.header))
    return read(service.propose, file, kinds, said.kind) if sources is None else (theirs, Plan(said.kind, sources), False)


def _asks_again(plan: Plan, key: str, said: PlanToUse) -> Response | None:
    if not imports.has_secrets(plan.kind, current_app.extensions["imports"]):
        return None
    return asks_again(Right.IMPORT, _link(key, said))


def _link(key: str, said: PlanToUse) -> str:
    """The page of a file, with what a form said of it."""
    extra = {name: str(value) for name, value in (said.model_extra or {}).items() if name.startswith(f"{said.kind}.") and value}
    fields = ({"kind": said.kind} if said.kind else {}) | extra
    return url_for(".page", key=key) + (f"?{urlencode(fields)}" if fields else "")


def _brought(done: ImportReport | int) -> Response:
    if isinstance(done, int):
        answer = BroughtAnswer(message="The file comes in.", **_NOTHING)
        if htmx:
            return make_response("", {"HX-Redirect": url_for("data.progress", number=done)})
        return saved(answer, url_for("data.progress", number=done))
    title = _kind_title(done.kind)
    new = " and ".join(plural(number, f"new {name.removesuffix('s')}") for name, number in done.added_of) or f"{done.added:,} new"
    words = f"{title}: {new}, {done.changed:,} changed, {done.unchanged:,} as they were."
    answer = BroughtAnswer(
        message=words, kind=done.kind, rows=done.rows, added=done.added, changed=done.changed, unchanged=done.unchanged,
        notes=done.notes,
    )  # fmt: skip
    if wants_json():
        return answer.response()
    for note in done.notes[:20]:
        flash(f"Look at {note}", "kept")
    return saved(answer, url_for("data.index"))


def _again(key: str, file: Draft, theirs: Theirs, plan: Plan, problem: DomainError) -> Response:
    """The page with what was wrong: the file is still kept."""
    looked = service.look(database(), theirs, plan, _importers(), signed_in(), now())
    problems = problem.problems if isinstance(problem, ImportRefused) else ()
    bad = problem.total if isinstance(problem, ImportRefused) else 0
    status = 400 if isinstance(problem, BadRequest) else 409
    return make_response(_page(key, file, looked, problem=problem, problems=problems, bad=bad), status)


def _with_its_first(problem: DomainError) -> DomainError:
    if isinstance(problem, ImportRefused) and problem.problems:
        return BadRequest(f"{problem.message} The first: {problem.problems[0]}.", problem.problems[0].column)
    return problem


def _look_answer(key: str, status: int) -> Response:
    file, said = read(service.draft, key, signed_in(), now()), query(PlanToUse)
    theirs, plan, _ = _plan(file, said)
    if asking := _asks_again(plan, key, said):
        return asking
    looked = service.look(database(), theirs, plan, _importers(), signed_in(), now())
    found = looked.found
    return LookAnswer(
        message=_words(looked),
        draft=key,
        kind=plan.kind,
        header=theirs.names,
        columns={name: theirs.names[each.at] for name, each in plan.sources.items() if each.at is not None},
        fixed={name: each.fixed for name, each in plan.sources.items() if each.at is None},
        missing=looked.missing,
        unused=looked.unused,
        asked=looked.unclear,
        rows=found.rows if found else looked.looked_at,
        bad=looked.bad,
        problems=tuple(ProblemAnswer.of(each) for each in looked.problems),
        left_out=found.left_out if found else 0,
        left=tuple(map(str, found.left)) if found else (),
    ).response(status)


def _words(looked: Look) -> str:
    if looked.shop:
        return f"This is {looked.shop.title}."
    return f"This looks like {_kind_title(looked.plan.kind).lower()}."


def _choose(status: int, problem: DomainError | None = None) -> Response:
    kinds = [_kind_title(kind) for kind in _importers()]
    return make_response(render_template("data/mapping/choose.html", problem=problem, kinds=kinds), status)


def _page(
    key: str,
    file: Draft,
    looked: Look,
    *,
    problem: DomainError | None = None,
    problems: tuple[ImportProblem, ...] = (),
    bad: int = 0,
) -> str:
    theirs, plan = looked.theirs, looked.plan
    fields = [] if looked.shop else _fields(looked)
    shop = looked.shop or shop_of(theirs)
    kinds = ([(shop.key, f"{shop.title[0].upper()}{shop.title[1:]}")] if shop else []) + [
        (kind, _kind_title(kind)) for kind in _importers()
    ]
    called = {
        name: theirs.names[each.at] for name, each in plan.sources.items() if each.at is not None and each.at < len(theirs.names)
    }
    return page_or_block(
        "data/mapping/page.html", "plan", key=key, filename=file.name, look=looked, fields=fields, kinds=kinds, called=called,
        offered=_offered(theirs, plan.kind), titles={field.name: field.title for field in fields} | _titles_of_shop(looked),
        words=_words(looked), problem=problem, problems=problems or looked.problems, bad=bad or looked.bad,
        missing=[_title_of(plan.kind, name) for name in looked.missing],
    )  # fmt: skip


def _titles_of_shop(looked: Look) -> dict[str, str]:
    return {name: _title_of(service.PRODUCTS, name) for name in looked.columns} if looked.shop else {}


def _fields(looked: Look) -> list[Field]:
    found, plan = [], looked.plan
    for column in service.columns_of(_importers(), plan.kind):
        source = plan.sources.get(column.name)
        choice = "" if source is None else FIXED if source.at is None else str(source.at)
        title, fixed = _title_of(plan.kind, column.name), source.fixed if source else ""
        seen, order = looked.asked.get(column.name, ""), source.order if source else ""
        orders = tuple((each, days.in_words(seen, each)) for each in ORDERS) if seen else ()
        found.append(Field(column.name, title, column.required, choice, fixed, not column.is_secret, order, orders, seen))
    return found


def _offered(theirs: Theirs, kind: str) -> list[tuple[str, str]]:
    """Their columns, each with one of its cells: not where that may be a key."""
    hides = imports.has_secrets(kind, current_app.extensions["imports"])
    return [(str(at), name if hides else _with_sample(theirs, at, name)) for at, name in enumerate(theirs.names)]


def _with_sample(theirs: Theirs, at: int, name: str) -> str:
    cells = (" ".join(cells[at].split()) for _, cells in theirs.first if at < len(cells))
    sample = next(filter(None, cells), "")
    return f"{name}: {sample[:LONGEST_SAMPLE]}{'…' if len(sample) > LONGEST_SAMPLE else ''}" if sample else f"{name} (empty)"


def _title_of(kind: str, column: str) -> str:
    record = _records().get("items" if kind == service.PRODUCTS else kind)
    said = {field.name: field.title for field in record.fields} if record else {}
    return said.get(column) or _TITLES.get(column) or column.replace("_", " ").capitalize()


def _kind_title(kind: str) -> str:
    return _KINDS.get(kind, kind.capitalize())


def _records() -> Mapping[str, Kind]:
    of_rooms: dict[str, Kind] = current_app.extensions["records"]
    return KINDS | of_rooms


def _importers() -> Mapping[str, type[Importer]]:
    return imports.all_kinds(current_app.extensions["imports"])
