"""Pages of signals: the list, and each one with its evidence, its owner, and how it is closed."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, make_response, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.discrepancies import owners
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.drift.signals import service, told
from scanner.drift.signals.contract import ALL, SignalClosed, SignalClosing, SignalDesk, SignalDeskPage, SignalOwner
from scanner.drift.signals.rules import QUIET, SignalKind, SignalState
from scanner.drift.signals.service import SignalView
from scanner.drift.signals.told import Way
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.rooms import Entry, Group
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import now, read, transact
from scanner.web.contract import form_or_json, query

blueprint = Blueprint("signals", __name__, url_prefix="/signals")
ENTRY = Entry(
    endpoint="signals.index",
    title="Signals",
    words="Patterns in the record that say: step in",
    right=Right.SEE_SIGNALS,
    group=Group.OFF,
)
PAGE = 50
COLUMNS = (
    "id", "kind", "subject", "section", "owner", "state", "opened_at", "closed_at", "closed_by", "has_found", "note", "words",
)  # fmt: skip


@blueprint.get("")
@requires()
def index() -> str:
    """Signals, the open ones first."""
    asked = query(SignalDeskPage)
    page = read(service.page, signed_in(), after=asked.after, limit=PAGE, **asked.wanted)
    return render_template(
        "drift/signals/index.html", page=page, asked=asked, states=(ALL, *SignalState), kinds=list(SignalKind),
        quiet=QUIET, size=PAGE, precise=told.precise,
    )  # fmt: skip


@blueprint.get("/signals.csv")
@requires(Right.SEE_SIGNALS)
def file() -> Response:
    """The list as a file."""
    person, wanted = signed_in(), query(SignalDesk).wanted

    def rows(session: Session) -> Iterator[dict[str, object]]:
        return (cells(row, COLUMNS) for row in service.every(session, person, state=wanted["state"], kind=wanted["kind"]))

    return file_of("signals", COLUMNS, rows)


@blueprint.get("/<int:signal_id>")
@requires()
def one(signal_id: int) -> str:
    """One signal with its evidence."""
    return _page(signal_id)


@blueprint.post("/<int:signal_id>/assign")
@requires()
def assign(signal_id: int) -> Response:
    """Hand it to another owner."""
    said = form_or_json(SignalOwner)
    owner = transact(service.assign, signal_id, owner=said.owner, operator=signed_in(), now=now())
    return saved(SavedAnswer(message=f"Handed to {owner}."), url_for(".one", signal_id=signal_id))


@blueprint.post("/<int:signal_id>/close")
@requires()
def close(signal_id: int) -> Response:
    """Close it by what was found."""
    said = form_or_json(SignalClosing)
    try:
        transact(service.close, signal_id, has_found=said.found, note=said.note, operator=signed_in(), now=now())
    except (BadRequest, Conflict) as problem:
        if request.is_json:
            raise
        return make_response(_page(signal_id, said, problem), 409 if isinstance(problem, Conflict) else 400)
    answer = SignalClosed(message="Closed: something was found." if said.found else "Closed: nothing was found.", id=signal_id)
    return saved(answer, url_for(".one", signal_id=signal_id))


def _page(signal_id: int, said: SignalClosing | None = None, problem: DomainError | None = None) -> str:
    page = read(service.one, signal_id, signed_in())
    is_open = page.signal.state == SignalState.OPEN
    return render_template(
        "drift/signals/one.html", page=page, row=page.signal, chart=told.picture(page.signal.kind, page.signal.evidence),
        steps=[(step.words, *_way(step.way, page.signal)) for step in told.steps(page.signal.kind)],
        precise=told.precise(page.precision), said=said, problem=problem,
        owners=read(owners.offered, Right.SEE_SIGNALS) if is_open and signed_in().may(Right.CLOSE_SIGNALS) else (),
    )  # fmt: skip


def _way(way: Way | None, row: SignalView) -> tuple[str, str]:
    """The words of a link and where it leads; both empty where there is nothing to lead to."""
    there = row.section or None  # an argument that is None is left out
    short = url_for("discrepancies.index", state="all", kind=DiscrepancyKind.SHORT_PICK.value, section=there)
    ways = {
        Way.COUNT: ("Section " + row.section, url_for("plan.section", code=row.section)) if row.section else _plan(),
        Way.ITEM: (f"{row.name or row.sku}", url_for("items.item", sku=row.sku)) if row.sku else ("", ""),
        Way.PLAN: _plan(),
        Way.SHORT_PICKS: ("Short picks", short),
        Way.ORDERS: ("Orders that wait", url_for("order_office.index", show="cannot be filled")),
        Way.RESULTS: ("Results of counting", url_for("count_reports.index", section=there)),
        Way.SUPPLIER: (row.supplier, url_for("discrepancies.index", state="all", kind="short")) if row.supplier else ("", ""),
    }
    return ways[way] if way else ("", "")


def _plan() -> tuple[str, str]:
    return ("The counting plan", url_for("plan.index"))
