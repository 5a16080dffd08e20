"""What is noted of each request: a number to find it by, a line in the log, and how long it took.

The route is noted, never the path: a path may have a code, a badge or the number of an order in it.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import partial

from flask import Flask, Response, current_app, g, request

from scanner.logs import ACCESS, about
from scanner.meters import Meters

HEADER = "X-Request-ID"
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What proxies make: a UUID or 32 hex digits. Anything else may be somebody's badge or token.
_MADE_BY_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_log = logging.getLogger(ACCESS)


def register(app: Flask) -> None:
    """Note every request of the app. Call this first, so that nothing comes before it or after it."""
    app.before_request(_begin)
    app.after_request(_name)
    app.teardown_request(_over)


def meters() -> Meters:
    """What the app counts itself with."""
    found: Meters = current_app.extensions["meters"]
    return found


def request_id() -> str:
    """The number of this request, which is in the log and in the header of its answer."""
    return str(g.get("request_id", ""))


def route() -> str:
    """The rule of the address, as `/tasks/<path:reference>`; `static` for all files, `none` where there is no such address."""
    if request.endpoint == "static":
        return "static"
    return request.url_rule.rule if request.url_rule else NO_ROUTE


def method() -> str:
    """The method, or `other`: a client may make one up."""
    return request.method if request.method in _METHODS else "other"


def _begin() -> None:
    asked = request.headers.get(HEADER, "")
    g.request_id = asked if _MADE_BY_A_PROXY.fullmatch(asked) else secrets.token_hex(6)
    g.began = time.perf_counter()
    about.set({"request": g.request_id, "method": method(), "route": route()})
    meters().at_work(1)


def _name(response: Response) -> Response:
    if "began" not in g:  # it failed before it began
        _begin()
    response.headers[HEADER] = g.request_id
    person = g.get("operator") or g.get("caller")
    seen = {**about.get(), "operator": person.id if person else None, "status": response.status_code}
    response.call_on_close(partial(_note, meters(), seen, g.began, response))
    return response


def _note(meters: Meters, seen: dict[str, object], began: float, response: Response) -> None:
    """Note what came of a request, once its answer is sent."""
    seconds = time.perf_counter() - began
    meters.request(str(seen["route"]), str(seen["method"]), response.status_code, seconds)
    if not _log.disabled:
        _log.info("answered", extra=seen | {"ms": round(seconds * 1000, 1), "bytes": response.content_length})


def _over(_error: BaseException | None) -> None:
    if g.pop("began", None) is not None:
        about.set({})
        meters().at_work(-1)
