"""The JSON and the query of a request, checked: whatever comes, it is a value of the kind asked for or a BadRequest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request

from scanner.errors import BadRequest
from scanner.web.fields import whole_number

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no name or code of ours has, and PostgreSQL or UTF-8 in part refuse."""


def json_object() -> dict[str, Any]:
    """The body, which must be one JSON object, whatever its content type says."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest("Expected a JSON object in UTF-8, got something else.") from None
    return as_object(body)


def form_or_json() -> Mapping[str, Any]:
    """The fields of a form, or of a JSON object, by name."""
    return json_object() if request.is_json else request.form


def as_object(value: Any, field: str | None = None) -> dict[str, Any]:
    """`value`, which must be a JSON object."""
    if not isinstance(value, dict):
        raise BadRequest(f"Expected a JSON object, got {_kind(value)}.", field)
    return value


def boolean(fields: Mapping[str, Any], name: str) -> bool:
    """A field that is true or false; false when it is not there."""
    value = fields.get(name)
    if value not in (True, False, None) or (isinstance(value, int) and not isinstance(value, bool)):
        raise BadRequest(f"Expected true or false, got {_kind(value)}.", name)
    return bool(value)


def string(fields: Mapping[str, Any], name: str, longest: int) -> str:
    """A field that is a text of printable characters, neither empty nor too long."""
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or UNPRINTABLE.search(value):
        raise BadRequest(f"Expected 1 to {longest} printable characters, got {_kind(value)}.", name)
    return value


def query_number(name: str, default: int, most: int) -> int:
    """A whole number of the query, from 0 to `most`."""
    value = whole_number(request.args.get(name, default), name)
    if not 0 <= value <= most:
        raise BadRequest(f"Expected a whole number from 0 to {most}, got {value}.", name)
    return value


def query_word(name: str, words: tuple[str, ...]) -> str | None:
    """One of the words, None when the query does not have it."""
    value = request.args.get(name)
    if value is not None and value not in words:
        raise BadRequest(f"Expected one of {', '.join(words)}, got {value[:40]!r}.", name)
    return value


def query_text(name: str) -> str | None:
    """A text of the query, None when it does not have it. What cannot be printed finds nothing, so it is refused."""
    value = request.args.get(name)
    if value is not None and UNPRINTABLE.search(value):
        raise BadRequest(f"Expected printable characters, got {value[:40]!r}.", name)
    return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
