"""What is noted of each request: a number to find it by, a line in the log, and how long it took.

The route is noted, never the path: a path may have a code, a badge or the number of an order in it.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from dataclasses import dataclass
from functools import partial

from flask import Flask, Request, Response, current_app, g, request

from scanner.logs import ACCESS, about
from scanner.meters import Meters

HEADER = "X-Request-ID"
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What proxies make: a UUID or 32 hex digits. Anything else may be somebody's badge or token.
_MADE_BY_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_log = logging.getLogger(ACCESS)


@dataclass(slots=True)
class _Seen:
    """A request that is being answered: what its lines say of it, and when it came."""

    fields: dict[str, object]
    began: float


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
    return str(g.seen.fields["request"]) if "seen" in g else ""


def route_of(asked: Request) -> str:
    """The rule of the address, as `/tasks/<ref:reference>`; `static` for all files, `none` where there is no such address."""
    rule = asked.url_rule
    if rule is None:
        return NO_ROUTE
    return "static" if rule.endpoint == "static" else rule.rule


def _begin() -> None:
    # The request itself: each look through Flask's stand-in for it costs eight calls.
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    sent = asked.headers.get(HEADER, "")
    number = sent if sent and _MADE_BY_A_PROXY.fullmatch(sent) else secrets.token_hex(6)
    method = asked.method if asked.method in _METHODS else "other"  # a client may make one up
    fields: dict[str, object] = {"request": number, "method": method, "route": route_of(asked)}
    about.set(fields)
    g.seen = _Seen(fields, time.perf_counter())
    meters().at_work(1)


def _name(response: Response) -> Response:
    here = g._get_current_object()
    if "seen" not in here:  # it failed before it began
        _begin()
    response.headers[HEADER] = here.seen.fields["request"]
    live = here.get("live")
    person = live.operator if live else here.get("caller")
    response.call_on_close(partial(_note, meters(), here.seen, person.id if person else None, response))
    return response


def _note(meters: Meters, seen: _Seen, operator: int | None, response: Response) -> None:
    """Note what came of a request, once its answer is sent."""
    seconds, said, status = time.perf_counter() - seen.began, seen.fields, response.status_code
    meters.request(str(said["route"]), str(said["method"]), status, seconds)
    if not _log.disabled:
        ms, size = round(seconds * 1000, 1), response.content_length
        _log.info("answered", extra={**said, "operator": operator, "status": status, "ms": ms, "bytes": size})


def _over(_error: BaseException | None) -> None:
    if g.pop("seen", None) is not None:
        about.set({})
        meters().at_work(-1)
