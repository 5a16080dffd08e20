"""Lists of discrepancies, sorted and filtered, and settling many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.audit import store as audit
from scanner.discrepancies.desk import service
from scanner.discrepancies.desk.rules import Sort, Wanted
from scanner.discrepancies.rules import AskAbove, AskAgain, DiscrepancyKind
from scanner.discrepancies.service import assign, discrepancies
from scanner.errors import BadRequest, Conflict
from scanner.meters import Meters
from scanner.workflows import SETTLERS, WORKFLOWS
from tests.support.counting_floor import Floor
from tests.support.differing import differ
from tests.support.warehouse import NOW, Warehouse

KINDS = [kind.value for kind in DiscrepancyKind]


def page(warehouse, by="Sam", *, limit=100, after=0, **wanted):
    with warehouse.database.read() as session:
        return service.page(session, Wanted(**wanted), warehouse.operators[by], WORKFLOWS, limit=limit, after=after)


def numbers(warehouse, by="Sam", **wanted):
    return [row.id for row in page(warehouse, by, **wanted).rows]


def settle(warehouse, ids, by="Sam", **more):
    return warehouse.database.transact(
        service.settle_many, ids, operator=warehouse.operators[by], now=NOW, settlers=SETTLERS, workflows=WORKFLOWS,
        **{"cause": "theft", "note": "As seen.", **more},
    )  # fmt: skip


@pytest.fixture
def three(warehouse: Warehouse) -> list[int]:
    return differ(
        warehouse,
        {"kind": "short", "sku": "TEE-M", "value_e4": 50_000, "place": "A-01-1", "owner": "Sam"},
        {"kind": "over", "sku": "LAMP", "value_e4": 900_000},
        {"kind": "variance", "sku": "MUG-B", "units": -2, "value_e4": -100_000, "owner": "supervisor", "cause": ""},
    )


def test_the_choices_of_a_filter_tell_a_counter_of_nothing_that_its_rows_do_not(warehouse, three):
    """An open variance is kept from who counts: that there is one, too."""
    roles = frozenset({"counter", "receiver"})
    warehouse.operators["Cora"] = replace(warehouse.operators["Carla"], roles=roles)
    differ(warehouse, {"kind": "variance", "sku": "MUG-B", "place": "A-01-2", "owner": "Vic", "cause": ""})
    sams, coras = page(warehouse, state="open"), page(warehouse, "Cora", state="open")
    assert "Vic" in sams.owners and "variance" in {row.kind for row in sams.rows}
    assert set(coras.owners) == {row.owner for row in coras.rows} and "Vic" not in coras.owners
    assert set(coras.sections) <= set(sams.sections) and len(coras.sections) <= len(coras.rows)


class TestAList:
    def test_has_the_oldest_first_or_the_largest_or_goes_by_item(self, warehouse, three):
        short, over, variance = three
        assert numbers(warehouse) == [short, over, variance]
        assert numbers(warehouse, sort=Sort.VALUE) == [over, variance, short]
        assert numbers(warehouse, sort=Sort.ITEM) == [over, variance, short]

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"kind": "over"}, [1]),
            ({"owner": "purchasing"}, [1]),
            ({"owners": frozenset({"sam", "supervisor"})}, [0, 2]),
            ({"section": "A-01"}, [0]),
            ({"least_e4": 100_000}, [1, 2]),
            ({"state": "settled"}, []),
            ({"state": None}, [0, 1, 2]),
            ({"cause": "theft"}, []),
        ],
    )
    def test_shows_what_is_wanted(self, warehouse, three, wanted, found):
        assert numbers(warehouse, **wanted) == [three[at] for at in found]

    def test_adds_up_with_and_without_signs(self, warehouse, three):
        total = page(warehouse).total
        assert (total.discrepancies, total.gross, total.net) == (3, Decimal("105.00"), Decimal("75.00"))
        assert page(warehouse, section="A-01").total.net == Decimal("-5.00")
        assert page(warehouse, kind="missing").total.gross == 0

    def test_goes_on_behind_one_that_was_settled_meanwhile(self, warehouse, three):
        first = page(warehouse, limit=1)
        assert first.after == three[0]
        settle(warehouse, [three[0]])
        assert numbers(warehouse, after=three[0]) == three[1:]

    def test_leads_on_to_the_next_and_from_the_last_to_the_first(self, warehouse, three):
        with warehouse.database.read() as session:
            sam = warehouse.operators["Sam"]
            ways = [service.following(session, Wanted(), each, sam, WORKFLOWS) for each in three]
            assert ways == [three[1], three[2], three[0]]
            assert service.following(session, Wanted(kind="missing"), three[0], sam, WORKFLOWS) is None


SHAPES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(KINDS),
            "sku": st.sampled_from(["MUG-B", "LAMP", "TEE-M"]),
            "place": st.sampled_from([None, "A-01-1", "A-01-2"]),
            "value_e4": st.sampled_from([-50_000, -10_000, 0, 10_000, 10_000, 990_000]),
            "state": st.sampled_from(["open", "settled", "withdrawn"]),
            "owner": st.sampled_from(["Sam", "supervisor", "purchasing"]),
        }
    ),
    max_size=12,
    unique_by=lambda row: (row["kind"], row["sku"], row["place"]),
)
FILTERS = st.fixed_dictionaries(
    {
        "state": st.sampled_from([None, "open", "settled"]),
        "kind": st.sampled_from([None, *KINDS[:3]]),
        "section": st.sampled_from([None, "A-01"]),
        "least_e4": st.sampled_from([0, 10_000]),
        "sort": st.sampled_from(list(Sort)),
    }
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=SHAPES, wanted=FILTERS, size=st.integers(1, 5))
def test_page_by_page_no_row_is_lost_and_none_comes_twice(warehouse, rows, wanted, size):
    warehouse.database.transact(lambda session: session.connection().exec_driver_sql("DELETE FROM discrepancy"))
    differ(warehouse, *rows)
    whole = page(warehouse, **wanted)
    seen, after = [], 0
    while True:
        found = page(warehouse, limit=size, after=after, **wanted)
        seen += [row.id for row in found.rows]
        if found.after is None:
            break
        after = found.after
    assert seen == [row.id for row in whole.rows] and len(seen) == len(set(seen)) == whole.total.discrepancies
    expected = [
        row for row in rows
        if wanted["state"] in (None, row["state"]) and wanted["kind"] in (None, row["kind"])
        and (wanted["section"] is None or row["place"]) and abs(row["value_e4"]) >= wanted["least_e4"]
    ]  # fmt: skip
    assert len(seen) == len(expected)
    assert whole.total.gross == sum(Decimal(abs(row["value_e4"])) / 10_000 for row in expected)


class TestSettlingMany:
    def test_settles_all_with_one_cause_and_each_is_on_record(self, warehouse, three):
        found = settle(warehouse, three[:2])
        assert (found.settled, found.failed) == (three[:2], [])
        with warehouse.database.read() as session:
            rows = {row.id: (row.state, row.cause) for row in discrepancies(session, None)}
            noted = [row.written.subject for row in audit.every(session) if row.written.action == "discrepancy settled"]
        assert [rows[each] for each in three[:2]] == [("settled", "theft")] * 2 and rows[three[2]][0] == "open"
        assert noted == [str(each) for each in three[:2]]

    def test_names_what_cannot_be_settled_and_settles_the_others(self, warehouse, three):
        (below,) = differ(warehouse, {"kind": "below zero", "place": "A-01-2", "sku": "LAMP"})
        settle(warehouse, [three[0]])
        found = settle(warehouse, [*three[:2], 9_999])
        assert found.settled == [three[1]]
        assert [each.id for each in found.failed] == [three[0], 9_999]
        assert settle(warehouse, [below]).settled == [below]  # the record is right there

    def test_who_counted_a_variance_does_not_settle_it_among_others(self, warehouse):
        floor = Floor(warehouse)
        floor.put("A-01-1", "MUG-B", 50)
        floor.approval(1)
        task = floor.start("Carla")
        floor.scan("A-01-1", task, "Carla")
        floor.scan("MUG-B", task, "Carla", quantity=40)
        floor.finish(task, "Carla")
        again = floor.open_tasks()[-1]
        floor.scan("A-01-1", again, "Sam")
        floor.scan("MUG-B", again, "Sam", quantity=40)
        floor.finish(again, "Sam")
        (over,) = differ(warehouse, {"kind": "over"})
        variance = floor.variance_id("MUG-B")
        found = settle(warehouse, [over, variance])
        assert found.settled == [over] and [each.id for each in found.failed] == [variance]
        assert "counted this" in found.failed[0].message and floor.on_hand("A-01-1", "MUG-B") == 50

    def test_asks_once_more_where_all_together_are_worth_much(self, warehouse, three):
        with pytest.raises(AskAgain, match=r"This settles 95\.00\."):
            settle(warehouse, three[:2], ask_above=AskAbove(Decimal("94.99"), ""))
        assert numbers(warehouse) == three
        settle(warehouse, three[:2], ask_above=AskAbove(Decimal("95.00"), ""))
        assert numbers(warehouse) == three[2:]

    def test_settles_no_more_than_it_asked_about_where_one_lifts_the_record_of_another(self, warehouse):
        """What is below zero waits for a count, also where a variance of the same batch brings its record above zero."""
        floor = Floor(warehouse)
        floor.put("A-01-1", "LAMP", -3)
        variance, below = differ(
            warehouse,
            {"kind": "variance", "sku": "LAMP", "units": 5, "value_e4": 900_000, "place": "A-01-1"},
            {"kind": "below zero", "sku": "LAMP", "units": 3, "value_e4": 540_000, "place": "A-01-1"},
        )
        found = settle(warehouse, [variance, below], ask_above=AskAbove(Decimal("90.00"), ""))
        assert found.settled == [variance] and [each.id for each in found.failed] == [below]
        assert floor.on_hand("A-01-1", "LAMP") == 2

    @pytest.mark.parametrize(("ids", "cause"), [([], "theft"), (range(1, 202), "theft"), ([1], "ghosts"), ([9_999], "theft")])
    def test_refuses_what_is_none_or_too_many_or_has_no_such_cause(self, warehouse, three, ids, cause):
        with pytest.raises(BadRequest):
            settle(warehouse, ids, cause=cause)
        assert numbers(warehouse) == three


def test_how_sure_a_cause_is_comes_from_the_same_section_and_kind(warehouse):
    past = [
        {"kind": "variance", "state": "settled", "cause": "theft", "settled_at": NOW, "place": "A-01-1", "units": -1}
        for _ in range(3)
    ]
    elsewhere = {"kind": "variance", "state": "settled", "cause": "unknown", "settled_at": NOW}
    *_, here, there = differ(
        warehouse, *past, elsewhere, {"kind": "variance", "place": "A-01-2"}, {"kind": "short", "place": "A-01-2"}
    )
    with warehouse.database.read() as session:
        (sure,) = service.earlier(session, here)
        assert sure.words == "Very likely: 3 of the last 3 of this kind here were: theft."
        assert service.earlier(session, there) == () == service.earlier(session, 9_999)


class Retries(Meters):
    """Counts what is tried again: a deadlock is told to nobody, but holds somebody up for a second."""

    def __init__(self) -> None:
        self.retries = 0

    def tried_again(self) -> None:
        self.retries += 1


def test_settling_many_while_others_hand_them_on_deadlocks_for_nobody(warehouse, monkeypatch):
    meters = Retries()
    monkeypatch.setattr(warehouse.database, "meters", meters)
    sam = warehouse.operators["Sam"]
    nine = [{"kind": kind, "sku": sku} for kind in ("short", "over", "unexpected") for sku in ("MUG-B", "LAMP", "TEE-M")]

    def hand_on(discrepancy_id: int) -> None:
        with suppress(Conflict):  # it was settled first
            warehouse.database.transact(assign, discrepancy_id, owner="Vera", note="", operator=sam, now=NOW)

    def work(number: int) -> None:
        barrier.wait()
        if number == 0:
            settle(warehouse, ids)
        for each in reversed(ids) if number else ():
            hand_on(each)

    for _ in range(6):
        ids, barrier = differ(warehouse, *nine), Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
    assert numbers(warehouse) == [] and meters.retries == 0
