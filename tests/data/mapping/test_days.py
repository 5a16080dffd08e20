"""Dates as people write them, and which day each is: by the whole column, else by a person."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.data.mapping.days import order_of, written
from scanner.data.mapping.rules import DAY_FIRST, MONTH_FIRST


@pytest.mark.parametrize(
    ("cells", "told", "asked"),
    [
        (["1/12/2026", "13/12/2026"], DAY_FIRST, False),
        (["1/12/2026", "12/13/2026"], MONTH_FIRST, False),
        (["1/12/2026", "2/12/2026"], "", True),
        (["13/1/2026", "1/13/2026", "1/2/2026"], "", True),
        (["5/5/2026", "05-05-2026"], "", False),
        (["1.12.2026", "2026/12/01", "2026-12-01", ""], "", False),
        (["31/31/2026"], "", False),
    ],
)
def test_a_day_over_twelve_anywhere_in_a_column_tells_what_stands_first(cells: list[str], told: str, asked: bool) -> None:
    order = order_of(cells)
    assert (order.told, order.is_asked) == (told, asked)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("1.12.2026", "", "2026-12-01"),
        ("1.12.2026", MONTH_FIRST, "2026-12-01"),
        ("2026/12/01", "", "2026-12-01"),
        ("2026.12.1 00:00", "", "2026-12-01"),
        ("1/12/2026", DAY_FIRST, "2026-12-01"),
        ("1/12/2026 00:00:00", MONTH_FIRST, "2026-01-12"),
        ("01-12-2026", DAY_FIRST, "2026-12-01"),
        ("5/5/2026", "", "2026-05-05"),
        ("1/12/2026", "", "1/12/2026"),
        ("1/13/2026", DAY_FIRST, "1/13/2026"),
        ("31.2.2026", "", "31.2.2026"),
        ("soon", DAY_FIRST, "soon"),
    ],
)
def test_a_date_is_written_as_iso_and_what_is_none_stays(cell: str, order: str, day: str) -> None:
    assert written(cell, order) == day


@given(
    st.lists(st.dates(min_value=date(1900, 1, 1)), min_size=1),
    st.sampled_from([("%d/%m/%Y", DAY_FIRST), ("%m-%d-%Y", MONTH_FIRST)]),
)
def test_a_column_written_in_one_way_is_never_read_in_the_other(days, way) -> None:
    form, order = way
    cells = [day.strftime(form) for day in days]
    said = order_of(cells)
    assert said.told in ("", order)
    assert [written(cell, said.told or order) for cell in cells] == [day.isoformat() for day in days]
