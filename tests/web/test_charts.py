"""Pictures of numbers: what they draw, and that they say it in words."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template_string

from scanner.web import charts

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def drawn(app: Flask, macro: str, chart: object) -> str:
    with app.test_request_context():
        return render_template_string(
            f'{{% from "components/charts.html" import {macro} %}}{{{{ {macro}(chart) }}}}', chart=chart
        )


def test_the_longest_row_fills_the_width_and_the_others_their_share():
    chart = charts.rows("By reason", "units", [charts.Bar("Broken", (4,), "4"), charts.Bar("Used", (1,), "1")])
    assert [row.boxes[0].width for row in chart.bars] == [charts.WIDTH, charts.WIDTH / 4]


def test_parts_lie_one_behind_the_other_and_an_empty_one_is_not_drawn():
    (row,) = charts.rows("", "units", [charts.Bar("MUG-B", (1, 0, 3), "4")], ("a", "b", "c")).bars
    assert [(box.x, box.width, box.part) for box in row.boxes] == [(0, 250, 1), (250, 750, 3)]


def test_columns_stand_on_the_ground():
    chart = charts.columns("", "units", [charts.Bar("week 1", (2, 2), "4"), charts.Bar("week 2", (1, 0), "1")])
    assert [box.y + box.height for box in chart.bars[1].boxes] == [charts.HEIGHT]
    assert chart.bars[0].boxes[1].y == 0


def test_a_step_stays_until_the_next():
    steps = [charts.Step(NOON, 10), charts.Step(NOON + timedelta(hours=1), 5)]
    chart = charts.step("", "units", steps, NOON + timedelta(hours=2))
    assert chart.path == "M0 0.0H500.0V120.0H1000"


def test_what_was_below_zero_is_drawn_below_zero():
    chart = charts.step("", "units", [charts.Step(NOON, -5), charts.Step(NOON, 5)], NOON)
    assert (chart.low, chart.high, chart.zero) == (-5, 5, 120)


def test_nothing_to_draw_is_no_error(app):
    assert "<svg" in drawn(app, "step_chart", charts.step("On hand", "units", [], NOON))
    assert "By week" in drawn(app, "column_chart", charts.columns("By week", "units", []))


@pytest.mark.parametrize(("unit", "words"), [("short picks", "1 short pick<"), ("a day", "1 a day<")])
def test_one_of_a_thing_is_one(app, unit, words):
    assert words in drawn(app, "column_chart", charts.columns("", unit, [charts.Bar("week 1", (1,), "1")]))


def test_a_bar_is_a_link_with_its_words_and_they_are_escaped(app):
    chart = charts.rows("<b>", "units", [charts.Bar("<i>Mug", (1,), "1 of 1", "/scans?a=1&b=2")])
    html = drawn(app, "row_chart", chart)
    assert 'href="/scans?a=1&amp;b=2"' in html and "&lt;i&gt;Mug" in html and "<i>" not in html and "<b>" not in html


def test_no_picture_has_a_style_of_its_own(app):
    bars = [charts.Bar("week 1", (2, 1), "3", "/x")]
    pictures = [
        drawn(app, "row_chart", charts.rows("", "units", bars, ("a", "b"))),
        drawn(app, "column_chart", charts.columns("", "units", bars, ("a", "b"))),
        drawn(app, "step_chart", charts.step("", "units", [charts.Step(NOON, 3)], NOON)),
    ]
    assert not any("style" in picture for picture in pictures)


def test_the_numbers_are_in_a_table_below(app):
    html = drawn(
        app, "column_chart", charts.columns("Weeks", "units", [charts.Bar("2026-W48", (2, 1), "3", "/x")], ("good", "bad"))
    )
    assert '<th scope="col" class="number">good</th>' in html and 'data-label="bad">1<' in html
