"""Fields that the office fills in, from a form or from JSON; and the answer once they are saved, in the dress asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import flash, jsonify, make_response, request
from werkzeug.wrappers import Response

from scanner.errors import BadRequest
from scanner.money import to_e4
from scanner.web.context import htmx, see_other
from scanner.web.json_body import UNPRINTABLE

_PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")


def words(said: Mapping[str, Any], name: str, longest: int = 200, *, default: str | None = None) -> str:
    """A text of printable characters; without a default it must be there and not be empty."""
    value = said.get(name, default)
    if not isinstance(value, str) or len(value) > longest or UNPRINTABLE.search(value) or (default is None and not value.strip()):
        raise BadRequest(f"Expected 1 to {longest} printable characters in {name}.", name)
    return value.strip()


def percent(said: Mapping[str, Any], name: str) -> int:
    """`2.5` -> 250 hundredths of a per cent."""
    text = _number(said, name)
    if not _PERCENT.fullmatch(text):
        raise BadRequest(f"Expected a percentage such as 2.5, with at most two decimals, got {text[:40]!r}.", name)
    return int(Decimal(text.replace(",", ".")) * 100)


def money(said: Mapping[str, Any], name: str) -> int:
    """`12.50` -> 125000 ten-thousandths."""
    text = _number(said, name)
    try:
        return to_e4(text)
    except ValueError as error:
        raise BadRequest(f"Expected {error}, got {text[:40]!r}.", name) from None


def saved(message: str, location: str, **facts: Any) -> Response:
    """The answer to what was saved: the page again for a form, the same for htmx, `facts` for a program."""
    if request.is_json:
        return jsonify(facts | {"message": message})
    flash(message, "good")
    if htmx:
        response = make_response("")
        response.headers["HX-Redirect"] = location
        return response
    return see_other(location)


def _number(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadRequest(f"Expected a number in {name}.", name)
    return str(value).strip()
