"""Signing in, handing over, locking and signing out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, url_for

from scanner.errors import BadRequest, TooMany
from scanner.people import session
from scanner.people import sign_in as signin
from scanner.people.contract import ComeBack, SignInForm
from scanner.web.context import now, see_other, transact, wants_json
from scanner.web.contract import form, query
from scanner.web.device import address, device_id

blueprint = Blueprint("auth", __name__)

_RELATIVE = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@blueprint.app_context_processor
def lock_state() -> dict[str, bool]:
    """Tell every template whether the device is locked."""
    return {"locked": session.is_locked()}


@blueprint.get("/sign-in")
def sign_in() -> str:
    """The page to scan a badge on. Whoever is signed in can hand over or sign out here."""
    return render_template("people/sign_in.html", next=local(query(ComeBack).next))


@blueprint.post("/sign-in", endpoint="sign_in_by_badge")
def sign_in_by_badge() -> Response:
    """Sign in by badge, and by PIN where one is set. Whoever was signed in is signed out."""
    said = form(SignInForm)
    badge, pin, target = said.badge or said.code, said.pin, said.next
    if not badge.strip():
        raise BadRequest("Expected a badge, got nothing.", "badge")
    try:
        result = transact(
            signin.sign_in,
            badge,
            pin,
            device=device_id(),
            address=address(),
            now=now(),
            is_label=current_app.extensions["is_label"],
        )
    except TooMany as error:
        if wants_json():
            raise
        return _page(429, {"message": error.message, "next": local(target)}, {"Retry-After": str(error.retry_after)})
    if result.operator is None:
        asks = result.needs_pin and not pin
        shown = {"needs_pin": result.needs_pin, "badge": badge, "wrong": not asks, "message": result.message}
        return _page(200 if asks else 401, shown | {"next": local(target)})
    session.begin(result.operator)
    return make_response(see_other(local(target) or url_for("pages.home")))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Sign out. Unsent scans stay on the device."""
    session.end()
    return make_response(see_other(url_for("auth.sign_in")))


@blueprint.post("/lock")
def lock() -> Response:
    """Ask for a badge from now on."""
    if session.current_operator():
        session.lock()
    return make_response(see_other(url_for("auth.locked")))


@blueprint.get("/lock", endpoint="locked")
def locked() -> Response:
    """The page of a locked device."""
    if not session.is_locked():
        return make_response(redirect(url_for("auth.sign_in", next=local(query(ComeBack).next) or None)))
    return make_response(render_template("people/locked.html", next=local(query(ComeBack).next)))


def local(target: str | None) -> str:
    """`target` where it is a path on this server to come back to, else nothing."""
    if not target or not _RELATIVE.fullmatch(target) or len(target) > 500:
        return ""
    here = urlsplit(target)
    away = here.scheme or here.netloc or here.path.rstrip("/") in {"/sign-in", "/sign-out", "/lock"}
    return "" if away else target


def _page(status: int, shown: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return make_response(render_template("people/sign_in.html", **shown), status, headers or {})
