"""What every view needs: the app's database, htmx's headers, and the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import current_app, redirect, request
from flask_htmx import HTMX
from flask_wtf import CSRFProtect
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.db.engine import Database
from scanner.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

htmx = HTMX()
csrf = CSRFProtect()


def database() -> Database:
    """The app's database."""
    found: Database = current_app.extensions["database"]
    return found


def settings() -> Settings:
    """How this server runs, with what the shop chose for itself."""
    found: Settings = current_app.extensions["chosen"].now()
    return found


def read(query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a service that only reads."""
    with database().read() as session:
        return query(session, *args, **kwargs)


def transact(use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a service as one write transaction."""
    return database().transact(use_case, *args, **kwargs)


def now() -> datetime:
    """The time of the server, with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The day of the server's zone, which is the house's: what is due today is so until its midnight."""
    return now().astimezone().date()


def wants_json() -> bool:
    """Whether the caller is a program: it sends or wants JSON, or asks below /api/."""
    if request.path.startswith("/api/") or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" and not htmx


def see_other(location: str) -> Response:
    """The answer to a form: a redirect (303), so that reloading the page does not send the form again."""
    return redirect(location, 303)


def accepts_bytes(setting: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view take a body up to the size in the named setting, instead of `body_bytes`."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.body_setting = setting  # type: ignore[attr-defined]
        return view

    return mark
