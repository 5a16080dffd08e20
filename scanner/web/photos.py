"""A photo to what its labels mean on a task. Nothing is recorded here."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from scanner.decoding import PhotoError
from scanner.domain.errors import BadRequest
from scanner.domain.people import Right
from scanner.services import photo_codes
from scanner.services.photo_codes import Seen
from scanner.web.context import accepts_bytes, read, settings
from scanner.web.session import requires

blueprint = Blueprint("photos", __name__)


@blueprint.post("/photos")
@accepts_bytes("photo_bytes")
@requires(Right.RECEIVE)
def read_labels() -> str:
    """The labels of a photo, as the fragment to tick them in."""
    reference = request.form.get("task", "")
    problem, readings = known_readings(reference)
    return render_template(
        "photo/_readings.html", reference=reference, readings=readings, problem=problem, only=only_one(readings)
    )


def known_readings(reference: str) -> tuple[str | None, list[Seen]]:
    """What went wrong, in words, or what the request's photo shows, each with its meaning on the task."""
    upload = request.files.get("photo")
    photo = upload.read() if upload else b""
    if not photo:
        raise BadRequest("Expected a photo, got nothing.", "photo")
    codes = read(photo_codes.likely_codes, reference)
    try:
        readings = current_app.extensions["decoder"].read(photo, codes, all=True, budget_ms=settings().decode_budget_ms)
    except PhotoError as error:
        return str(error), []
    return None, read(photo_codes.meanings, reference, readings)


def only_one(readings: list[Seen]) -> str | None:
    """The text to count without asking: of one label, that can be trusted and is known."""
    sure = len(readings) == 1 and readings[0].trusted and readings[0].known
    return readings[0].text if sure else None
