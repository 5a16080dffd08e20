"""Picks, and short picks with what follows from them, on both databases."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import insert, select

from scanner.catalogue.tables import Item, Location, Section
from scanner.counting.tables import CountPull
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.discrepancies import service as discrepancies
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.scans.record import record_scan
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from scanner.workflows import SETTLERS, WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, link_code


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


@pytest.fixture
def stocked(warehouse):
    """20 mugs and 2 lamps on A-01-1, whose section is Olga's."""
    stock = b"location,sku,units\nA-01-1,MUG-B,20\nA-01-1,LAMP,2\n"
    warehouse.database.transact(import_csv, "stock", BytesIO(stock), None, NOW)
    warehouse.database.transact(lambda session: run(session, insert(Section.__table__), {"code": "A-01", "owner": "Olga"}))
    return warehouse


def pick(warehouse, code, task="PICKS", by="Carla", **more):
    return warehouse.scan(code, by=by, task=task, **more)


def short(warehouse, code, **more):
    return pick(warehouse, code, task="SHORT-PICKS", **more)


def open_ones(warehouse, state="open"):
    with warehouse.database.read() as session:
        return [(row.kind, row.sku, row.units, row.owner) for row in discrepancies.discrepancies(session, state)]


def pulled(warehouse):
    """(location, sku, cause) of what waits to be counted, each once."""
    columns = (Location.code, Item.sku, CountPull.cause)
    joined = select(*columns).join_from(CountPull, Location, CountPull.location_id == Location.id)
    wanted = joined.join(Item, CountPull.item_id == Item.id).where(CountPull.answered_by.is_(None))
    with warehouse.database.read() as session:
        return list(dict.fromkeys(tuple(row) for row in run(session, wanted.order_by(CountPull.id))))


class TestPicks:
    def test_the_task_is_there_when_it_is_first_asked_for(self, warehouse):
        result = pick(warehouse, "A-01-1")
        assert (result.task, result.outcome, result.reason) == ("PICKS", Outcome.ACCEPTED, Reason.LOCATED)
        assert pick(warehouse, "A-01-1").seq > result.seq

    def test_it_is_made_once_when_many_ask_at_the_same_moment(self, stocked):
        results = at_once(lambda number: pick(stocked, MUG, location="A-01-1", device=f"handheld-{number}"))
        assert {result.outcome for result in results} == {Outcome.ACCEPTED}
        assert stocked.stock()["A-01-1", "MUG-B"] == 20 - len(results)

    def test_no_other_task_comes_out_of_nothing(self, warehouse):
        with pytest.raises(NotFound):
            pick(warehouse, MUG, task="PICKS-2")

    def test_what_is_picked_goes_to_the_customer(self, stocked):
        pick(stocked, "A-01-1")
        result = pick(stocked, MUG, quantity=3)
        assert (result.outcome, result.reason, result.units, result.line) == (Outcome.ACCEPTED, Reason.PICKED, 3, None)
        assert stocked.stock()["A-01-1", "MUG-B"] == 17
        assert stocked.stock()["CUSTOMER", "MUG-B"] == 3

    def test_a_case_label_picks_the_case(self, stocked):
        assert pick(stocked, MUG_CASE, location="A-01-1").units == 12

    def test_a_kit_takes_its_parts(self, stocked):
        pick(stocked, "SET", location="A-01-1")
        assert (stocked.stock()["A-01-1", "MUG-B"], stocked.stock()["A-01-1", "LAMP"]) == (18, 1)

    def test_a_number_that_looks_mistyped_is_asked_about_whatever_the_record_says(self, stocked):
        pick(stocked, "A-01-1")
        held = pick(stocked, MUG, quantity=500)
        assert (held.outcome, held.message) == (Outcome.HELD, "500 times Mug, blue is a lot. 500 wait. Is that right?")
        assert pick(stocked, "CMD-CONFIRM").units == 500

    def test_a_program_is_taken_at_its_word(self, stocked):
        pick(stocked, "A-01-1")
        assert pick(stocked, MUG, quantity=500, source=Source.API).outcome is Outcome.ACCEPTED

    def test_goods_before_a_shelf_are_refused_and_kept(self, stocked):
        result = pick(stocked, MUG)
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNEXPECTED)
        assert "scan the label of the shelf" in result.message

    @pytest.mark.parametrize("place", ["DOCK", "QUARANTINE", "CUSTOMER"])
    def test_nothing_is_picked_where_nothing_can_be_sold_from(self, stocked, place):
        assert pick(stocked, place).outcome is Outcome.REFUSED
        assert pick(stocked, MUG).outcome is Outcome.REFUSED

    def test_a_location_sent_with_the_scan_must_be_a_shelf_too(self, stocked):
        assert pick(stocked, MUG, location="QUARANTINE").outcome is Outcome.REFUSED

    def test_undo_puts_it_back(self, stocked):
        pick(stocked, MUG, location="A-01-1")
        assert pick(stocked, "CMD-UNDO").reason is Reason.UNDONE
        assert stocked.stock()["A-01-1", "MUG-B"] == 20

    def test_an_unknown_code_counts_once_it_is_linked(self, stocked):
        assert pick(stocked, "NEW-LABEL", location="A-01-1").reason is Reason.UNKNOWN
        stocked.database.transact(link_code, "NEW-LABEL", "MUG-B", 2, stocked.operators["Sam"], "desk", NOW)
        assert stocked.stock()["A-01-1", "MUG-B"] == 18

    def test_there_is_nothing_to_finish(self, stocked):
        assert pick(stocked, "CMD-DONE").outcome is Outcome.REFUSED
        assert pick(stocked, MUG, location="A-01-1").outcome is Outcome.ACCEPTED

    def test_the_same_scan_twice_is_picked_once(self, stocked):
        request = stocked.request(MUG, by="Carla", task="PICKS", location="A-01-1")
        for _ in range(2):
            result = stocked.database.transact(record_scan, request, NOW, WORKFLOWS)
        assert result.replayed and stocked.stock()["A-01-1", "MUG-B"] == 19

    def test_who_may_not_pick_may_not(self, stocked):
        request = stocked.request(MUG, by="Vera", task="PICKS", location="A-01-1")
        with pytest.raises(NotAllowed):
            stocked.database.transact(record_scan, request, NOW, WORKFLOWS, by=stocked.operators["Vera"])

    def test_more_than_a_scan_can_stand_for_is_no_scan(self, stocked):
        with pytest.raises(BadRequest):
            pick(stocked, MUG_CASE, location="A-01-1", quantity=100_000)

    def test_the_label_of_the_other_task_leads_there(self, stocked):
        assert pick(stocked, "SHORT-PICKS").opens == "SHORT-PICKS"
        assert short(stocked, "PICKS").opens == "PICKS"


