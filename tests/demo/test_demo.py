from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import pytest

from scanner import demo
from scanner.codes.numbers import has_check_digit
from scanner.counting.plan import service as plan
from scanner.counting.reports import service as count_reports
from scanner.counting.reports.service import Asked
from scanner.demo.files import PEOPLE, sscc
from scanner.demo.goods import goods
from scanner.drift import daily
from scanner.drift.reorder import service as reorder
from scanner.drift.signals import service as signals
from scanner.moves import service as moves
from scanner.orders.office import service as orders_office
from scanner.people.rules import OperatorView
from scanner.people.sign_in import sign_in
from scanner.receiving import service as receiving
from scanner.returns.office import service as returns_office
from scanner.returns.reports import service as returns_reports
from scanner.scans import programs
from scanner.scans.opening.service import open_task
from scanner.scans.verify import verify
from scanner.settings import Settings
from scanner.workflows import WORKFLOWS
from tests.conftest import new_database
from tests.support.files import KINDS, export_csv, import_csv
from tests.support.kept import content_of, empty_warehouse, warehouse_of

SAM = OperatorView(1, "Sam", frozenset({"supervisor"}))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@cache
def content_of_the_demo():
    database = empty_warehouse()
    database.transact(demo.fill, NOON)
    return content_of(database)


@pytest.fixture
def filled():
    return warehouse_of(content_of_the_demo())


@pytest.mark.slow
def test_there_are_three_orders_of_3_50_and_400_lines(filled):
    with filled.read() as session:
        rows = receiving.receipts(session, NOON.date())
    assert {row.reference: (row.partner, row.lines, row.scanned) for row in rows} == {
        "PO-1001": ("Acme", 3, 0), "PO-1002": ("Northwind Traders", 50, 0), "PO-1003": ("Harbour Imports", 400, 0),
    }  # fmt: skip
    assert [row.reference for row in rows if row.overdue] == ["PO-1002"]


def test_po_1001_is_the_order_of_the_documentation(filled):
    with filled.read() as session:
        lines = programs.task(session, WORKFLOWS, "PO-1001", SAM).lines
    assert [(line.sku, line.expected) for line in lines] == [("MUG-B", 24), ("LAMP", 6), ("TEE-M", 3)]


@pytest.mark.parametrize(
    ("label", "reference"),
    [
        ("9501101530003", "PO-1001"),
        ("TEE-M", "PO-1001"),
        ("19501101530000", "PO-1001"),
        ("ASN-7002", "PO-1002"),
        (sscc(11), "PO-1002"),
    ],
)
def test_a_receipt_opens_by_any_label_of_its_own(filled, label, reference):
    with filled.read() as session:
        assert open_task(session, label, [WORKFLOWS["receiving"]], SAM).reference == reference


def test_returns_are_announced(filled):
    with filled.read() as session:
        found = programs.tasks(session, WORKFLOWS, SAM, kind="return", state="open")
    assert {task.reference for task in found} == {f"RMA-{number}" for number in range(2001, 2007)}


def test_some_came_back_before(filled):
    with filled.read() as session:
        counts = returns_office.counts(session, NOON, 14)
        report = returns_reports.report(session, NOON - timedelta(days=90), NOON)
        assert verify(session) == []
    assert counts["overdue"] == 1 and counts["unannounced"] == 1 and counts["graded"] >= 4 and counts["handled"] >= 10
    assert report.total.lost_e4 > 0 and {group.key for group in report.groups["supplier"]} >= {"Acme", "Harbour Imports"}
    assert len(report.groups["grade"]) == 6


def test_everybody_can_sign_in(filled):
    for badge, name, role, pin in PEOPLE:
        operator = filled.transact(sign_in, badge, pin, device="handheld-1", address="10.0.0.7", now=NOON).operator
        assert (operator.name, operator.roles) == (name, {role})
    assert demo.BADGE_TO_SHOW in {badge for badge, *_ in PEOPLE}


def test_goods_have_codes_of_every_kind():
    stocked = goods()
    assert 440 <= len(stocked) == len({good.sku for good in stocked})
    assert {len(good.gtin) for good in stocked if good.gtin} == {8, 12, 13}
    assert all(has_check_digit(code) for good in stocked for code in (good.gtin, good.case_gtin) if code)
    assert {good.case for good in stocked} == {0, 6, 12, 24}
    assert any(good.gtin is None and good.case for good in stocked)


