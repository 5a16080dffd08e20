"""Pages of discrepancies: the list, each one with what is behind it, and settling one or many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.discrepancies import owners, service
from scanner.discrepancies.contract import (
    ALL,
    STATES,
    Chosen,
    DeskList,
    DeskPage,
    HandOn,
    ManySettledAnswer,
    SettledAnswer,
    Settlement,
    SettlementOfMany,
)
from scanner.discrepancies.desk import rules as desk_rules
from scanner.discrepancies.desk import service as desk
from scanner.discrepancies.desk.rules import Sort, Wanted
from scanner.discrepancies.rules import AskAbove, AskAgain, Cause, DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.service import Settlers
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry, Group
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, see_other, settings, transact
from scanner.web.contract import form, form_or_json, json_object, query, taken
from scanner.web.currency import currency

blueprint = Blueprint("discrepancies", __name__, url_prefix="/discrepancies")
ENTRY = Entry(
    endpoint="discrepancies.index",
    title="Discrepancies",
    words="What differs, who owns it, why",
    right=Right.SEE_DISCREPANCIES,
    group=Group.OFF,
    also=("count_decisions",),
)

PAGE = 100
COLUMNS = (
    "id", "kind", "state", "sku", "name", "units", "value", "task", "task_kind", "partner", "location", "owner", "cause",
    "opened_at", "settled_at",
)  # fmt: skip


@blueprint.get("")
@requires()
def index() -> str:
    """Discrepancies, sorted and filtered."""
    asked = query(DeskPage)
    page = read(desk.page, _wanted(asked), signed_in(), workflows(), limit=PAGE, after=asked.after)
    may_settle = signed_in().may(Right.SETTLE)
    not_now = read(desk.not_now, signed_in(), _settlers()) if may_settle else frozenset()
    to_tick = {row.id for row in page.rows if may_settle and row.state == DiscrepancyState.OPEN} - not_now
    return render_template(
        "discrepancies/index.html", page=page, discrepancies=page.rows, asked=asked, states=(*STATES, ALL), sorts=list(Sort),
        kinds=list(DiscrepancyKind), causes=list(Cause), filter=_filter(), to_tick=to_tick,
    )  # fmt: skip


@blueprint.get("/discrepancies.csv")
@requires(Right.SEE_DISCREPANCIES)
def file() -> Response:
    """The list as a file."""
    person, kinds, wanted = signed_in(), workflows(), _wanted(query(DeskList))

    def rows(session: Session) -> Iterator[dict[str, object]]:
        return (cells(row, COLUMNS) for row in desk.every(session, wanted, person, kinds))

    return file_of("discrepancies", COLUMNS, rows)


@blueprint.get("/<int:discrepancy_id>")
@requires()
def one(discrepancy_id: int) -> str:
    """One discrepancy, with the scans and movements behind it."""
    return _page(discrepancy_id)


@blueprint.get("/<int:discrepancy_id>/next")
@requires()
def following(discrepancy_id: int) -> Response:
    """The next one of the list that this one was opened from."""
    return see_other(_onward(discrepancy_id))


def _page(discrepancy_id: int, said: Settlement | None = None, problem: DomainError | None = None) -> str:
    page = read(service.one_shown, discrepancy_id, signed_in(), workflows(), _settlers())
    settler = _settlers().get(page.head.kind)
    is_open = page.head.state == DiscrepancyState.OPEN
    earlier = read(desk.earlier, discrepancy_id) if is_open and signed_in().may(Right.SETTLE) else ()
    return render_template(
        "discrepancies/one.html",
        row=page.head,
        events=page.events,
        scans=page.scans,
        movements=page.movements,
        causes=list(Cause),
        choice=read(settler.choose, discrepancy_id, signed_in(), now()) if settler else None,
        choice_template=settler.template if settler else "",
        worth=read(service.worth, [discrepancy_id], _settlers()) if is_open else page.head.value,
        booked=None if is_open else read(service.booked, discrepancy_id),
        has_sign=settler is not None and settler.signed,
        sure={each.cause: each.words for each in earlier},
        proposed=desk_rules.proposed(earlier),
        onward=_filter(),
        owners=read(owners.offered, Right.SEE_DISCREPANCIES) if is_open and signed_in().may(Right.SETTLE) else (),
        said=said,
        problem=problem,
        asks=isinstance(problem, AskAgain),
    )


@blueprint.post("/<int:discrepancy_id>/settle")
@requires()
def settle(discrepancy_id: int) -> Response:
    """Settle with a cause and a note, and go on to the next of the list that it was opened from."""
    said = form_or_json(Settlement)
    try:
        transact(
            service.settle, discrepancy_id, cause=said.cause, note=said.note, operator=signed_in(), now=now(),
            settlers=_settlers(), ask_above=_ask_above(said),
        )  # fmt: skip
    except (BadRequest, Conflict) as problem:
        if request.is_json:
            raise
        return make_response(_page(discrepancy_id, said, problem), _status(problem))
    return saved(SettledAnswer(message="Settled.", id=discrepancy_id), _onward(discrepancy_id))


@blueprint.get("/settle")
@requires(Right.SETTLE)
def choose() -> str | Response:
    """What is about to be settled at once, and what it is worth."""
    if not request.args.getlist("chosen"):
        flash("Tick what you want to settle first.", "bad")
        return see_other(url_for(".index", **_filter()))
    return _many(query(Chosen).chosen)


@blueprint.post("/settle")
@requires()
def settle_many() -> Response:
    """Settle those that were chosen, with one cause and one note."""
    said = taken(SettlementOfMany, json_object()) if request.is_json else form(SettlementOfMany)
    try:
        found = transact(
            desk.settle_many, said.chosen, cause=said.cause, note=said.note, operator=signed_in(), now=now(),
            settlers=_settlers(), workflows=workflows(), ask_above=_ask_above(said),
        )  # fmt: skip
    except (BadRequest, Conflict) as problem:
        if request.is_json or problem.field == "chosen":
            raise
        return make_response(_many(said.chosen, said, problem), _status(problem))
    failed = [{"id": each.id, "message": each.message} for each in found.failed]
    for each in () if request.is_json else found.failed:
        flash(f"#{each.id} is not settled. {each.message}", "bad")
    message = f"{len(found.settled):,} settled." if found.settled else "None of them is settled."
    answer = ManySettledAnswer.model_validate({"message": message, "settled": found.settled, "failed": failed})
    return saved(answer, url_for(".index", **_filter()))


def _ask_above(said: Settlement) -> AskAbove | None:
    return said.ask_above(settings().ask_again_above, currency())


def _many(ids: list[int], said: SettlementOfMany | None = None, problem: DomainError | None = None) -> str:
    found = read(desk.choosable, ids, signed_in(), _settlers(), workflows())
    return render_template(
        "discrepancies/settle.html", rows=found.rows, total=found.worth, causes=list(Cause), said=said, problem=problem,
        asks=isinstance(problem, AskAgain), onward=_filter(),
    )  # fmt: skip


@blueprint.post("/<int:discrepancy_id>/assign")
@requires()
def assign(discrepancy_id: int) -> Response:
    """Hand it to another owner."""
    said = form_or_json(HandOn)
    transact(service.assign, discrepancy_id, owner=said.owner, operator=signed_in(), note=said.note, now=now())
    answer = SavedAnswer(message=f"Handed to {said.owner.strip()}.")
    return saved(answer, url_for(".one", discrepancy_id=discrepancy_id, **_filter()))


def _wanted(asked: DeskList) -> Wanted:
    """What a list asks for; what is mine are those that I may settle."""
    return asked.wanted(signed_in(), read(desk.barred, signed_in(), _settlers()) if asked.mine else frozenset())


def _filter() -> dict[str, Any]:
    """The list that this page was opened from, as arguments of an address; empty where it was from none."""
    return query(DeskList).address() if request.args.keys() & DeskList.model_fields.keys() else {}


def _onward(discrepancy_id: int) -> str:
    """The next one of the list that this one was opened from; itself where it was from none."""
    onward = _filter()
    if not onward:
        return url_for(".one", discrepancy_id=discrepancy_id)
    found = read(desk.following, _wanted(query(DeskList)), discrepancy_id, signed_in(), workflows())
    if found is None or found == discrepancy_id:
        return url_for(".index", **onward)
    return url_for(".one", discrepancy_id=found, **onward)


def _status(problem: DomainError) -> int:
    return 409 if isinstance(problem, Conflict) else 400


def _settlers() -> Settlers:
    """How discrepancies of each kind are settled in this app."""
    found: Settlers = current_app.extensions["settlers"]
    return found
