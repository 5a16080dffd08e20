"""Which device is asking: a random id in a signed cookie that lasts for years, so that unsent scans stay its own."""

from __future__ import annotations

import secrets

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from scanner.web.context import settings

COOKIE = "device"
_FIVE_YEARS = 5 * 365 * 24 * 3600


def device_id() -> str:
    """The device's id, 32 hex digits; a device without one gets it with this answer."""
    if "device" not in g:
        g.device = _known() or _new()
    return str(g.device)


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")


def _known() -> str | None:
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def _new() -> str:
    device = secrets.token_hex(16)
    signed = _signer().dumps(device)

    @after_this_request
    def give(response: Response) -> Response:
        secure = settings().https or request.is_secure
        response.set_cookie(COOKIE, str(signed), max_age=_FIVE_YEARS, httponly=True, samesite="Lax", secure=secure)
        return response

    return device
