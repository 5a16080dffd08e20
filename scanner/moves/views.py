"""The pages of moves: what waits to be put away, and the page to scan on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.codes.commands import take_over_code
from scanner.moves import MOVES, scanning
from scanner.moves import service as moves
from scanner.moves.panel import panel_of
from scanner.moves.scanning import Work
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.choices import Opening
from scanner.scans.pages import hidden_places, waiting_on
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.web.context import now, read
from scanner.web.device import device_id

blueprint = Blueprint("moves", __name__, url_prefix="/moves")
COLUMNS = ("place", "kind", "sku", "name", "units", "home", "since")


@blueprint.get("")
@requires(Right.MOVE)
def index() -> str:
    """What waits to be put away, and what others have in hand."""
    return _index(None)


@blueprint.get("/to-put-away.csv")
@requires(Right.MOVE)
def file() -> Response:
    """Goods that wait: to be put away, to be mended, to be looked at, to go back. Numbers only for who may know them."""
    person, hidden = signed_in(), hidden_places()

    def rows(session: Session) -> Iterator[dict[str, object]]:
        shown = moves.overview(session, person, hidden)
        return (cells(row, COLUMNS) for row in (*shown.put_away, *shown.unsold))

    return file_of("to put away", COLUMNS, rows)


@blueprint.get("/<reference>")
@requires(Right.MOVE)
def task(reference: str) -> str:
    """The page to scan on."""
    page = read(scanning.moves_page, reference, signed_in(), device_id(), now(), hidden_places())
    return render_template(
        "moves/scan.html", page=page, labels={MOVES: MOVES}, waiting=waiting_on(reference, by_place=True),
        **_shown(page.last, page.work),
    )  # fmt: skip


def _index(opening: Opening | None) -> str:
    shown = read(moves.overview, signed_in(), hidden_places())
    return render_template("moves/index.html", opening=opening, shown=shown, take_over_code=take_over_code, in_hand=_in_hand())


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, what is in hand, and what is offered now."""
    seqs, last = [each.seq for each in results], results[-1]
    work = read(scanning.after_scans, seqs, signed_in(), device_id(), now(), hidden_places())
    return render_template("moves/_reply.html", waiting=waiting_on(last.task, by_place=True), **_shown(last, work))


def _shown(last: ScanResult | None, work: Work) -> dict[str, Any]:
    return {
        "panel": panel_of(last, work.lines, work.after.target), "lines": work.lines, "after": work.after,
        "taken_from": work.taken_from, "cart": work.cart, "handed": work.handed,
    }  # fmt: skip


def _photo_reply(_reference: str, _scan_seq: int) -> str:
    """What is offered after the scan that the panel shows, with its photos; never with those of another one."""
    return render_template("moves/_photo.html", after=read(scanning.after_last, signed_in(), device_id()), oob=True)


def _in_hand() -> int:
    return read(moves.units_in_hand, signed_in())


def _note() -> str:
    units = _in_hand()
    return f"{units:,} in your hand" if units else ""


PAGE = TaskPage(
    title="Moves",
    words="Put away, move, take out what is damaged",
    tasks="Moves",
    index="moves.index",
    task="moves.task",
    finish="moves.task",
    reply=_reply,
    choose=_index,
    due=lambda: read(moves.due),
    note=_note,
    photo_reply=_photo_reply,
)
