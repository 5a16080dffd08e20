"""The home page, the service worker, and the values that every template has."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from scanner.db.engine import DRIVER_ERRORS
from scanner.db.watch import DatabaseGone
from scanner.people.rules import OperatorView, Right
from scanner.people.session import current_operator, requires
from scanner.scans.choices import Opening
from scanner.scans.pages import kept_offline, pages_of_person, task_url, workflows
from scanner.scans.rooms import Entry, Rooms, grouped, present
from scanner.scans.signals import sign_of
from scanner.web.context import now, read, settings

blueprint = Blueprint("pages", __name__)
BEZEL = "#14191d"
"""The colour of the bar at the top of every page (--ink-900)."""


@blueprint.get("/")
@requires(Right.SEE_TASKS)
def home() -> str:
    """The home page: the kinds of tasks. A scan opens its task."""
    return home_with(None)


def home_with(opening: Opening | None) -> str:
    """The home page, with the result of opening a task from it."""
    operator = current_operator()
    backups = current_app.extensions["backups"]() if operator and operator.may(Right.CONNECT) else None
    told = read(current_app.extensions["home"], operator, workflows(), now())
    return render_template(
        "scans/home.html", pages=pages_of_person(), opening=opening, backups=backups, now=now(), told=told
    )  # fmt: skip


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker. It is served from the root, since it may control only pages below its own address."""
    response = current_app.send_static_file("js/worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a browser asks for to put the app on a device's home screen: it opens like an app, without an address bar."""
    sizes = (
        ("icon.svg", "any", "image/svg+xml"),
        ("icon-192.png", "192x192", "image/png"),
        ("icon-512.png", "512x512", "image/png"),
    )
    icons = [
        {"src": url_for("static", filename=f"img/{name}"), "sizes": size, "type": kind, "purpose": "any maskable"}
        for name, size, kind in sizes
    ]
    answer = jsonify(
        name="Warehouse scanner", short_name="Scanner", id="/", start_url="/", scope="/", display="standalone", lang="en",
        background_color=BEZEL, theme_color=BEZEL, icons=icons,
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.app_context_processor
def page_context() -> dict[str, Any]:
    """Values for every template: who is signed in, rights, new ids, the time, settings."""
    return {
        "operator": _operator(),
        "may": _may,
        "new_id": uuid4,
        "now_iso": lambda: now().isoformat(),
        "rooms": _rooms,
        "present_room": _present,
        "sign_of": sign_of,
        "task_url": task_url,
        "kept_offline": kept_offline,
        "gs_character": settings().gs_character,
        "restored": current_app.extensions["restored"],
        "idle_minutes": settings().idle_lock_minutes,
        "house_name": settings().house_name,
    }


def _operator() -> OperatorView | None:
    """Who is signed in; None where the database does not answer."""
    try:
        return current_operator()
    except (SQLAlchemyError, DatabaseGone, *DRIVER_ERRORS):
        return None


def _rooms() -> tuple[Rooms, ...]:
    """The rooms of who is signed in."""
    operator = _operator()
    return grouped(_entries(), operator) if operator else ()


def _present() -> Entry | None:
    """The room that this page is in."""
    return present(_entries(), request.endpoint, request.blueprint)


def _entries() -> list[Entry]:
    found: list[Entry] = current_app.extensions["entries"]()
    return found


def _may(right: str) -> bool:
    operator = _operator()
    return operator is not None and operator.may(Right[right])
