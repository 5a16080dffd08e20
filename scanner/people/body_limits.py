"""How large a body may be. A stranger may send no more than a form; who is known, what the view takes."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request

from scanner.people import tokens
from scanner.people.session import current_operator
from scanner.web.context import read, settings


def body_limit() -> int:
    """Bytes that the body of the request at hand may have."""
    usual = settings().body_bytes
    view = current_app.view_functions.get(request.endpoint or "")
    setting = getattr(view, "body_setting", None)
    if setting is None or (request.content_length is not None and request.content_length <= usual) or not _is_known():
        return usual
    most: int = getattr(settings(), setting)
    return most


def body_limit_of(app: Flask, environ: dict[str, Any]) -> int:
    """The same of a request whose body has not come yet."""
    with app.request_context(environ):
        return body_limit()


def _is_known() -> bool:
    """Whether a person or a program sends it that is known here."""
    if not request.path.startswith("/api/"):
        return current_operator() is not None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and read(tokens.token_operator, token.strip()) is not None
