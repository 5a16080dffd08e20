"""Cells with numbers, days and words: read where they have one meaning, by the whole file if need be."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from scanner.data import store
from scanner.data.imports import ImportRefused
from scanner.data.imports.cells import day, one_of, pin, whole, yes_no
from scanner.spelling import Ambiguous
from tests.data.imports.conftest import NOON
from tests.support.files import import_csv
from tests.support.said import problems


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("24", 24), ("24.0", 24), ("24,0", 24), ("24.00", 24), ("+5", 5), ("'24", 24), ('="24"', 24), ("007", 7),
        ("1 000", 1000), ("1\u00a0000", 1000), ("1\u202f000", 1000), ("1'000", 1000),
        ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("1,234.00", 1234), ("1.234,0", 1234),
        ("\uff12\uff14", 24), ("\u200e24", 24), ("0,000", 0),
    ],
)  # fmt: skip
def test_a_whole_number_is_read(cell, number):
    assert whole(0)(cell) == number


@pytest.mark.parametrize(
    "cell", ["24.5", "24,5", "-5", "\u22125", "(5)", "1e3", "1E+3", "٢٤", "²", "24 pcs", "1 0000", "12 34", "", "#N/A", "9" * 13]
)
def test_what_is_no_whole_number_is_refused(cell):
    with pytest.raises(ValueError, match="a whole number from 0 to 1000000000"):
        whole(0)(cell)


@pytest.mark.parametrize("cell", ["1,000", "1.000", "24.000", "24,000"])
def test_three_digits_behind_a_lone_sign_are_not_guessed(cell):
    with pytest.raises(Ambiguous, match=r"this may be .* write it without a sign in it"):
        whole(0)(cell)
    assert {whole(0)(cell, "."), whole(0)(cell, ",")} == {int(cell[:-4]), int(cell[:-4]) * 1000}


@pytest.mark.parametrize(
    "cell",
    ["2026-11-27", "2026-11-27 00:00:00", "2026-11-27T00:00:00", "2026-11-27 00:00:00.000", "'2026-11-27", "2026-11-27T00:00Z"],
)
def test_a_day_is_read(cell):
    assert day(cell) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("46353", "a spreadsheet's number of a day: format the column as YYYY-MM-DD"),
        ("46353.0", "a spreadsheet's number of a day"),
        ("27/11/2026", "a date such as 2026-11-30"),
        ("11/12/2026", "a date such as 2026-11-30"),  # of two countries
        ("2026-11-31", "a date such as 2026-11-30"),
        ("2026-11-27 14:30:00", "a date such as 2026-11-30"),
        ("2026-1-5", "a date such as 2026-11-30"),
    ],
)
def test_what_is_no_day_is_refused(cell, words):
    with pytest.raises(ValueError, match=words):
        day(cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("Yes", True), ("TRUE", True), ("1.0", True), ("WAHR", True), ("'no", False), ("0", False), ("FAUX", False)],
)
def test_yes_and_no_are_read_as_spreadsheets_write_them(cell, said):
    assert yes_no(cell) is said


def test_words_of_a_list_and_pins_are_read_without_marks():
    assert one_of(("A", "B"), upper=True)("'\u200ba") == "A"
    assert pin("'0123") == "0123"
    with pytest.raises(ValueError, match="where zeros in front are lost"):
        pin("123")


class TestAmountsAreReadByTheWholeFile:
    @pytest.mark.parametrize(
        ("other", "cost"),
        [
            ("12.50", 1_234), ("0.99", 1_234), ("1,234.50", 1_234), ("2,345,678", 1_234), ("0.1234", 1_234),
            ("12,50", 1.234), ("0,99", 1.234), ("1.234,50", 1.234), ("2.345.678", 1.234), ("12,5", 1.234), ("0,125", 1.234),
            ("1 234,5", 1.234), ("1'234.50", 1_234),
        ],
    )  # fmt: skip
    def test_where_another_amount_shows_the_decimal_sign(self, bring_in, rows, other, cost):
        bring_in("items", f'sku,unit_cost\nA,"1,234"\nB,"{other}"\n')
        assert rows(select(store.item.c.unit_cost_e4).where(store.item.c.sku == "A")) == [(round(cost * 10_000),)]

    def test_also_where_it_shows_in_a_row_far_behind(self, bring_in, rows):
        bring_in("items", "sku;unit_cost\nA;1,234\n" + "".join(f"S{n};7\n" for n in range(2_500)) + "Z;0,99\n")
        assert rows(select(store.item.c.unit_cost_e4).where(store.item.c.sku == "A")) == [(12_340,)]

    def test_also_where_it_shows_in_another_column(self, bring_in, rows):
        bring_in("items", "sku;unit_cost;reorder_point\nA;1,234;5,0\n")
        assert rows(select(store.item.c.unit_cost_e4)) == [(12_340,)]

    def test_the_columns_own_amounts_come_first(self, bring_in, rows):
        bring_in("items", "sku;unit_cost;reorder_point\nA;1,234;5.0\nB;12,5;\n")
        assert rows(select(store.item.c.unit_cost_e4).where(store.item.c.sku == "A")) == [(12_340,)]

    @pytest.mark.parametrize("others", ["7", "1,500", "12.50\nC;12,50"])
    def test_where_nothing_tells_or_two_contradict_the_cell_is_named(self, bring_in, others):
        assert problems(bring_in, "items", f"sku;unit_cost\nA;1,234\nB;{others}\n")[0] == (
            "line 2, column unit_cost: expected an amount such as 12.50, with at most four decimals; "
            "this may be 1234 or 1.234: write it with two or four decimals, got '1,234'"
        )

    def test_whole_numbers_alike(self, catalog, rows):
        assert "this may be 1000 or 1.000" in problems(catalog, "stock", 'location,sku,units\nA-01-1,MUG-B,"1,000"\n')[0]
        catalog("stock", 'location,sku,units\nA-01-1,MUG-B,"1,000"\nA-01-1,LAMP,24.0\n')
        assert (1000,) in rows(select(store.stock.c.units))

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(amounts=st.lists(st.decimals(0, 9_999_999, places=3), min_size=1, max_size=6), signs=st.sampled_from([",.", ".,"]))
    def test_a_column_in_one_style_is_read_as_it_was_meant_or_refused(self, database, amounts, signs):
        """Three decimals each: `1,234.567` shows the style, `1.234` and `999.125` do not."""
        thousands, decimal = signs
        spelled = [f"{each:,.3f}".translate(str.maketrans(",.", thousands + decimal)) for each in amounts]
        text = "sku;unit_cost\n" + "".join(f"S{at};{cell}\n" for at, cell in enumerate(spelled))
        try:
            database.transact(import_csv, "items", BytesIO(text.encode()), None, NOON)
        except ImportRefused as refused:
            assert all("this may be" in problem.expected for problem in refused.problems)
            assert not any(signs[0] in cell or cell.startswith("0") for cell in spelled)
            return
        with database.read() as session:
            costs = dict(session.execute(select(store.item.c.sku, store.item.c.unit_cost_e4)).all())
        assert [costs[f"S{at}"] for at in range(len(amounts))] == [int(each * 10_000) for each in amounts]

    def test_names_and_codes_tell_nothing_of_amounts(self, bring_in):
        assert problems(bring_in, "items", "sku;name;unit_cost\nA;12,5;1,234\nB-0.5;0.99;2\n")

    @pytest.mark.parametrize(
        ("cell", "kept"),
        [
            ("€ 1,25", 12_500),
            ("1.25 USD", 12_500),
            ("£1,234.50", 12_345_000),
            ("1.850,00 €", 18_500_000),
            ("CHF 1'234.50", 12_345_000),
        ],
    )
    def test_a_plain_sign_of_a_currency_is_taken_off_an_amount(self, catalog, rows, cell, kept):
        catalog("items", f'sku;unit_cost\nZ-1;"{cell}"\n')
        assert (kept,) in rows(select(store.item.c.unit_cost_e4))

    def test_the_sign_of_a_currency_hides_no_decimal_sign(self, catalog, rows):
        catalog("items", "sku;unit_cost\nZ-1;€ 1.250\nZ-2;€ 0,50\n")
        assert (12_500_000,) in rows(select(store.item.c.unit_cost_e4))

    @pytest.mark.parametrize("cell", ["kr 12", "12,-", "12 PCS", "€ 12 €", "€", "-€ 12"])
    def test_anything_else_at_an_amount_is_refused(self, catalog, cell):
        assert "expected an amount" in problems(catalog, "items", f"sku;unit_cost\nZ-1;{cell}\n")[0]

    def test_two_currencies_in_one_column_are_refused(self, catalog):
        found = problems(catalog, "items", "sku;unit_cost\nZ-1;€ 1,25\nZ-2;1,25\nZ-3;1,25 USD\n")
        assert found == [
            "line 4, column unit_cost: expected every amount of the column in one currency, € as above, got '1,25 USD'"
        ]
