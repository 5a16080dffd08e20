"""The page that makes many places at once, and shows beforehand which."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, url_for
from werkzeug.wrappers import Response

from scanner.data import imports
from scanner.data.imports import service as imports_service
from scanner.data.imports.report import ImportRefused, ImportReport
from scanner.data.records.places import rules, service
from scanner.data.records.places.contract import LayoutToMake, MadeAnswer, PlacesAnswer
from scanner.data.records.places.service import Preview
from scanner.data.records.rules import NotTaken
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.web.answers import saved
from scanner.web.context import database, htmx, now, read, wants_json
from scanner.web.contract import form_or_json, query
from scanner.web.fragments import page_or_block

blueprint = Blueprint("places", __name__, url_prefix="/records/locations")


@blueprint.get("/generate")
@requires(Right.IMPORT)
def generate() -> str | Response:
    """The form, with what it would make: as it is typed, by htmx."""
    said = query(LayoutToMake)
    try:
        found = read(service.preview, said.layout(), signed_in())
    except BadRequest as problem:
        if wants_json():
            raise
        return _page(said, problem=problem)
    if wants_json():
        return PlacesAnswer(summary=found.summary, places=len(found.made), there=found.there).response()
    return _page(said, found)


@blueprint.post("/generate")
@requires()
def make() -> Response:
    """Make them."""
    signed_in().demand(Right.IMPORT)
    said = form_or_json(LayoutToMake)
    try:
        found, upload = read(service.upload, said.layout(), signed_in())
        kinds = imports.all_kinds(current_app.extensions["imports"])
        made = imports_service.take_upload(database(), upload, kinds, signed_in(), now())
    except (BadRequest, Conflict) as problem:
        told = NotTaken(problem.problems) if isinstance(problem, ImportRefused) else problem
        if wants_json() or htmx:
            raise told from None
        return make_response(_page(said, problem=told), 400 if isinstance(problem, BadRequest) else 409)
    return _made(found, made)


def _made(found: Preview, made: ImportReport | int) -> Response:
    """Where they are made, the way to their labels; where that takes a while, the page that shows how far it is."""
    first, last, new = found.made[0].code, found.made[-1].code, len(found.made) - found.there
    number = made if isinstance(made, int) else 0
    words = f"{new:,} new places come in, {first} to {last}." if number else f"{new:,} new places, {first} to {last}."
    answer = MadeAnswer(message=words, first=first, last=last, number=number)
    there = url_for("labels.index", group="locations", first=first, last=last)
    return saved(answer, url_for("data.progress", number=number) if number else there)


def _page(said: LayoutToMake, found: Preview | None = None, problem: DomainError | None = None) -> str:
    return page_or_block(
        "data/records/generate.html", "preview", said=said, found=found, problem=problem, sections=rules.SECTIONS,
    )  # fmt: skip
