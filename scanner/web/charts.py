"""Charts as SVG, made on the server, without scripts or inline styles.

`rows` and `columns` make bars of one or several parts, and each bar may be a link. `step` makes a line that keeps a value until
the next. The words are HTML beside the SVG, so that they keep their size on a phone. A table holds the numbers.

A template imports `row_chart`, `column_chart` and `step_chart` from `components/charts.html`, and has
`css/components/chart.css` in its `css` block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

WIDTH, HEIGHT = 1000, 240
"""The units of the SVG, which is stretched to its place."""
GAP = 0.18
"""Share of the width of a column that is left empty."""

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `parts` are in the order of the legend, none negative; `text` is written beside it."""

    label: str
    parts: tuple[Number, ...]
    text: str
    href: str | None = None

    @property
    def value(self) -> Number:
        """All parts together."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the chart. `part` counts from 1 and chooses the colour."""

    x: float
    y: float
    width: float
    height: float
    part: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its rectangles. `place` is the area that can be tapped."""

    bar: Bar
    boxes: tuple[Box, ...]
    place: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """A chart of bars. `legend` names the parts; it is empty where bars have only one. `most` is the longest bar.

    `tones` say what each part means: good, mixed or bad. Without them the colours only tell parts apart.
    """

    title: str
    unit: str
    legend: tuple[str, ...]
    bars: tuple[Drawn, ...]
    most: Number
    tones: tuple[str, ...] = ()

    def tone(self, part: int) -> str:
        """The tone of a part (from 1), or its number."""
        return self.tones[part - 1] if part <= len(self.tones) else str(part)


@dataclass(frozen=True, slots=True)
class Step:
    """A value from a moment on. `href` leads to the scan behind it."""

    at: datetime
    value: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChart:
    """A step line as an SVG path. `low` and `high` are the values at the bottom and top, `zero` the height of 0."""

    title: str
    unit: str
    path: str
    steps: tuple[Step, ...]
    low: int
    high: int
    zero: float
    until: datetime


def rows(title: str, unit: str, bars: Sequence[Bar], legend: Sequence[str] = (), tones: Sequence[str] = ()) -> BarChart:
    """Bars one below the other, for things with names. `unit` heads the numbers ("units")."""
    most = _most(bars)
    drawn = tuple(Drawn(bar, _along(bar, most), Box(0, 0, WIDTH, 1, 0)) for bar in bars)
    return BarChart(title=title, unit=unit, legend=tuple(legend), bars=drawn, most=most, tones=tuple(tones))


def columns(title: str, unit: str, bars: Sequence[Bar], legend: Sequence[str] = (), tones: Sequence[str] = ()) -> BarChart:
    """Bars side by side, for weeks and days."""
    most, wide = _most(bars), WIDTH / max(len(bars), 1)
    drawn = tuple(
        Drawn(bar, _upward(bar, most, at * wide, wide), Box(at * wide, 0, wide, HEIGHT, 0)) for at, bar in enumerate(bars)
    )
    return BarChart(title=title, unit=unit, legend=tuple(legend), bars=drawn, most=most, tones=tuple(tones))


def step(title: str, unit: str, steps: Sequence[Step], until: datetime) -> StepChart:
    """A step line from the first step until `until`. The steps are in order of time."""
    low, high = min(0, *(each.value for each in steps), 0), max(1, *(each.value for each in steps), 1)
    begin = steps[0].at if steps else until
    seconds = max((until - begin).total_seconds(), 1.0)

    def across(at: datetime) -> float:
        return _round(WIDTH * min(max((at - begin).total_seconds() / seconds, 0), 1))

    def up(value: int) -> float:
        return _round(HEIGHT * (high - value) / (high - low))

    drawn = [f"{'H' + str(across(each.at)) + 'V' if at else 'M0 '}{up(each.value)}" for at, each in enumerate(steps)]
    path = "".join([*drawn, f"H{WIDTH}"]) if steps else ""
    return StepChart(title=title, unit=unit, path=path, steps=tuple(steps), low=low, high=high, zero=up(0), until=until)


def _most(bars: Sequence[Bar]) -> Number:
    return max((bar.value for bar in bars), default=0)


def _along(bar: Bar, most: Number) -> tuple[Box, ...]:
    """The parts from left to right."""
    boxes, at = [], 0.0
    for number, part in enumerate(bar.parts, 1):
        length = WIDTH * float(part) / float(most or 1)
        if part:
            boxes.append(Box(_round(at), 0, _round(length), 1, number))
        at += length
    return tuple(boxes)


def _upward(bar: Bar, most: Number, left: float, wide: float) -> tuple[Box, ...]:
    """The parts from the ground up."""
    boxes, top = [], float(HEIGHT)
    for number, part in enumerate(bar.parts, 1):
        tall = HEIGHT * float(part) / float(most or 1)
        top -= tall
        if part:
            boxes.append(Box(_round(left + wide * GAP / 2), _round(top), _round(wide * (1 - GAP)), _round(tall), number))
    return tuple(boxes)


def _round(number: float) -> float:
    return round(number, 2)
