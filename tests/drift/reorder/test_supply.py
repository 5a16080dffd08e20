"""What to order, from receipts, sales and counts to the sentence."""

from __future__ import annotations

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import MergedItem, RetiredItem, Stock
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.drift.fold import service as fold
from scanner.drift.reorder import service
from scanner.drift.reorder.service import Show, Wanted
from scanner.drift.reorder.store import SupplyRow
from scanner.drift.reorder.supply import store
from scanner.drift.tables import OpenDay
from scanner.errors import NotAllowed
from scanner.people.rules import OperatorView
from scanner.scans.tables import Task
from scanner.webhooks import service as webhooks
from scanner.workflows import WORKFLOWS
from tests.drift.reorder.conftest import TODAY, Purchasing
from tests.support.orders import add_order, cancel
from tests.support.warehouse import LAMP, MUG, NOW, TEE


@pytest.fixture
def mugs(purchasing: Purchasing) -> Purchasing:
    """Mugs: 34 on the shelf for 400 days, 1 and 3 sold in turns, three receipts, and a count that missed 12 of them."""
    purchasing.stock(400, MUG_B=34)
    purchasing.sales(MUG_B=lambda day: 1 + 2 * (day % 2))
    for known, came in ((100, 94), (80, 73), (60, 52)):
        purchasing.receipt("MUG-B", MUG, known=known, came=came)
    purchasing.count(300, {"A-01-1": {"MUG-B": (50, 50)}})
    purchasing.count(120, {"A-01-1": {"MUG-B": (30, 42)}})
    return purchasing


def test_a_worked_case(mugs: Purchasing) -> None:
    """By hand: L = (6 + 7 + 8)/3 = 7 and σL² = 2/3; d = 2 and σd² = 1; 12 went missing in 180 days, of the item as of its class.

    m = (12 + 180·12/180)/360 = 1/15, v = (144 + 180·144/180)/360 = 0.8, τ + L = 127. Plain: 14 + 1.04·√(7 + 4·2/3) = 17.2, so 18.
    With drift: 14 + 127/15 + 1.04·√(7 + 8/3 + 0.8·127) = 33.44; 33.44 − 17.23 = 16.2, so 17 more. 1/15 of 2 is 3.3 %.
    """
    mugs.refresh()
    known = mugs.known()["MUG-B"]
    assert (known.sold_a_day, known.sold_deviation, known.sale_days, known.streak) == (2, 1, 180, 0)
    assert (known.lead_days, known.lead_deviation, known.lead_measured) == (7, pytest.approx((2 / 3) ** 0.5, abs=1e-6), 3)
    assert (known.lost_a_day, known.lost_variance) == (pytest.approx(1 / 15, abs=1e-6), pytest.approx(0.8))
    assert (known.counted_on, known.since) == (TODAY - timedelta(120), TODAY - timedelta(400))
    row = mugs.plan()["MUG-B"]
    assert (row.reorder_point, row.raised, row.effective) == (18, 17, 35)
    why = "17 because 3.3 % of what moves goes missing and it was counted 120 days ago"
    assert row.reason == f"35 = 14 for 7 days + 4 safety + {why}"
    assert (row.sellable, row.expected_on_shelf, row.on_order) == (34, 26, 24)  # 34 − 120/15; PO-1001 brings 24
    assert (row.suggested, row.count_first) == (0, False)


def test_enough_for_the_point_and_the_cover_is_ordered_in_whole_cases(mugs: Purchasing) -> None:
    close(mugs, "PO-1001")
    mugs.refresh()
    assert mugs.plan()["MUG-B"].suggested == 15  # 35 − 34, and 14 for as long as the next ones take
    mugs.item("MUG-B", cover_days=30, order_multiple=12)
    row = mugs.plan()["MUG-B"]
    assert (row.suggested, row.count_first) == (72, True)  # 1 + 60 in cases of 12; a case is less than what drift adds


def test_right_after_a_count_nothing_comes_first(mugs: Purchasing) -> None:
    close(mugs, "PO-1001")
    mugs.item("MUG-B", order_multiple=12)
    mugs.count(0, {"A-01-1": {"MUG-B": (34, 34)}})
    mugs.refresh()
    row = mugs.plan()["MUG-B"]
    assert row.raised < 5 and not row.is_due and not row.count_first
    assert row.reason.endswith("and it was counted today")


