"""The API for other programs: JSON in, JSON out, in the name of the operator whose token it is.

A token is sent as `Authorization: Bearer TOKEN`. A field that is not known is left alone; times without an offset are UTC.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request

from scanner.api import answers, openapi
from scanner.decoding import PhotoError
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.answers import discrepancy
from scanner.discrepancies.rules import DiscrepancyState
from scanner.errors import BadRequest, NotFound, NotSignedIn
from scanner.people import tokens
from scanner.people.rules import OperatorView
from scanner.returns import programs as programs_returns
from scanner.returns.lines.events import line_view
from scanner.returns.office.announce import AnnouncedLine, Announcement
from scanner.returns.office.answers import return_page
from scanner.scans import limits, programs
from scanner.scans.decision import TaskState
from scanner.scans.fields import parse_scan
from scanner.scans.history import service as history
from scanner.scans.pages import demand_scanner, workflows
from scanner.scans.photos import codes as photo_codes
from scanner.scans.record import record_scan
from scanner.scans.workflow import TaskRequest
from scanner.web.batch import in_order
from scanner.web.context import accepts_bytes, now, read, settings, transact
from scanner.web.json_body import UNPRINTABLE, as_object, boolean, json_object, query_number, query_text, query_word, string

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_SCANS = 500
MOST_ROWS = 1000
MOST_TEXT = 1000
_MOST_NUMBER = 999_999_999
_PUBLIC = {"api.describe"}
_KNOWS_BY_ITSELF = {"api.scan"}


@blueprint.before_request
def know_the_caller() -> None:
    """Whose token it is, by one indexed query; a scan asks that in its own transaction, which is cheaper."""
    if request.endpoint in _PUBLIC:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(tokens.EXPECTED)
    g.token = token.strip()
    if request.endpoint not in _KNOWS_BY_ITSELF:
        g.caller = read(tokens.require_operator, g.token)


@blueprint.after_request
def name_the_scheme(response: Response) -> Response:
    """What a 401 must say (RFC 9110, 11.6.1)."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@blueprint.get("/openapi.json")
def describe() -> Response:
    """This API, in OpenAPI."""
    return jsonify(openapi.DOCUMENT)


@blueprint.post("/scans")
def scan() -> Response:
    """Record one scan."""
    try:
        scan_request = parse_scan(json_object(), 0, _device())
    except BadRequest:
        read(tokens.require_operator, g.token)  # what was wrong with it is nobody's business but the caller's
        raise
    return jsonify(answers.scan(limits.record(_device(), programs.record, g.token, scan_request, now(), workflows())))


@blueprint.post("/scans/batch")
def scan_batch() -> Response:
    """Record scans in their order, each with its own answer."""
    scans = json_object().get("scans")
    if not isinstance(scans, list) or not 0 < len(scans) <= MOST_SCANS:
        raise BadRequest(f"Expected a list of 1 to {MOST_SCANS} scans.", "scans")
    return jsonify(results=in_order(scans, _one_of_many))


@blueprint.post("/decode")
@accepts_bytes("photo_bytes")
def decode() -> Response:
    """The barcodes in a photo, and the items that they stand for. Nothing is recorded."""
    demand_scanner(_caller())
    upload = request.files.get("photo")
    photo = upload.read() if upload else b""
    if not photo:
        raise BadRequest("Expected a photo as multipart/form-data, got nothing.", "photo")
    reference = request.form.get("task") or ""
    codes = read(photo_codes.likely_codes, reference) if not UNPRINTABLE.search(reference) else frozenset()
    try:
        readings = current_app.extensions["decoder"].read(photo, codes, all=True, budget_ms=settings().decode_budget_ms)
    except PhotoError as error:
        raise BadRequest(str(error), "photo") from None
    return jsonify(readings=[answers.reading(each, read(programs.item_of, each.text, each.aim)) for each in readings])


@blueprint.get("/tasks")
def tasks() -> Response:
    """Tasks with their lines, the open ones first."""
    kind, state = query_word("kind", tuple(workflows())), query_word("state", tuple(TaskState))
    limit, offset = query_number("limit", 100, MOST_ROWS), query_number("offset", 0, _MOST_NUMBER)
    found = read(programs.tasks, workflows(), _caller(), kind=kind, state=state, limit=limit, offset=offset)
    return jsonify([answers.task(each) for each in found])


@blueprint.post("/tasks")
def start_task() -> Response:
    """Start a task of a kind that programs may start: a count of a section, or a return, announced with what will come."""
    fields = json_object()
    if fields.get("kind") == "return":
        made = transact(programs_returns.start, workflows(), _announcement(fields), _caller(), now())
        return make_response(jsonify(answers.task(made.task)), 201 if made.is_new else 200)
    kind, section = string(fields, "kind", 16), string(fields, "section", 64)
    started = transact(programs.start, workflows(), kind=kind, section=section, operator=_caller(), now=now())
    return make_response(jsonify(answers.task(started)), 201)


