"""The pages of what to order, and its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, render_template
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.drift.periods import day_of
from scanner.drift.reorder import service
from scanner.drift.reorder.contract import ReorderList
from scanner.drift.reorder.files import COLUMNS, cells
from scanner.drift.reorder.service import Show, Wanted
from scanner.people.downloads import file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry, Group
from scanner.web.context import now, read
from scanner.web.contract import query

blueprint = Blueprint("reorder", __name__, url_prefix="/reorder")
ENTRY = Entry(
    endpoint="reorder.index",
    title="To order",
    words="What to order now, how many, and why",
    right=Right.SEE_REORDER,
    group=Group.OFF,
)


@blueprint.get("")
@requires(Right.SEE_REORDER)
def index() -> str:
    """What to order now, or every item that is ordered."""
    asked = query(ReorderList)
    found = read(service.page, _wanted(asked), signed_in(), workflows(), _today(), number=asked.page)
    said = {"show": asked.show, "supplier": asked.supplier}
    return render_template("drift/reorder/index.html", page=found, asked=asked, said=said, shows=list(Show))


@blueprint.get("/reorder.csv")
@requires(Right.SEE_REORDER)
def file() -> Response:
    """The list as a file."""
    asked, person, kinds, today = query(ReorderList), signed_in(), workflows(), _today()
    read(service.demand, person, kinds)  # before it is noted that somebody took it out

    def rows(session: Session) -> Iterator[dict[str, object]]:
        return cells(service.listed(session, _wanted(asked), person, kinds, today))

    return file_of("reorder", COLUMNS, rows, after={"show": str(asked.show), "supplier": asked.supplier})


def _wanted(asked: ReorderList) -> Wanted:
    return Wanted(Show(asked.show), asked.supplier)


def _today() -> date:
    return day_of(now())
