"""Barcodes to scan from a screen, and labels to print: as a PDF, as ZPL, or on a printer of the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.codes.labels import Label
from scanner.errors import BadRequest, DomainError, NotFound
from scanner.labels import rules, service, symbols
from scanner.labels.contract import BarcodeToDraw, LabelsToPrint, PageOfLabels, PrintedAnswer
from scanner.labels.printers import sending
from scanner.labels.printers import service as printers
from scanner.labels.printers import views as printer_pages
from scanner.labels.printers.rules import NotPrinted
from scanner.labels.printers.store import PrinterRow
from scanner.labels.rules import RESOLUTIONS, ROLLS, SHEETS
from scanner.labels.service import BADGES, COMMANDS, LARGE, LabelPage
from scanner.labels.set_up import TEST_CODE, TEST_LABEL, TEST_SHEET
from scanner.labels.sheet import label_sheet
from scanner.labels.zpl import MIMETYPE, zpl
from scanner.people.rules import Right
from scanner.people.session import asks_again, current_operator, requires, signed_in
from scanner.people.views import local
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry
from scanner.web.context import htmx, read, see_other, settings, transact, wants_json
from scanner.web.contract import form_or_json, query

Asked = TypeVar("Asked", bound=PageOfLabels)
blueprint = Blueprint("labels", __name__)
SET_UP_ENTRY = Entry(
    endpoint="labels.set_up", title="Set up the scanner", words="If codes come wrong or not at all: scan one label"
)
ENTRY = Entry(
    endpoint="labels.index",
    title="Labels",
    words="Shelves, badges, commands, items: on the screen or on paper",
    right=Right.PRINT_LABELS,
    also=("labels.printers",),
)
blueprint.register_blueprint(printer_pages.blueprint)


@blueprint.app_template_global("label_printers")
def label_printers() -> list[PrinterRow]:
    """The shop's label printers, looked up once a request."""
    if "label_printers" not in g:
        g.label_printers = read(printers.printers)
    found: list[PrinterRow] = g.label_printers
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows of what is asked for."""

    labels: list[Label] = field(default_factory=list)
    more: bool = False
    amount: str = ""
    too_many: str = ""
    problem: DomainError | None = None


@blueprint.get("/labels")
def index() -> AnyResponse:
    """A group's labels. In the demo everybody may see them: there is no other way to a first badge."""
    return _index() if settings().demo else requires(Right.PRINT_LABELS)(_index)()


def _index() -> AnyResponse:
    try:
        asked = _asked()
    except BadRequest as problem:
        asked = _with_group(PageOfLabels(group=request.args.get("group", "")))
        return _asks_again(asked) or _page(asked, _Shown(problem=problem))
    if asking := _asks_again(asked):
        return asking
    try:
        return _page(asked, _shown(asked))
    except BadRequest as problem:
        return _page(asked, _Shown(problem=problem))


def _page(asked: PageOfLabels, shown: _Shown) -> AnyResponse:
    status = 400 if shown.problem and not htmx else 200  # htmx puts in only what is fine
    page = render_template(
        "labels/index.html",
        by_htmx=bool(htmx),
        asked=asked, shown=shown, group=asked.group, groups=_groups(), typed=request.args, query=_query_of(asked),
        sheets=SHEETS, rolls=ROLLS, resolutions=RESOLUTIONS, bars=rules.Bars, most_copies=rules.MOST_COPIES,
        nothing=service.nothing(asked.group, asked.code, asked.chosen), back=local(request.args.get("back")),
        printers=label_printers() if current_operator() else [],
    )  # fmt: skip
    return make_response(page, status)


def _query_of(asked: PageOfLabels) -> dict[str, Any]:
    """What of the address is not as usual, to go on with."""
    usual, said = PageOfLabels(group=""), {name: getattr(asked, name) for name in PageOfLabels.model_fields}
    told = {name: value for name, value in said.items() if value != getattr(usual, name) and name not in ("page", "all")}
    return {name: int(value) if value is True else value for name, value in told.items()}


def _shown(asked: PageOfLabels) -> _Shown:
    found = _labels(asked)
    labels = found.labels[:1] if asked.one else found.labels
    total = min(found.total, 1) if asked.one else found.total
    rules.check_free(asked.free, asked.kind)
    amount = rules.amount(total * asked.copies, asked.kind, asked.free)
    return _Shown(labels, found.more and not asked.one, amount, rules.too_many(total, asked.copies))


@blueprint.get("/labels.pdf")
@requires(Right.PRINT_LABELS)
def sheet() -> AnyResponse:
    """The labels of a page, or all that are chosen, as a PDF of true size."""
    asked = _asked()
    if asking := _asks_again(asked):
        return asking
    pdf = label_sheet(
        _to_print(asked), asked.kind, copies=asked.copies, free=asked.free, dots=asked.dots, bars=asked.bars,
        large=asked.group in LARGE,
    )  # fmt: skip
    return _file(pdf, "application/pdf", "inline", f"labels-{asked.group}.pdf")