@blueprint.get("/tasks/<path:reference>")
def task(reference: str) -> Response:
    """One task with its lines."""
    return jsonify(answers.task(read(programs.task, workflows(), _reference(reference), _caller())))


@blueprint.post("/tasks/<path:reference>/finish")
def finish_task(reference: str) -> Response:
    """Finish a task: 200 with what is short or varies; 409 with the same where that must be confirmed first."""
    fields = json_object() if request.get_data() else {}
    asked = TaskRequest(
        reference=_reference(reference), operator=_caller(), device=_device(), now=now(),
        confirm=boolean(fields, "confirm"), back_order=boolean(fields, "back_order"),
    )  # fmt: skip
    done = transact(programs.finish, asked, workflows())
    return make_response(jsonify(answers.finish(done)), 409 if done.needs_confirm else 200)


@blueprint.get("/returns")
def returns() -> Response:
    """Graded lines of returns, each with its grades and the word for the refund, by number."""
    after, limit = query_number("after", 0, _MOST_NUMBER), query_number("limit", 200, MOST_ROWS)
    lines = read(programs_returns.graded, _caller(), after, limit)
    return jsonify([line_view(line) for line in lines])


@blueprint.get("/returns/<path:reference>")
def one_return(reference: str) -> Response:
    """One return: announced against came, its lines, what differs."""
    found = read(programs_returns.one, _reference(reference), _caller(), now(), settings().return_days)
    return jsonify(return_page(found))


@blueprint.get("/stock")
def stock() -> Response:
    """Units by item and location."""
    limit, offset = query_number("limit", MOST_ROWS, MOST_ROWS), query_number("offset", 0, _MOST_NUMBER)
    return jsonify(
        [
            answers.stock(row)
            for row in read(
                programs.stock,
                workflows(),
                _caller(),
                sku=query_text("sku"),
                place=query_text("location"),
                limit=limit,
                offset=offset,
            )
        ]
    )


@blueprint.get("/discrepancies")
def list_discrepancies() -> Response:
    """Discrepancies of every state, by number."""
    rows = read(
        discrepancies.shown, _caller(), workflows(), state=query_word("state", tuple(DiscrepancyState)), kind=query_text("kind"),
        owner=query_text("owner"), limit=query_number("limit", 200, MOST_ROWS), after=query_number("after", 0, _MOST_NUMBER),
    )  # fmt: skip
    return jsonify([discrepancy(row) for row in rows])


@blueprint.get("/movements")
def movements() -> Response:
    """Movements in the order of the record, after a sequence number."""
    after, limit = query_number("after", 0, _MOST_NUMBER), query_number("limit", 200, MOST_ROWS)
    rows = read(history.movements, workflows(), _caller(), after, limit)
    return jsonify([answers.movement(row) for row in rows])


def _caller() -> OperatorView:
    caller: OperatorView = g.caller
    return caller


def _device() -> str:
    """A token is a device of its own."""
    return "api-" + tokens.digest(g.token)[:12]


def _one_of_many(fields: Any) -> dict[str, Any]:
    operator = _caller()
    scan_request = parse_scan(as_object(fields, "scans"), operator.id, _device())
    return answers.scan(limits.record(_device(), record_scan, scan_request, now(), workflows(), by=operator))


def _announcement(fields: dict[str, Any]) -> Announcement | None:
    """What will come back; None where nothing is said but that something came."""
    if not fields.keys() & {"lines", "order", "customer", "reference"}:
        return None
    lines = fields.get("lines")
    if not isinstance(lines, list) or not lines:
        raise BadRequest("Expected a list of objects with sku, expected and reason.", "lines")
    said = {name: _optional(fields, name) for name in ("order", "customer", "reference")}
    return Announcement(lines=[_announced(as_object(line, "lines")) for line in lines], **said)


def _announced(line: dict[str, Any]) -> AnnouncedLine:
    expected = line.get("expected", 1)
    if not isinstance(expected, int) or isinstance(expected, bool):
        raise BadRequest("Expected a whole number of units.", "lines")
    return AnnouncedLine(string(line, "sku", 512), expected, _optional(line, "reason"))


def _optional(fields: dict[str, Any], name: str) -> str:
    return string(fields, name, MOST_TEXT) if fields.get(name) not in (None, "") else ""


def _reference(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise NotFound("There is no such task.", "task")
    return text
