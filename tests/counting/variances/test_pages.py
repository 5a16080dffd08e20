"""Decisions on variances, from the page of the discrepancy, in every dress."""

import pytest

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