def test_the_shops_own_point_and_lead_time_count_at_once(mugs: Purchasing) -> None:
    mugs.refresh()
    mugs.item("MUG-B", reorder_point=60, lead_days=3)
    row = mugs.plan()["MUG-B"]
    assert row.reorder_point == 60 and row.lead_days == 3 and row.effective == 60 + row.raised
    assert row.reason.startswith(f"{row.effective} = 60, your own reorder point + {row.raised} because 3.3 %")


def test_an_item_that_is_not_known_yet_has_its_own_point(purchasing: Purchasing) -> None:
    purchasing.item("LAMP", reorder_point=10)
    row = purchasing.plan()["LAMP"]
    assert (row.effective, row.lead_days, row.per_day, row.on_order, row.suggested) == (10, 7, 0, 6, 4)
    assert row.reason == "10, your own reorder point (nothing sold before today)"


def test_an_item_that_was_never_counted_is_said_to_be(mugs: Purchasing) -> None:
    mugs.stock(90, TEE_M=40)
    mugs.sales(TEE_M=lambda day: 1 if day <= 90 else 0)
    mugs.refresh()
    known = mugs.known()["TEE-M"]
    assert (known.counted_on, known.since, known.sold_a_day) == (None, TODAY - timedelta(90), 1)
    assert known.lost_a_day == pytest.approx(1 / 15, abs=1e-6)  # as of its class
    assert mugs.plan()["TEE-M"].reason.endswith("because 6.7 % of what moves goes missing and it was never counted")


def test_what_is_neither_sold_nor_has_a_point_is_no_business_of_the_list(mugs: Purchasing) -> None:
    mugs.refresh()
    assert list(mugs.plan()) == ["MUG-B"]


def test_kits_merged_and_retired_items_are_left_out(mugs: Purchasing) -> None:
    ids = mugs.warehouse.items
    for sku in ("SET", "LAMP", "TEE-M"):
        mugs.item(sku, reorder_point=5)
    mugs.refresh()
    assert set(mugs.plan()) == {"MUG-B", "LAMP", "TEE-M"}
    gone = ((MergedItem, {"item_id": ids["LAMP"], "into_id": ids["MUG-B"]}), (RetiredItem, {"item_id": ids["TEE-M"], "at": NOW}))
    for table, row in gone:
        mugs.database.transact(lambda session, table=table, row=row: run(session, insert(table.__table__), row))
    assert set(mugs.plan()) == {"MUG-B"}
    mugs.refresh()
    assert "LAMP" not in mugs.known() and not mugs.known()["TEE-M"].is_due


def test_what_was_sold_of_a_merged_item_is_demand_of_the_one_that_stands_for_it(mugs: Purchasing) -> None:
    mugs.sales(LAMP=lambda day: 1)
    row = {"item_id": mugs.warehouse.items["LAMP"], "into_id": mugs.warehouse.items["MUG-B"]}
    mugs.database.transact(lambda session: run(session, insert(MergedItem.__table__), row))
    mugs.refresh()
    assert mugs.known()["MUG-B"].sold_a_day == 3


