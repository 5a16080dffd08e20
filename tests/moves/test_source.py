"""Where goods are taken from, how long that holds, and what the label of a place means with goods in hand."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from scanner.data.imports import import_csv
from tests.moves.test_pages import cart, send, signed_in, swap
from tests.moves.test_scans import STOCK, at, ended, in_hand, move
from tests.support.warehouse import LAMP, MUG, NOW, TEE


@pytest.fixture
def stocked(warehouse):
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    return warehouse


class TestThePlaceThatGoodsAreTakenFrom:
    def test_holds_while_somebody_scans(self, stocked):
        for minutes, code in ((0, "A-01-2"), (25, TEE), (50, TEE)):
            said = move(stocked, code, now=NOW + timedelta(minutes=minutes), scanned_at=NOW + timedelta(minutes=minutes))
        assert said.location == "A-01-2" and in_hand(stocked) == {"TEE-M": 2}

    def test_ends_half_an_hour_after_the_last_scan(self, stocked):
        move(stocked, "A-01-1")
        later = NOW + timedelta(minutes=31)
        said = move(stocked, MUG, now=later, scanned_at=later)
        assert said.location == "DOCK" and at(stocked, "A-01-1")["MUG-B"] == 5

    @pytest.mark.parametrize("code", ["CMD-UNDO", "CMD-NOTHING", "NOPE"])
    def test_is_not_brought_back_by_another_scan(self, stocked, code):
        move(stocked, "A-01-1")
        later = NOW + timedelta(days=1)
        move(stocked, code, now=later, scanned_at=later)
        assert move(stocked, MUG, now=later, scanned_at=later).location == "DOCK"

    def test_ends_with_a_scan_on_another_task(self, stocked):
        move(stocked, "A-01-1")
        stocked.scan(LAMP)
        assert move(stocked, MUG).location == "DOCK"

    def test_holds_while_others_and_other_devices_scan_other_tasks(self, stocked):
        move(stocked, "A-01-1")
        stocked.scan(LAMP, device="another")
        stocked.scan(LAMP, by="Theo")
        assert move(stocked, MUG).location == "A-01-1"

    def test_is_that_of_the_time_when_scans_were_made_not_when_they_came(self, stocked):
        """Out of the network all morning: what was scanned within minutes is of one place, whenever it comes."""
        sent = NOW + timedelta(hours=3)
        for minutes, code in ((0, "A-01-2"), (5, TEE), (6, "A-01-1"), (7, "A-01-2"), (50, MUG)):
            said = move(stocked, code, now=sent, scanned_at=NOW + timedelta(minutes=minutes), sent_at=sent)
        assert at(stocked, "A-01-1") == {"MUG-B": 5, "TEE-M": 1}
        assert said.location == "DOCK"

    def test_of_a_quantity_that_waits_for_a_yes_is_where_it_was_scanned(self, stocked):
        move(stocked, "A-01-1")
        move(stocked, MUG, quantity=1200)
        later = NOW + timedelta(hours=1)
        move(stocked, "CMD-CONFIRM", now=later, scanned_at=later)
        assert at(stocked, "A-01-1")["MUG-B"] == 5 - 1200
        move(stocked, "CMD-UNDO", now=later, scanned_at=later)

    def test_is_large_on_the_page_at_all_times(self, app):
        rosa = signed_in(app, "Rosa")
        assert "Taking from <strong>the dock</strong>" in rosa.get("/moves/MOVES").text
        html = swap(rosa, "A-01-2")
        assert "Taking from <strong data-ends-in=" in html and ">A-01-2</strong>" in html
        assert ">A-01-2</strong>" in rosa.get("/moves/MOVES").text
        rosa.post("/scans", **{"id": "00000000-0000-4000-8000-000000000001", "task": "PO-1001", "code": LAMP, "source": "typed",
                               "scanned_at": "2026-11-23T09:30:00Z"})  # fmt: skip
        assert "Taking from <strong>the dock</strong>" in rosa.get("/moves/MOVES").text

    def test_whoever_holds_goods_is_told_how_to_hand_them_over(self, app):
        rosa, warehouse = signed_in(app, "Rosa"), app.extensions["warehouse"]
        assert "Hand over" not in rosa.get("/moves/MOVES").text
        send(rosa, MUG)
        assert f"CMD-TAKE-{cart(warehouse)}" in rosa.get("/moves/MOVES").text and "Hand over" in swap(rosa, MUG)

    def test_carts_are_printed_with_the_other_labels(self, app):
        rosa, warehouse = signed_in(app, "Rosa"), app.extensions["warehouse"]
        send(rosa, MUG)
        page = rosa.get("/labels?group=hands").text
        assert f">{cart(warehouse)}</span>" in page and f">CMD-TAKE-{cart(warehouse)}</span>" in page and "Rosa" in page


class TestALabelWithGoodsInHand:
    @pytest.mark.parametrize("place", ["REFURBISH", "QUARANTINE", "DAMAGED", "VENDOR", "SCRAP", "PACKING", "RETURNS"])
    def test_takes_nothing_in_silence_where_goods_are_not_sold(self, stocked, place):
        said = move(stocked, "A-01-1", MUG, place)
        assert ended(said) == ("refused", "unexpected") and in_hand(stocked) == {"MUG-B": 1}

    @pytest.mark.parametrize(("place", "code"), [("REFURBISH", LAMP), ("QUARANTINE", TEE), ("VENDOR", LAMP), ("DOCK", MUG)])
    def test_puts_back_what_came_from_there(self, stocked, place, code):
        assert ended(move(stocked, place, code, place)) == ("accepted", "moved")

    def test_of_the_dock_asks_first_and_is_never_its_own_yes(self, stocked):
        move(stocked, "A-01-1", MUG)
        for _ in range(2):
            said = move(stocked, "DOCK")
            assert ended(said) == ("held", "located") and said.message.endswith("Scan CMD-CONFIRM to say yes.")
            assert in_hand(stocked) == {"MUG-B": 1}
        assert ended(move(stocked, "CMD-CONFIRM")) == ("accepted", "moved") and at(stocked, "DOCK")["MUG-B"] == 21

    @pytest.mark.parametrize("no", ["CMD-LEAVE", "CMD-UNDO", MUG])
    def test_that_is_not_said_again_at_once_asks_anew(self, stocked, no):
        move(stocked, "A-01-1", MUG, "DOCK", no)
        assert ended(move(stocked, "DOCK")) == ("held", "located")

    def test_asks_anew_once_more_is_in_hand(self, stocked):
        move(stocked, "A-01-1", MUG, "DOCK")
        move(stocked, LAMP, device="another", location="A-01-2")
        assert ended(move(stocked, "DOCK")) == ("held", "located")

    def test_is_answered_by_a_button(self, app):
        rosa = signed_in(app, "Rosa")
        send(rosa, "A-01-1", MUG)
        html = swap(rosa, "DOCK")
        assert 'data-signal="held"' in html and "Yes, all of it to DOCK" in html
        assert 'data-signal="complete"' in swap(rosa, "CMD-CONFIRM")

    def test_of_another_shelf_says_where_they_live(self, stocked):
        move(stocked, MUG)
        assert move(stocked, "A-01-2").message == "Mug, blue: 1 put at A-01-2. Its shelf is elsewhere: A-01-1 (5 there)."

    def test_of_another_shelf_tells_who_is_blind_no_number(self, stocked):
        move(stocked, MUG, "A-01-1", MUG, by="Carla")
        assert move(stocked, "A-01-2", by="Carla").message == "Mug, blue: 1 put at A-01-2. Its shelf is elsewhere: A-01-1."
