"""The API for other programs: JSON in, JSON out, in the name of the operator whose token it is.

A token is sent as `Authorization: Bearer TOKEN`. A field that is not known is left alone; times without an offset are UTC.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from scanner.api import contract, openapi, records, seen
from scanner.asking.contract import CodeToFind, WhereAnswer
from scanner.asking.told import tell
from scanner.data.audit import service as audited
from scanner.data.audit.contract import AuditedAnswer
from scanner.data.records.kinds import KINDS, Kind
from scanner.decoding import PhotoError, Reading
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.contract import DiscrepancyAnswer
from scanner.drift import programs as drift
from scanner.drift.contract import Month
from scanner.drift.reorder import service as reordering
from scanner.drift.reorder.contract import ReorderAnswer, ReorderRows
from scanner.drift.signals import service as signals
from scanner.drift.signals.contract import SignalAnswer, SignalClosing, SignalsAsked
from scanner.errors import BadRequest, NotFound, NotSignedIn
from scanner.items import contract as items_contract
from scanner.items import service as items
from scanner.orders.intake import contract as orders_contract
from scanner.orders.intake import service as orders
from scanner.orders.shipments import contract as shipments_contract
from scanner.orders.shipments import service as shipments
from scanner.people import tokens
from scanner.people.rules import OperatorView, Right
from scanner.returns import programs as programs_returns
from scanner.returns.lines.contract import ReturnedLineAnswer
from scanner.returns.office.contract import ReturnAnswer
from scanner.scans import homes, limits, programs
from scanner.scans.contract import (
    Finished,
    FinishTask,
    ItemAnswer,
    MovementAnswer,
    ScanBody,
    ScanResultAnswer,
    StockAnswer,
    TaskAnswer,
)
from scanner.scans.history import service as history
from scanner.scans.pages import demand_scanner, workflows
from scanner.scans.photos.reading import readings_of_photo
from scanner.scans.record import record_scan
from scanner.scans.workflow import TaskRequest
from scanner.web.batch import in_order
from scanner.web.context import accepts_bytes, now, read, settings, transact
from scanner.web.contract import body, form, json_object, query, taken
from scanner.web.field_types import UNPRINTABLE

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

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
        g.caller = replace(read(tokens.require_operator, g.token), via=f"API token {_device().removeprefix('api-')}")


@blueprint.after_request
def note_the_token(response: Response) -> Response:
    """Note that the token is in use: by this process once in ten minutes, and only where it is known."""
    if "token" in g and response.status_code != 401:
        seen.note(g.token)
    return response


@blueprint.after_request
def name_the_scheme(response: Response) -> Response:
    """What a 401 must say (RFC 9110, 11.6.1)."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@blueprint.get("/openapi.json")
def describe() -> Response:
    """This API, in OpenAPI. Made once for an app, when it is first asked for."""
    if "openapi" not in current_app.extensions:
        current_app.extensions["openapi"] = openapi.document(workflows())
    return jsonify(current_app.extensions["openapi"])


@blueprint.post("/scans")
def scan() -> Response:
    """Record one scan."""
    device = _device()
    try:
        said = body(ScanBody).request(0, device)
    except BadRequest:
        read(tokens.require_operator, g.token)  # what was wrong with it is nobody's business but the caller's
        raise
    return ScanResultAnswer.of(limits.record(device, programs.record, g.token, said, now(), workflows())).response()


@blueprint.post("/scans/batch")
def scan_batch() -> Response:
    """Record scans in their order, each with its own answer."""
    answers = in_order(body(contract.Batch).scans, _one_of_many)
    return contract.BatchResults(results=[contract.BatchResult(**each) for each in answers]).response()


@blueprint.post("/decode")
@accepts_bytes("photo_bytes")
def decode() -> Response:
    """The barcodes in a photo, and the items that they stand for. Nothing is recorded."""
    demand_scanner(_caller())
    try:
        readings = readings_of_photo(form(contract.PhotoToRead).task, "a photo as multipart/form-data")
    except PhotoError as error:
        raise BadRequest(str(error), "photo") from None
    return contract.Readings(readings=[_reading(each) for each in readings]).response()


@blueprint.get("/tasks")
def tasks() -> Response:
    """Tasks with their lines, the open ones first."""
    asked = query(contract.Tasks)
    kind = workflows().of(asked.kind).kind if asked.kind is not None else None
    found = read(programs.tasks, workflows(), _caller(), kind=kind, state=asked.state, limit=asked.limit, offset=asked.offset)
    return TaskAnswer.list_of(found)


