"""Which device is asking: a random id in a signed cookie that lasts for years, so that unsent scans stay its own.

The cookie names who signed in here, too. The database knows that as well; but one that is put back from a backup has
forgotten since, and what these people scanned is then sent again.
"""

from __future__ import annotations

import secrets

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from scanner.web.context import settings

COOKIE = "device"
_FIVE_YEARS = 5 * 365 * 24 * 3600
MOST_PEOPLE = 60
"""More than hand a device over to each other within the day for which it can send again; few enough for a cookie."""


def device_id() -> str:
    """The device's id, 32 hex digits; a device without one gets it with this answer."""
    return _cookie()[0]


def note_sign_in(operator_id: int) -> None:
    """Have the device remember that the person signed in on it."""
    device, people = _cookie()
    _keep(device, [*(each for each in people if each != operator_id), operator_id][-MOST_PEOPLE:])


def remembers(operator_id: int) -> bool:
    """Whether the person is one of those who signed in on the device last."""
    return operator_id in _cookie()[1]


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def _cookie() -> tuple[str, list[int]]:
    """The device's id, and who signed in on it, the last at the end."""
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
    if isinstance(found, str):  # as it was before it named people
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