@blueprint.get("/labels.zpl")
@requires(Right.PRINT_LABELS)
def as_zpl() -> AnyResponse:
    """The same for a label printer, as text in its language."""
    asked = _asked()
    if asking := _asks_again(asked):
        return asking
    if asked.roll is None:
        raise BadRequest(f"Expected one of {', '.join(ROLLS)} for a label printer, got {asked.onto}.", "onto")
    text = zpl(_to_print(asked), asked.roll, asked.dots, copies=asked.copies, bars=asked.bars, large=asked.group in LARGE)
    return _file(text.encode(), MIMETYPE, "attachment", f"labels-{asked.group}.zpl")


@blueprint.post("/labels/print")
@requires()
def to_printer() -> AnyResponse:
    """Send labels to a printer of the shop, and go back to where that was asked for."""
    signed_in().demand(Right.PRINT_LABELS)
    asked = _with_group(form_or_json(LabelsToPrint))
    if asking := _asks_again(asked):
        return asking
    back = local(asked.back) or url_for(".index", **_query_of(asked))
    try:
        return _printed(_print(asked), "good", back)
    except (BadRequest, NotFound, NotPrinted) as problem:
        if wants_json():
            raise
        return _printed(problem.message, "bad", back)


def _print(asked: LabelsToPrint) -> str:
    """What was sent, in words. No transaction is open while the printer takes it."""
    printer = read(printers.to_print_on, asked.printer)
    labels, to = _to_print(asked), printer.settings
    text = zpl(labels, to.onto, to.dots, copies=asked.copies, bars=asked.bars, large=asked.group in LARGE)
    sending.send(to, text.encode())
    return f"{rules.amount(len(labels) * asked.copies, to.onto)} sent to {printer.name}."


def _printed(words: str, how: str, back: str) -> AnyResponse:
    if request.is_json:
        return PrintedAnswer(message=words).response()
    flash(words, how)
    if htmx:
        response = make_response("")
        response.headers["HX-Redirect"] = back
        return response
    return see_other(back)


@blueprint.get("/set-up-scanner")
def set_up() -> str:
    """The page that finds out how the device's scanner types. Everybody may open it: without it, no badge may be understood."""
    return render_template("labels/set_up.html", code=TEST_CODE)


@blueprint.get("/set-up-scanner.pdf")
def set_up_sheet() -> Response:
    """Its label on paper."""
    return _file(label_sheet([TEST_LABEL], TEST_SHEET), "application/pdf", "inline", "set-up-scanner.pdf")


@blueprint.get("/barcode.svg")
def barcode() -> Response:
    """One barcode as a picture. Everybody may have it: it tells only what the caller asked for."""
    asked = query(BarcodeToDraw)
    response = make_response(symbols.barcode_svg(asked.code, asked.symbology))
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _file(content: bytes, mimetype: str, how: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


def _asks_again(asked: PageOfLabels) -> AnyResponse | None:
    """The way to the page that asks for the PIN again, before badges are shown. Those of the demo are public."""
    if asked.group != BADGES or settings().demo:
        return None
    return asks_again(Right.SEE_BADGES, url_for(".index", group=BADGES))


def _labels(asked: PageOfLabels) -> LabelPage:
    _note_badges(asked)
    return read(service.labels_of, asked.group, workflows(), asked.page, asked.code, asked.chosen)


def _to_print(asked: PageOfLabels) -> list[Label]:
    """The labels of a page, or of all pages. Raises NotFound where there are none."""
    if asked.one:
        labels = _labels(asked).labels[:1]
    elif asked.all:
        _note_badges(asked)
        return read(service.all_of, asked.group, workflows(), asked.code, asked.chosen, asked.copies)
    else:
        labels = _labels(asked).labels
    if not labels:
        raise NotFound(f"There is nothing to print. {service.nothing(asked.group, asked.code, asked.chosen)}")
    rules.check_amount(len(labels), asked.copies)
    return labels


def _note_badges(asked: PageOfLabels) -> None:
    if asked.group not in _groups():
        signed_in().demand(Right.SEE_BADGES)
    if asked.group == BADGES and (operator := current_operator()):
        transact(audit.note, operator, Action.BADGES_SHOWN, "labels", BADGES, after={"page": asked.page})


def _groups() -> list[str]:
    return service.groups_for(current_operator(), workflows(), trial=settings().demo)


def _asked() -> PageOfLabels:
    """What is asked for in the address."""
    return _with_group(query(PageOfLabels, group=BADGES if settings().demo else COMMANDS))


def _with_group(asked: Asked) -> Asked:
    """The same; an unknown group is taken for the commands."""
    return asked if asked.group in service.all_groups(workflows()) else asked.model_copy(update={"group": COMMANDS})
