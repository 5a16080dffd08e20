"""The answer once something of the office is saved, in the form that was asked for."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, make_response, request
from werkzeug.wrappers import Response

from scanner.web.context import htmx, see_other


def saved(message: str, location: str, **facts: Any) -> Response:
    """The page again for a form, the same for htmx, `facts` for a program."""
    if request.is_json:
        return jsonify(facts | {"message": message})
    flash(message, "good")
    if htmx:
        response = make_response("")
        response.headers["HX-Redirect"] = location
        return response
    return see_other(location)
