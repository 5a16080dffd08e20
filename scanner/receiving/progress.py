"""A page with the progress of all open receipts."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from scanner.discrepancies import service as discrepancies
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires
from scanner.receiving import service as receiving
from scanner.scans.rooms import Entry, Group
from scanner.web.context import read, today
from scanner.web.fragments import page_or_block

blueprint = Blueprint("progress", __name__)
ENTRY = Entry(
    endpoint="progress.index",
    title="Progress",
    words="All receipts, live",
    right=Right.SEE_PROGRESS,
    group=Group.OFF,
)


COLUMNS = ("reference", "partner", "asn", "due_on", "overdue", "state", "expected", "scanned", "lines", "lines_done")


@blueprint.get("/progress")
@requires(Right.SEE_PROGRESS)
def index() -> str:
    """All open receipts. The list loads itself again every few seconds."""
    receipts = read(receiving.receipts, today())
    open_discrepancies, value = read(discrepancies.open_total)
    return page_or_block(
        "receiving/progress.html",
        "all_receipts",
        receipts=receipts,
        to_come=sum(receipt.expected - receipt.scanned for receipt in receipts),
        late=sum(receipt.overdue for receipt in receipts),
        open_discrepancies=open_discrepancies,
        value=value,
    )


@blueprint.get("/progress.csv")
@requires(Right.SEE_PROGRESS)
def file() -> Response:
    """The same receipts as a file."""
    day = today()
    return file_of("receipts", COLUMNS, lambda session: (cells(row, COLUMNS) for row in receiving.receipts(session, day)))
