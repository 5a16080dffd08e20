"""The API described in OpenAPI 3.1, for people and for tools that test it."""

from __future__ import annotations

from typing import Any

from scanner.codes.dispositions import Disposition
from scanner.discrepancies.rules import DiscrepancyState
from scanner.returns.refunds import Refund
from scanner.scans.decision import TaskState
from scanner.scans.request import MAX_QUANTITY, Source
from scanner.scans.result import Outcome, Reason
from scanner.workflows import WORKFLOWS

Schema = dict[str, Any]


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _enum(words: Any, *but: str) -> Schema:
    return {"type": "string", "enum": [str(word) for word in words if word not in but]}


GRADED_AT_ONCE = f"Counts a returned unit and grades it in the same scan: {', '.join(Disposition)}."
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


SCHEMAS: dict[str, Schema] = {
    "Error": _object(
        "error",
        error=_object("code message", code=TEXT, message=TEXT, field=TEXT),
    ),
    "Item": _object("sku name", sku=TEXT, name=TEXT),
    "Count": _object("scanned", expected={**WHOLE, "description": "Left out where a count is blind."}, scanned=WHOLE),
    "Scan": _object(
        "id task code source scanned_at",
        id={"type": "string", "format": "uuid", "description": "Made by the sender, so that a retry is the same scan."},
        task={"type": "string", "minLength": 1, "maxLength": 512},
        code={"type": "string", "minLength": 1, "maxLength": 512, "description": "The payload as in the symbol; GS is U+001D."},
        source=_enum(Source, Source.LINKED),
        scanned_at={**TIME, "description": "The device's clock. Without an offset it is UTC."},
        sent_at={**TIME, "description": "The same clock when this try was sent: tells how long it waited."},
        quantity={"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY, "default": 1},
        location={"type": "string", "maxLength": 512, "description": "Where the goods go, other than the place scanned last."},
        disposition={"type": "string", "maxLength": 512, "description": GRADED_AT_ONCE},
        reason={"type": "string", "maxLength": 512, "description": "Why it is graded so: a reason's code, as DOA."},
        confirm={"type": "boolean", "default": False, "description": "Take in what would be held."},
    ),
    "ScanResult": _object(
        "id outcome reason message units replayed task sequence",
        id={"type": "string", "format": "uuid"},
        outcome=_enum(Outcome),
        reason=_enum(Reason),
        message=TEXT,
        item=_ref("Item"),
        units={**WHOLE, "description": "What the scan stands for; negative when it took units back."},
        line=_ref("Count"),
        replayed={**YES_NO, "description": "The same scan was recorded before; this is the answer it got then."},
        task=TEXT,
        sequence={**WHOLE, "description": "The place of the scan in the record."},
        location=TEXT,
        opens={**TEXT, "description": "The task whose own label was scanned."},
    ),
    "BatchResult": {
        "type": "object",
        "required": ["status"],
        "properties": {"status": WHOLE},
        "description": "A ScanResult with status 200, or an Error with the status that it would have had alone.",
    },
    "Reading": _object(
        "text symbology corners trusted",
        text=TEXT,
        symbology=TEXT,
        corners=_list(_list(WHOLE)),
        trusted={**YES_NO, "description": "False: a guess, for a person to confirm."},
        item=_ref("Item"),
    ),
    "Line": _object(
        "sku name scanned",
        sku=TEXT,
        name=TEXT,
        location=TEXT,
        expected={**WHOLE, "description": "Left out where a count is blind."},
        scanned=WHOLE,
    ),
    "Task": _object(
        "reference kind state lines",
        reference=TEXT,
        kind=_enum(WORKFLOWS),
        state=_enum(TaskState),
        partner=TEXT,
        asn=TEXT,
        order=TEXT,
        due_on={"type": "string", "format": "date"},
        finished_at=TIME,
        lines=_list(_ref("Line")),
    ),
    "Finish": _object(
        "reference state short",
        reference=TEXT,
        state=_enum(TaskState),
        short=_list(
            _object(
                "sku name expected scanned missing untouched",
                sku=TEXT, name=TEXT, expected=WHOLE, scanned=WHOLE, missing=WHOLE, untouched=YES_NO,
            )
        ),
        back_order={**TEXT, "description": "The task with what is still to come."},
    ),
    "Stock": _object("location sku name units sellable", location=TEXT, sku=TEXT, name=TEXT, units=WHOLE, sellable=YES_NO),
    "Discrepancy": _object(
        "id kind task sku units value cause owner state",
        id=WHOLE,
        kind=TEXT,
        task=TEXT,
        sku=TEXT,
        name=TEXT,
        units={**WHOLE, "description": "A size; the direction is in the kind. The variance of a count alone is signed."},
        value={"type": "number", "description": "At cost, in the currency of the item."},
        cause=TEXT,
        owner=TEXT,
        location=_or_null(TEXT),
        state=_enum(DiscrepancyState),
        opened_at=TIME,
        settled_at=_or_null(TIME),
    ),
    "CountToStart": _object(
        "kind section", kind=_enum(["count"]), section={"type": "string", "minLength": 1, "maxLength": 64}
    ),
    "ReturnThatCame": _object("kind", kind=_enum(["return"])) | {"additionalProperties": False},
    "ReturnToAnnounce": _object(
        "kind lines",
        kind=_enum(["return"]),
        reference={"type": "string", "maxLength": 64, "description": "Left out: the next free number."},
        order={"type": "string", "maxLength": 64},
        customer={"type": "string", "maxLength": 200},
        lines={"type": "array", "minItems": 1, "maxItems": 200, "items": _ref("AnnouncedLine")},
    ),
    "AnnouncedLine": _object(
        "sku",
        sku={"type": "string", "minLength": 1, "maxLength": 512, "description": "A SKU or a barcode."},
        expected={"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY, "default": 1},
        reason={"type": "string", "maxLength": 300},
    ),
    "GradeOfLine": _object(
        "sku units disposition location graded_at operator scan",
        sku={**TEXT, "description": "The item, or a part of it where the item is a kit."},
        units=WHOLE, disposition=_enum(Disposition), reason=_or_null(TEXT), reason_name=_or_null(TEXT), location=TEXT,
        graded_at=TIME, operator=TEXT, scan=WHOLE,
    ),
    "ReturnedLine": _object(
        "return line sku expected arrived ungraded refund grades",
        **{"return": TEXT},
        order=TEXT, customer=TEXT, announced=YES_NO, matched_to=_or_null(TEXT), line=WHOLE, sku=TEXT, name=TEXT,
        reason_given=TEXT, expected=WHOLE, arrived=WHOLE,
        ungraded={**WHOLE, "description": "Units that still wait at the bench; of a kit, its parts."}, missing_parts=WHOLE,
        refund={"type": ["string", "null"], "enum": [*map(str, Refund), None], "description": "Null while something waits."},
        grades=_list(_ref("GradeOfLine")),
    ),
    "Return": _object(
        "reference state lines compared differences flags",
        id=WHOLE, reference=TEXT, order=TEXT, customer=TEXT, state=_enum(TaskState), announced=YES_NO, matched_to=TEXT,
        owner=TEXT, created_at=TIME, handled_at=TIME, expected=WHOLE, arrived=WHOLE,
        at_bench={**WHOLE, "description": "Units that came and have no grade yet."},
        flags=_list(TEXT), refund={"type": ["string", "null"]}, lines=_list(_ref("ReturnedLine")),
        compared=_list(
            _object("sku name announced arrived by", sku=TEXT, name=TEXT, announced=WHOLE, arrived=WHOLE, differs=TEXT, by=WHOLE)
        ),
        differences=_list(_ref("Discrepancy")), matched=_list(TEXT),
    ),
    "Movement": {
        "type": "object",
        "required": ["sequence", "at", "sku", "units", "from", "to"],
        "properties": {
            "sequence": WHOLE, "at": TIME, "sku": TEXT, "units": WHOLE, "from": TEXT, "to": TEXT,
            "operator": _or_null(TEXT), "task": _or_null(TEXT), "scan": _or_null(WHOLE), "cause": TEXT,
        },
    },
}  # fmt: skip

_FAULTS = {
    400: "Not what was expected; nothing was recorded.",
    401: "The token is missing or not known.",
    403: "The token's operator may not do this.",
    404: "There is nothing of that name.",
    409: "It contradicts the record; nothing was changed.",
    413: "More than is taken at once.",
    429: "Too many; Retry-After says when.",
    503: "It could not be recorded; send the same again.",
}
_ALWAYS = (400, 401, 403, 413, 503)


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _answers(schema: Schema, *faults: int, status: int = 200) -> Schema:
    codes = sorted({*faults, *_ALWAYS})
    return {str(status): {"description": "Done.", **_json(schema)}} | {
        str(code): {"description": _FAULTS[code], **_json(_ref("Error"))} for code in codes
    }


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _page(most: int, default: int) -> Schema:
    return _query("limit", {"type": "integer", "minimum": 0, "maximum": most, "default": default})


_OFFSET = _query("offset", {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0})
_AFTER = _query("after", {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0})
_REFERENCE = {"name": "reference", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _get(summary: str, answer: Schema, *parameters: Schema, faults: tuple[int, ...] = ()) -> Schema:
    return {"summary": summary, "parameters": list(parameters), "responses": _answers(answer, *faults)}


def _post(summary: str, body: Schema, responses: Schema, *parameters: Schema, required: bool = True) -> Schema:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "requestBody": {"required": required, **_json(body)},
        "responses": responses,
    }


_ANY_SCAN: Schema = {"anyOf": [_ref("Scan"), {"description": "Anything else gets a status 400 of its own."}]}
_DECODE_FORM = _object(
    "photo",
    photo={"type": "string", "contentMediaType": "application/octet-stream"},
    task={**TEXT, "description": "The task whose codes are likely in the photo."},
)

PATHS: dict[str, Schema] = {
    "/scans": {"post": _post("Record one scan", _ref("Scan"), _answers(_ref("ScanResult"), 404, 409, 429))},
    "/scans/batch": {
        "post": _post(
            "Record up to 500 scans in their order, each with its own status; after a 503 the rest is 503 untried",
            _object("scans", scans={"type": "array", "minItems": 1, "maxItems": 500, "items": _ANY_SCAN}),
            _answers(_object("results", results=_list(_ref("BatchResult")))),
        )
    },
    "/decode": {
        "post": {
            "summary": "Read the barcodes in a photo; nothing is recorded",
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _DECODE_FORM}}},
            "responses": _answers(_object("readings", readings=_list(_ref("Reading")))),
        }
    },
    "/tasks": {
        "get": _get(
            "Tasks with their lines, the open ones first",
            _list(_ref("Task")),
            _query("kind", _enum(WORKFLOWS)),
            _query("state", _enum(TaskState)),
            _page(1000, 100),
            _OFFSET,
        ),
        "post": _post(
            "Start a count of a section, announce a return (with lines), or start one that nobody announced (without)",
            {"oneOf": [_ref("CountToStart"), _ref("ReturnToAnnounce"), _ref("ReturnThatCame")]},
            _answers(_ref("Task"), 404, 409, status=201)
            | {"200": {"description": "The very same return is announced already.", **_json(_ref("Task"))}},
        ),
    },
    "/tasks/{reference}": {"get": _get("One task with its lines", _ref("Task"), _REFERENCE, faults=(404,))},
    "/tasks/{reference}/finish": {
        "post": _post(
            "Finish a task; 409 with what is short or varies where that must be confirmed first",
            _object("", confirm=YES_NO, back_order=YES_NO),
            _answers(_ref("Finish"), 404, 409),
            _REFERENCE,
            required=False,
        )
    },
    "/returns": {
        "get": _get("Graded lines of returns by number", _list(_ref("ReturnedLine")), _page(1000, 200), _AFTER)
        | {"description": "The same that webhooks tell; `after` is the `line` that was read last."}
    },
    "/returns/{reference}": {
        "get": _get("One return: announced against came", _ref("Return"), _REFERENCE, faults=(404,)),
    },
    "/stock": {
        "get": _get(
            "Units by item and location",
            _list(_ref("Stock")),
            _query("sku", TEXT),
            _query("location", TEXT),
            _page(1000, 1000),
            _OFFSET,
        )
    },
    "/discrepancies": {
        "get": _get(
            "Discrepancies by number",
            _list(_ref("Discrepancy")),
            _query("state", _enum(DiscrepancyState)),
            _query("kind", TEXT),
            _query("owner", TEXT),
            _page(1000, 200),
            _AFTER,
        )
    },
    "/movements": {
        "get": _get("Movements in the order of the record", _list(_ref("Movement")), _AFTER, _page(1000, 200))
        | {
            "description": "On PostgreSQL a movement may appear a moment after one with a higher sequence number: "
            "who keeps a copy asks again from some way back, and takes each number once."
        },
    },
}

DOCUMENT: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Warehouse scanner",
        "version": "1",
        "description": "Scans against what a task expects. A recorded refusal is a 200: only what was not recorded is an error.",
    },
    "servers": [{"url": "/api/v1"}],
    "security": [{"token": []}],
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
"""The whole description, as `/api/v1/openapi.json` serves it."""