class TestMoreThanTheRecordHas:
    """The goods are in hand, so they count; never in silence. The picker may count there next, and is told no number."""

    def test_it_counts_and_says_so(self, stocked):
        enough, more = pick(stocked, LAMP, location="A-01-1"), pick(stocked, LAMP, quantity=9)
        assert (enough.reason, enough.message) == (Reason.PICKED, "Desk lamp: 1 picked from A-01-1.")
        assert (more.outcome, more.reason, more.units) == (Outcome.ACCEPTED, Reason.OVER, 9)
        assert more.message == ("Desk lamp: 9 picked from A-01-1. More than the record has there. Go on: somebody will count it.")
        assert stocked.stock()["A-01-1", "LAMP"] == -8

    @pytest.mark.parametrize(
        ("code", "place", "quantity", "off"),
        [
            pytest.param(LAMP, "A-01-1", 50, [("LAMP", 48)], id="50 from a shelf with 2"),
            pytest.param(LAMP, "A-01-2", 1, [("LAMP", 1)], id="one from a shelf that never had it"),
            pytest.param(MUG_CASE, "A-01-1", 2, [("MUG-B", 4)], id="cases count as what is in them"),
            pytest.param("SET", "A-01-1", 3, [("LAMP", 1)], id="of a kit only the part that runs out"),
            pytest.param("SET", "A-01-2", 1, [("MUG-B", 2), ("LAMP", 1)], id="every part of a kit that runs out"),
            pytest.param(MUG, "A-01-1", 20, [], id="the last one there is no more than there is"),
        ],
    )
    def test_what_is_beyond_the_record_is_a_discrepancy_and_a_count(self, stocked, code, place, quantity, off):
        pick(stocked, code, location=place, quantity=quantity, source=Source.API)
        owner = "Olga"
        assert open_ones(stocked) == [("below zero", sku, units, owner) for sku, units in off]
        assert pulled(stocked) == [(place, sku, "more taken than there") for sku, _ in off]

    def test_a_part_that_runs_out_is_named(self, stocked):
        said = pick(stocked, "SET", location="A-01-1", quantity=3)
        assert said.message.endswith("More of Desk lamp than the record has there. Go on: somebody will count it.")

    def test_only_what_is_new_is_added(self, stocked):
        for _ in range(3):
            pick(stocked, LAMP, location="A-01-1", quantity=2)
        assert open_ones(stocked) == [("below zero", "LAMP", 4, "Olga")]

    def test_undo_takes_it_back(self, stocked):
        pick(stocked, LAMP, location="A-01-1", quantity=9)
        pick(stocked, "CMD-UNDO")
        assert (open_ones(stocked), pulled(stocked), stocked.stock()["A-01-1", "LAMP"]) == ([], [], 2)

    def test_the_same_scan_twice_is_noted_once(self, stocked):
        request = stocked.request(LAMP, by="Carla", task="PICKS", location="A-01-1", quantity=5)
        answers = [stocked.database.transact(record_scan, request, NOW, WORKFLOWS) for _ in range(2)]
        assert answers[0].message == answers[1].message and open_ones(stocked) == [("below zero", "LAMP", 3, "Olga")]

    def test_many_at_once_take_each_unit_once(self, stocked):
        at_once(lambda number: pick(stocked, LAMP, location="A-01-1", device=f"handheld-{number}"))
        left = stocked.stock()["A-01-1", "LAMP"]
        assert left < 0 and open_ones(stocked) == [("below zero", "LAMP", -left, "Olga")]

    def test_it_cannot_be_settled_with_a_word_while_the_record_is_wrong(self, stocked):
        pick(stocked, LAMP, location="A-01-1", quantity=9)
        with stocked.database.read() as session:
            (found,) = discrepancies.discrepancies(session)
        settle = {"cause": "misplaced", "note": "", "operator": stocked.operators["Sam"], "now": NOW, "settlers": SETTLERS}
        with pytest.raises(Conflict, match="Count A-01-1"):
            stocked.database.transact(discrepancies.settle, found.id, **settle)
        stock = b"location,sku,units\nA-01-1,LAMP,1\n"
        stocked.database.transact(import_csv, "stock", BytesIO(stock), None, NOW)
        stocked.database.transact(discrepancies.settle, found.id, **settle)
        assert open_ones(stocked) == []


