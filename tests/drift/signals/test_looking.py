"""The day's look at the record, on both databases: what opens, what does not, and what closes by itself."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert, select, text

from scanner.catalogue.tables import Section
from scanner.data.imports import import_csv
from scanner.db.sql import connection_of, run, table_of
from scanner.drift.signals import service, store
from scanner.drift.signals.looking import store as record
from scanner.drift.signals.looking.service import answered, look
from scanner.drift.signals.looking.store import FoundRow
from scanner.drift.signals.rules import MERGED, NO_STOCK, RETIRED, STREAKS, SignalKind
from scanner.errors import Conflict
from scanner.items import service as items
from scanner.people.rules import OperatorView
from scanner.webhooks import service as webhooks
from scanner.webhooks.tables import Delivery
from scanner.workflows import WORKFLOWS
from tests.picking.test_scans import pulled
from tests.support.counting_floor import Floor
from tests.support.patterns import SEEN, TODAY, days_before, looked, open_signal, short_pick, signals, sold, streak, trace, work
from tests.support.shop import Shop, line, order
from tests.support.warehouse import MUG, NOW, Warehouse


@pytest.fixture
def stocked(warehouse: Warehouse) -> Warehouse:
    """Mugs on two shelves, lamps on one. The section is Olga's."""
    stock = b"location,sku,units\nA-01-1,MUG-B,500\nA-01-2,MUG-B,9\nA-01-1,LAMP,500\n"
    warehouse.database.transact(import_csv, "stock", BytesIO(stock), None, NOW - timedelta(days=200))
    warehouse.database.transact(lambda session: run(session, insert(table_of(Section)), {"code": "A-01", "owner": "Olga"}))
    return warehouse


def pick(warehouse: Warehouse, times: int, code: str = MUG, days: int = 10) -> None:
    for nth in range(times):
        at = days_before(days) + timedelta(minutes=nth)
        warehouse.scan(code, by="Pia", task="PICKS", location="A-01-1", now=at, scanned_at=at)


def rename(warehouse: Warehouse, sku: str, new: str) -> None:
    warehouse.database.transact(items.rename, sku, new, "", warehouse.operators["Sam"], NOW)


def merge(warehouse: Warehouse, sku: str, into: str) -> None:
    warehouse.database.transact(items.merge, sku, into, warehouse.operators["Sam"], NOW, WORKFLOWS)


def retire(warehouse: Warehouse, sku: str) -> None:
    """Note that an item is sold no longer. None of it is on record then."""
    empty(warehouse, sku)
    warehouse.database.transact(items.retire, sku, warehouse.operators["Sam"], NOW)


def empty(warehouse: Warehouse, sku: str) -> None:
    statement = text("UPDATE stock SET units = 0 WHERE item_id = :item")
    warehouse.database.transact(lambda session: connection_of(session).execute(statement, {"item": warehouse.items[sku]}))


def told(warehouse: Warehouse) -> list[dict]:
    """What webhooks were told of signals."""
    wanted = select(Delivery.payload).where(Delivery.event == "signal.opened").order_by(Delivery.id)
    with warehouse.database.read() as session:
        return [json.loads(payload)["data"] for payload in run(session, wanted).scalars()]


def hook(warehouse: Warehouse) -> None:
    warehouse.database.transact(webhooks.add, "https://shop.example/hook", warehouse.operators["Sam"], NOW)


