"""A signal's evidence in words and as a picture, and what to do about it. Pure: from the numbers that the rule saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from scanner.drift.signals.rules import Precision, SignalKind
from scanner.web.charts import Bar, BarChart, columns, rows
from scanner.words import day, plural

Evidence = Mapping[str, Any]
MOST_PRECISION = 20
"""Of so many of the last of a kind it is said how many found something."""


class Way(StrEnum):
    """Where something is done about a signal."""

    COUNT = "count"
    ITEM = "item"
    PLAN = "plan"
    SHORT_PICKS = "short picks"
    ORDERS = "orders"
    RESULTS = "results"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and where."""

    words: str
    way: Way | None = None


def titled(kind: str, subject: str) -> str:
    """What a signal is, in a few words."""
    about = subject or "the whole warehouse"
    return {
        SignalKind.SHORT_RATE: f"Short picks rise in {about}",
        SignalKind.RISING: f"Variance rises in {about}",
        SignalKind.RISING_EARLY: f"Variance may rise in {about}",
        SignalKind.SHORT_ITEM: f"{about} is often not there",
        SignalKind.SLOWER: "Orders that met a short pick go later",
        SignalKind.STOPPED: f"{about} stopped selling at a number",
        SignalKind.NO_SALE: f"{about} sells no more",
    }[SignalKind(kind)]


def words(kind: str, evidence: Evidence) -> str:
    """The evidence, in sentences."""
    return _WORDS[SignalKind(kind)](evidence)


def shortly(kind: str, evidence: Evidence) -> str:
    """The evidence in a few words, of a kind that alarms; empty for the others."""
    return _SHORTLY[SignalKind(kind)](evidence) if SignalKind(kind) in _SHORTLY else ""


def picture(kind: str, evidence: Evidence) -> BarChart:
    """The evidence as a chart."""
    return _PICTURES[SignalKind(kind)](evidence)


def steps(kind: str) -> tuple[Step, ...]:
    """What to do, the first thing first."""
    return _STEPS[SignalKind(kind)]


def precise(precision: Precision) -> str:
    """How often the last signals of a kind found something."""
    if not precision.closed:
        return "None of this kind was closed yet."
    return f"Of the last {precision.closed:,} of this kind, {precision.found:,} found something."


def _on(text: str) -> str:
    return day(date.fromisoformat(text))


def _chance(chance: float) -> str:
    return f"once in {round(1 / chance):,} times" if chance > 1e-6 else "less than once in a million times"


LEAST_TOLD = 0.01


def _few(number: float) -> str:
    """`2.4`, `0.03`, `less than 0.01`."""
    return f"{number:.1f}" if number >= 1 else f"{number:.2f}" if number >= LEAST_TOLD else f"less than {LEAST_TOLD}"


def _short_item(e: Evidence) -> str:
    usual = e["rate"] * e["lines"]
    return (
        f"Since {_on(e['since'])} it was picked {plural(e['lines'], 'time')}, and was not there {e['shorts']:,} "
        f"of these, on {plural(e['days'], 'day')}. By the rate of the house {_few(usual)} were to be expected. "
        f"So many come by chance {_chance(e['chance'])}."
    )


def _short_rate(e: Evidence) -> str:
    return (
        f"In the week from {_on(e['week'])} pickers did not find {plural(e['shorts'], 'thing')}, of "
        f"{plural(e['units'], 'unit')} that were picked. About {e['usual']:g} a week are usual. What went beyond that in the "
        f"last weeks adds up to {e['sum']:g}; from {e['alarm']:g} on it is more than chance brings once in five years."
    )


def _rising(e: Evidence) -> str:
    first, last = e["counts"][0], e["counts"][-1]
    return (
        f"For each 1,000.00 that was counted, {first[1]:,.2f} a day went wrong up to {_on(first[0])}, and "
        f"{last[1]:,.2f} up to {_on(last[0])}. The last {plural(len(e['counts']), 'count')} rise as they do "
        f"by chance {_chance(e['chance'])}."
    )


def _rising_early(e: Evidence) -> str:
    return (
        f"{_rising(e).rpartition(' The last')[0]} Each of the last {plural(len(e['counts']), 'count')} is higher than the one "
        f"before. That is too few to be sure: from {e['sure_from']} on it can be told from chance."
    )


def _slower(e: Evidence) -> str:
    return (
        f"Of the orders that went since {_on(e['since'])}, the {e['orders']:,} that met a short pick took "
        f"{e['hours']:,.1f} hours from order to shipment (median); the other {e['others']:,} took {e['usual_hours']:,.1f}. "
        f"They differ so by chance {_chance(e['chance'])}."
    )


