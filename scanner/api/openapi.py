"""The API described in OpenAPI 3.1, for people and for tools that test it. What is sent and answered comes from the models."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from scanner.api import contract, records
from scanner.asking.contract import CodeToFind, WhereAnswer
from scanner.data.audit.contract import AuditedAnswer
from scanner.data.records.kinds import Kind
from scanner.discrepancies.contract import DiscrepancyAnswer
from scanner.drift import contract as drift
from scanner.drift.reorder import contract as reorder
from scanner.drift.signals.contract import SignalAnswer, SignalClosing, SignalsAsked
from scanner.items import contract as items
from scanner.orders.intake import contract as orders
from scanner.orders.shipments import contract as shipments
from scanner.returns.lines.contract import ReturnedLineAnswer
from scanner.returns.office.contract import ReturnAnswer
from scanner.scans import contract as scans
from scanner.scans.workflow import Workflows
from scanner.web.contract import Body

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
_FAULTS = {
    400: "Not what was expected; nothing was recorded.",
    401: "The token is missing or not known.",
    403: "The token's operator may not do this.",
    404: "There is nothing of that name.",
    409: "It contradicts the record; nothing was changed.",
    413: "More than is taken at once.",
    429: "Too many; Retry-After says when.",
    500: "A fault of the program: sending the same again does not help until it is mended.",
    503: "It could not be recorded; send the same again.",
}
_IN_PATH = re.compile(r"{([a-z_]+)}")
_ALWAYS = (400, 401, 403, 413, 500, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address and method: what it takes, and what it answers."""

    summary: str
    answer: type[BaseModel]
    many: bool = False  # a list of answers
    body: type[Body] | None = None
    bodies: Callable[[Workflows], Sequence[type[Body]]] | None = None  # instead of one: any of those that an app has
    form: type[Body] | None = None  # instead of JSON
    needs_body: bool = True
    query: type[Body] | None = None
    faults: Sequence[int] = ()  # beside those that every address has
    more: Mapping[int, tuple[str, type[BaseModel]]] | None = None  # further statuses that are no plain faults
    status: int = 200
    description: str = ""


def _starts(workflows: Workflows) -> list[type[Body]]:
    return [each.start.body for each in workflows.values() if each.start]