class TestShortPicks:
    def test_it_is_a_discrepancy_of_the_sections_owner(self, stocked):
        short(stocked, "A-01-1")
        result = short(stocked, LAMP)
        assert (result.outcome, result.reason) == (Outcome.ACCEPTED, Reason.SHORT)
        assert open_ones(stocked) == [("short pick", "LAMP", 1, "Olga")]

    def test_it_says_where(self, stocked):
        short(stocked, LAMP, location="A-01-1")
        with stocked.database.read() as session:
            assert [row.location for row in discrepancies.discrepancies(session)] == ["A-01-1"]

    def test_it_moves_nothing(self, stocked):
        before = stocked.stock()
        short(stocked, LAMP, location="A-01-1")
        assert stocked.stock() == before

    def test_the_shelf_is_to_be_counted_at_once(self, stocked):
        short(stocked, LAMP, location="A-01-1")
        short(stocked, LAMP)
        assert pulled(stocked) == [("A-01-1", "LAMP", "short pick")]

    def test_a_section_without_an_owner_leaves_it_to_the_supervisor(self, warehouse):
        warehouse.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-2,LAMP,2\n"), None, NOW)
        short(warehouse, LAMP, location="A-01-2")
        assert open_ones(warehouse) == [("short pick", "LAMP", 1, "supervisor")]

    def test_the_answer_is_the_same_whatever_the_record_says(self, stocked):
        there, gone = short(stocked, LAMP, location="A-01-1"), short(stocked, LAMP, location="A-01-2")
        assert gone.message == there.message.replace("A-01-1", "A-01-2")
        assert (gone.outcome, gone.reason, gone.units, gone.line) == (there.outcome, there.reason, there.units, there.line)

    def test_what_the_record_has_not_either_is_no_short_pick_yet_the_shelf_is_counted(self, stocked):
        short(stocked, LAMP, location="A-01-2")
        assert open_ones(stocked) == []
        assert pulled(stocked) == [("A-01-2", "LAMP", "short pick")]

    def test_no_more_is_short_than_was_available(self, stocked):
        short(stocked, LAMP, location="A-01-1", quantity=9)
        assert open_ones(stocked)[0][2] == 2

    def test_the_same_units_are_short_once_however_often_they_are_missed(self, stocked):
        for _ in range(3):
            short(stocked, LAMP, location="A-01-1", quantity=2)
        assert open_ones(stocked) == [("short pick", "LAMP", 2, "Olga")]

    def test_a_kit_is_short_of_its_parts(self, stocked):
        short(stocked, "SET", location="A-01-1")
        assert [(sku, units) for _, sku, units, _ in open_ones(stocked)] == [("MUG-B", 2), ("LAMP", 1)]

    def test_found_after_all(self, stocked):
        short(stocked, LAMP, location="A-01-1")
        result = short(stocked, "CMD-UNDO")
        assert result.message == "Taken back: Desk lamp is at A-01-1 after all."
        assert (open_ones(stocked), pulled(stocked)) == ([], [])
        assert open_ones(stocked, "withdrawn") == [("short pick", "LAMP", 0, "Olga")]

    def test_found_by_one_person_it_is_still_missed_by_another(self, stocked):
        for device in ("handheld-1", "handheld-2"):
            short(stocked, LAMP, location="A-01-1", device=device)
        short(stocked, "CMD-UNDO", device="handheld-1")
        assert pulled(stocked) == [("A-01-1", "LAMP", "short pick")]
