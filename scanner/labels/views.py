"""Barcodes to scan from a screen, and sheets of labels to print."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from scanner.errors import BadRequest, NotFound
from scanner.labels import service, symbols
from scanner.labels.service import LabelGroup, LabelPage
from scanner.labels.sheet import label_sheet
from scanner.people.rules import Right
from scanner.people.session import current_operator, requires, signed_in
from scanner.web.context import read, settings
from scanner.web.contract import Body, query
from scanner.web.field_types import WholeNumber

blueprint = Blueprint("labels", __name__)


class PageOfLabels(Body):
    """The number of the sheet, from 1."""

    page: WholeNumber = 1


@blueprint.get("/labels")
def index() -> str | Response:
    """A group's labels. In the demo everybody may see them: there is no other way to a first badge."""
    return _index() if settings().demo else requires(Right.PRINT_LABELS)(_index)()


def _index() -> str:
    group = _group()
    shown = _labels(group)
    return render_template("labels/index.html", group=group, groups=_groups(), labels=shown.labels, more=shown.more, page=_page())


@blueprint.get("/labels.pdf")
@requires(Right.PRINT_LABELS)
def sheet() -> Response:
    """The same labels as sheets of A4."""
    shown = _labels(_group())
    if not shown.labels:
        raise NotFound("There is nothing to print.")
    response = make_response(label_sheet(shown.labels))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="labels-{_group()}.pdf"'
    return response


@blueprint.get("/barcode.svg")
def barcode() -> Response:
    """One barcode as a picture. Everybody may have it: it tells only what the caller asked for."""
    code, name = request.args.get("code", ""), request.args.get("symbology")
    if not 0 < len(code) <= 80:
        raise BadRequest(f"Expected a code of 1 to 80 characters, got {len(code)}.", "code")
    try:
        symbology = symbols.Symbology(name) if name else None
    except ValueError:
        raise BadRequest(f"Expected one of {', '.join(symbols.Symbology)}, got {name!r}.", "symbology") from None
    response = make_response(symbols.barcode_svg(code, symbology))
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _labels(group: LabelGroup) -> LabelPage:
    if group not in _groups():
        signed_in().demand(Right.SEE_BADGES)
    return read(service.labels_of, group, _page())


def _groups() -> list[LabelGroup]:
    return service.groups_for(current_operator(), trial=settings().demo)


def _group() -> LabelGroup:
    asked = request.args.get("group", LabelGroup.BADGES if settings().demo else LabelGroup.COMMANDS)
    return LabelGroup(asked) if asked in set(LabelGroup) else LabelGroup.COMMANDS


def _page() -> int:
    return max(1, min(query(PageOfLabels).page, 10_000))