@blueprint.post("/tasks")
def start_task() -> Response:
    """Start a task of a kind that programs may start."""
    fields = json_object()
    start = workflows().startable(fields.get("kind"))
    said = taken(start.body, fields)
    caller = _caller()
    made, is_new = limits.give_meaning(caller, programs.start, workflows(), start, said, operator=caller, now=now())
    return TaskAnswer.of(made).response(201 if is_new else 200)


@blueprint.get("/tasks/<whole:reference>")
def task(reference: str) -> Response:
    """One task with its lines."""
    return TaskAnswer.of(read(programs.task, workflows(), _reference(reference), _caller())).response()


@blueprint.post("/tasks/<whole:reference>/finish")
def finish_task(reference: str) -> Response:
    """Finish a task: 200 with what is short or varies; 409 with the same where that must be confirmed first."""
    said = taken(FinishTask, json_object() if request.get_data() else {})
    asked = TaskRequest(
        reference=_reference(reference), operator=_caller(), device=_device(), now=now(),
        confirm=said.confirm, back_order=said.back_order, held=said.held,
    )  # fmt: skip
    done = transact(programs.finish, asked, workflows())
    return Finished.after(done).response(409 if done.needs_confirm else 200)


@blueprint.get("/returns")
def returns() -> Response:
    """Graded lines of returns, each with its grades and the word for the refund, by number."""
    asked = query(contract.Rows)
    return ReturnedLineAnswer.list_of(read(programs_returns.graded, _caller(), asked.after, asked.limit))


@blueprint.get("/returns/<whole:reference>")
def one_return(reference: str) -> Response:
    """One return: announced against came, its lines, what differs."""
    found = read(programs_returns.one, _reference(reference), _caller(), now(), settings().return_days)
    return ReturnAnswer.of_page(found).response()


@blueprint.get("/orders")
def list_orders() -> Response:
    """Orders of every state, by number."""
    asked = query(orders_contract.Orders)
    rows = read(orders.listed, _caller(), state=asked.state, after=asked.after, limit=asked.limit, packs=settings().packing)
    blind = _is_blind()
    return jsonify([orders_contract.OrderAnswer.told(row, blind=blind).fields() for row in rows])


@blueprint.get("/orders/<channel>/<whole:reference>")
def order(channel: str, reference: str) -> Response:
    """One order of a shop."""
    found = read(orders.one, _name(channel), _name(reference), _caller(), packs=settings().packing)
    return orders_contract.OrderAnswer.told(found, blind=_is_blind()).response()


@blueprint.put("/orders/<channel>/<whole:reference>")
def put_order(channel: str, reference: str) -> Response:
    """Take in a version of an order. A number that means something else here is counted: it may be somebody's badge."""
    caller = _caller()
    said = body(orders_contract.OrderToTake).given(channel, reference)
    done = limits.give_number(caller, orders.put, said, caller, now(), packs=settings().packing)
    blind = _is_blind()
    return orders_contract.OrderAnswer.told(done.order, blind=blind).response(201 if done.is_new else 200)


@blueprint.post("/shipments")
def ship() -> Response:
    """Book a shipment that nobody scanned."""
    caller = _caller()
    said = body(shipments_contract.ShipmentToBook).told()
    done = limits.give_number(caller, shipments.ship, said, caller, now(), workflows(), packs=settings().packing)
    blind = _is_blind()
    return shipments_contract.ShipmentAnswer.of_booked(done, blind=blind).response()


@blueprint.get("/stock")
def stock() -> Response:
    """Units by item and location."""
    asked = query(contract.StockRows)
    rows = read(
        programs.stock, workflows(), _caller(), sku=asked.sku, place=asked.location, limit=asked.limit, offset=asked.offset
    )
    return StockAnswer.list_of(rows)


@blueprint.get("/reorder")
def reorder() -> Response:
    """What to order now, how many, and why."""
    asked = query(ReorderRows)
    wanted = reordering.Wanted(reordering.Show.DUE if asked.due else reordering.Show.ALL)
    found = read(reordering.listed, wanted, _caller(), workflows(), now().astimezone().date())
    rows = sorted(found, key=lambda each: each.sku)
    return ReorderAnswer.list_of(rows[asked.offset : asked.offset + asked.limit])


@blueprint.get("/where")
def where() -> Response:
    """What a code is, and where that is."""
    return WhereAnswer.of_answer(tell(query(CodeToFind).code, _caller(), _device())).response()


def _routes_of(kind: Kind) -> None:
    """The addresses of a kind of records."""

    def listed() -> Response:
        return records.listed(kind, _caller())

    def one(**key: str) -> Response:
        return records.one(kind, key, _caller())

    def put(**key: str) -> Response:
        return records.put(kind, key, _caller())

    at = records.address(kind)
    blueprint.add_url_rule(f"/{kind.name}", f"list_{kind.name}", listed, methods=["GET"])
    if kind.name not in HAS_A_PAGE_OF_ITS_OWN:
        blueprint.add_url_rule(at, f"one_of_{kind.name}", one, methods=["GET"])
    blueprint.add_url_rule(at, f"put_{kind.name}", put, methods=["PUT"])


