"""Shipping: what is missing is asked about, what stays is an order of its own, and the goods leave the stock."""

from __future__ import annotations

import pytest

from scanner.errors import Conflict, NotAllowed, NotFound
from scanner.orders.intake.counted import views
from scanner.orders.intake.store import order_of_task
from scanner.scans import tasks, waiting
from scanner.scans.decision import Fate
from scanner.scans.programs import finish
from scanner.scans.result import Outcome, Reason
from scanner.scans.signals import signal_of
from scanner.scans.verify import verify
from scanner.scans.workflow import TaskRequest
from scanner.workflows import WORKFLOWS, packing_elsewhere
from tests.support.orders import add_order, cancel, order_row, packing_place
from tests.support.warehouse import LAMP, MUG, NOW


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def scan(floor, code, by="Pia", task="SHOP-1001", **more):
    return floor.scan(code, by=by, task=task, **more)


def pick(floor, *, lamp=True, task="SHOP-1001"):
    scan(floor, MUG, location="A-01-1", quantity=2, task=task)
    if lamp:
        scan(floor, LAMP, location="A-01-2", task=task)


def pack(floor, *codes, task="SHOP-1001"):
    for code in codes:
        scan(floor, code, location=packing_place(floor), task=task)


def ship(floor, by="Pia", reference="SHOP-1001", workflows=WORKFLOWS, **more):
    asked = TaskRequest(reference=reference, operator=floor.operators[by], device="desk", now=NOW, **more)
    return floor.database.transact(finish, asked, workflows)


def state_of(floor, reference="SHOP-1001"):
    with floor.database.read() as session:
        return tasks.get_task(session, reference).state


def said(result):
    return (result.outcome.value, result.reason.value, result.message)


@pytest.mark.parametrize("command", ["CMD-SHIP", "CMD-DONE", "CMD-BACKORDER"])
def test_what_is_packed_is_shipped(floor, command):
    pick(floor)
    pack(floor, MUG, MUG, LAMP)
    assert said(scan(floor, command)) == ("accepted", "shipped", "SHOP-1001 is shipped: 3 units.")
    stock = floor.stock()
    assert (stock["CUSTOMER", "MUG-B"], stock["CUSTOMER", "LAMP"]) == (2, 1)
    assert (packing_place(floor), "MUG-B") not in stock
    assert state_of(floor) == "finished" and order_row(floor, "SHOP-1001").shipped_at == NOW


def test_the_shop_is_told_of_it(floor, told):
    pick(floor)
    pack(floor, MUG, MUG, LAMP)
    scan(floor, "CMD-SHIP")
    ((event, data),) = told()
    assert (event, data["channel"], data["reference"], data["back_order"]) == ("order.shipped", "shop", "SHOP-1001", None)
    assert data["shipped_at"] == NOW.isoformat()
    assert [(line["sku"], line["picked"], line["packed"]) for line in data["lines"]] == [("MUG-B", 2, 2), ("LAMP", 1, 1)]


def test_a_parcel_with_one_missing_stays_open_whatever_anybody_says(floor):
    pick(floor)
    pack(floor, MUG, LAMP)
    words = "Not in the parcel yet: 1 Mug, blue. Pack it first."
    assert said(scan(floor, "CMD-SHIP")) == ("refused", "short", words)
    assert said(scan(floor, "CMD-SHIP", confirm=True)) == ("refused", "short", words)
    scan(floor, "CMD-CONFIRM")
    with pytest.raises(Conflict, match="Not in the parcel yet: 1 Mug, blue"):
        ship(floor, confirm=True)
    assert state_of(floor) == "open"


def test_a_shop_that_packs_elsewhere_is_asked_once(floor):
    pick(floor)
    held = scan(floor, "CMD-SHIP")
    words = "Nothing of it was packed here. Ship SHOP-1001? Scan CMD-CONFIRM to say yes."
    assert said(held) == ("held", "short", words)
    assert scan(floor, "CMD-CONFIRM").reason is Reason.SHIPPED


def test_a_no_leaves_it_open(floor):
    pick(floor)
    scan(floor, "CMD-SHIP")
    assert scan(floor, "CMD-LEAVE").reason is Reason.UNDONE and state_of(floor) == "open"


def test_where_nothing_is_scanned_into_parcels_what_is_picked_goes(floor):
    pick(floor)
    assert ship(floor, workflows=packing_elsewhere(WORKFLOWS)).state == "finished"


