"""`/readyz` for a proxy that chooses among servers, `/metrics` for Prometheus."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, abort, current_app, jsonify, request

from scanner.watch.checks import ONLY_SAID
from scanner.web.context import settings

blueprint = Blueprint("watch", __name__)


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 where all checks are well but those that are only said, else 503; each check by name. Anybody may ask."""
    found = current_app.extensions["readiness"].ask()
    well = all(finding.well for name, finding in found.items() if name not in ONLY_SAID)
    checks = {name: {"ok": each.well, "says": each.words, **each.figures} for name, each in found.items()}
    answer = jsonify(status="ready" if well else "not ready", checks=checks)
    answer.status_code = 200 if well else 503
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """The counters of this process and the state of its database, in Prometheus' text format."""
    kept = current_app.extensions["metrics"]
    if kept is None:
        abort(404)
    if not _may_read():
        return Response("Expected the token of SCANNER_METRICS_TOKEN.\n", 401, {"WWW-Authenticate": "Bearer"}, "text/plain")
    return Response(kept.text(), 200, {"Content-Type": kept.content_type})


def _may_read() -> bool:
    """With a token, whoever has it; without one, this machine itself and nobody through a proxy."""
    token = settings().metrics_token
    if token:
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), token.encode())
    forwarded = any(header in request.headers for header in ("X-Forwarded-For", "Forwarded"))
    return not forwarded and ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback
