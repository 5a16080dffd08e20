"""Decisions on variances, from the page of the discrepancy, in every dress."""

import re

import pytest
from sqlalchemy import select, update

from scanner.scans.tables import Movement, Task
from scanner.staff import store as staff
from tests.people.test_pages import Device, token_of
from tests.support.counting_floor import Floor

HUGE = "9" * 30


@pytest.fixture
def floor(app):
    """4 lamps of A-01-1 are on A-01-2; Carla and Cem found it so."""
    floor = Floor(app.extensions["warehouse"])
    floor.approval(1)
    floor.put("A-01-1", "LAMP", 10)
    floor.put("A-01-2", "LAMP", 10)
    for by in ("Carla", "Cem"):
        task = floor.start(by) if by == "Carla" else floor.open_tasks()[0]
        for shelf, units in (("A-01-1", 6), ("A-01-2", 14)):
            floor.scan(shelf, task, by)
            floor.scan("LAMP", task, by, quantity=units)
        floor.finish(task, by)
    return floor


@pytest.fixture
def sam(app, floor):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device


def send(device, path, body):
    return device.client.post(path, json=body, headers={"X-CSRFToken": token_of(device.get("/sign-in"))})


def test_the_page_shows_the_counts_and_proposes_the_move(sam, floor):
    page = sam.get(f"/discrepancies/{floor.variance_id('LAMP', 1)}").text
    assert "Misplaced: move 4 from A-01-1." in page and "+4" in page and "Count it again" in page


def test_nothing_is_written_off_for_an_unknown_cause_by_one_tap(sam, floor):
    floor.put("A-01-3", "TEE-M", 9)
    task = floor.start()
    floor.walk(task, "A-01-3", "CMD-EMPTY")
    floor.finish(task)
    floor.walk(floor.open_tasks()[-1], "A-01-3", "CMD-EMPTY", by="Cem")
    floor.finish(floor.open_tasks()[-1], by="Cem")
    page = sam.get(f"/discrepancies/{floor.variance_id('TEE-M')}").text
    assert "What went wrong" in page and 'name="cause" value="unknown"' not in page


def test_one_tap_moves_what_was_misplaced_and_settles_both(sam, floor):
    one, other = floor.variance_id("LAMP"), floor.variance_id("LAMP", 1)
    answer = sam.post(f"/discrepancies/{one}/move", other=other)
    assert (answer.status_code, answer.location) == (303, f"/discrepancies/{one}")
    assert floor.variances() == []
    assert (floor.on_hand("A-01-1", "LAMP"), floor.on_hand("A-01-2", "LAMP")) == (6, 14)
    assert "misplaced" in sam.get(f"/discrepancies/{one}").text


def test_a_program_moves_in_json(sam, floor):
    one, other = floor.variance_id("LAMP"), floor.variance_id("LAMP", 1)
    assert send(sam, f"/discrepancies/{one}/move", {"other": other}).json["other"] == other


def test_one_tap_accepts_a_cause(sam, floor):
    one = floor.variance_id("LAMP")
    sam.post(f"/discrepancies/{one}/settle", cause="theft", note="")
    assert floor.on_hand("A-01-1", "LAMP") == 6


class TestAfterTheCostChanged:
    """4 lamps at 18.00 were found missing; a lamp costs 60.00 since."""

    @pytest.fixture
    def one(self, floor):
        floor.set("LAMP", unit_cost_e4=600_000)
        return floor.variance_id("LAMP")

    def test_the_question_is_of_what_is_booked(self, sam, floor, one):
        sam.post("/settings/currency", value="EUR")
        asked = sam.post(f"/discrepancies/{one}/settle", cause="theft", note="")
        assert asked.status_code == 409 and "This settles 240.00\N{NO-BREAK SPACE}EUR. Settle that much?" in asked.text
        assert sam.post(f"/discrepancies/{one}/settle", cause="theft", note="", sure="1", value="72.00").status_code == 409
        assert sam.post(f"/discrepancies/{one}/settle", cause="theft", note="", sure="1", value="240.00").status_code == 303
        with floor.warehouse.database.read() as session:
            costs = session.execute(select(Movement.units * Movement.cost_e4).where(Movement.cause == "theft"))  # type: ignore[call-overload]
            assert costs.scalars().all() == [2_400_000]

    def test_the_page_shows_both_values_while_it_is_open(self, sam, one):
        page = sam.get(f"/discrepancies/{one}").text
        assert "At the cost of today</dt><dd>240.00" in page and "Value</dt><dd>72.00" in page
        sam.post(f"/discrepancies/{one}/settle", cause="theft", note="", sure="1")
        settled = sam.get(f"/discrepancies/{one}").text
        assert "At the cost of today" not in settled and "Booked</dt><dd>240.00" in settled

    def test_so_does_the_page_of_many_and_its_question(self, sam, floor, one):
        other = floor.variance_id("LAMP", 1)
        assert ">480.00<" in sam.get(f"/discrepancies/settle?chosen={one}&chosen={other}").text
        asked = sam.post("/discrepancies/settle", chosen=[one, other], cause="theft", note="")
        assert asked.status_code == 409 and "This settles 480.00." in asked.text


def test_it_is_counted_again(sam, floor):
    one = floor.variance_id("LAMP")
    assert sam.post(f"/discrepancies/{one}/count-again").status_code == 303
    assert len(floor.open_tasks()) == 1
    assert "counts it again" in sam.get(f"/discrepancies/{one}").text
    assert send(sam, f"/discrepancies/{one}/count-again", {}).json["reference"] == floor.open_tasks()[0]


@pytest.mark.parametrize("other", ["", "x", "-1", HUGE, "0", "999999", "\x00"])
def test_no_such_neighbour(sam, floor, other):
    one = floor.variance_id("LAMP")
    assert sam.post(f"/discrepancies/{one}/move", other=other).status_code in (400, 404)
    assert send(sam, f"/discrepancies/{one}/move", {"other": other}).status_code in (400, 404)


def test_a_variance_is_no_pair_with_itself(sam, floor):
    one = floor.variance_id("LAMP")
    assert sam.post(f"/discrepancies/{one}/move", other=one).status_code == 400


@pytest.mark.parametrize("path", ["move", "count-again"])
def test_a_discrepancy_that_there_is_not(sam, path):
    assert sam.post(f"/discrepancies/999999/{path}", other="1").status_code == 404
    assert sam.post(f"/discrepancies/{HUGE}/{path}", other="1").status_code < 500


@pytest.mark.parametrize("path", ["move", "count-again"])
def test_who_settles_nothing_decides_nothing(app, floor, path):
    rosa = Device(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    one = floor.variance_id("LAMP")
    assert rosa.post(f"/discrepancies/{one}/{path}", other="2").status_code == 403
    assert "Misplaced" not in rosa.get(f"/discrepancies/{one}").text


@pytest.fixture
def own(app, floor):
    """Sam alone counted the shirts of A-01-3, of which none is there: a recount waits for somebody else."""
    floor.put("A-01-3", "TEE-M", 9)
    task = floor.start("Sam")
    floor.walk(task, "A-01-3", "CMD-EMPTY", by="Sam")
    floor.finish(task, "Sam")
    return floor.variance_id("TEE-M")


def without_recounts(floor):
    """As where the recount found its end without deciding anything."""
    closed = update(Task).where(Task.recount_of.is_not(None)).values(state="finished")
    floor.warehouse.database.transact(lambda session: session.execute(closed))


def listed(page):
    return [int(number) for number in re.findall(r'<td class="nowrap" data-label="What"><a href="/discrepancies/(\d+)', page)]


class TestOfAnOwnCount:
    def test_says_who_decides_and_who_counts_again(self, sam, floor, own):
        page = sam.get(f"/discrepancies/{own}").text
        recount = floor.open_tasks()[-1]
        assert "You counted this yourself, so another supervisor must decide." in page and "Sia can do that." in page
        assert f"Somebody else counts it again as {recount}" in page and f'href="/tasks/{recount}"' not in page
        floor.database.transact(staff.change, floor.warehouse.operators["Sia"].id, {"active": False})
        page = sam.get(f"/discrepancies/{own}").text
        assert 'There is no other supervisor here yet: <a href="/people/new">add one</a>.' in page

    def test_asks_for_another_count_where_none_is_open(self, sam, floor, own):
        without_recounts(floor)
        page = sam.get(f"/discrepancies/{own}").text
        assert "Or have somebody else count it again" in page and "Have it counted again" in page

    def test_another_supervisor_has_the_way_to_the_recount(self, app, floor, own):
        sia, recount = Device(app), floor.open_tasks()[-1]
        sia.post("/sign-in", badge="BADGE-SIA")
        assert f'href="/tasks/{recount}">Count {recount}</a>' in sia.get(f"/discrepancies/{own}").text
        assert sia.get(sia.get(f"/tasks/{recount}").location).status_code == 200
        assert own not in listed(sia.get("/discrepancies?mine=1").text)
        without_recounts(floor)
        assert own in listed(sia.get("/discrepancies?mine=1").text)

    @pytest.mark.parametrize("recount", [True, False])
    def test_is_not_among_what_is_mine_and_has_no_box(self, sam, floor, own, recount):
        if not recount:
            without_recounts(floor)
        others = [floor.variance_id("LAMP"), floor.variance_id("LAMP", 1)]
        assert listed(sam.get("/discrepancies?mine=1").text) == others and own in listed(sam.get("/discrepancies").text)
        assert f"{len(others)} discrepancies of yours to settle" in sam.get("/").text
        page = sam.get("/discrepancies").text
        assert [int(each) for each in re.findall(r'name="chosen" value="(\d+)"', page)] == others
        assert f"Tick all {len(others)}" in page
        asked = sam.get(f"/discrepancies/settle?chosen={own}&chosen={others[0]}").text
        assert f'name="chosen" value="{own}"' not in asked and f'name="chosen" value="{others[0]}"' in asked
        assert "None of those is yours to settle now" in sam.get(f"/discrepancies/settle?chosen={own}").text

    def test_is_not_in_the_sum_that_is_asked_about(self, sam, floor, own):
        sam.post("/settings/ask_again_above", value="0")
        other = floor.variance_id("LAMP")
        worth = re.search(r"<dt>Value</dt><dd>([^<]+)</dd>", sam.get(f"/discrepancies/{other}").text)
        answer = sam.post("/discrepancies/settle", chosen=[str(own), str(other)], cause="theft")
        assert worth and answer.status_code == 409 and f"This settles {worth[1]}." in answer.text

    def test_the_plan_has_no_way_to_what_another_has_to_count(self, sam, floor, own):
        recount = floor.open_tasks()[-1]
        for path in ("/plan", "/plan/sections/A-01"):
            page = sam.get(path).text
            assert f"somebody else counts it again as {recount}" in page and f'href="/tasks/{recount}"' not in page