ROUTES: dict[tuple[str, str], Route] = {
    ("/scans", "post"): Route(
        summary="Record one scan", body=scans.ScanBody, answer=scans.ScanResultAnswer, faults=(404, 409, 429)
    ),
    ("/scans/batch", "post"): Route(
        summary=f"Record up to {contract.MOST_SCANS} scans in their order, each with its own status; "
        "after a 500 or 503 the rest is 503 untried",
        body=contract.Batch,
        answer=contract.BatchResults,
    ),
    ("/decode", "post"): Route(
        summary="Read the barcodes in a photo; nothing is recorded", form=contract.PhotoToRead, answer=contract.Readings
    ),
    ("/tasks", "get"): Route(
        summary="Tasks with their lines, the open ones first", query=contract.Tasks, answer=scans.TaskAnswer, many=True
    ),
    ("/tasks", "post"): Route(
        summary="Start a task of a kind that programs may start",
        bodies=_starts,
        answer=scans.TaskAnswer,
        status=201,
        faults=(404, 409),
        more={200: ("The very same task is there already.", scans.TaskAnswer)},
    ),
    ("/tasks/{reference}", "get"): Route(summary="One task with its lines", answer=scans.TaskAnswer, faults=(404,)),
    ("/tasks/{reference}/finish", "post"): Route(
        summary="Finish a task; 409 with what is short or varies where that must be confirmed first",
        body=scans.FinishTask,
        needs_body=False,
        answer=scans.Finished,
        faults=(404, 409),
    ),
    ("/returns", "get"): Route(
        summary="Graded lines of returns by number",
        query=contract.Rows,
        answer=ReturnedLineAnswer,
        many=True,
        description="The same that webhooks tell; `after` is the `line` that was read last.",
    ),
    ("/returns/{reference}", "get"): Route(summary="One return: announced against came", answer=ReturnAnswer, faults=(404,)),
    ("/orders", "get"): Route(
        summary="Orders by number, with how far each line is", query=orders.Orders, answer=orders.OrderAnswer, many=True
    ),
    ("/orders/{channel}/{reference}", "get"): Route(summary="One order of a shop", answer=orders.OrderAnswer, faults=(404,)),
    ("/orders/{channel}/{reference}", "put"): Route(
        summary="Take in a version of an order; the same or an older one changes nothing",
        body=orders.OrderToTake,
        answer=orders.OrderAnswer,
        status=201,
        faults=(404, 409, 429),
        more={200: ("The order was there already.", orders.OrderAnswer)},
    ),
    ("/shipments", "post"): Route(
        summary="Book a shipment that nobody scanned; the same again is booked once",
        body=shipments.ShipmentToBook,
        answer=shipments.ShipmentAnswer,
        faults=(404, 409, 429),
    ),
    ("/stock", "get"): Route(summary="Units by item and location", query=contract.StockRows, answer=scans.StockAnswer, many=True),
    ("/reorder", "get"): Route(
        summary="What to order now, how many, and why; by SKU",
        query=reorder.ReorderRows,
        answer=reorder.ReorderAnswer,
        many=True,
        description="Every item that is sold or has a reorder point of its own. Kits, merged and retired items are left out.",
    ),
    ("/where", "get"): Route(
        summary="What a code is, and where that is; nothing is recorded",
        query=CodeToFind,
        answer=WhereAnswer,
        faults=(429,),
        description="A code that nothing has is a 200 of kind unknown. Who may not see stock gets no units.",
    ),
    ("/items/{sku}", "get"): Route(
        summary="One item by any SKU that it had, with its codes and what was changed about it",
        answer=items.ItemRecordAnswer,
        faults=(404,),
    ),
    ("/items/{sku}/rename", "post"): Route(
        summary="Give an item another SKU or name; the old SKU goes on standing for it",
        body=items.NewName,
        answer=items.ItemRecordAnswer,
        faults=(404, 409),
    ),
    ("/items/{sku}/merge", "post"): Route(
        summary="Make two items one: codes, open lines and stock go to the item that stands for both from then on",
        body=items.MergeInto,
        answer=items.ItemRecordAnswer,
        faults=(404, 409),
    ),
    ("/items/{sku}/retire", "post"): Route(
        summary="Note that an item is sold no longer, or again",
        body=items.Retire,
        needs_body=False,
        answer=items.ItemRecordAnswer,
        faults=(404, 409),
    ),
    ("/discrepancies", "get"): Route(
        summary="Discrepancies by number", query=contract.Discrepancies, answer=DiscrepancyAnswer, many=True
    ),
    ("/budget", "get"): Route(
        summary="What drifted in a month, in money against its budget", query=drift.Month, answer=drift.BudgetAnswer
    ),
    ("/signals", "get"): Route(
        summary="Patterns in the record that say: step in, by number", query=SignalsAsked, answer=SignalAnswer, many=True
    ),
    ("/signals/{signal_id}/close", "post"): Route(
        summary="Close a signal by whether anything was found", body=SignalClosing, answer=SignalAnswer, faults=(404, 409)
    ),
    ("/movements", "get"): Route(
        summary="Movements in the order of the record",
        query=contract.Rows,
        answer=scans.MovementAnswer,
        many=True,
        description="On PostgreSQL a movement may appear a moment after one with a higher sequence number: "
        "who keeps a copy asks again from some way back, and takes each number once.",
    ),
    ("/audit", "get"): Route(
        summary="What administrators changed, in its order",
        query=contract.Rows,
        answer=AuditedAnswer,
        many=True,
        description="`after` is the `sequence` that was read last. None is left out, and none comes later with a lower one.",
    ),
}


def _of_records(kind: Kind) -> dict[tuple[str, str], Route]:
    """The addresses of a kind of records."""
    at = "/" + "/".join((kind.name, *(f"{{{name}}}" for name in kind.key)))
    which = records.WhichLine if kind.nth else None
    parts = "" if len(kind.key) == 1 else "A part of the key before the last one is encoded twice where it has a `/` or a `%`."
    found = {
        (f"/{kind.name}", "get"): Route(
            summary=f"{kind.title} in the order of their keys",
            query=records.RecordPage,
            answer=records.page_model(kind),
            description=kind.about,
        ),
        (at, "get"): Route(
            summary=f"One {kind.one}", query=which, answer=records.record_model(kind), faults=(404,), description=parts
        ),
        (at, "put"): Route(
            summary=f"Add {kind.a_new}, or change it; the same again changes nothing",
            query=which,
            body=records.put_model(kind),
            answer=records.put_answer(kind),
            status=201,
            faults=(404, 409, 429),
            more={200: ("It was there already.", records.put_answer(kind))},
            description=f"The fields of its file. What is left out or empty stays; null empties what may be. {parts}".strip(),
        ),
    }
    return {each: route for each, route in found.items() if each not in ROUTES}


for _kind in records.OVER_API.values():
    ROUTES |= _of_records(_kind)