HAS_A_PAGE_OF_ITS_OWN = {"items"}
for _kind in records.OVER_API.values():
    _routes_of(_kind)


@blueprint.get("/items/<whole:sku>")
def item(sku: str) -> Response:
    """One item, by any SKU that it had, and what was changed about it."""
    return _item(sku)


@blueprint.post("/items/<whole:sku>/rename")
def rename_item(sku: str) -> Response:
    """Give an item another SKU or name."""
    said = body(items_contract.NewName)
    return _item(transact(items.rename, _sku(sku), said.sku, said.name, _caller(), now()).sku)


@blueprint.post("/items/<whole:sku>/merge")
def merge_item(sku: str) -> Response:
    """Make two items one."""
    into = body(items_contract.MergeInto).into
    return _item(transact(items.merge, _sku(sku), into, _caller(), now(), workflows()).sku)


@blueprint.post("/items/<whole:sku>/retire")
def retire_item(sku: str) -> Response:
    """Note that an item is sold no longer, or again."""
    said = taken(items_contract.Retire, json_object() if request.get_data() else {})
    if said.retired:
        return _item(transact(items.retire, _sku(sku), _caller(), now()).sku)
    return _item(transact(items.bring_back, _sku(sku), _caller(), now()).sku)


@blueprint.get("/discrepancies")
def list_discrepancies() -> Response:
    """Discrepancies of every state, by number."""
    asked = query(contract.Discrepancies)
    rows = read(discrepancies.shown, _caller(), workflows(), **asked.model_dump())
    return DiscrepancyAnswer.list_of(rows)


@blueprint.get("/budget")
def budget() -> Response:
    """A month of drift against its budget."""
    return drift.budget(_caller(), query(Month).period).response()


@blueprint.get("/signals")
def list_signals() -> Response:
    """Signals of every state, by number."""
    asked = query(SignalsAsked)
    found = read(
        signals.shown, _caller(), state=asked.state or None, kind=asked.kind or None, after=asked.after, limit=asked.limit
    )  # fmt: skip
    return SignalAnswer.list_of(found)


@blueprint.post("/signals/<int:signal_id>/close")
def close_signal(signal_id: int) -> Response:
    """Close a signal by whether anything was found."""
    said = body(SignalClosing)
    found = transact(signals.close, signal_id, has_found=said.found, note=said.note, operator=_caller(), now=now())
    return SignalAnswer.of(found).response()


@blueprint.get("/movements")
def movements() -> Response:
    """Movements in the order of the record, after a sequence number."""
    asked = query(contract.Rows)
    return MovementAnswer.list_of(read(history.movements, workflows(), _caller(), asked.after, asked.limit))


@blueprint.get("/audit")
def audit() -> Response:
    """What administrators changed, after a sequence number."""
    asked = query(contract.Rows)
    return AuditedAnswer.list_of(read(audited.after, _caller(), asked.after, asked.limit))


def _reading(seen: Reading) -> contract.ReadingAnswer:
    item = read(programs.item_of, seen.text, seen.aim)
    return contract.ReadingAnswer(
        text=seen.text, symbology=seen.symbology, corners=list(seen.corners), trusted=seen.trusted,
        item=ItemAnswer.of(item) if item else None,
    )  # fmt: skip


def _caller() -> OperatorView:
    caller: OperatorView = g.caller
    return caller


def _is_blind() -> bool:
    """Whether who asks is kept from what the record has."""
    return read(homes.is_blind_now, _caller(), workflows())


def _device() -> str:
    """A token is a device of its own."""
    return "api-" + tokens.digest(g.token)[:12]


def _one_of_many(fields: Any) -> dict[str, Any]:
    operator, device = _caller(), _device()
    said = taken(ScanBody, fields).request(operator.id, device)
    return ScanResultAnswer.of(limits.record(device, record_scan, said, now(), workflows(), by=operator)).fields()


def _item(sku: str) -> Response:
    found = items_contract.ItemRecordAnswer.of(read(items.record, _sku(sku), _caller()))
    if _caller().may(Right.IMPORT):
        found = found.model_copy(update=records.kept(KINDS["items"], {"sku": found.sku}, _caller()))
    return found.response()


def _sku(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise NotFound("There is no such item.", "sku")
    return text


def _reference(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise NotFound("There is no such task.", "task")
    return text


def _name(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise NotFound("There is no such order.", "reference")
    return text
