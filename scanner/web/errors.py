"""Turns domain errors into HTTP answers: a page, a fragment or JSON, whichever was asked for."""

from __future__ import annotations

import errno
import logging
from datetime import timedelta

from flask import Flask, Response, jsonify, make_response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from werkzeug.exceptions import HTTPException, InternalServerError

from scanner import errors
from scanner.audit import service as audit
from scanner.audit.rules import SAMPLE, Action
from scanner.db.engine import DRIVER_ERRORS, Busy, Uncertain
from scanner.db.passing import passes
from scanner.db.watch import DatabaseGone
from scanner.web.context import now, read, wants_json
from scanner.web.fragments import page_or_block
from scanner.web.requests import meters, request_id

STATUS: dict[type[errors.DomainError], tuple[int, str]] = {
    errors.BadRequest: (400, "bad_request"),
    errors.BadgeScanned: (400, "badge"),
    errors.NotSignedIn: (401, "not_signed_in"),
    errors.NotAllowed: (403, "not_allowed"),
    errors.ConfirmFirst: (403, "confirm_first"),
    errors.NotFound: (404, "not_found"),
    errors.Conflict: (409, "conflict"),
    errors.AfterBadge: (409, "after_badge"),
    errors.TooLarge: (413, "too_large"),
    errors.TooMany: (429, "too_many"),
    errors.Overloaded: (503, "busy"),
    Busy: (503, "busy"),
    Uncertain: (500, "uncertain"),
    DatabaseGone: (503, "database_gone"),
}
_WORDS = {
    404: "There is nothing here.",
    405: "This address does not take that kind of request.",
    413: "That is larger than what is taken at once.",
}
# A number too large, JSON nested too deep, or half a surrogate pair.
_IMPOSSIBLE = (OverflowError, RecursionError, UnicodeEncodeError)
FORESEEN: tuple[type[Exception], ...] = (errors.DomainError, *DRIVER_ERRORS, PoolIsEmpty, OSError, *_IMPOSSIBLE)
"""What can go wrong without a bug: bad input, a busy database, a full disk, a lost connection. All else is a fault."""
NOT_NOW = (503, {"code": "not_recorded", "message": "The record could not be written. Nothing is lost on the device: try again."})
WITHOUT_ROOM = (
    "The server has no room for this now: its disk for temporary files is full, or too much comes in at the same time. Nothing "
    "was recorded, and nothing is lost on the device: try again in a moment."
)
GONE_MEANWHILE = "What this is about was taken away meanwhile. Nothing was recorded: load the page again."
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})
_JUST = timedelta(minutes=1)
"""So long after a sample was emptied a request may still be about something of it that it found before."""
TRY_AGAIN_SECONDS = 5
"""When a program may send again what was not recorded. Pages have their own pauses."""
_log = logging.getLogger(__name__)


def as_answer(error: Exception) -> tuple[int, dict[str, str]]:
    """The HTTP status of any error, and `{"code", "message", "field"?}` as the API says it.

    503 only for what passes by itself. What never will is 500, with the number of the request, which the log has, too.
    """
    status, words = _as_answer(error)
    meters().refused(words["code"])
    return status, words


def _as_answer(error: Exception) -> tuple[int, dict[str, str]]:
    if isinstance(error, Busy):
        _log.warning("The database was busy for too long", exc_info=error.__cause__)
    if isinstance(error, errors.DomainError):
        return _domain_error(error)
    if isinstance(error, _IMPOSSIBLE) or _is_of_data(error):
        return 400, {"code": "bad_request", "message": "Expected a value that can be stored, got one that cannot."}
    if _is_of_what_is_gone(error):
        _log.warning("A sample was emptied while it was worked on", exc_info=error)
        return 409, {"code": "conflict", "message": GONE_MEANWHILE}
    if isinstance(error, OSError) and error.errno in _FULL:
        _log.error("There is no room for a file", exc_info=error)
        return 503, {"code": "busy", "message": WITHOUT_ROOM}
    if not passes(error):
        return _fault(error)
    _log.error("The database refused", exc_info=error)
    return NOT_NOW


def register(app: Flask) -> None:
    """Answer every failure of a request in words."""
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unforeseen)
    for foreseen in FORESEEN:
        app.register_error_handler(foreseen, _foreseen)


def _domain_error(error: errors.DomainError) -> tuple[int, dict[str, str]]:
    status, code = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), (400, "bad_request"))
    body = {"code": code, "message": error.message}
    return status, body | {"field": error.field} if error.field else body


def _fault(error: Exception) -> tuple[int, dict[str, str]]:
    _log.error("A fault of the program", exc_info=error)
    return _in_words_of_a_fault()


def _in_words_of_a_fault() -> tuple[int, dict[str, str]]:
    words = (
        f"This is a fault of the program, number {request_id()}: tell who looks after it. Nothing was recorded, and sending it "
        "again does not help until it is mended."
    )
    return 500, {"code": "fault", "message": words}


def _is_of_data(error: Exception) -> bool:
    """Whether the value fits no column (a NUL, a text too long). Sending it again is no use."""
    return any(kind.__name__ == "DataError" for kind in type(getattr(error, "orig", error)).__mro__)


def _is_of_what_is_gone(error: Exception) -> bool:
    """Whether what a row is about went a moment ago, with a sample. With nothing gone it is a fault, and the scan waits."""
    cause = getattr(error, "orig", error)
    is_of_a_parent = type(cause).__name__ == "ForeignKeyViolation" or "FOREIGN KEY constraint failed" in str(cause)
    return is_of_a_parent and _was_just_emptied()


def _was_just_emptied() -> bool:
    try:
        emptied = read(audit.last, Action.SAMPLE_EMPTIED, *SAMPLE)
    except (errors.DomainError, SQLAlchemyError, *DRIVER_ERRORS):
        return False
    return emptied is not None and now() - emptied.at < _JUST


def _foreseen(error: Exception) -> Response:
    response = _answer(*as_answer(error))
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _unforeseen(_error: InternalServerError) -> Response:
    return _answer(*_in_words_of_a_fault())  # Flask has logged it (`app.log_exception`)


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


def _page(status: int, error: dict[str, str], number: str) -> str:
    """The page that says it. Where nobody can look up who is signed in, it is drawn again: as for a stranger."""
    for _ in range(2):
        try:
            return page_or_block("web/error.html", "error", status=status, error=error, number=number)
        except (errors.DomainError, SQLAlchemyError, *DRIVER_ERRORS):
            _log.warning("A page of an error was drawn without who is signed in")
    return error["message"]


def _answer(status: int, error: dict[str, str]) -> Response:
    if wants_json():
        response = jsonify(error=error)
    else:
        number = request_id() if status > 500 else ""  # the words of a fault have it
        response = make_response(_page(status, error, number))
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
