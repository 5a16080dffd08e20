"""What pages and programs may send, and what programs are answered, each as one model. OpenAPI is made from the same models.

The types of the fields (`field_types.py`) check them; `taken` turns what they say into a BadRequest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Self, TypeVar, get_origin

from flask import Response, current_app, jsonify, request
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
)
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from scanner.errors import BadRequest
from scanner.web.field_types import kind_of


class Body(BaseModel):
    """What is sent. A field that is not known is left alone."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Answer(BaseModel):
    """What a program is told. A field with a default is left out where it has that value; one without is always there."""

    model_config = ConfigDict(frozen=True, from_attributes=True, populate_by_name=True, use_enum_values=True)

    @classmethod
    def of(cls, value: Any) -> Self:
        """The answer made from an object with attributes of the same names."""
        return cls.model_validate(value)

    def fields(self) -> dict[str, Any]:
        """As JSON takes it."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def response(self, status: int = 200) -> Response:
        """As the answer to a request."""
        text = self.model_dump_json(by_alias=True, exclude_defaults=True)
        return current_app.response_class(text, status, mimetype="application/json")

    @classmethod
    def list_of(cls, values: Iterable[Any]) -> Response:
        """A list of such answers, made from objects with attributes of the same names, as the answer to a request."""
        return jsonify([cls.of(value).fields() for value in values])


B = TypeVar("B", bound=Body)


def taken(model: type[B], said: Any) -> B:
    """The fields as a model. Raises BadRequest that names the first field which is not as expected."""
    if isinstance(said, Mapping):
        said = {**dict.fromkeys(_required(model)), **said}  # so that each type says itself that it got nothing
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise _bad_request(error.errors(include_url=False)[0]) from None


def body(model: type[B]) -> B:
    """The JSON object that the request has, whatever its content type says."""
    return taken(model, json_object())


def form_or_json(model: type[B]) -> B:
    """The fields of a form, or of a JSON object."""
    return taken(model, sent())


def sent() -> Mapping[str, Any]:
    """The fields of a form, or of a JSON object, not yet checked."""
    return json_object() if request.is_json else request.form


def form(model: type[B]) -> B:
    """The fields of a form."""
    return taken(model, _fields(model, request.form))


def query(model: type[B], **otherwise: Any) -> B:
    """The fields of the address; what it does not name is as `otherwise` says."""
    return taken(model, otherwise | _fields(model, request.args))


def uploaded(name: str) -> bytes:
    """The file that a form brings under a name; empty where it brings none."""
    upload = request.files.get(name)
    return upload.read() if upload else b""


def json_object() -> dict[str, Any]:
    """The request's body, which must be one JSON object."""
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest("Expected a JSON object in UTF-8, got something else.") from None
    if not isinstance(found, dict):
        raise BadRequest(f"Expected a JSON object, got {kind_of(found)}.")
    return found


def _fields(model: type[Body], said: MultiDict[str, str]) -> dict[str, Any]:
    """All values of a field that is a list, the first one of any other."""
    return {name: said.getlist(name) if name in _lists(model) else said[name] for name in said}


@cache
def _lists(model: type[Body]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is list)


@cache
def _required(model: type[Body]) -> tuple[str, ...]:
    return tuple(name for name, field in model.model_fields.items() if field.is_required())


def _bad_request(error: ErrorDetails) -> BadRequest:
    """pydantic's error in our words, and where it is, as `lines[0].sku`."""
    field = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in error["loc"]).lstrip(".")
    told = error.get("ctx", {})
    if "error" in told:  # what a type of ours said
        return BadRequest(str(told["error"]), field or None)
    words = _WORDS.get(error["type"], "Expected another value, got {got}.")
    return BadRequest(words.format(got=kind_of(error["input"]), **told), field or None)


_WORDS = {
    "model_type": "Expected a JSON object, got {got}.",
    "model_attributes_type": "Expected a JSON object, got {got}.",
    "list_type": "Expected a list, got {got}.",
    "string_type": "Expected a text, got {got}.",
    "string_unicode": "Expected a value that can be stored, got one that cannot.",
    "enum": "Expected {expected}, got something else.",
    "literal_error": "Expected {expected}, got something else.",
}
