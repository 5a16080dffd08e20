"""Pages of reports on returns: charts whose bars lead to the scans behind them."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, render_template, url_for

from scanner.money import from_e4
from scanner.people.rules import Right
from scanner.people.session import requires
from scanner.returns.reports import service as returns_reports
from scanner.returns.reports.contract import BehindBar, Period
from scanner.returns.reports.service import GradeGroup
from scanner.scans.rooms import Entry, Group
from scanner.web import charts
from scanner.web.context import now, read
from scanner.web.contract import query
from scanner.web.currency import with_currency
from scanner.web.field_types import SPANS

blueprint = Blueprint("returns_reports", __name__, url_prefix="/reports/returns")
ENTRY = Entry(
    endpoint="returns_reports.index",
    title="Returns report",
    words="By reason, grade, item and supplier, and what damage costs",
    right=Right.SEE_REPORTS,
    group=Group.OFF,
)

LEGEND, TONES = ("can be sold again", "something else", "damaged or scrap"), ("good", "mixed", "bad")
TITLES = {
    "grade": "By grade", "reason": "By the reason of the bench", "given": "By the reason customers gave", "item": "By item",
    "supplier": "By supplier of the last receipt",
}  # fmt: skip


@blueprint.get("")
@requires(Right.SEE_REPORTS)
def index() -> str:
    """All charts of a period."""
    days = query(Period).days
    found = read(returns_reports.report, *_since_until(days))
    pictures = [charts.rows(title, "units", _bars(found.groups[by], by, days), LEGEND, TONES) for by, title in TITLES.items()]
    weeks = charts.columns("By week of the grade", "units", _bars(found.groups["week"], "week", days), LEGEND, TONES)
    return render_template(
        "returns/reports/index.html", total=found.total, lost=from_e4(found.total.lost_e4), weeks=weeks, pictures=pictures,
        days=days, spans=SPANS,
    )  # fmt: skip


@blueprint.get("/scans")
@requires(Right.SEE_REPORTS)
def scans() -> str:
    """The grades behind one bar, each with its scan."""
    asked = query(BehindBar)
    found = read(returns_reports.behind, *_since_until(asked.days), asked.by, asked.key)
    lost = from_e4(sum(grade.lost_e4 for grade in found))
    return render_template("returns/reports/scans.html", grades=found, by=asked.by, key=asked.key, days=asked.days, lost=lost)


def _since_until(days: int) -> tuple[datetime, datetime]:
    until = now()
    return until - timedelta(days=days), until


def _bars(groups: list[GradeGroup], by: str, days: int) -> list[charts.Bar]:
    return [
        charts.Bar(
            group.name, (group.sellable, group.other, group.lost), _words(group),
            url_for(".scans", by=by, key=group.key, days=days) if group.units else None,
        )
        for group in groups
    ]  # fmt: skip


def _words(group: GradeGroup) -> str:
    """The text beside a bar."""
    units = f"{group.units:,}"
    return f"{units}, {with_currency(from_e4(group.lost_e4))} lost" if group.lost_e4 else units
