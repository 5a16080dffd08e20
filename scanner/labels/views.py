"""Barcodes to scan from a screen, and sheets of labels to print."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import NotFound
from scanner.labels import service, symbols
from scanner.labels.contract import BarcodeToDraw, PageOfLabels
from scanner.labels.service import BADGES, COMMANDS, LabelPage
from scanner.labels.set_up import TEST_CODE, TEST_LABEL, TEST_SHEET
from scanner.labels.sheet import label_sheet
from scanner.people.rules import Right
from scanner.people.session import asks_again, current_operator, requires, signed_in
from scanner.scans.pages import workflows
from scanner.web.context import read, settings, transact
from scanner.web.contract import query

blueprint = Blueprint("labels", __name__)


@blueprint.get("/labels")
def index() -> str | AnyResponse:
    """A group's labels. In the demo everybody may see them: there is no other way to a first badge."""
    return _index() if settings().demo else requires(Right.PRINT_LABELS)(_index)()


def _index() -> str | AnyResponse:
    asked = _asked()
    if asking := _asks_again(asked):
        return asking
    shown = _labels(asked)
    return render_template(
        "labels/index.html",
        asked=asked,
        group=asked.group,
        groups=_groups(),
        labels=shown.labels,
        more=shown.more,
        page=asked.page,
    )


@blueprint.get("/labels.pdf")
@requires(Right.PRINT_LABELS)
def sheet() -> AnyResponse:
    """The same labels as sheets of A4."""
    asked = _asked()
    if asking := _asks_again(asked):
        return asking
    shown = _labels(asked)
    if not shown.labels:
        raise NotFound("There is nothing to print.")
    return _pdf(label_sheet(shown.labels), f"labels-{asked.group}")


@blueprint.get("/set-up-scanner")
def set_up() -> str:
    """The page that finds out how the device's scanner types. Everybody may open it: without it, no badge may be understood."""
    return render_template("labels/set_up.html", code=TEST_CODE)


@blueprint.get("/set-up-scanner.pdf")
def set_up_sheet() -> Response:
    """Its label on paper."""
    return _pdf(label_sheet([TEST_LABEL], TEST_SHEET), "set-up-scanner")


@blueprint.get("/barcode.svg")
def barcode() -> Response:
    """One barcode as a picture. Everybody may have it: it tells only what the caller asked for."""
    asked = query(BarcodeToDraw)
    response = make_response(symbols.barcode_svg(asked.code, asked.symbology))
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _pdf(sheets: bytes, name: str) -> Response:
    response = make_response(sheets)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _asks_again(asked: PageOfLabels) -> AnyResponse | None:
    """The way to the page that asks for the PIN again, before badges are shown. Those of the demo are public."""
    if asked.group != BADGES or settings().demo:
        return None
    return asks_again(Right.SEE_BADGES, url_for(".index", group=BADGES))


def _labels(asked: PageOfLabels) -> LabelPage:
    if asked.group not in _groups():
        signed_in().demand(Right.SEE_BADGES)
    if asked.group == BADGES and (operator := current_operator()):
        transact(audit.note, operator, Action.BADGES_SHOWN, "labels", BADGES, after={"page": asked.page})
    return read(service.labels_of, asked.group, workflows(), asked.page, asked.code)


def _groups() -> list[str]:
    return service.groups_for(current_operator(), workflows(), trial=settings().demo)


def _asked() -> PageOfLabels:
    """What is asked for. An unknown group is taken for the commands."""
    asked = query(PageOfLabels, group=BADGES if settings().demo else COMMANDS)
    return asked if asked.group in service.all_groups(workflows()) else asked.model_copy(update={"group": COMMANDS})
