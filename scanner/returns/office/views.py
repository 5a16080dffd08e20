"""Pages of customer service: the list of returns, each return, and announcing one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import Blueprint, flash, make_response, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.data import imports
from scanner.data.imports.service import answer
from scanner.data.views import csv_file
from scanner.discrepancies import owners
from scanner.discrepancies.rules import Cause
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.returns.files import IMPORTS
from scanner.returns.office import announce as returns_office_announce
from scanner.returns.office import matches
from scanner.returns.office import service as returns_office
from scanner.returns.office.contract import (
    MOST_ROWS,
    Closing,
    Difference,
    ImportAnswer,
    Match,
    OfficeNote,
    OfficeOwner,
    ReturnAnswer,
    ReturnForm,
    ReturnList,
    ReturnToAnnounce,
    RowsOfForm,
)
from scanner.scans import limits
from scanner.scans.rooms import Entry, Group
from scanner.web.context import accepts_bytes, database, now, read, see_other, settings, transact, wants_json
from scanner.web.contract import body, form, form_or_json, query
from scanner.web.fragments import page_or_block

blueprint = Blueprint("service", __name__, url_prefix="/service")
ENTRY = Entry(
    endpoint="service.index",
    title="Customer returns",
    words="Announced, arrived, graded, late: which refund may go",
    right=Right.ANNOUNCE_RETURNS,
    group=Group.OFF,
    also=("return_reasons",),
)

PAGE = 50
MOST_AT_ONCE = 500
COLUMNS = (
    "reference", "order", "customer", "state", "flags", "owner", "expected", "arrived", "at_bench", "differences", "created_at",
    "handled_at",
)  # fmt: skip


@blueprint.get("")
@requires(Right.ANNOUNCE_RETURNS)
def index() -> str:
    """Returns by flag. A search looks among all of them."""
    asked = query(ReturnList)
    owner = asked.owner or None
    rows = read(
        returns_office.returns, asked.flag, now(), settings().return_days, words=asked.q, owner=_stored(owner),
        before=asked.before, limit=PAGE,
    )  # fmt: skip
    return page_or_block(
        "returns/office/index.html", "returns", returns=rows, flag=asked.flag, q=asked.q, owner=owner,
        filters=read(returns_office.filters, now(), settings().return_days),
        days=settings().return_days, older=rows[-1].id if len(rows) == PAGE else None,
    )  # fmt: skip


@blueprint.get("/returns.csv")
@requires(Right.ANNOUNCE_RETURNS)
def file() -> Response:
    """The same returns as a file, all of them."""
    asked, at, days = query(ReturnList), now(), settings().return_days
    owner = _stored(asked.owner or None)

    def rows(session: Session) -> Iterator[dict[str, object]]:
        before = asked.before
        while found := returns_office.returns(
            session, asked.flag, at, days, words=asked.q, owner=owner, before=before, limit=MOST_AT_ONCE
        ):
            yield from (cells(row, COLUMNS) for row in found)
            before = found[-1].id

    said = {"flag": asked.flag, "words": asked.q, "owner": owner}
    return file_of("returns", COLUMNS, rows, after={name: str(value) for name, value in said.items() if value})


@blueprint.get("/announce")
@requires(Right.ANNOUNCE_RETURNS)
def announce_form() -> str:
    """A form for a new return."""
    return _announce_page(ReturnForm(), None)


@blueprint.post("/announce")
@requires()
def announce() -> Response:
    """Announce a return. A mistake is shown beside what was typed."""
    typed = ReturnForm() if request.is_json else form(ReturnForm)
    try:
        wanted = body(ReturnToAnnounce) if request.is_json else typed.to_announce()
        by = signed_in()
        made = limits.give_meaning(by, returns_office_announce.announce, wanted.announcement(), by, now())
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise
        return make_response(_announce_page(typed, problem), 400)
    flash(f"{made.reference} is announced.", "good")
    return _done(made.reference, 201)


@blueprint.post("/announce/file")
@accepts_bytes("import_bytes")
@requires()
def announce_by_file() -> Response:
    """Announce every return of a CSV file, or show every problem in it."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest("Expected a CSV file, got nothing.", "file")
    try:
        stream = cast(Any, upload.stream)
        made = returns_office_announce.announce_file(database(), stream, upload.filename, signed_in(), now())
        if isinstance(made, int) and not wants_json():
            return see_other(url_for("data.progress", number=made))
        report = answer(database(), made) if isinstance(made, int) else made
    except imports.ImportRefused as refused:
        if wants_json():
            raise
        return make_response(_announce_page(ReturnForm(), refused, problems=refused.problems), 400)
    if wants_json():
        return ImportAnswer.of(report).response()
    flash(f"{report.rows:,} rows: {report.added:,} new, {report.changed:,} changed, {report.unchanged:,} as they were.", "good")
    return see_other(url_for(".index"))


