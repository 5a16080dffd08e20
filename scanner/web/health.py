"""Whether the server and its database answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy.exc import SQLAlchemyError

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.db.watch import DatabaseGone
from scanner.web.context import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 when the database answers, 503 when it does not, or when its file is gone."""
    try:
        well = database().answers()
    except (SQLAlchemyError, DatabaseGone, Busy, *DRIVER_ERRORS):
        well = False
    return make_response(jsonify(status="ok" if well else "no database"), 200 if well else 503)
