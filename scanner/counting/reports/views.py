"""Pages of the results of counting: charts and sums, and the records behind them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, url_for

from scanner.counting.reports import service
from scanner.counting.reports.contract import CountedLines, CountResults
from scanner.counting.reports.rules import BUDGET_BP
from scanner.counting.reports.service import Asked, CountGroup
from scanner.people.rules import Right
from scanner.people.session import requires
from scanner.scans.rooms import Entry, Group
from scanner.web import charts
from scanner.web.charts import Bar, BarChart
from scanner.web.context import now, read
from scanner.web.contract import query
from scanner.web.currency import with_currency

blueprint = Blueprint("count_reports", __name__, url_prefix="/count-results")
ENTRY = Entry(
    endpoint="count_reports.index",
    title="Results of counting",
    words="How right the record is, and what it costs where it is not",
    right=Right.SEE_REPORTS,
    group=Group.OFF,
)

Address = dict[str, Any]
"""Arguments of a link, by name."""
PAGE = 100


@blueprint.get("")
@requires(Right.SEE_REPORTS)
def index() -> str:
    """How right the record was, and what it cost where it was off."""
    wanted = query(CountResults)
    asked, said = _asked(wanted), wanted.again()
    report = read(service.report, asked, now())
    pictures = {
        "weeks": _weeks(report.weeks, said),
        "variance": _variance(report.weeks, said),
        "causes": charts.rows("Value at cost, never net", "value", [_cause(each, said) for each in report.causes]),
    }
    groups = [
        ("By section", "section", report.sections), ("By class", "abc_class", report.classes),
        ("By counter", "counter", report.counters),
    ]  # fmt: skip
    low, high = (bp // 100 for bp in BUDGET_BP)
    return render_template(
        "counting/reports/index.html", report=report, asked=asked, said=said, groups=groups, low=low, high=high, **pictures
    )


@blueprint.get("/lines")
@requires(Right.SEE_REPORTS)
def lines() -> str:
    """The counted records behind a number."""
    said = query(CountedLines)
    rows = read(
        service.lines, _asked(said), now(), week=said.week, differing=said.differing, before=said.before or None, limit=PAGE
    )
    older = rows[-1].id if len(rows) == PAGE else None
    return render_template("counting/reports/lines.html", rows=rows, older=older, said=said.again(), differing=said.differing)


@blueprint.get("/adjustments")
@requires(Right.SEE_REPORTS)
def adjustments() -> str:
    """The adjustments behind a sum."""
    said = query(CountResults)
    rows = read(service.adjustments, said.weeks, now(), cause=said.cause, before=said.before or None, limit=PAGE)
    older = rows[-1].seq if len(rows) == PAGE else None
    return render_template("counting/reports/adjustments.html", rows=rows, older=older, said=said.again(), cause=said.cause)


def _asked(said: CountResults | CountedLines) -> Asked:
    return Asked(said.weeks, said.section, said.abc_class, said.counter or None)


def _to_lines(said: Address, **more: str | int) -> str:
    return url_for("count_reports.lines", **(said | more))


def _weeks(weeks: Sequence[CountGroup], said: Address) -> BarChart:
    """The bars add up to 100, so that the height is the share; a week without a count has none."""
    bars = [Bar(week.label, _shares(week), _ira(week), _to_lines(said, week=week.key)) for week in weeks]
    return charts.columns("Records that matched exactly, by week", "per cent", bars, ("matched", "differed"))


def _shares(week: CountGroup) -> tuple[Decimal, Decimal]:
    return (Decimal(0), Decimal(0)) if week.ira is None else (week.ira, 100 - week.ira)


def _ira(week: CountGroup) -> str:
    return "nothing counted" if week.ira is None else f"{week.ira:.2f} %"


def _variance(weeks: Sequence[CountGroup], said: Address) -> BarChart:
    bars = [
        Bar(week.label, (week.minus, week.plus), with_currency(week.value), _to_lines(said, week=week.key, differing=1))
        for week in weeks
    ]
    return charts.columns("Variance by week, at cost", "value", bars, ("missing", "too much"))


def _cause(each: service.CauseSum, said: Address) -> Bar:
    href = url_for("count_reports.adjustments", **(said | {"cause": each.cause}))
    return Bar(each.cause.capitalize(), (each.value,), with_currency(each.value), href)