@blueprint.get("/graded.csv")
@requires(Right.ANNOUNCE_RETURNS, Right.EXPORT)
def graded_file() -> Response:
    """All standing grades with their refunds, as a file."""
    return csv_file("graded")


@blueprint.get("/<ref:reference>")
@requires(Right.ANNOUNCE_RETURNS)
def page(reference: str) -> str:
    """One return: announced against arrived, grades, differences, events."""
    found = read(returns_office.return_page, reference, now(), settings().return_days)
    return render_template(
        "returns/office/return.html", page=found, row=found.head, causes=list(Cause), owners=read(owners.offered)
    )


@blueprint.post("/<ref:reference>/note")
@requires()
def note(reference: str) -> Response:
    """Keep a note."""
    transact(returns_office.note, reference, form_or_json(OfficeNote).note, signed_in(), now())
    return _done(reference)


@blueprint.post("/<ref:reference>/assign")
@requires()
def assign(reference: str) -> Response:
    """Hand it on, or take it oneself."""
    owner = form_or_json(OfficeOwner).owner or signed_in().name
    transact(returns_office.assign, reference, owner, signed_in(), now())
    return _done(reference)


@blueprint.post("/<ref:reference>/match")
@requires()
def match(reference: str) -> Response:
    """Match it to an announced return or an order."""
    said = form_or_json(Match)
    if announced := said.announced.strip():
        transact(matches.match_to_return, reference, announced, signed_in(), now())
    else:
        transact(
            matches.match_to_order,
            reference,
            order=said.order,
            customer=said.customer,
            operator=signed_in(),
            now=now(),
        )
    return _done(reference)


@blueprint.post("/<ref:reference>/unmatch")
@requires()
def unmatch(reference: str) -> Response:
    """Take back a wrong match."""
    transact(matches.unmatch, reference, signed_in(), now())
    return _done(reference)


@blueprint.post("/<ref:reference>/settle")
@requires()
def settle(reference: str) -> Response:
    """Settle one thing that differs."""
    said = form_or_json(Difference)
    transact(
        returns_office.settle, reference, discrepancy_id=said.discrepancy, cause=said.cause, text=said.note,
        operator=signed_in(), now=now(),
    )  # fmt: skip
    return _done(reference)


@blueprint.post("/<ref:reference>/handle")
@requires()
def handle(reference: str) -> Response:
    """Close the return."""
    said = form_or_json(Closing)
    transact(returns_office.handle, reference, cause=said.cause, text=said.note, operator=signed_in(), now=now())
    flash(f"{reference} is done.", "good")
    return _done(reference)


@blueprint.post("/<ref:reference>/take-up")
@requires()
def take_up(reference: str) -> Response:
    """Open the return again."""
    transact(returns_office.take_up, reference, signed_in(), now())
    return _done(reference)


def _done(reference: str, status: int = 200) -> Response:
    """Answer a program with the return, and lead a person to its page."""
    if not wants_json():
        return see_other(url_for(".page", reference=reference))
    found = read(returns_office.return_page, reference, now(), settings().return_days)
    return ReturnAnswer.of_page(found).response(status)


def _announce_page(typed: ReturnForm, problem: DomainError | None, problems: Sequence[Any] = ()) -> str:
    lines = typed.lines()
    rows = max(query(RowsOfForm).rows, len(lines) + 1)
    return render_template(
        "returns/office/announce.html", head=typed, lines=lines, rows=rows, more=min(rows + 4, MOST_ROWS), problem=problem,
        problems=problems, columns=imports.columns_of("returns", IMPORTS),
    )  # fmt: skip


def _stored(owner: str | None) -> str | None:
    """The owner as stored: empty for customer service as a whole."""
    return "" if owner == returns_office.CUSTOMER_SERVICE else owner