def test_what_was_not_picked_is_named_and_asked_about(floor):
    pick(floor, lamp=False)
    pack(floor, MUG, MUG)
    held = scan(floor, "CMD-SHIP")
    assert said(held)[:2] == ("held", "short") and held.message.startswith("Not picked: 1 Desk lamp. Ship SHOP-1001 short?")
    assert scan(floor, "CMD-CONFIRM").message == "SHOP-1001 is shipped: 2 units."
    with floor.database.read() as session:
        lamp = views(session, [order_of_task(session, order_row(floor, "SHOP-1001").task_id)])[0].lines[1]
        assert (lamp.wanted, lamp.picked) == (1, 0)
        assert tasks.get_task(session, "SHOP-1001/2") is None


@pytest.mark.parametrize("choice", ["", "split"])
def test_the_rest_stays_as_an_order_of_its_own(floor, choice, told):
    add_order(floor, "SHOP-2", [("SET", 2), ("TEE-M", 1), ("NEW", 3)], choice=choice, due_at=NOW, partner="Jo Ng")
    scan(floor, MUG, task="SHOP-2", location="B-02-1", quantity=2)
    scan(floor, LAMP, task="SHOP-2", location="A-01-2", quantity=2)
    pack(floor, MUG, MUG, LAMP, LAMP, task="SHOP-2")
    shipped = scan(floor, "CMD-SHIP" if choice else "CMD-BACKORDER", task="SHOP-2", confirm=True)
    assert shipped.message == "SHOP-2 is shipped: 4 units. What is missing stays as an order of its own."
    rest = order_row(floor, "SHOP-2/2")
    assert (rest.channel, rest.due_at, rest.choice, rest.shipped_at, rest.cancelled_at) == ("shop", NOW, "", None, None)
    assert floor.lines("SHOP-2/2") == [("MUG-B", 0), ("TEE-M", 0)]
    with floor.database.read() as session:
        ordered = views(session, [order_of_task(session, rest.task_id)])[0].lines
        progress = tasks.progress(session, rest.task_id)
    assert [(line.line, line.sku, line.ordered) for line in ordered] == [("1", "SET", 1), ("2", "TEE-M", 1), ("3", "NEW", 3)]
    assert progress.expected == 3
    assert told()[-1][1]["back_order"] == "SHOP-2/2"


def test_the_rest_of_a_rest_has_the_next_number(floor):
    add_order(floor, "SHOP-2", [("MUG-B", 3)])
    for reference in ("SHOP-2", "SHOP-2/2"):
        scan(floor, MUG, task=reference, location="B-02-1")
        assert ship(floor, reference=reference, confirm=True, back_order=True).state == "finished"
    assert floor.lines("SHOP-2/3") == [("MUG-B", 0)]


def test_an_order_that_the_supervisor_wants_whole_does_not_go_short(floor):
    add_order(floor, "SHOP-2", [("MUG-B", 2), ("TEE-M", 1)], choice="wait")
    scan(floor, MUG, task="SHOP-2", location="B-02-1", quantity=2)
    result = scan(floor, "CMD-SHIP", task="SHOP-2", confirm=True)
    assert said(result) == ("refused", "short", "Not picked: 1 T-shirt M. The supervisor wants it whole.")
    with pytest.raises(Conflict, match="wants it whole"):
        ship(floor, reference="SHOP-2", confirm=True)


def test_nothing_picked_is_nothing_to_ship(floor):
    assert said(scan(floor, "CMD-SHIP")) == ("refused", "short", "Nothing is picked: there is nothing to ship.")


def test_a_shipped_order_takes_no_more(floor):
    pick(floor)
    ship(floor, confirm=True)
    assert scan(floor, MUG, location="A-01-1").message == "SHOP-1001 is shipped: it takes no more scans."
    assert scan(floor, "CMD-UNDO").outcome is Outcome.REFUSED
    assert scan(floor, "CMD-SHIP").outcome is Outcome.REFUSED


def test_a_program_is_told_what_is_short_before_and_after(floor):
    pick(floor, lamp=False)
    asked = ship(floor)
    assert asked.needs_confirm and [(short.sku, short.missing) for short in asked.short] == [("LAMP", 1)]
    assert asked.lacking == "Nothing of it was packed here. Not picked: 1 Desk lamp"
    assert state_of(floor) == "open"
    done = ship(floor, confirm=True, back_order=True)
    assert (done.state, done.back_order, [short.sku for short in done.short]) == ("finished", "SHOP-1001/2", ["LAMP"])
    again = ship(floor)
    assert (again.state, again.back_order) == ("finished", "SHOP-1001/2"), "shipped already: only answered"