class TestUnits:
    @pytest.fixture
    def tees(self, purchasing: Purchasing) -> Purchasing:
        """40 T-shirts on a shelf, with a point of 45; 3 on order."""
        purchasing.stock(10, TEE_M=40)
        purchasing.item("TEE-M", reorder_point=45)
        return purchasing

    def test_goods_that_came_and_are_not_put_away_yet_are_not_ordered_again(self, tees: Purchasing) -> None:
        assert tees.plan()["TEE-M"].suggested == 2
        for _ in range(3):
            tees.warehouse.scan(TEE)
        close(tees, "PO-1001")
        row = tees.plan()["TEE-M"]
        assert (row.sellable, row.on_order, row.suggested) == (40, 3, 2)
        tees.warehouse.scan("DOCK", by="Sam", task="MOVES")
        tees.warehouse.scan(TEE, by="Sam", task="MOVES")
        assert tees.warehouse.stock()["CART-4", "TEE-M"] == 1
        row = tees.plan()["TEE-M"]
        assert (row.sellable, row.on_order, row.suggested) == (40, 3, 2)
        tees.refresh()
        tees.stock(0, "DOCK", TEE_M=8)
        tees.refresh()
        assert not tees.known()["TEE-M"].is_due

    @pytest.mark.parametrize("place", ["RETURNS", "QUARANTINE", "DAMAGED", "REFURBISH"])
    def test_goods_that_may_never_be_sold_are_ordered(self, tees: Purchasing, place: str) -> None:
        tees.stock(0, place, TEE_M=8)
        row = tees.plan()["TEE-M"]
        assert (row.sellable, row.on_order, row.suggested) == (40, 3, 2)

    def test_what_customers_ordered_is_sold(self, tees: Purchasing) -> None:
        tees.item("TEE-M", reorder_point=40)
        assert tees.plan()["TEE-M"].suggested == 0
        add_order(tees.warehouse, "W-1", [("TEE-M", 3)])
        row = tees.plan()["TEE-M"]
        assert (row.sellable, row.on_order, row.for_orders, row.suggested) == (40, 3, 3, 1)
        tees.refresh()
        assert tees.known()["TEE-M"].is_due
        cancel(tees.warehouse, "W-1")
        row = tees.plan()["TEE-M"]
        assert (row.for_orders, row.suggested) == (0, 0)

    def test_more_put_away_than_came_takes_nothing_off(self, tees: Purchasing) -> None:
        close(tees, "PO-1001")
        dock = {"item_id": tees.warehouse.items["TEE-M"], "units": -5}
        with tees.database.read() as session:
            dock["location_id"] = catalogue.find_location(session, "DOCK").id
        tees.database.transact(lambda session: run(session, insert(Stock.__table__), dock))
        assert tees.plan()["TEE-M"].on_order == 0


