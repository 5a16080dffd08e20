"""Pages of drift: a month at a glance, the movements behind each number, its journal, and closing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from scanner.drift import contract, exports, pictures
from scanner.drift.budget import service
from scanner.drift.budget.rules import LEAST_BP, MOST_BP, RATE_BP
from scanner.drift.flows import Account
from scanner.drift.fold import service as fold
from scanner.drift.journal import accounts, closing, dialects, months, store
from scanner.drift.journal.closing import begun
from scanner.drift.journal.dialects import Dialect
from scanner.drift.periods import Period, period_of
from scanner.errors import BadRequest, Conflict, DomainError, NotFound
from scanner.people.downloads import file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry, Group
from scanner.web.answers import SavedAnswer, saved
from scanner.web.context import database, htmx, now, read, today, transact
from scanner.web.contract import form_or_json, query, sent

blueprint = Blueprint("drift", __name__, url_prefix="/drift")
ENTRY = Entry(
    endpoint="drift.index",
    title="Drift",
    words="What drifts in money against its budget, what is missing today, the journal of a month",
    right=Right.SEE_DRIFT,
    group=Group.OFF,
)
PAGE = 100
SHOWN = 10
"""So many sections are on the page; all of them are in the file."""


def _demand_not_blind() -> None:
    """Refuse who counts while anything is counted: what a section is worth says what is there by the record."""
    read(workflows().refuse_stock, signed_in())


@blueprint.get("")
@requires(Right.SEE_DRIFT)
def index() -> str:
    """The month that goes on, or one that is asked for."""
    said = query(contract.Month).period
    return _month(begun(said, now()) if said else period_of(today()))


@blueprint.get("/<ref:month>")
@requires(Right.SEE_DRIFT)
def month(month: str) -> str:
    """A month at a glance."""
    return _month(begun(month, now()))


def _month(period: Period, problem: DomainError | None = None) -> str:
    """The page of a month; with what was typed on it, where that was refused."""
    _demand_not_blind()
    is_all = fold.fresh(database(), now())
    day = today()
    page = read(service.page, period, day)
    closed = read(store.closed, period)
    to_close = [] if closed or period.last >= day else read(months.up_to, period, day)
    return render_template(
        "drift/index.html", page=page, is_all=is_all, closed=closed, today=day, shown=SHOWN, dialects=list(Dialect),
        books=read(months.books, period, day), worst=read(service.worst, period), to_close=to_close,
        following=period.after if period.after.first <= day else None, least=LEAST_BP // 100, most=MOST_BP // 100,
        pictures=pictures.of(page), over=period.last < day, usual=f"{RATE_BP / 100:g} %", problem=problem,
        said=request.form if problem else None,
    )  # fmt: skip


def _is_page() -> bool:
    """Whether a form of the page was sent, and is to come back with what was typed in it."""
    return not request.is_json and not htmx


@blueprint.get("/<ref:month>/movements")
@requires(Right.SEE_DRIFT)
def movements(month: str) -> str:
    """The movements behind a number of a month."""
    _demand_not_blind()
    fold.fresh(database(), now())
    period, said = begun(month, now()), query(contract.Movements)
    rows = read(service.entries, period, said.wanted(), before=said.before or None, limit=PAGE)
    older = rows[-1].seq if len(rows) == PAGE else None
    return render_template("drift/movements.html", rows=rows, older=older, period=period, said=said.again(), wanted=said.wanted())


@blueprint.get("/<ref:month>/movements.csv")
@requires(Right.SEE_DRIFT)
def movements_file(month: str) -> Response:
    """The movements behind a number of a month as a file."""
    _demand_not_blind()
    fold.fresh(database(), now())
    period, wanted = begun(month, now()), query(contract.Movements).wanted()
    rows = lambda session: map(exports.cells_of_entry, service.entries(session, period, wanted))  # noqa: E731
    return file_of("drift movements", exports.ENTRY_COLUMNS, rows, after={"period": str(period), **wanted})


@blueprint.get("/<ref:month>/sections.csv")
@requires(Right.SEE_DRIFT)
def sections_file(month: str) -> Response:
    """Every section of a month as a file."""
    _demand_not_blind()
    fold.fresh(database(), now())
    period, day = begun(month, now()), today()

    def rows(session: Session) -> Iterator[Mapping[str, object]]:
        for each in service.page(session, period, day).sections:
            yield exports.cells_of_section(each)

    return file_of("drift by section", exports.SECTION_COLUMNS, rows, after={"period": str(period)})


@blueprint.get("/booked-against-verified.csv")
@requires(Right.SEE_DRIFT)
def reserves_file() -> Response:
    """What the closed months set aside for each section, against what counts found, as a file."""
    _demand_not_blind()
    rows = lambda session: map(exports.cells_of_reserve, store.all_reserves(session))  # noqa: E731
    return file_of("booked against verified", exports.RESERVE_COLUMNS, rows)


@blueprint.get("/<ref:month>/journal.csv")
@requires(Right.SEE_DRIFT)
def journal_file(month: str) -> Response:
    """The journal of a month, in the columns of an accounting program."""
    _demand_not_blind()
    period, dialect = begun(month, now()), Dialect(query(contract.JournalFile).dialect)
    fold.complete(database(), now())
    day = today()
    after = {"period": str(period), "dialect": dialect.value}
    rows = lambda session: exports.journal(session, period, dialect, day)  # noqa: E731
    return file_of(f"journal {period} {dialect}", dialects.columns(dialect), rows, after=after)


@blueprint.post("/<ref:month>/close")
@requires()
def close(month: str) -> AnyResponse:
    """Close a month."""
    operator = signed_in()
    operator.demand(Right.CLOSE_MONTHS)
    fold.complete(database(), now())
    try:
        closed = transact(closing.close, month, operator, now())
    except Conflict as problem:
        if not _is_page():
            raise
        return make_response(_month(begun(month, now()), problem), 409)
    answer = contract.ClosedAnswer(message=closed.message, periods=list(closed.periods))
    return saved(answer, url_for(".month", month=closed.periods[-1]))


@blueprint.post("/rate")
@requires()
def rate() -> AnyResponse:
    """Set how much may drift."""
    try:
        said = form_or_json(contract.Rate)
        section = said.section.strip()
        transact(service.set_rate, section, said.rate, signed_in(), now())
    except (BadRequest, NotFound) as problem:
        if not _is_page():
            raise
        return make_response(_month(period_of(today()), problem), 400 if isinstance(problem, BadRequest) else 404)
    of, usual = (f"Section {section}", "the rate of the house") if section else ("The house", "the usual rate")
    words = f"{of} may drift {said.rate / 100:g} % a year now." if said.rate is not None else f"{of} goes by {usual}."
    return saved(contract.SavedRate(message=words, section=section, rate_bp=said.rate), url_for(".index"))


@blueprint.get("/accounts")
@requires(Right.CLOSE_MONTHS)
def account_names() -> str:
    """What the books call the accounts."""
    return _accounts(read(accounts.codes))


def _accounts(codes: Mapping[Account, str], problem: DomainError | None = None) -> str:
    return render_template("drift/accounts.html", accounts=list(Account), codes=codes, problem=problem)


@blueprint.post("/accounts")
@requires()
def name_accounts() -> AnyResponse:
    """Say what the books call the accounts."""
    fields = sent()
    said = {each: str(fields[each.name.lower()]) for each in Account if fields.get(each.name.lower()) is not None}
    try:
        transact(accounts.name, said, signed_in())
    except BadRequest as problem:
        if not _is_page():
            raise
        return make_response(_accounts(said, problem), 400)
    return saved(
        SavedAnswer(message="The accounts are named. Months that are closed keep their names."), url_for(".account_names")
    )
