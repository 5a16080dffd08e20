"""Signing in, handing over, locking, signing out, and giving the PIN again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.db.watch import DatabaseGone
from scanner.errors import BadRequest, NotAllowed, TooMany
from scanner.people import session
from scanner.people import sign_in as signin
from scanner.people.contract import ComeBack, ConfirmForm, SignInForm
from scanner.people.sessions import service as sessions
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, see_other, transact, wants_json
from scanner.web.contract import form, form_or_json, query
from scanner.web.device import address, device_id

blueprint = Blueprint("auth", __name__)

_RELATIVE = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@blueprint.app_context_processor
def lock_state() -> dict[str, bool]:
    """Tell every template whether the device is locked. The token that it may hold is this session's."""
    session.bind_page()
    return {"locked": session.is_locked()}


@blueprint.get("/sign-in")
def sign_in() -> str | AnyResponse:
    """The page to scan a badge on. Whoever is signed in can hand over or sign out here. It leads on where nobody can sign in."""
    doors = _doors()
    if not doors.anybody:
        return redirect(url_for("beginning.set_up"))
    return render_template("people/sign_in.html", next=local(query(ComeBack).next), no_supervisor=not doors.supervisor)


def _doors() -> signin.Doors:
    """Who can sign in at all. Where the database does not answer, as where somebody can: the page that says so is this one."""
    try:
        return read(signin.doors)
    except (SQLAlchemyError, DatabaseGone, Busy, *DRIVER_ERRORS):
        return signin.Doors(anybody=True, supervisor=True)


@blueprint.post("/sign-in", endpoint="sign_in_by_badge")
def sign_in_by_badge() -> Response:
    """Sign in by badge, and by PIN where one is set. Whoever was signed in is signed out."""
    said = form(SignInForm)
    badge, pin, target = said.badge or said.code, said.pin, said.next
    if not badge.strip():
        raise BadRequest("Expected a badge, got nothing.", "badge")
    new = session.new_session()
    try:
        result = transact(sessions.begin_by_badge, badge, pin, new, now(), current_app.extensions["is_label"])
    except TooMany as error:
        if wants_json():
            raise
        return _page(429, {"message": error.message, "next": local(target)}, {"Retry-After": str(error.retry_after)})
    if result.operator is None:
        asks = result.needs_pin and not pin
        shown = {"needs_pin": result.needs_pin, "badge": badge, "wrong": not asks, "message": result.message}
        return _page(200 if asks else 401, shown | {"next": local(target)})
    session.begin(result.operator, new)
    return make_response(see_other(local(target) or url_for("pages.home")))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Sign out. Unsent scans stay on the device."""
    session.end()
    return make_response(see_other(url_for("auth.sign_in")))


@blueprint.post("/lock")
def lock() -> Response:
    """Ask for a badge from now on."""
    session.lock()
    return make_response(see_other(url_for("auth.locked")))


@blueprint.get("/lock", endpoint="locked")
def locked() -> Response:
    """The page of a locked device."""
    if not session.is_locked():
        return make_response(redirect(url_for("auth.sign_in", next=local(query(ComeBack).next) or None)))
    return make_response(render_template("people/locked.html", next=local(query(ComeBack).next)))


@blueprint.get("/confirm")
@session.requires()
def confirm() -> Response:
    """The page that asks for the PIN again, or for the badge of a person without one."""
    return _confirm_page(200, "", local(query(ComeBack).next))


@blueprint.post("/confirm", endpoint="confirm_by_pin")
@session.requires()
def confirm_by_pin() -> Response:
    """Take the PIN or the badge again, and go back to what wanted it."""
    said, mine = form_or_json(ConfirmForm), session.current_session()
    target = local(said.next) or url_for("pages.home")
    assert mine is not None
    try:
        result = transact(sessions.confirm, mine, said.key(), device=device_id(), address=address(), now=now())
    except TooMany as error:
        if wants_json():
            raise
        return _confirm_page(429, error.message, local(said.next), {"Retry-After": str(error.retry_after)})
    if result.operator is None and wants_json():
        raise NotAllowed(result.message, "pin" if mine.has_pin else "badge")
    if result.operator is None:
        return _confirm_page(403, result.message, local(said.next))
    return make_response(saved(SavedAnswer(message="Thank you. It is not asked for again for five minutes."), target))


def local(target: str | None) -> str:
    """`target` where it is a path on this server to come back to, else nothing."""
    if not target or not _RELATIVE.fullmatch(target) or len(target) > 500:
        return ""
    here = urlsplit(target)
    away = here.scheme or here.netloc or here.path.rstrip("/") in {"/sign-in", "/sign-out", "/lock", "/confirm"}
    return "" if away else target


def _page(status: int, shown: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return make_response(render_template("people/sign_in.html", **shown), status, headers or {})


def _confirm_page(status: int, message: str, target: str, headers: dict[str, str] | None = None) -> Response:
    mine = session.current_session()
    shown = {"needs_pin": mine is not None and mine.has_pin, "message": message, "next": target, "wrong": bool(message)}
    return make_response(render_template("people/confirm.html", **shown), status, headers or {})
