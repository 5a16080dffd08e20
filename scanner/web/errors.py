"""Domain errors become HTTP here and nowhere else: a status, in the dress that the caller asked for."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from scanner.domain import errors
from scanner.store.engine import DRIVER_ERRORS, Busy
from scanner.web.context import htmx, wants_json

STATUS: dict[type[errors.DomainError], tuple[int, str]] = {
    errors.BadRequest: (400, "bad_request"),
    errors.BadgeScanned: (400, "badge"),
    errors.NotSignedIn: (401, "not_signed_in"),
    errors.NotAllowed: (403, "not_allowed"),
    errors.NotFound: (404, "not_found"),
    errors.Conflict: (409, "conflict"),
    errors.TooLarge: (413, "too_large"),
    errors.TooMany: (429, "too_many"),
    Busy: (503, "busy"),
}
_WORDS = {
    404: "There is nothing here.",
    405: "This address does not take that kind of request.",
    413: "That is larger than what is taken at once.",
}
_log = logging.getLogger(__name__)


def status_of(error: errors.DomainError) -> tuple[int, str]:
    """The HTTP status and the word of the API for an error."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), (400, "bad_request"))


def error_json(error: errors.DomainError) -> dict[str, str]:
    """`{"code", "message", "field"?}`, as the API says it."""
    body = {"code": status_of(error)[1], "message": error.message}
    return body | {"field": error.field} if error.field else body


def register(app: Flask) -> None:
    """Have every failure of a request answered in words."""
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    for driver_error in DRIVER_ERRORS:
        app.register_error_handler(driver_error, _database_error)
    for impossible in (OverflowError, RecursionError):  # a number or a nesting beyond what can be stored or read
        app.register_error_handler(impossible, _impossible)


def _domain_error(error: errors.DomainError) -> Response:
    response = _answer(status_of(error)[0], error_json(error))
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _csrf_error(error: CSRFError) -> Response:
    return _answer(401, {"code": "stale_page", "message": "This page is too old to send from. Reload it and try again."})


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    name = (error.name or "error").lower().replace(" ", "_")
    response = _answer(status, {"code": name, "message": _WORDS.get(status, error.description or "")})
    for header, value in error.get_headers():
        if header.lower() in {"allow", "retry-after"}:
            response.headers[header] = value
    return response


def _database_error(error: Exception) -> Response:
    """A full disk, a lost connection, a read-only file: nothing was recorded, and the device keeps what it has."""
    if any(kind.__name__ == "DataError" for kind in type(getattr(error, "orig", error)).__mro__):
        return _impossible(error)
    _log.error("The database refused: %s", getattr(error, "orig", error))
    return _answer(503, {"code": "not_recorded", "message": "The record could not be written. Nothing is lost on the device: try again."})


def _impossible(error: Exception) -> Response:
    """A value that no column takes (a NUL, a number of twenty digits): sending it again is no use."""
    return _answer(400, {"code": "bad_request", "message": "Expected a value that can be stored, got one that cannot."})


def _answer(status: int, error: dict[str, str]) -> Response:
    if wants_json():
        response = jsonify(error=error)
    elif htmx:
        response = make_response(render_template("errors/_error.html", status=status, error=error))
    else:
        response = make_response(render_template("errors/index.html", status=status, error=error, path=request.path))
    response.status_code = status
    return response