class TestDemand:
    def test_days_that_nothing_at_all_was_sold_on_do_not_count(self, purchasing: Purchasing) -> None:
        purchasing.sales(days=60, MUG_B=lambda day: 2)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == 2

    def test_a_new_item_is_measured_since_it_first_moved(self, purchasing: Purchasing) -> None:
        purchasing.stock(20, MUG_B=34)
        purchasing.sales(MUG_B=lambda day: 4 if day <= 20 and day % 2 else 0)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == 2

    def test_a_streak_that_is_longer_than_chance_is_left_out(self, purchasing: Purchasing) -> None:
        purchasing.sales(MUG_B=lambda day: 1 if day > 30 else 0)
        purchasing.refresh()
        known = purchasing.known()["MUG-B"]
        assert (known.sold_a_day, known.sale_days, known.streak) == (1, 150, 30)

    def test_a_streak_that_chance_explains_counts(self, purchasing: Purchasing) -> None:
        purchasing.sales(MUG_B=lambda day: 1 if day > 5 else 0)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == pytest.approx(175 / 180, abs=1e-6)

    @pytest.mark.parametrize(
        ("has_found", "closed", "days"),
        [(True, 60, 150), (False, 60, 180), (None, None, 150)],
        ids=["goods were missing", "they were there", "nobody has looked yet"],
    )
    def test_a_past_streak_is_left_out_unless_its_goods_were_there(
        self, purchasing: Purchasing, has_found: bool | None, closed: int | None, days: int
    ) -> None:
        purchasing.sales(MUG_B=lambda day: 0 if 60 <= day < 90 else 2)
        purchasing.streak("MUG-B", sold=90, opened=75, closed=closed, has_found=has_found)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == pytest.approx(300 / days, abs=1e-6)

    def test_a_present_streak_counts_where_its_goods_are_there(self, purchasing: Purchasing) -> None:
        purchasing.sales(MUG_B=lambda day: 1 if day > 30 else 0, TEE_M=lambda day: 1 if day > 30 else 0)
        purchasing.streak("MUG-B", sold=31, opened=20, closed=10, has_found=False)
        purchasing.streak("TEE-M", sold=40, opened=35, closed=31, has_found=False)  # of a streak before it
        purchasing.refresh()
        known = purchasing.known()
        assert known["MUG-B"].sold_a_day == pytest.approx(150 / 180, abs=1e-6)
        assert known["TEE-M"].sold_a_day == 1

    def test_the_streak_of_a_merged_item_is_one_of_the_item_that_stands_for_it(self, purchasing: Purchasing) -> None:
        purchasing.sales(LAMP=lambda day: 1 if day % 2 else 0, MUG_B=lambda day: 0 if 60 <= day < 90 else 2)
        purchasing.streak("MUG-B", sold=90, opened=75, closed=60, has_found=True)
        row = {"item_id": purchasing.warehouse.items["MUG-B"], "into_id": purchasing.warehouse.items["LAMP"]}
        purchasing.database.transact(lambda session: run(session, insert(MergedItem.__table__), row))
        purchasing.refresh()
        assert purchasing.known()["LAMP"].sold_a_day == pytest.approx((300 + 90) / 165, abs=1e-6)

    def test_today_is_not_over_and_older_days_are_past(self, purchasing: Purchasing) -> None:
        purchasing.sales(days=200, MUG_B=lambda day: 9 if day > 180 else 1)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == 1

    def test_a_shipment_that_is_taken_back_the_next_day_was_not_sold(self, purchasing: Purchasing) -> None:
        units = {10: 40, 9: -40}
        purchasing.sales(MUG_B=lambda day: units.get(day, 2))
        purchasing.sales(TEE_M=lambda day: {180: -5, 20: 3, 19: -3}.get(day, 0))
        purchasing.refresh()
        known = purchasing.known()["MUG-B"]
        assert (known.sale_days, known.sold_a_day) == (178, pytest.approx(2 * 178 / 180, abs=1e-6))
        assert known.sold_deviation == pytest.approx((4 * 178 / 180 - (2 * 178 / 180) ** 2) ** 0.5, abs=1e-6)
        assert purchasing.known()["TEE-M"].sold_a_day == 0

    def test_a_day_on_which_all_came_back_is_none_of_the_open_ones(self, purchasing: Purchasing) -> None:
        purchasing.sales(MUG_B=lambda day: 2 if day % 2 else 0)
        table = OpenDay.__table__
        even = [TODAY - timedelta(day) for day in range(2, 181, 2)]
        purchasing.database.transact(lambda session: run(session, update(table).where(table.c.day.in_(even)).values(units=0)))
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_deviation == 0

    def test_a_house_that_is_closed_at_weekends_sells_less_a_day_of_the_calendar(self, purchasing: Purchasing) -> None:
        """TODAY is a Monday. 2 and 4 in turns on five days of seven: 15 a week and σ = 1 on each of its open days."""
        closed = {day for day in range(1, 176) if (TODAY - timedelta(day)).weekday() > 4}
        purchasing.sales(days=175, MUG_B=lambda day: 0 if day in closed else 2 + 2 * (day // 7 % 2))
        table = OpenDay.__table__
        days = [TODAY - timedelta(day) for day in closed]
        purchasing.database.transact(lambda session: run(session, delete(table).where(table.c.day.in_(days))))
        purchasing.item("MUG-B", lead_days=14)
        purchasing.refresh()
        row, known = purchasing.plan()["MUG-B"], purchasing.known()["MUG-B"]
        assert known.sold_a_day == pytest.approx(
            sum(2 + 2 * (day // 7 % 2) for day in set(range(1, 176)) - closed) / 175, abs=1e-6
        )
        assert known.sold_deviation == pytest.approx((5 / 7) ** 0.5, abs=0.001)
        assert row.point.lead_units == 30  # two weeks of 15

    def test_one_day_of_sales_is_no_more_than_a_beginning(self, purchasing: Purchasing) -> None:
        """10 in 14 days: 10/14 · 7 = 5; σ² = 100/14 − (10/14)² = 6.63, 1.04 · √(7 · 6.63) = 7.1; 5 more for a week."""
        close(purchasing, "PO-1001")
        purchasing.sales(days=1, MUG_B=lambda day: 10)
        purchasing.refresh()
        row = purchasing.plan()["MUG-B"]
        assert (row.reason, row.suggested) == ("13 = 5 for 7 days + 8 safety", 18)

    def test_a_new_item_in_an_old_house_has_but_begun_too(self, purchasing: Purchasing) -> None:
        purchasing.sales(LAMP=lambda day: 1, MUG_B=lambda day: 7 if day < 3 else 0)
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].sold_a_day == 1


class TestLeadTimes:
    def test_too_few_of_an_item_are_as_usual_for_its_supplier(self, mugs: Purchasing) -> None:
        mugs.receipt("LAMP", LAMP, known=50, came=20, partner="Other")
        mugs.item("TEE-M", supplier="Acme")
        mugs.refresh()
        known = mugs.known()
        assert known["TEE-M"].lead_days == 7  # Acme's three
        assert (known["LAMP"].lead_days, known["LAMP"].lead_measured) == (12.75, 1)  # of the house: (6 + 7 + 8 + 30)/4

    def test_a_receipt_made_for_goods_that_had_come_says_nothing(self, purchasing: Purchasing) -> None:
        for known in (10, 20, 30):
            purchasing.receipt("LAMP", LAMP, known=known, came=known - 0.1)
        purchasing.refresh()
        assert (purchasing.known()["LAMP"].lead_days, purchasing.known()["LAMP"].lead_measured) == (7, 0)

    def test_what_stayed_on_order_says_nothing(self, mugs: Purchasing) -> None:
        first = mugs.receipt("MUG-B", MUG, known=90, came=10)
        rest = update(Task.__table__).where(Task.__table__.c.reference == first)
        mugs.database.transact(lambda session: run(session, rest.values(back_order_of=1)))
        mugs.refresh()
        assert mugs.known()["MUG-B"].lead_days == 7

    def test_a_scan_that_was_taken_back_says_nothing(self, mugs: Purchasing) -> None:
        mugs.warehouse.add_receipt("PO-9", [("MUG-B", 1)], created_at=NOW - timedelta(50))
        for code, came in ((MUG, 48), ("CMD-UNDO", 48), (MUG, 43)):
            at = NOW - timedelta(came)
            mugs.warehouse.scan(code, task="PO-9", now=at, scanned_at=at)
        mugs.refresh()
        assert mugs.known()["MUG-B"].lead_days == 7  # (6 + 7 + 8 + 7)/4

    def test_what_the_shop_says_is_taken(self, mugs: Purchasing) -> None:
        mugs.item("MUG-B", lead_days=0)
        mugs.refresh()
        assert mugs.known()["MUG-B"].lead_days == 0


class TestCounts:
    def test_the_shelf_that_was_counted_longest_ago_says_when(self, mugs: Purchasing) -> None:
        put(mugs, "A-01-2", 5)
        mugs.count(10, {"A-01-2": {"MUG-B": (5, 5)}})
        mugs.refresh()
        assert mugs.known()["MUG-B"].counted_on == TODAY - timedelta(120)

    def test_a_shelf_that_was_never_counted_counts_from_its_first_goods(self, mugs: Purchasing) -> None:
        mugs.stock(310, "A-01-2", MUG_B=60)
        fold.catch_up(mugs.database, NOW)
        mugs.refresh()
        assert mugs.known()["MUG-B"].counted_on == TODAY - timedelta(310)
        mugs.stock(2, "A-01-2", MUG_B=0)
        mugs.refresh()
        assert mugs.known()["MUG-B"].counted_on == TODAY - timedelta(120)

    def test_a_shelf_that_was_filled_since_the_count_says_nothing(self, mugs: Purchasing) -> None:
        mugs.stock(15, "A-01-2", MUG_B=60)
        fold.catch_up(mugs.database, NOW)
        mugs.refresh()
        assert mugs.known()["MUG-B"].counted_on == TODAY - timedelta(120)

    def test_recounts_measure_nothing_again(self, mugs: Purchasing) -> None:
        mugs.count(119, {"A-01-1": {"MUG-B": (30, 42)}}, round=2)
        mugs.refresh()
        known = mugs.known()["MUG-B"]
        assert known.lost_a_day == pytest.approx(1 / 15, abs=1e-6) and known.counted_on == TODAY - timedelta(120)

    def test_opening_stock_is_a_count_that_finds_nothing_missing(self, purchasing: Purchasing) -> None:
        purchasing.stock(90, MUG_B=9)
        purchasing.count(90, {"A-01-1": {"MUG-B": (40, 0)}}, round=0)
        purchasing.count(30, {"A-01-1": {"MUG-B": (34, 40)}})
        purchasing.refresh()
        assert purchasing.known()["MUG-B"].lost_a_day == pytest.approx((6 + 180 * 6 / 60) / 240, abs=1e-6)


class TestTelling:
    def test_others_are_told_once_that_an_item_is_due(self, mugs: Purchasing) -> None:
        mugs.database.transact(webhooks.add, "http://shop.example/hook", mugs.warehouse.operators["Sam"], NOW)
        mugs.refresh()
        assert told(mugs) == []
        close(mugs, "PO-1001")
        mugs.refresh()
        why = mugs.plan()["MUG-B"].reason
        mugs.refresh(TODAY + timedelta(1))
        (said,) = told(mugs)
        assert said["type"] == "reorder.due"
        assert said["data"] == {
            "day": "2026-11-23", "sku": "MUG-B", "name": "Mug, blue", "supplier": "", "sellable": 34, "on_order": 0,
            "effective": 35, "suggested": 15, "count_first": True, "reason": why,
        }  # fmt: skip

    def test_it_is_told_again_once_it_was_not_due_between(self, mugs: Purchasing) -> None:
        mugs.database.transact(webhooks.add, "http://shop.example/hook", mugs.warehouse.operators["Sam"], NOW)
        for state in ("finished", "open", "finished"):
            close(mugs, "PO-1001", state)
            mugs.refresh()
        assert len(told(mugs)) == 2

    def test_of_two_servers_that_find_it_at_once_one_tells(self, mugs: Purchasing, monkeypatch: pytest.MonkeyPatch) -> None:
        """Both have read what was known, and work it out, before either writes."""
        mugs.database.transact(webhooks.add, "http://shop.example/hook", mugs.warehouse.operators["Sam"], NOW)
        mugs.item("LAMP", reorder_point=50)
        mugs.refresh()
        assert len(told(mugs)) == 1  # the lamp
        close(mugs, "PO-1001")
        mugs.item("TEE-M", reorder_point=50)
        write, both = store.write, Barrier(2)

        def meet(session: Session, rows: Collection[SupplyRow], *more: object) -> object:
            if not mugs.database.is_sqlite:  # which has one writer
                both.wait(10)
            return write(session, rows, *more)

        monkeypatch.setattr(store, "write", meet)
        with ThreadPoolExecutor(2) as servers:
            for done in [servers.submit(mugs.refresh) for _ in range(2)]:
                done.result()
        assert sorted(each["data"]["sku"] for each in told(mugs)) == ["LAMP", "MUG-B", "TEE-M"]


def test_the_same_day_again_writes_nothing(mugs: Purchasing, monkeypatch: pytest.MonkeyPatch) -> None:
    mugs.refresh()
    monkeypatch.setattr(type(mugs.database), "transact", None)
    mugs.refresh()


def test_a_list_is_of_what_is_asked(mugs: Purchasing) -> None:
    mugs.refresh()
    mugs.item("LAMP", reorder_point=10, supplier="Acme")
    assert asked(mugs, Wanted()) == ["LAMP"]
    assert asked(mugs, Wanted(Show.ALL)) == ["LAMP", "MUG-B"]
    assert asked(mugs, Wanted(Show.ALL, "Acme")) == ["LAMP"]
    assert asked(mugs, Wanted(Show.ALL, "Nobody")) == []


def test_who_counts_is_told_nothing_while_anything_is_counted(mugs: Purchasing) -> None:
    both = OperatorView(1, "Fay", frozenset({"finance", "counter"}))
    assert asked(mugs, Wanted(Show.ALL), both) == []
    mugs.warehouse.add_receipt("C-000009", [], kind="count", section="A-01", partner="")
    with pytest.raises(NotAllowed, match="A-01 is being counted"):
        asked(mugs, Wanted(Show.ALL), both)
    assert asked(mugs, Wanted(Show.ALL), mugs.warehouse.operators["Fay"]) == []


def asked(purchasing: Purchasing, wanted: Wanted, by: OperatorView | None = None) -> list[str]:
    by = by or purchasing.warehouse.operators["Sam"]
    with purchasing.database.read() as session:
        return [each.sku for each in service.listed(session, wanted, by, WORKFLOWS, TODAY)]


def told(purchasing: Purchasing) -> list[dict]:
    with purchasing.database.read() as session:
        return [json.loads(each.payload) for each in webhooks.deliveries(session)]


def close(purchasing: Purchasing, reference: str, state: str = "finished") -> None:
    table = Task.__table__
    changed = update(table).where(table.c.reference == reference).values(state=state)
    purchasing.database.transact(lambda session: run(session, changed))


def put(purchasing: Purchasing, shelf: str, units: int) -> None:
    file = BytesIO(f"location,sku,units\n{shelf},MUG-B,{units}\n".encode())
    purchasing.database.transact(import_csv, "stock", file, None, NOW - timedelta(15))
