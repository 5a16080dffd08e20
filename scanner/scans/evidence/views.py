"""Photos of goods: taken in, and shown again."""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, url_for
from werkzeug.wrappers import Response as AnyResponse

from scanner.decoding import PhotoError, Shrunk
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound, NotSignedIn
from scanner.people.session import is_locked, requires, sender, signed_in
from scanner.scans.evidence import service
from scanner.scans.evidence.contract import EvidenceForm, PhotoAnswer
from scanner.scans.pages import page_of, task_url, workflows
from scanner.web.context import accepts_bytes, htmx, now, read, see_other, transact, wants_json
from scanner.web.contract import form, uploaded

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")


@blueprint.post("")
@accepts_bytes("photo_bytes")
@requires(even_locked=True)
def add() -> AnyResponse:
    """Keep a `photo` (a file) under its `id` with a `scan` (both UUIDs). Sent twice, it is kept once.

    The device may send photos of an earlier person, as it may send scans.
    """
    said = form(EvidenceForm)
    shrunk = _shrunk(uploaded("photo"))
    try:
        person = sender(said.operator)
        kept = transact(service.keep, said.id, said.scan, shrunk, operator=person, now=now(), workflows=workflows())
    except (NotFound, NotAllowed, BadRequest, Conflict):
        if is_locked():  # why it is refused is for whoever unlocks the device, which keeps the photo until then
            raise NotSignedIn("This device is locked. Scan a badge.") from None
        raise
    reply = page_of(kept.kind).photo_reply
    if htmx and reply:
        response = make_response("" if is_locked() else reply(kept.task, kept.scan_seq))
        response.headers["HX-Trigger"] = json.dumps({"photo": asdict(kept)})
        return response
    if wants_json():
        answer = PhotoAnswer(id=said.id, scan=said.scan, task=kept.task, sequence=kept.scan_seq, replayed=kept.replayed)
        return answer.response(200 if kept.replayed else 201)
    return see_other(url_for("auth.locked") if is_locked() else task_url(kept.kind, kept.task))


def _shrunk(photo: bytes) -> Shrunk:
    """The photo, made small. Raises BadRequest for what is none, Overloaded."""
    try:
        small: Shrunk = current_app.extensions["decoder"].shrink(photo)
    except PhotoError as problem:
        raise BadRequest(str(problem), "photo") from None
    return small


@blueprint.get("/<uuid:photo_id>")
@requires()
def photo(photo_id: UUID) -> Response:
    """The photo as it is kept."""
    return _picture(photo_id, thumbnail=False)


@blueprint.get("/<uuid:photo_id>/thumbnail")
@requires()
def thumbnail(photo_id: UUID) -> Response:
    """The thumbnail of a photo."""
    return _picture(photo_id, thumbnail=True)


def _picture(photo_id: UUID, *, thumbnail: bool) -> Response:
    media_type, picture = read(service.picture, photo_id, signed_in(), workflows(), thumbnail=thumbnail)
    response = make_response(picture)
    response.mimetype = media_type
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"  # a photo never changes under its id
    return response
