"""Drift as pages and for programs: a month at a glance, its movements, its journal, closing it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest

from scanner.catalogue import store as catalogue
from scanner.data.imports import import_csv
from scanner.drift.fold import service as folding
from scanner.drift.periods import Period, period_of
from scanner.house import store as house_store
from scanner.scans import ledger
from scanner.scans.decision import Move
from scanner.web.context import now
from tests.people.test_pages import Device
from tests.staff.test_pages import Desk
from tests.support.program import Program

TODAY = date.today()
THIS = period_of(TODAY)
LAST = THIS.before


@pytest.fixture
def house(app):
    """The small warehouse, with stock of 60 days ago, a theft of last month and a plus of this one."""
    warehouse = app.extensions["warehouse"]
    stocked = b"location,sku,units\nA-01-1,MUG-B,100\nA-01-2,LAMP,10\n"
    warehouse.database.transact(import_csv, "stock", BytesIO(stocked), None, now() - timedelta(days=70))
    adjust(warehouse, "MUG-B", -4, "theft", at=middle_of(LAST))
    adjust(warehouse, "MUG-B", 3, "receiving miscount", at=now())
    return warehouse


def middle_of(month: Period):
    return now().replace(year=month.year, month=month.month, day=15)


def adjust(warehouse, sku: str, units: int, cause: str, *, at) -> None:
    shelf, elsewhere = place(warehouse, "A-01-1"), place(warehouse, "ADJUSTMENT")
    ends = (elsewhere, shelf) if units > 0 else (shelf, elsewhere)
    move = Move(warehouse.items[sku], abs(units), *ends)
    warehouse.database.transact(ledger.move, [move], at=at, operator_id=warehouse.operators["Sam"].id, cause=cause)


def place(warehouse, code: str) -> int:
    with warehouse.database.read() as session:
        return catalogue.find_location(session, code).id


@pytest.fixture
def fay(app, house):
    return Desk(app, "Fay")


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.text)))


class TestAMonthAtAGlance:
    def test_says_what_is_used_and_why(self, fay):
        page = fay.get("/drift").text
        assert "Gross drift" in page and "12.75" in page and "Receiving miscount" in page
        page = fay.get(f"/drift/{LAST}").text
        assert "17.00" in page and "Theft" in page and f"/drift/{LAST}/movements" in page

    def test_says_when_nothing_drifted(self, fay):
        assert "Nothing has drifted in this month" in fay.get(f"/drift/{LAST.before.before.before}").text

    def test_names_items_without_a_cost(self, fay, house):
        house.add_items(["FREE"])
        adjust(house, "FREE", 5, "theft", at=now())
        assert "1 item in stock has no cost and is worth nothing here: FREE" in fay.get("/drift").text

    def test_puts_the_currency_beside_every_amount(self, fay, app, house):
        house.database.transact(house_store.keep, "currency", "EUR")
        app.extensions["chosen"].read_again()
        page = fay.get("/drift").text
        assert "12.75&nbsp;EUR" in page and "No currency" not in page

    @pytest.mark.parametrize(
        ("month", "words"),
        [
            ("2999-01", "Expected a month that has begun: 2999-01 begins on 1 Jan 2999."),
            ("2026-13", "Expected a month such as 2026-11"),
            ("soon", "Expected a month such as 2026-11"),
        ],
    )
    @pytest.mark.parametrize("more", ["", "/movements", "/movements.csv", "/sections.csv", "/journal.csv"])
    def test_refuses_what_is_no_month_in_a_sentence(self, fay, month, words, more):
        answer = fay.get(f"/drift/{month}{more}")
        assert answer.status_code == 400 and words in answer.text

    @pytest.mark.parametrize("badge", ["BADGE-CARLA", "BADGE-ROSA", "BADGE-THEO", "BADGE-PIA"])
    @pytest.mark.parametrize("path", ["/drift", f"/drift/{THIS}/movements", f"/drift/{THIS}/journal.csv", "/drift/accounts"])
    def test_is_not_for_the_floor(self, app, house, badge, path):
        device = Device(app)
        device.post("/sign-in", badge=badge)
        assert device.get(path).status_code == 403

    def test_says_that_it_is_not_all_yet(self, fay, house, monkeypatch):
        monkeypatch.setattr(folding, "AT_ONCE", 1)
        monkeypatch.setattr(folding, "AT_A_LOOK", 1)
        assert "still being added up" in fay.get("/drift").text
        monkeypatch.undo()
        assert "still being added up" not in fay.get("/drift").text


class TestMovements:
    def test_are_those_behind_a_number(self, fay):
        fay.get("/drift")
        page = fay.get(f"/drift/{LAST}/movements?line=drift&cause=theft").text
        assert "A-01-1</span> to ADJUSTMENT" in page and "−4" in page and "Sam" in page
        assert "No such movement" in fay.get(f"/drift/{THIS}/movements?cause=theft").text

    def test_can_be_taken_as_a_file(self, fay):
        fay.get("/drift")
        (row,) = rows(fay.get(f"/drift/{LAST}/movements.csv?section=A-01&abc_class=C"))
        assert (row["sku"], row["units"], row["value"], row["cause"], row["by"]) == ("MUG-B", "-4", "-17.00", "theft", "Sam")

    def test_sections_can_be_taken_as_a_file(self, fay):
        fay.get("/drift")
        assert {row["section"]: row["gross"] for row in rows(fay.get(f"/drift/{LAST}/sections.csv"))}["A-01"] == "17.00"


class TestTheJournal:
    @pytest.mark.parametrize("dialect", ["plain", "xero", "quickbooks"])
    def test_is_the_same_each_time(self, fay, dialect):
        first, second = (fay.get(f"/drift/{LAST}/journal.csv?dialect={dialect}").text for _ in range(2))
        assert first == second and f"SCANNER-{LAST}-open" in first

    def test_keeps_its_signs(self, fay):
        found = rows(fay.get(f"/drift/{LAST}/journal.csv?dialect=xero"))
        assert {row["Amount"] for row in found} >= {"17.00", "-17.00"}

    def test_has_the_names_of_the_books(self, fay):
        fay.post("/drift/accounts", inventory="1400")
        assert {row["account"] for row in rows(fay.get(f"/drift/{LAST}/journal.csv"))} >= {"1400", "Shrink reserve"}
        assert 'value="1400"' in fay.get("/drift/accounts").text

    def test_knows_no_other_dialect(self, fay):
        assert fay.get(f"/drift/{LAST}/journal.csv?dialect=sage").status_code == 400


class TestClosing:
    def test_freezes_a_month(self, fay, house):
        page = fay.get(f"/drift/{LAST}").text
        assert f"Close {LAST}" in page
        answer = fay.post(f"/drift/{LAST}/close")
        assert answer.status_code == 303
        before = fay.get(f"/drift/{LAST}/journal.csv").text
        adjust(house, "MUG-B", -1, "theft", at=middle_of(LAST))
        assert fay.get(f"/drift/{LAST}/journal.csv").text == before and f"SCANNER-{LAST}," not in before
        assert "Fay closed this month" in fay.get(f"/drift/{LAST}").text
        late = [row for row in rows(fay.get(f"/drift/{THIS}/journal.csv")) if "of " + str(LAST) in row["description"]]
        assert {row["debit"] for row in late} == {"4.25", ""}

    def test_answers_a_page_without_reloading_and_a_program(self, fay):
        assert fay.by_htmx(f"/drift/{LAST.before}/close").headers["HX-Redirect"] == f"/drift/{LAST.before}"
        answer = fay.by_json(f"/drift/{LAST}/close")
        assert answer.json["periods"] == [str(LAST)]

    def test_closes_what_is_open_before_it(self, fay):
        months = fay.by_json(f"/drift/{LAST}/close").json["periods"]
        assert months == sorted(months) and months[-1] == str(LAST) and len(months) in (2, 3)

    def test_is_refused_twice_in_a_sentence(self, fay):
        fay.post(f"/drift/{LAST}/close")
        answer = fay.post(f"/drift/{LAST}/close")
        assert answer.status_code == 409 and f"{LAST} is closed: Fay closed it on " in answer.text

    def test_is_refused_while_the_month_goes_on(self, fay):
        answer = fay.post(f"/drift/{THIS}/close")
        assert answer.status_code == 409 and f"{THIS} goes on until " in answer.text

    def test_is_refused_before_it_has_begun(self, fay):
        assert fay.post("/drift/2999-01/close").status_code == 400


class TestTheRate:
    def test_is_of_the_house_or_of_a_section(self, fay):
        assert fay.post("/drift/rate", rate="1").status_code == 303
        assert fay.by_json("/drift/rate", section="A-01", rate="3").json["rate_bp"] == 300
        page = fay.get("/drift").text
        assert "1 % a year" in page and '<span class="soft">3 %</span>' in page

    def test_goes_back_to_the_usual_one(self, fay):
        fay.post("/drift/rate", rate="1")
        assert fay.by_json("/drift/rate", rate="").json["rate_bp"] is None
        assert "2 % a year" in fay.get("/drift").text

    @pytest.mark.parametrize(
        ("section", "rate", "status", "words"),
        [
            ("", "40", 400, "Expected a rate of 1 to 3 % a year, got 40 %."),
            ("", "0.5", 400, "Expected a rate of 1 to 3 % a year, got 0.5 %."),
            ("", "-1", 400, "Expected a percentage such as 2.5"),
            ("", "much", 400, "Expected a percentage such as 2.5"),
            ("Z-99", "2", 404, "There is no section Z-99."),
        ],
    )
    def test_is_refused_in_a_sentence(self, fay, section, rate, status, words):
        answer = fay.post("/drift/rate", section=section, rate=rate)
        assert answer.status_code == status and words in answer.text


class TestTheProgram:
    def test_is_told_a_month(self, app, house):
        told = Program(app, "Fay").get("/budget", period=str(LAST)).json
        assert (told["period"], told["gross"], told["net"], told["closed"]) == (str(LAST), 17.0, 17.0, False)
        assert told["by_cause"] == [{"cause": "theft", "gross": 17.0, "net": 17.0}]
        assert round(told["budget"], 2) == round(told["inventory_value"] * 0.02 * told["days"] / 365, 2)
        assert round(told["left"], 2) == round(told["budget"] - 17.0, 2)
        assert {each["section"] for each in told["by_section"]} == {"A-01"}

    def test_is_told_the_month_that_goes_on(self, app, house):
        assert Program(app, "Sam").get("/budget").json["period"] == str(THIS)

    def test_is_refused_a_month_that_has_not_begun(self, app, house):
        answer = Program(app, "Fay").get("/budget", period="2999-01")
        assert answer.status_code == 400 and answer.json["error"]["field"] == "period"

    def test_has_to_have_the_right(self, app, house):
        assert Program(app, "Rosa").get("/budget").status_code == 403


class TestWhatWasRefused:
    """The page comes back with what was typed, and with what is wrong."""

    def test_a_rate(self, fay):
        answer = fay.post("/drift/rate", section="c-99", rate="40")
        assert answer.status_code == 400 and 'value="40"' in answer.text and 'value="c-99"' in answer.text
        assert "What may drift" in answer.text and 'role="alert"' in answer.text

    def test_the_names_of_accounts(self, fay):
        answer = fay.post("/drift/accounts", inventory="1400", shrink="1400", rounding="6800")
        assert answer.status_code == 400 and "1400 is the inventory" in answer.text and 'value="6800"' in answer.text
        odd = fay.post("/drift/accounts", rounding="=1+1")
        assert odd.status_code == 400 and "a formula to a spreadsheet" in odd.text

    def test_two_accounts_may_share_a_name_but_the_inventory_none(self, fay):
        assert fay.post("/drift/accounts", rounding="6800", revalued="6800").status_code == 303
        assert fay.post("/drift/accounts", rounding="inventory").status_code == 400


class TestAMonthThatIsOver:
    def test_says_what_would_have_been_found_then_of_what_there_was_then(self, app, fay):
        page = fay.get("/drift/2026-01").text
        assert "Expected loss at the month" in page and "Gross drift at the month" in page and "Expected loss today" not in page