class TestShortPicksOfAnItem:
    def test_open_a_signal_with_the_numbers_and_the_owner_of_the_section(self, stocked):
        hook(stocked)
        pick(stocked, 8)
        pick(stocked, 30, "9501101530010")
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        (signal,) = looked(stocked)
        assert (signal.kind, signal.subject, signal.section, signal.owner) == (SignalKind.SHORT_ITEM, "MUG-B", "A-01", "Olga")
        assert (signal.evidence["lines"], signal.evidence["shorts"], signal.evidence["days"]) == (11, 3, 3)
        assert "was picked 11 times, and was not there 3 of these, on 3 days" in signal.words
        (message,) = told(stocked)
        assert message["evidence"]["words"] == signal.words and message["owner"] == "Olga" and message["id"] == signal.id

    def test_on_one_day_say_nothing(self, stocked):
        pick(stocked, 8)
        for minutes in range(3):
            short_pick(stocked, days_before(3) + timedelta(minutes=minutes))
        assert looked(stocked) == []

    def test_before_eight_weeks_say_nothing(self, stocked):
        pick(stocked, 8)
        for days in (57, 60, 70):
            short_pick(stocked, days_before(days))
        assert looked(stocked) == []

    def test_open_it_once(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        assert len(looked(stocked)) == len(looked(stocked)) == 1

    def test_open_it_again_only_on_what_came_after_it_was_closed(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        (signal,) = looked(stocked)
        stocked.database.transact(service.close, signal.id, has_found=False, note="", operator=stocked.operators["Sam"], now=NOW)
        later = NOW + timedelta(days=10)
        assert len(looked(stocked, later.date(), later)) == 1
        for days in (4, 6, 8):
            short_pick(stocked, NOW + timedelta(days=days))
        again = looked(stocked, later.date(), later)[-1]
        assert again.id != signal.id and again.evidence["shorts"] == 3 and again.evidence["since"] == "2026-11-24"

    def test_stay_one_where_the_item_gets_another_sku(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        looked(stocked)
        rename(stocked, "MUG-B", "CUP-B")
        later = NOW + timedelta(days=1)
        (signal,) = looked(stocked, later.date(), later)
        assert (signal.state, signal.subject, signal.title) == ("open", "CUP-B", "CUP-B is often not there")
        with stocked.database.read() as session:
            assert [row.subject for row in store.loud_open(session, 9)] == ["CUP-B"]
            assert [row.subject for row in store.opened_since(session, NOW)] == ["CUP-B"]

    def test_do_not_open_again_because_the_item_got_another_sku(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        (signal,) = looked(stocked)
        stocked.database.transact(service.close, signal.id, has_found=False, note="", operator=stocked.operators["Sam"], now=NOW)
        rename(stocked, "MUG-B", "CUP-B")
        later = NOW + timedelta(days=1)
        assert [each.state for each in looked(stocked, later.date(), later)] == ["closed"]


class TestItemsThatAreNoMore:
    TOMORROW = NOW + timedelta(days=1)

    def test_hand_their_short_picks_and_their_picks_to_the_item_that_stands_for_them(self, stocked):
        pick(stocked, 4)
        pick(stocked, 3, "9501101530010")
        short_pick(stocked, days_before(3))
        short_pick(stocked, days_before(5))
        short_pick(stocked, days_before(9), "LAMP")
        merge(stocked, "MUG-B", "LAMP")
        (signal,) = looked(stocked)
        assert (signal.subject, signal.section, signal.owner) == ("LAMP", "A-01", "Olga")
        assert (signal.evidence["lines"], signal.evidence["shorts"]) == (10, 3)

    @pytest.mark.parametrize("kind", [SignalKind.SHORT_ITEM, *STREAKS])
    @pytest.mark.parametrize(("leave", "note"), [(merge, MERGED), (retire, RETIRED)])
    def test_close_their_signal_which_counts_as_no_answer(self, stocked, kind, leave, note):
        open_signal(stocked, kind=kind.value, evidence=json.dumps(SEEN[kind]))
        leave(stocked, "MUG-B", *(["LAMP"] if leave is merge else []))
        (signal,) = looked(stocked, self.TOMORROW.date(), self.TOMORROW)
        assert (signal.state, signal.has_found, signal.note, signal.closed_by) == ("closed", False, note, "")
        with stocked.database.read() as session:
            assert store.precision(session, 20) == {}

    def test_open_one_for_the_item_that_stands_for_them_when_theirs_is_closed(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        looked(stocked)
        merge(stocked, "MUG-B", "LAMP")
        found = looked(stocked, self.TOMORROW.date(), self.TOMORROW)
        assert [(each.subject, each.state) for each in found] == [("MUG-B", "closed"), ("LAMP", "open")]

    def test_open_none_on_what_a_person_closed_under_the_other_name(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        (signal,) = looked(stocked)
        stocked.database.transact(service.close, signal.id, has_found=True, note="", operator=stocked.operators["Sam"], now=NOW)
        merge(stocked, "MUG-B", "LAMP")
        assert [each.state for each in looked(stocked, self.TOMORROW.date(), self.TOMORROW)] == ["closed"]

    def test_open_none_once_they_are_retired(self, stocked):
        for days in (3, 5, 9):
            short_pick(stocked, days_before(days))
        retire(stocked, "MUG-B")
        assert looked(stocked) == []

    def test_are_sold_under_the_name_of_the_item_that_stands_for_them(self, stocked):
        streak(stocked, "LAMP")
        merge(stocked, "MUG-B", "LAMP")
        sold(stocked, "MUG-B", [1, 21, 23])
        assert looked(stocked) == []
        with stocked.database.read() as session:
            (row,) = record.sales(session, TODAY - timedelta(days=180))
            assert (row.item_id, row.days, row.last) == (stocked.items["LAMP"], 76, TODAY - timedelta(days=1))
            assert record.sold(session, row.item_id, TODAY - timedelta(days=22)) == {
                TODAY - timedelta(days=1): 2, TODAY - timedelta(days=21): 4,
            }  # fmt: skip

    def test_close_a_streak_when_none_is_on_record_any_more(self, stocked):
        streak(stocked)
        looked(stocked)
        empty(stocked, "MUG-B")
        (signal,) = looked(stocked, self.TOMORROW.date(), self.TOMORROW)
        assert (signal.state, signal.has_found, signal.note) == ("closed", False, NO_STOCK)

    def test_open_no_streak_when_none_is_on_record_any_more(self, stocked):
        """What is summed of the record may be older than the stock."""
        streak(stocked)
        empty(stocked, "MUG-B")
        assert looked(stocked) == []


class TestShortPickRate:
    def test_opens_for_the_section_whose_short_picks_rose_and_for_the_house(self, stocked):
        work(stocked, 400, 52)
        for week in range(3, 50):
            short_pick(stocked, days_before(7 * week), sku=("MUG-B", "LAMP", "TEE-M")[week % 3])
        for nth in range(9):
            short_pick(stocked, days_before(4) + timedelta(minutes=nth), sku=("MUG-B", "LAMP", "TEE-M")[nth % 3])
        found = [signal for signal in looked(stocked) if signal.kind == SignalKind.SHORT_RATE]
        assert [signal.subject for signal in found] == ["", "A-01"]
        assert found[0].evidence["shorts"] == 9 and found[0].evidence["week"] == "2026-11-16"
        assert [signal.owner for signal in found] == ["supervisor", "Olga"]

    def test_stays_quiet_where_each_week_is_as_the_others(self, stocked):
        work(stocked, 400, 52)
        for week in range(1, 50):
            short_pick(stocked, days_before(7 * week - 2), sku=("MUG-B", "LAMP", "TEE-M")[week % 3])
        assert [signal for signal in looked(stocked) if signal.kind == SignalKind.SHORT_RATE] == []


class TestVarianceThatRises:
    @pytest.fixture
    def floor(self, warehouse: Warehouse) -> Floor:
        return Floor(warehouse)

    def count(self, floor: Floor, found: int) -> None:
        """Count the section a week later; everything but the mugs is right."""
        floor.tick(7 * 86_400)
        task = floor.start()
        floor.scan("A-01-1", task)
        floor.scan(MUG, task, quantity=found)
        floor.finish(task)
        for again in floor.open_tasks():
            floor.scan("A-01-1", again, "Cem")
            floor.scan(MUG, again, "Cem", quantity=found)
            floor.finish(again, "Cem")

    def counted(self, floor: Floor, losses: tuple[int, ...]) -> None:
        floor.approval(1_000_000)
        floor.put("A-01-1", "MUG-B", 1_000)
        on_hand = 1_000
        for loss in losses:
            on_hand -= loss
            self.count(floor, on_hand)

    def look(self, floor: Floor) -> list:
        later = floor.now + timedelta(days=1)
        return looked(floor.warehouse, later.date(), later)

    def test_opens_from_five_counts_on(self, floor):
        self.counted(floor, (0, 0, 1, 4, 9, 16, 25))
        (signal,) = self.look(floor)
        assert (signal.kind, signal.subject) == (SignalKind.RISING, "A-01")
        assert len(signal.evidence["counts"]) >= 5 and "rise as they do by chance once in" in signal.words

    def test_is_shown_before_and_alarms_nobody(self, floor):
        hook(floor.warehouse)
        self.counted(floor, (0, 0, 4, 9))
        (signal,) = self.look(floor)
        assert signal.kind == SignalKind.RISING_EARLY and signal.is_quiet and told(floor.warehouse) == []
        assert "too few to be sure: from 5 on" in signal.words

    def test_closes_by_the_next_counts_and_becomes_sure(self, floor):
        self.counted(floor, (0, 0, 4, 9))
        self.look(floor)
        for found in (971, 946, 910):
            self.count(floor, found)
        early, sure = self.look(floor)
        assert (early.state, early.has_found, sure.kind) == ("closed", True, SignalKind.RISING)

    def test_is_judged_from_where_it_began_and_only_once_a_new_count_came(self, floor):
        """What an earlier signal was closed on says nothing of a later one."""
        self.counted(floor, (0, 0, 4, 9))
        self.look(floor)
        self.count(floor, 987)
        (first,) = self.look(floor)
        assert (first.state, first.has_found, first.note) == ("closed", False, "The next count was not higher.")
        for found in (986, 982, 973):
            self.count(floor, found)
        assert [each.state for each in self.look(floor)] == ["closed", "open"]
        floor.tick(86_400)
        assert [each.state for each in self.look(floor)] == ["closed", "open"], "no count came since"
        self.count(floor, 973)
        assert [each.note for each in self.look(floor)] == ["The next count was not higher."] * 2

    def test_reads_the_counts_once_however_many_may_rise(self, floor, monkeypatch):
        for nth in range(9):
            values = {"kind": "variance may rise", "subject": f"B-{nth:02}", "section": f"B-{nth:02}", "item_id": None}
            open_signal(floor.warehouse, **values, evidence=json.dumps(SEEN[SignalKind.RISING_EARLY]))
        reads, counts = [], record.counts
        monkeypatch.setattr(record, "counts", lambda *asked: reads.append(asked) or counts(*asked))
        assert len(self.look(floor)) == 9 and len(reads) == 2, "to close, and to open"


class TestOrdersThatAreSlower:
    def ship(self, shop: Shop, number: int, hours: float, *, short: bool) -> None:
        reference = f"SO-{number}"
        shop.put(order(line("1", "MUG-B", 1), reference=reference))
        if short:
            shop.miss("MUG-B", 1, task=reference)
        at = days_before(5) + timedelta(minutes=number)
        values = {"placed": at - timedelta(hours=hours), "shipped": at, "reference": reference}
        statement = text("UPDATE shop_order SET placed_at = :placed, shipped_at = :shipped WHERE reference = :reference")
        shop.database.transact(lambda session: connection_of(session).execute(statement, values))

    @pytest.mark.parametrize(("hours", "opens"), [(30.0, True), (11.0, False)])
    def test_open_a_signal_where_the_median_is_hours_later(self, stocked, hours, opens):
        shop = Shop(stocked)
        for number in range(24):
            short = number < 9
            self.ship(shop, number, (hours if short else 10.0) + number / 100, short=short)
        found = [signal for signal in looked(stocked) if signal.kind == SignalKind.SLOWER]
        assert bool(found) is opens
        if opens:
            assert (found[0].evidence["orders"], found[0].evidence["others"]) == (9, 15) and found[0].subject == ""


class TestStreaks:
    def test_pull_a_count_of_the_items_shelves_once_and_alarm_nobody(self, stocked):
        hook(stocked)
        streak(stocked)
        (signal,) = looked(stocked)
        assert (signal.kind, signal.subject, signal.is_quiet) == (SignalKind.NO_SALE, "MUG-B", True)
        assert signal.evidence["streak"] == 20 and "none was sold on 20 open days" in signal.words
        cause = "no sale though on hand"
        assert pulled(stocked) == [("A-01-1", "MUG-B", cause), ("A-01-2", "MUG-B", cause)]
        later = NOW + timedelta(days=1)
        assert len(looked(stocked, later.date(), later)) == 1 and len(pulled(stocked)) == 2 and told(stocked) == []

    def test_stay_one_where_the_item_gets_another_sku_and_do_not_open_again_once_closed(self, stocked):
        streak(stocked)
        (signal,) = looked(stocked)
        rename(stocked, "MUG-B", "CUP-B")
        later = NOW + timedelta(days=1)
        assert [each.subject for each in looked(stocked, later.date(), later)] == ["CUP-B"]
        sam = stocked.operators["Sam"]
        stocked.database.transact(service.close, signal.id, has_found=False, note="", operator=sam, now=later)
        rename(stocked, "CUP-B", "MUG-B")
        assert [each.state for each in looked(stocked, later.date(), later)] == ["closed"]

    def test_are_no_streaks_where_goods_came_since(self, stocked):
        streak(stocked)
        stocked.scan(MUG, quantity=1, location="A-01-1", now=days_before(2), scanned_at=days_before(2))
        assert looked(stocked) == []

    def test_are_none_without_stock_or_where_the_last_sale_is_no_long_time_ago(self, stocked):
        streak(stocked, days=5)
        sold(stocked, "LAMP", range(21, 170, 2))
        assert looked(stocked) == []

    def test_say_how_many_are_not_there_where_it_stopped_twice_at_one_number(self, stocked):
        streak(stocked)
        sold(stocked, "LAMP", range(21, 170, 2))
        trace(stocked, "LAMP", 4, 4, 4)
        found = {signal.subject: signal for signal in looked(stocked)}
        assert found["LAMP"].kind == SignalKind.STOPPED and "sold down to 4 units twice" in found["LAMP"].words

    def count(self, floor: Floor, first: int) -> None:
        task = floor.start()
        for shelf, units in (("A-01-1", first), ("A-01-2", 9)):
            floor.scan(shelf, task)
            floor.scan(MUG, task, quantity=units)
            if shelf == "A-01-1":
                floor.scan("9501101530010", task, quantity=500)
        floor.finish(task)

    @pytest.mark.parametrize(
        ("there", "found", "note"),
        [(500, False, "The count agreed with the record."), (490, True, "The count differed by −10.")],
    )
    def test_close_by_what_the_count_found_and_are_not_opened_again(self, stocked, there, found, note):
        streak(stocked)
        looked(stocked)
        floor = Floor(stocked)
        self.count(floor, there)
        later = floor.now + timedelta(days=1)
        (signal,) = looked(stocked, later.date(), later)
        assert (signal.state, signal.has_found, signal.note, signal.closed_by) == ("closed", found, note, "")

    def test_close_where_it_is_sold_again(self, stocked):
        streak(stocked)
        looked(stocked)
        later = NOW + timedelta(days=3)
        sold(stocked, "MUG-B", [-1])
        (signal,) = looked(stocked, later.date(), later)
        assert (signal.state, signal.has_found) == ("closed", False) and "sold again" in signal.note

    @pytest.mark.parametrize(("found", "opens"), [(3, False), (4, True)])
    def test_wait_longer_where_less_than_a_tenth_of_forty_found_anything(self, stocked, found, opens):
        evidence = '{"last_sale": "2026-01-02"}'
        for nth in range(40):
            closed = {"state": "closed", "has_found": nth < found, "closed_at": days_before(nth + 5), "evidence": evidence}
            open_signal(stocked, "LAMP", kind="no sale", **closed)
        streak(stocked, days=15)
        look(stocked.database, TODAY, NOW)
        with stocked.database.read() as session:
            assert bool(store.open_ones(session, [SignalKind.NO_SALE])) is opens


def test_a_signal_that_another_server_opened_stays_one(stocked):
    for days in (3, 5, 9):
        short_pick(stocked, days_before(days))
    open_signal(stocked)
    look(stocked.database, TODAY, NOW)
    assert len(signals(stocked)) == 1


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([-1_200], "The count differed by −1,200."), ([3, -1], "The count differed by +2."),
        ([0, 0], "The count agreed with the record."), ([3, -3], "Some of its shelves had more, others fewer; the sum is right."),
        ([0], None), ([], None),
    ],
)  # fmt: skip
def test_what_the_counts_of_two_shelves_say_in_words(found, words):
    said = answered([FoundRow(1, place, variance, NOW) for place, variance in enumerate(found)], {0, 1})
    assert (said[1] if said else None) == words


@pytest.mark.parametrize(("there", "words"), [(500, None), (490, "The count differed by −10.")])
def test_a_count_of_an_item_that_was_not_there_proposes_how_to_close_it(stocked, there, words):
    """Of its two shelves one is counted: that it is right there says nothing of the other."""
    number = open_signal(stocked, opened_at=NOW - timedelta(days=1))
    floor = Floor(stocked)
    task = floor.start()
    floor.scan("A-01-1", task)
    floor.scan(MUG, task, quantity=there)
    floor.scan("9501101530010", task, quantity=500)
    floor.finish(task)
    with stocked.database.read() as session:
        proposal = service.one(session, number, stocked.operators["Sam"]).proposal
    assert (proposal.words if proposal else None) == words
    look(stocked.database, TODAY, NOW)
    assert [signal.state for signal in signals(stocked)] == ["open"], "a person closes it"


def test_of_two_people_who_close_it_at_once_the_second_is_told(stocked):
    number = open_signal(stocked)
    sam = stocked.operators["Sam"]
    sia = OperatorView(stocked.operators["Fay"].id, "Sia", sam.roles)
    outcomes: list[str] = []

    def close(by: OperatorView, has_found: bool) -> None:
        try:
            stocked.database.transact(service.close, number, has_found=has_found, note="", operator=by, now=NOW)
        except Conflict as problem:
            outcomes.append(problem.message)
        else:
            outcomes.append("closed")

    people = [threading.Thread(target=close, args=each) for each in ((sam, True), (sia, False))]
    for each in people:
        each.start()
    for each in people:
        each.join()
    first, second = sorted(outcomes, key=len)
    assert first == "closed" and second.startswith("This signal was closed by ")