def test_stock_adds_up_to_the_ledger(filled):
    with filled.read() as session:
        rows = programs.stock(session, WORKFLOWS, SAM, sku=None, place=None)
        total = session.connection().exec_driver_sql("SELECT sum(units) FROM stock").scalar()
    assert len(rows) > 400 and total == 0


def test_a_second_start_changes_nothing(filled):
    assert filled.transact(demo.fill_if_empty, NOON) is False


@pytest.mark.slow
def test_a_first_start_fills(sqlite_database):
    assert sqlite_database.transact(demo.fill_if_empty, NOON) is True


@pytest.mark.slow
def test_all_of_it_can_be_taken_out_and_brought_in_elsewhere(filled, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    elsewhere = new_database("sqlite", tmp_path / "elsewhere")
    files = {kind: export(filled, kind) for kind in KINDS}
    for kind, lines in files.items():
        elsewhere.transact(import_csv, kind, BytesIO("".join(lines).encode()), None, NOON)
    again = {kind: export(elsewhere, kind) for kind in KINDS}
    elsewhere.dispose()
    assert {kind: sorted(lines) for kind, lines in again.items()} == {kind: sorted(lines) for kind, lines in files.items()}
    assert "asn,sscc" in files["receipts"][0]


def export(database, kind):
    with database.read() as session:
        return list(export_csv(session, kind))


def test_some_was_counted_before(filled):
    with filled.read() as session:
        page = plan.plan(session, NOON.date())
        found = count_reports.report(session, Asked(), NOON)
    assert {pull.cause for row in page.sections for pull in row.pulls} == {"short pick"}
    assert sum(row.last_count is not None for row in page.sections) == 5 and 0 < page.due < len(page.sections)
    assert 90 < found.total.ira < 100 and found.total.counted - found.total.matched == 5
    assert found.causes and found.drift.budget == "within" and found.short_picks.times == 1


@pytest.mark.slow
def test_goods_wait_at_the_dock_and_orders_for_the_picker(filled):
    with filled.read() as session:
        waiting = {row.sku: row.units for row in moves.overview(session, SAM, frozenset()).put_away}
        listed, _ = orders_office.orders(session, SAM, WORKFLOWS, NOON)
    by_state = {row.order.reference: row.order.state for row in listed}
    lacking = {row.order.reference: row.reasons for row in listed if row.reasons}
    assert waiting == {"BULB-E27": 48, "BATT-AA": 24, "MUG-B": 12}
    assert by_state == {f"SO-600{number}": "picking" if number == 3 else "open" for number in range(1, 9)}
    assert [row.order.reference for row in listed if row.late] == ["SO-6001"]
    assert lacking.keys() == {"SO-6005", "SO-6006"}
    assert "DOCK" in lacking["SO-6005"][0] and "GIFT-CARD" in lacking["SO-6006"][0]


class TestTheDaysWork:
    @pytest.fixture
    def looked_at(self, filled):
        daily.do_all(filled, Settings("", secret_key="of no use"), NOON)
        return filled

    @pytest.mark.slow
    def test_finds_a_shelf_that_is_often_short_and_what_sells_no_more(self, looked_at):
        with looked_at.read() as session:
            found = {(row.kind, row.subject) for row in signals.every(session, SAM, state="open", kind=None)}
        assert found >= {("short picks of an item", "BOWL-NV"), ("no sale", "CUSH-GN")}

    def test_says_what_to_order_by_what_was_sold_and_by_how_long_it_took_to_come(self, looked_at):
        with looked_at.read() as session:
            every = reorder.plan(session, NOON.date())
        due = {each.sku: each for each in every if each.is_due}
        assert due["KEY-GN"].per_day > 2 and 12 < due["KEY-GN"].lead_days < 14 and due["KEY-GN"].supplier == "Harbour Imports"

    @pytest.mark.slow
    def test_is_done_once_more_for_a_warehouse_that_was_empty_this_morning(self):
        database = empty_warehouse()
        daily.do_all(database, Settings("", secret_key="of no use"), NOON - timedelta(hours=3))
        database.transact(demo.fill_as_sample, NOON)
        with database.read() as session:
            assert daily.is_due(session, NOON)
