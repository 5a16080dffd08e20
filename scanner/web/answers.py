"""The answer once something of the office is saved, in the form that was asked for."""

from __future__ import annotations

from flask import flash, make_response, request
from werkzeug.wrappers import Response

from scanner.web.context import htmx, see_other
from scanner.web.contract import Answer


class SavedAnswer(Answer):
    """What was saved, in words."""

    message: str


def saved(answer: SavedAnswer, location: str) -> Response:
    """The page again for a form with the words of the answer, the same for htmx, the whole answer for a program."""
    if request.is_json:
        return answer.response()
    flash(answer.message, "good")
    if htmx:
        response = make_response("")
        response.headers["HX-Redirect"] = location
        return response
    return see_other(location)
