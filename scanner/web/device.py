"""The device that asks: a random id in a signed cookie that lasts five years.

The cookie also lists who signed in on the device. A database that was restored from a backup has forgotten it, and then takes
their unsent scans anyway.
"""

from __future__ import annotations

import secrets

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from scanner.web.context import settings

COOKIE = "device"
_FIVE_YEARS = 5 * 365 * 24 * 3600
MOST_PEOPLE = 60
"""More people than share a device within a day, and few enough for a cookie."""


def device_id() -> str:
    """The id of the device, 32 hex digits. A device without one gets it with this answer."""
    return _cookie()[0]


def note_sign_in(operator_id: int) -> None:
    """Have the device remember that the person signed in on it."""
    device, people = _cookie()
    _keep(device, [*(each for each in people if each != operator_id), operator_id][-MOST_PEOPLE:])


def remembers(operator_id: int) -> bool:
    """Whether the cookie lists the person among the last who signed in."""
    return operator_id in _cookie()[1]


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def _cookie() -> tuple[str, list[int]]:
    """The id of the device, and who signed in on it, the last at the end."""
    if "device" not in g:
        g.device = _known() or _keep(secrets.token_hex(16), [])
    found: tuple[str, list[int]] = g.device
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")


def _known() -> tuple[str, list[int]] | None:
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    if isinstance(found, str):  # a cookie from before it listed people
        return found, []
    return (found[0], found[1]) if isinstance(found, list) else None


def _keep(device: str, people: list[int]) -> tuple[str, list[int]]:
    if "device_changed" not in g:
        g.device_changed = True
        after_this_request(_give)
    g.device = device, people
    return device, people


def _give(response: Response) -> Response:
    secure = settings().https or request.is_secure
    signed = str(_signer().dumps(list(_cookie())))
    response.set_cookie(COOKIE, signed, max_age=_FIVE_YEARS, httponly=True, samesite="Lax", secure=secure)
    return response