def _streak(e: Evidence) -> str:
    return (
        f"The record has {plural(e['on_hand'], 'unit')}, and none was sold on {plural(e['streak'], 'open day')}, last on "
        f"{_on(e['last_sale'])}. Before that it sold on {e['sale_days']:,} of {plural(e['open_days'], 'open day')}: "
        f"up to {e['limit']:g} without a sale would be chance."
    )


def _stopped(e: Evidence) -> str:
    return f"It was sold down to {plural(e['on_hand'], 'unit')} twice, and then no more: these may not be there. {_streak(e)}"


_WORDS: dict[SignalKind, Callable[[Evidence], str]] = {
    SignalKind.SHORT_ITEM: _short_item, SignalKind.SHORT_RATE: _short_rate, SignalKind.RISING: _rising,
    SignalKind.RISING_EARLY: _rising_early, SignalKind.SLOWER: _slower, SignalKind.NO_SALE: _streak,
    SignalKind.STOPPED: _stopped,
}  # fmt: skip


_SHORTLY: dict[SignalKind, Callable[[Evidence], str]] = {
    SignalKind.SHORT_ITEM: lambda e: f"{e['shorts']:,} of {plural(e['lines'], 'time')} since {_on(e['since'])}",
    SignalKind.SHORT_RATE: lambda e: f"{e['shorts']:,} in the week from {_on(e['week'])}, usually about {e['usual']:g}",
    SignalKind.RISING: lambda e: f"{e['counts'][-1][1]:,.2f} a day of each 1,000.00, {e['counts'][0][1]:,.2f} before",
    SignalKind.SLOWER: lambda e: f"{e['hours']:,.1f} hours, others {e['usual_hours']:,.1f}",
}


def _weeks(title: str, unit: str, e: Evidence) -> BarChart:
    return columns(title, unit, [Bar(_on(week), (number,), f"{number:,}") for week, number in e["weeks"]])


def _counts(e: Evidence) -> BarChart:
    bars = [Bar(_on(at), (rate,), f"{rate:,.2f}") for at, rate in e["counts"]]
    return columns("Gone wrong a day, for each 1,000.00 counted", "a day", bars)


def _hours(e: Evidence) -> BarChart:
    short = Bar("Met a short pick", (e["hours"],), f"{e['hours']:,.1f} hours, {plural(e['orders'], 'order')}")
    return rows(
        "Hours from order to shipment (median)", "hours",
        [short, Bar("The others", (e["usual_hours"],), f"{e['usual_hours']:,.1f} hours, {plural(e['others'], 'order')}")],
    )  # fmt: skip


_PICTURES: dict[SignalKind, Callable[[Evidence], BarChart]] = {
    SignalKind.SHORT_ITEM: lambda e: _weeks("Not there, by the week from", "short picks", e),
    SignalKind.SHORT_RATE: lambda e: _weeks("Not there, by the week from", "short picks", e),
    SignalKind.RISING: _counts,
    SignalKind.RISING_EARLY: _counts,
    SignalKind.SLOWER: _hours,
    SignalKind.NO_SALE: lambda e: _weeks("Sold, by the week from", "units", e),
    SignalKind.STOPPED: lambda e: _weeks("Sold, by the week from", "units", e),
}
_STREAK_STEPS = (
    Step("Its shelves are on the plan already: the count says whether the goods are there.", Way.COUNT),
    Step("Look where it stands, and whether customers can buy it.", Way.ITEM),
)
_STEPS: dict[SignalKind, tuple[Step, ...]] = {
    SignalKind.SHORT_ITEM: (
        Step("Count the section where most of it is.", Way.COUNT),
        Step("Look where it was taken from and put to: it may stand on a neighbour's shelf.", Way.ITEM),
        Step("See each time it was not there.", Way.SHORT_PICKS),
        Step("Where receipts of it were short as well, call the supplier.", Way.SUPPLIER),
    ),
    SignalKind.SHORT_RATE: (
        Step("See what was not there, and why.", Way.SHORT_PICKS),
        Step("Count there first.", Way.COUNT),
        Step("Ask what changed: new people, a new supplier, goods put away in another way.", Way.RESULTS),
    ),
    SignalKind.RISING: (
        Step("See which causes the adjustments had.", Way.RESULTS),
        Step("Look there: unlocked goods, crowded shelves, returns put back without a scan.", None),
        Step("Count the section again soon, to see whether it helped.", Way.COUNT),
    ),
    SignalKind.RISING_EARLY: (
        Step("Nothing yet: the next count says more.", Way.COUNT),
        Step("See which causes the adjustments had.", Way.RESULTS),
    ),
    SignalKind.SLOWER: (
        Step("See which orders wait for goods.", Way.ORDERS),
        Step("See what was not there.", Way.SHORT_PICKS),
        Step("Count first what is short most often.", Way.PLAN),
    ),
    SignalKind.NO_SALE: _STREAK_STEPS,
    SignalKind.STOPPED: _STREAK_STEPS,
}