@pytest.mark.parametrize(("fate", "units"), [(Fate.TAKEN, 1), (Fate.LEFT, 0)])
def test_what_waits_is_taken_or_left_out(floor, fate, units):
    scan(floor, MUG, location="A-01-1", quantity=2)
    scan(floor, LAMP, location="B-02-2")
    asked = ship(floor, confirm=True)
    assert asked.needs_confirm and asked.waits and [(held.sku, held.units) for held in asked.held] == [("LAMP", 1)]
    ship(floor, confirm=True, held=fate)
    assert floor.lines("SHOP-1001")[1] == ("LAMP", units) and state_of(floor) == "finished"


@pytest.mark.parametrize(("picked", "held"), [(0, 3), (1, 2)], ids=["some fit", "none fits"])
def test_of_more_that_waits_than_is_wanted_what_fits_is_taken_and_the_rest_put_back(floor, picked, held):
    scan(floor, MUG, location="A-01-1", quantity=2)
    for _ in range(held):
        assert scan(floor, LAMP, location="B-02-2").outcome is Outcome.HELD
    if picked:
        assert scan(floor, LAMP, by="Theo", device="handheld-2", location="A-01-2").outcome is Outcome.ACCEPTED
    asked = ship(floor, confirm=True)
    assert asked.needs_confirm and asked.lacking.endswith("no more is taken than is wanted, the others are put back")
    assert ship(floor, confirm=True, held=Fate.TAKEN).state == "finished"
    assert floor.lines("SHOP-1001") == [("MUG-B", 2), ("LAMP", 1)]
    with floor.database.read() as session:
        assert waiting.held_lines(session, tasks.get_task(session, "SHOP-1001").id) == []


def test_a_yes_says_what_is_put_back_and_undo_asks_again(floor):
    scan(floor, LAMP, location="B-02-2")
    scan(floor, LAMP, location="B-02-2")
    yes = scan(floor, "CMD-CONFIRM")
    assert yes.message.startswith("Desk lamp: 1 of 1. 1 more waited. Put it back.")
    assert floor.lines("SHOP-1001")[1] == ("LAMP", 1)
    scan(floor, "CMD-UNDO")
    assert floor.lines("SHOP-1001")[1] == ("LAMP", 0)


def test_of_a_kit_that_waits_as_many_sets_are_taken_as_are_wanted(floor):
    add_order(floor, "SHOP-2", [("SET", 1)])
    for _ in range(2):
        assert scan(floor, "SET", task="SHOP-2", location="B-02-2").outcome is Outcome.HELD
    assert scan(floor, "CMD-CONFIRM", task="SHOP-2").outcome is Outcome.ACCEPTED
    assert floor.lines("SHOP-2") == [("MUG-B", 2), ("LAMP", 1)]


def test_a_cancelled_order_is_not_shipped(floor):
    pick(floor)
    cancel(floor, "SHOP-1001")
    with pytest.raises(Conflict, match="SHOP-1001 is cancelled: nothing of it is shipped"):
        ship(floor, confirm=True)


def test_by_scans_a_yes_takes_in_what_waits_and_ships(floor):
    scan(floor, MUG, location="A-01-1", quantity=2)
    scan(floor, LAMP, location="B-02-2")
    assert "1 waits for an answer: 1 Desk lamp" in scan(floor, "CMD-SHIP").message
    assert scan(floor, "CMD-CONFIRM").message == "SHOP-1001 is shipped: 3 units."


def test_who_may_not_pick_ships_nothing(floor):
    with pytest.raises(NotAllowed):
        ship(floor, by="Vera")


def test_only_an_order_is_shipped(floor):
    with pytest.raises(NotFound):
        ship(floor, reference="SHOP-9")


def test_a_yes_of_which_nothing_fits_is_over_and_put_back(floor):
    scan(floor, LAMP, location="B-02-2")
    assert scan(floor, LAMP, by="Theo", device="handheld-2", location="A-01-2").outcome is Outcome.ACCEPTED
    yes = scan(floor, "CMD-CONFIRM")
    assert (said(yes), yes.units) == (("accepted", "over", "Desk lamp: no more is wanted. Put it back."), 0)
    assert signal_of(yes) == "too-many", "it neither looks nor sounds like goods that count"
    assert floor.lines("SHOP-1001")[1] == ("LAMP", 1)
    with floor.database.read() as session:
        assert waiting.held_lines(session, tasks.get_task(session, "SHOP-1001").id) == []