def document(workflows: Workflows) -> Schema:
    """The whole description for an app with these kinds of tasks, as `/api/v1/openapi.json` serves it."""
    schemas = _schemas(workflows)
    paths: dict[str, Schema] = {}
    for (path, method), route in ROUTES.items():
        paths.setdefault(path, {})[method] = _operation(path, route, workflows)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Warehouse scanner",
            "version": "1",
            "description": "Scans against what a task expects. A recorded refusal is a 200: "
            "only what was not recorded is an error.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }
    told: Schema = _told(whole, workflows)
    return told


class _Plain(GenerateJsonSchema):
    """Schemas without titles. What may be left out is described by what it is when it is there."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """A default of None is no value of the field's: it says that the field may be left out."""
        if schema.get("default") is not None:
            return super().default_schema(schema)
        inner: Any = schema["schema"]
        if inner["type"] == "function-before" and inner["schema"]["type"] == "nullable":
            inner = inner["schema"]
        return self.generate_inner(inner["schema"] if inner["type"] == "nullable" else inner)

    def normalize_name(self, name: str) -> str:
        """A model's name in the description, without what tells it from the record's own class."""
        return _described(super().normalize_name(name))

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the name says it."""
        return False


def _described(name: str) -> str:
    return name.removesuffix("Answer").removesuffix("Body")


def _schemas(workflows: Workflows) -> dict[str, Schema]:
    bodies = [each for route in ROUTES.values() for each in _bodies(route, workflows)]
    answers = {route.answer for route in ROUTES.values()} | {contract.Error}
    models: list[Any] = [(each, "validation") for each in bodies]
    models += [(each, "serialization") for each in sorted(answers, key=lambda each: each.__name__)]
    _, found = models_json_schema(models, ref_template=_REF, schema_generator=_Plain)
    schemas: dict[str, Schema] = found["$defs"]
    return schemas


def _told(value: Any, workflows: Workflows) -> Any:
    """A schema with the kinds of tasks of this app, and without the titles that pydantic gives."""
    if isinstance(value, list):
        return [_told(each, workflows) for each in value]
    if not isinstance(value, dict):
        return value
    kinds = {"type": "string", "enum": list(workflows)} if scans.KINDS in value else {}
    kept = {name: each for name, each in value.items() if name != scans.KINDS and not (name == "title" and isinstance(each, str))}
    return kinds | {name: _told(each, workflows) for name, each in kept.items()}


def _bodies(route: Route, workflows: Workflows) -> list[type[Body]]:
    """What the JSON of a request may be."""
    return ([route.body] if route.body else []) + list(route.bodies(workflows) if route.bodies else [])


def _operation(path: str, route: Route, workflows: Workflows) -> Schema:
    operation: Schema = {"summary": route.summary, "parameters": _parameters(path, route), "responses": _responses(route)}
    if route.description:
        operation["description"] = route.description
    if content := _content(route, workflows):
        operation["requestBody"] = {"required": route.needs_body, "content": content}
    return operation


def _content(route: Route, workflows: Workflows) -> Schema:
    """What the body of a request has, by its media type; nothing where it has none."""
    if route.form:
        return {"multipart/form-data": {"schema": _inlined(route.form)}}
    if route.bodies:
        return _json({"oneOf": [_ref(each) for each in _bodies(route, workflows)]})
    return _json(_ref(route.body)) if route.body else {}


def _inlined(model: type[Body]) -> Schema:
    """The schema of a model that is described where it is used."""
    return model.model_json_schema(ref_template=_REF, schema_generator=_Plain)


def _parameters(path: str, route: Route) -> list[Schema]:
    found: list[Schema] = []
    for name in _IN_PATH.findall(path):
        found.append({"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}})
    if route.query:
        schema = _inlined(route.query)
        inlined = schema.get("$defs", {})
        for name, each in schema["properties"].items():
            target = each.get("$ref", "").rpartition("/")[2]
            found.append({"name": name, "in": "query", "required": False, "schema": inlined.get(target, each)})
    return found


def _responses(route: Route) -> Schema:
    answer = {"type": "array", "items": _ref(route.answer)} if route.many else _ref(route.answer)
    responses = {
        str(code): {"description": _FAULTS[code], "content": _json(_ref(contract.Error))} for code in (*_ALWAYS, *route.faults)
    }
    for code, (words, model) in (route.more or {}).items():
        responses[str(code)] = {"description": words, "content": _json(_ref(model))}
    return {str(route.status): {"description": "Done.", "content": _json(answer)}, **dict(sorted(responses.items()))}


def _ref(model: type[BaseModel]) -> Schema:
    return {"$ref": _REF.format(model=_described(model.__name__))}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
