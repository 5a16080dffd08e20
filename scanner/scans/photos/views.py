"""Pages that read the labels of a photo. Without JavaScript, the chosen ones are recorded here."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response

from scanner.decoding import PhotoError
from scanner.errors import DomainError
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.scans.contract import ScanBody
from scanner.scans.history import service as history
from scanner.scans.pages import demand_scanner, task_url, workflows
from scanner.scans.photos import codes as photo_codes
from scanner.scans.photos.codes import Seen
from scanner.scans.photos.contract import ChosenLabels, PhotoForm
from scanner.scans.photos.reading import readings_of_photo
from scanner.scans.record import record_scan
from scanner.web.context import accepts_bytes, now, read, see_other
from scanner.web.contract import form, taken
from scanner.web.device import device_id

blueprint = Blueprint("photos", __name__)


@blueprint.post("/photos")
@accepts_bytes("photo_bytes")
@requires()
def read_labels() -> str:
    """The labels of a photo, as a fragment to choose from."""
    demand_scanner(signed_in())
    reference = form(PhotoForm).task
    problem, readings = known_readings(reference)
    return render_block(
        "scans/photos/index.html", "readings", reference=reference, readings=readings, problem=problem, only=only_one(readings)
    )


@blueprint.route("/tasks/<ref:reference>/photo", methods=["GET", "POST"])
@accepts_bytes("photo_bytes")
@requires()
def photo(reference: str) -> Response | str:
    """Without JavaScript: read a photo, choose labels, record them."""
    demand_scanner(signed_in())
    chosen = form(ChosenLabels)
    if chosen.pick:
        for pick in chosen.pick:
            _record_pick(reference, pick, chosen.scanned_at)
        return see_other(task_url(read(history.kind_of, reference, workflows(), signed_in()), reference))
    problem = readings = None
    if request.method == "POST":
        problem, readings = known_readings(reference)
    return render_template(
        "scans/photos/index.html", reference=reference, readings=readings, problem=problem, only=only_one(readings or [])
    )


def known_readings(reference: str) -> tuple[str | None, list[Seen]]:
    """The problem with the photo in words, or its labels with their meaning on the task."""
    try:
        readings = readings_of_photo(reference)
    except PhotoError as error:
        return str(error), []
    return None, read(photo_codes.meanings, reference, readings)


def only_one(readings: list[Seen]) -> str | None:
    """The code to count without a question: the only label, trusted and known."""
    sure = len(readings) == 1 and readings[0].trusted and readings[0].known
    return readings[0].text if sure else None


def _record_pick(reference: str, pick: str, read_at: str | None) -> None:
    scan_id, _, code = pick.partition("|")
    fields = {"id": scan_id, "task": reference, "code": code, "source": "photo", "scanned_at": read_at}
    try:
        scan = taken(ScanBody, fields).request(signed_in().id, device_id())
        result = limits.record(limits.sender_on_pages(), record_scan, scan, now(), workflows(), by=signed_in())
    except DomainError as problem:
        flash(problem.message, "bad")
    else:
        flash(result.message, "good" if result.outcome == "accepted" else "bad")
