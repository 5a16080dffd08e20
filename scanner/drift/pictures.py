"""The pictures of a month of drift. Each bar leads to the movements behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from scanner.drift.budget.service import Page
from scanner.drift.budget.store import UsedRow
from scanner.money import in_cents
from scanner.web import charts
from scanner.web.charts import Bar, BarChart
from scanner.web.currency import with_currency

PARTS = ("missing", "too much")
MOST = 10
"""So many bars; the movements as a file have all."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a month; of what there is nothing, there is none."""

    pace: BarChart
    causes: BarChart | None
    suppliers: BarChart | None
    classes: BarChart | None


def of(page: Page) -> Pictures:
    """The pictures of a month."""
    return Pictures(
        _pace(page),
        _groups(page, "Drift by cause", "cause", page.causes),
        _groups(page, "Drift by supplier", "supplier", page.suppliers),
        _groups(page, "Drift by class", "abc_class", page.classes),
    )


def _pace(page: Page) -> BarChart:
    """What of the budget is used beside what of the month is gone, in per cent."""
    house = page.house
    used = -(-house.used.gross_e4 * 100 // house.budget_e4) if house.budget_e4 > 0 else 0  # rounded up, as the pace is
    gone = house.gone * 100 // house.days
    bars = [Bar("Budget used", (used,), f"{used} %"), Bar("Month gone", (gone,), f"{gone} %")]
    return charts.rows("Against the pace of the month", "per cent", bars)


def _groups(page: Page, title: str, name: str, rows: Sequence[UsedRow]) -> BarChart | None:
    if not any(row.used.gross_e4 for row in rows):
        return None
    bars = [
        Bar(
            row.key.capitalize() if name == "cause" and row.key else row.key or NONE[name],
            (in_cents(row.minus_e4), in_cents(row.plus_e4)),
            with_currency(in_cents(row.used.gross_e4)),
            url_for("drift.movements", **{"month": str(page.period), "line": "drift", name: row.key}),  # type: ignore[arg-type]
        )
        for row in rows[:MOST]
    ]
    return charts.rows(title, "value", bars, PARTS)


NONE = {"cause": "No cause", "supplier": "No supplier named", "abc_class": "No class"}
