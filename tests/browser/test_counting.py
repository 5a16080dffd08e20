"""Counting by wedge, blind: nobody touches the screen unless it says so."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert, select

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location
from scanner.db.sql import run
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.scans import ledger
from scanner.scans.decision import Move
from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.keyboard import Keyboard
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse

_numbers = count(1)


class Section:
    """A section of the test's own, of eight shelves."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.name = f"T-{next(_numbers):02}"
        self.shelves = [f"{self.name}-{number}" for number in range(1, 9)]
        rows = [{"code": code, "name": f"Shelf {code}", "kind": "shelf", "section": self.name} for code in self.shelves]
        warehouse.database.transact(lambda session: run(session, insert(Location.__table__), rows))

    def put(self, shelf: int, sku: str, units: int) -> None:
        """Have units of an item on a shelf, by the record and in truth."""
        self.warehouse.database.transact(self._put, self.shelves[shelf - 1], sku, units)

    def _put(self, session, code, sku, units):
        place = catalogue.find_location(session, code)
        source = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
        ledger.move(session, (Move(self.warehouse.items[sku], units, source, place.id),), at=NOW, operator_id=None)

    def on_hand(self, shelf: int, sku: str) -> int:
        """What the record says."""
        return self.warehouse.stock().get((self.shelves[shelf - 1], sku), 0)


@pytest.fixture(scope="module", autouse=True)
def cem(served) -> None:
    """A second counter."""
    warehouse = served[1]

    def add(session):
        table = Operator.__table__
        run(session, insert(table), [{"badge": "BADGE-CEM", "name": "Cem", "roles": "counter", "active": True}])
        row = run(session, select(table).where(table.c.name == "Cem")).one()
        warehouse.operators["Cem"] = OperatorView(row.id, row.name, frozenset({"counter"}))

    warehouse.database.transact(add)


@pytest.fixture
def section(warehouse: Warehouse) -> Section:
    return Section(warehouse)


def start(device: Handheld, shelf: str) -> str:
    """Scan a shelf on the page of counts; gives the count's reference."""
    device.open("/counting")
    device.scan(shelf)
    device.page.wait_for_url("**/counting/C-*")
    expect(device.page.locator("[data-place]").first).to_be_visible()
    device.ready()
    return device.page.url.rsplit("/", 1)[1]


def finish(device: Handheld) -> None:
    """Scan done, and say yes where shelves are left."""
    device.expect_sent()
    device.scan("CMD-DONE")
    device.expect_sent()
    if device.page.locator("#result[data-signal=held]").count():
        device.scan("CMD-CONFIRM")
    expect(device.page.locator(".prompt__words")).to_have_text("Finished")


def place(device: Handheld, shelf: str):
    return device.page.locator(f"[data-place='{shelf}'] .place__state")


def test_a_section_of_eight_shelves_is_counted_by_scanner_alone(handheld: MAKE, section: Section) -> None:
    section.put(1, "MUG-B", 13)
    section.put(4, "LAMP", 2)
    carla = handheld("BADGE-CARLA")
    start(carla, section.shelves[0])
    expect(carla.page.locator(".next__code")).to_have_text(section.shelves[1])
    expect(carla.page.locator("[data-flash]")).to_contain_text("is counted as")
    carla.burst([MUG_CASE, MUG])
    expect(carla.page.locator("[data-flash]")).to_have_count(0)  # it would hide what is counted
    expect(carla.line("MUG-B")).to_have_text("13")
    carla.burst([section.shelves[1], "CMD-EMPTY", section.shelves[2], "CMD-EMPTY", section.shelves[3], LAMP, LAMP])
    expect(carla.page.locator(".top__progress span")).to_have_text("3 of 8")
    expect(carla.line("LAMP")).to_have_text("2")
    for shelf in section.shelves[4:]:
        carla.burst([shelf, "CMD-EMPTY"])
    expect(carla.page.locator(".next__all")).to_be_visible()
    carla.scan("CMD-DONE")
    expect(carla.page.locator(".prompt__more")).to_contain_text("8 of 8 shelves counted")
    assert (section.on_hand(1, "MUG-B"), section.on_hand(4, "LAMP")) == (13, 2)


def test_a_variance_is_counted_again_by_another_person_and_settled(handheld: MAKE, section: Section) -> None:
    section.put(1, "MUG-B", 12)
    carla, cem = handheld("BADGE-CARLA"), handheld("BADGE-CEM")
    reference = start(carla, section.shelves[0])
    carla.scan("CMD-QTY-9")
    carla.scan(MUG)
    finish(carla)
    carla.open("/counting")
    expect(carla.page.locator(f"a[href$='{reference}-R1']")).to_have_count(0)
    cem.open("/counting")
    cem.page.click(f"a[href$='{reference}-R1']")
    expect(cem.page.locator(".place__asked")).to_contain_text("Mug, blue")
    cem.ready()
    cem.burst([section.shelves[0], "CMD-QTY-9", MUG])
    expect(cem.line("MUG-B")).to_have_text("9")
    finish(cem)
    assert section.on_hand(1, "MUG-B") == 9


def test_one_above_the_limit_is_approved_by_a_supervisor_who_counted_neither(handheld: MAKE, section: Section) -> None:
    section.put(1, "LAMP", 12)
    devices = [handheld("BADGE-CARLA"), handheld("BADGE-CEM")]
    reference = start(devices[0], section.shelves[0])
    devices[0].scan(LAMP)
    finish(devices[0])
    devices[1].open(f"/counting/{reference}-R1")
    devices[1].burst([section.shelves[0], LAMP])
    finish(devices[1])
    assert section.on_hand(1, "LAMP") == 12
    sam = handheld("BADGE-SAM")
    sam.open("/discrepancies")
    sam.page.locator("tr", has_text=reference).get_by_role("link").first.click()
    settling = sam.page.locator("form[action*='/settle']").last
    settling.locator("select[name=cause]").select_option(index=1)
    settling.locator("textarea[name=note]").fill("Looked under the shelf.")
    settling.locator("button").click()
    sam.page.get_by_role("button", name="Yes, settle 198.00").click()  # so much is asked once more
    expect(sam.page.locator(".notice--good")).to_be_visible()
    assert section.on_hand(1, "LAMP") == 1


def test_a_misplaced_pair_is_settled_by_one_move(handheld: MAKE, section: Section) -> None:
    section.put(1, "TEE-M", 12)
    devices = [handheld("BADGE-CARLA"), handheld("BADGE-CEM")]
    reference = start(devices[0], section.shelves[0])
    found = ["CMD-QTY-8", TEE, section.shelves[1], "CMD-QTY-4", TEE]
    devices[0].burst(found)
    finish(devices[0])
    devices[1].open(f"/counting/{reference}-R1")
    devices[1].burst([section.shelves[0], *found])
    finish(devices[1])
    sam = handheld("BADGE-SAM")
    sam.open("/discrepancies")
    sam.page.locator("tr", has_text=reference).get_by_role("link").first.click()
    sam.page.locator("form[action$='/move'] button").first.click()
    expect(sam.page.locator(".notice--good")).to_be_visible()
    assert (section.on_hand(1, "TEE-M"), section.on_hand(2, "TEE-M")) == (8, 4)


def test_two_handhelds_in_one_section_see_each_other_and_are_kept_apart(handheld: MAKE, section: Section) -> None:
    carla, cem = handheld("BADGE-CARLA"), handheld("BADGE-CEM")
    start(carla, section.shelves[0])
    start(cem, section.shelves[1])
    cem.scan(LAMP)
    expect(cem.line("LAMP")).to_have_text("1")
    expect(place(cem, section.shelves[0])).to_have_text("Carla counts it")
    carla.burst([MUG, section.shelves[1]])
    carla.expect_signal("held")
    expect(carla.result).to_contain_text("Cem is at")
    carla.scan(section.shelves[2])
    expect(place(carla, section.shelves[1])).to_have_text("Cem counts it")
    expect(place(carla, section.shelves[0])).to_have_text("done")
    expect(carla.page.locator(".places__others")).to_contain_text("Cem is counting here, too")


def test_who_only_looks_at_the_page_sees_the_other_move_on(handheld: MAKE, section: Section) -> None:
    carla, cem = handheld("BADGE-CARLA"), handheld("BADGE-CEM")
    start(carla, section.shelves[0])
    start(cem, section.shelves[1])
    cem.burst([LAMP, section.shelves[2]])
    expect(place(carla, section.shelves[2])).to_have_text("Cem counts it")


def test_a_count_goes_on_offline_half_way(handheld: MAKE, section: Section) -> None:
    section.put(1, "MUG-B", 3)
    carla = handheld("BADGE-CARLA")
    start(carla, section.shelves[0])
    carla.scan(MUG)
    expect(carla.line("MUG-B")).to_have_text("1")
    carla.offline()
    carla.burst([MUG, MUG, section.shelves[1], LAMP])
    carla.expect_unsent(4)
    carla.expect_signal("kept")
    section.put(1, "TEE-M", 5)
    carla.offline(False)
    carla.expect_sent()
    expect(carla.line("LAMP")).to_have_text("1")
    expect(place(carla, section.shelves[0])).to_have_text("done")
    finish(carla)
    assert section.on_hand(1, "MUG-B") == 3


def test_a_pick_and_a_receipt_in_the_middle_of_it_are_no_variance(handheld: MAKE, section: Section, receipt: str) -> None:
    section.put(1, "MUG-B", 4)
    section.put(2, "LAMP", 2)
    carla, rosa = handheld("BADGE-CARLA"), handheld("BADGE-ROSA", receipt)
    start(carla, section.shelves[0])
    carla.burst(["CMD-QTY-4", MUG])
    expect(carla.line("MUG-B")).to_have_text("4")
    rosa.burst([section.shelves[1], LAMP, LAMP, LAMP])
    rosa.expect_sent()
    rosa.open("/picking/PICKS")
    rosa.burst([section.shelves[0], MUG])
    rosa.expect_sent()
    carla.burst([section.shelves[1], "CMD-QTY-5", LAMP])
    expect(carla.line("LAMP")).to_have_text("5")
    finish(carla)
    assert (section.on_hand(1, "MUG-B"), section.on_hand(2, "LAMP")) == (3, 5)


def test_one_is_scanned_and_the_number_typed_on_the_pad(handheld: MAKE, section: Section) -> None:
    carla = handheld("BADGE-CARLA")
    start(carla, section.shelves[0])
    carla.scan(MUG)
    expect(carla.line("MUG-B")).to_have_text("1")
    carla.page.click("[data-open-pad]")
    for digit in "24":
        carla.page.click(f"[data-pad-digit='{digit}']")
    expect(carla.page.locator("[data-pad-number]")).to_have_text("24")
    carla.page.click("[data-pad-last]")
    expect(carla.line("MUG-B")).to_have_text("24")
    expect(carla.page.locator("[data-number-pad]")).to_be_hidden()


def test_or_the_number_first(handheld: MAKE, section: Section) -> None:
    carla = handheld("BADGE-CARLA")
    start(carla, section.shelves[0])
    carla.page.click("[data-open-pad]")
    carla.page.click("[data-pad-digit='7']")
    carla.page.click("[data-pad-next]")
    expect(carla.page.locator("[data-times]")).to_have_text("next × 7")
    carla.scan(LAMP)
    expect(carla.line("LAMP")).to_have_text("7")


def test_the_last_scan_is_taken_back_by_a_scan(handheld: MAKE, section: Section) -> None:
    carla = handheld("BADGE-CARLA")
    start(carla, section.shelves[0])
    carla.burst([MUG, MUG, "CMD-UNDO"])
    expect(carla.line("MUG-B")).to_have_text("1")
    carla.expect_signal("undone")


def test_a_shelf_is_counted_without_javascript(handheld: MAKE, section: Section) -> None:
    plain = handheld(java_script_enabled=False)
    plain.page.goto(plain.url + "/sign-in")
    plain.page.fill("input[name=badge]", "BADGE-CARLA")
    plain.page.click("button:has-text('Sign in')")
    plain.page.goto(plain.url + "/counting")
    plain.page.fill("input[name=code]", section.shelves[0])
    plain.page.click("button:has-text('Open')")
    plain.page.fill(".entry input[name=code]", MUG)
    plain.page.fill(".entry input[name=quantity]", "3")
    plain.page.click(".entry button")
    expect(plain.line("MUG-B")).to_have_text("3")
    plain.page.click("a:has-text('Finish')")
    plain.page.click("button:has-text('Finish anyway')")
    expect(plain.page.locator(".prompt__words")).to_have_text("Finished")


class TestOffline:
    """Without a network the device says itself what it keeps, and where."""

    @pytest.fixture
    def carla(self, handheld: MAKE, section: Section) -> Handheld:
        """Carla at the first shelf with one mug counted, then out of the Wi-Fi."""
        carla = handheld("BADGE-CARLA")
        start(carla, section.shelves[0])
        carla.scan(MUG)
        expect(carla.line("MUG-B")).to_have_text("1")
        carla.expect_sent()
        carla.offline()
        return carla

    def test_a_kept_scan_says_its_units_its_name_and_its_shelf(self, carla: Handheld, section: Section) -> None:
        carla.burst([section.shelves[1], "CMD-QTY-39", MUG])
        carla.expect_unsent(2)
        expect(carla.result.locator("[data-kept-item]")).to_have_text("Mug, blue")
        expect(carla.result.locator("[data-kept-number]")).to_have_text("39")
        expect(carla.result.locator("[data-kept-of]")).to_have_text(f"at {section.shelves[1]}")
        carla.burst([MUG, MUG])
        expect(carla.result.locator("[data-kept-number]")).to_have_text("41")
        expect(carla.result.locator("[data-kept-effect]")).to_have_text("Kept here: 3 scans, 41 units")

    def test_what_is_kept_comes_on_top_of_what_is_recorded_in_one_line(self, carla: Handheld, section: Section) -> None:
        carla.burst([MUG, MUG])
        expect(carla.result.locator("[data-kept-number]")).to_have_text("3")
        expect(carla.page.locator("#lines [data-sku], #lines .line--kept")).to_have_count(1)
        expect(carla.page.locator("#lines .line--kept .line__count")).to_have_text("3")
        carla.offline(False)
        carla.expect_sent()
        expect(carla.line("MUG-B")).to_have_text("3")
        expect(carla.page.locator("#result .result__number")).to_have_text("3")

    def test_a_code_that_it_does_not_know_may_be_a_case(self, carla: Handheld) -> None:
        carla.burst(["CMD-QTY-4", LAMP])
        expect(carla.result.locator("[data-kept-item]")).to_have_text(LAMP)
        expect(carla.result.locator("[data-kept-number]")).to_have_text("× 4")
        expect(carla.result.locator("[data-kept-effect]")).to_contain_text("Not known here")

    def test_a_shelf_of_another_section_is_no_item_and_what_follows_counts_nowhere(
        self, carla: Handheld, section: Section, warehouse: Warehouse
    ) -> None:
        other = Section(warehouse).shelves[0]
        carla.offline(False)
        carla.page.reload()
        carla.ready()
        carla.offline()
        carla.burst(["NO-SUCH-CODE", other])
        expect(carla.result.locator("[data-kept-item]")).to_have_text(f"{other} is not in this count")
        carla.scan(MUG)
        expect(carla.result.locator("[data-kept-effect]")).to_have_text("No shelf: scan it, then this")
        carla.expect_unsent(3)
        expect(carla.page.locator(".line--head")).to_have_text("At no shelf: scan one")
        carla.offline(False)
        carla.expect_sent()
        expect(carla.page.locator("[data-hint]")).to_contain_text("3 of 3 scans sent now did not count")
        carla.scan(section.shelves[0])
        expect(carla.line("MUG-B")).to_have_text("1")

    def test_the_walk_goes_on(self, carla: Handheld, section: Section) -> None:
        carla.burst([section.shelves[1], LAMP, section.shelves[2]])
        expect(carla.page.locator(".line--head")).to_have_text(f"At {section.shelves[2]}")
        expect(carla.page.locator(".next__code")).to_have_text(section.shelves[3])
        expect(place(carla, section.shelves[2])).to_have_text("you are here")
        expect(place(carla, section.shelves[1])).to_have_text("kept")
        expect(place(carla, section.shelves[0])).to_have_text("kept")
        expect(carla.page.locator(".top__progress span")).to_have_text("2 of 8")

    def test_it_does_not_say_nothing_yet_where_something_is_kept(self, carla: Handheld, section: Section) -> None:
        carla.burst([section.shelves[1], LAMP])
        expect(carla.page.locator("#lines .line--kept .line__count")).to_have_text("× 1, not known yet")
        expect(carla.page.locator("#lines")).not_to_contain_text("Nothing yet")

    def test_goods_after_a_shelf_that_is_counted_are_warned_of(self, carla: Handheld, section: Section) -> None:
        carla.burst([section.shelves[1], LAMP, section.shelves[0]])
        expect(carla.result).to_contain_text(f"{section.shelves[0]} is counted already: say yes")
        carla.scan(MUG)
        expect(carla.result).to_contain_text("No shelf: scan it, then this")
        carla.burst([section.shelves[0], "CMD-CONFIRM", MUG])
        expect(carla.result).to_contain_text("Kept here: 1 scan, 1 unit")

    def test_undo_takes_the_last_kept_scan_back(self, carla: Handheld, section: Section) -> None:
        carla.burst([section.shelves[1], MUG, MUG, "CMD-UNDO"])
        expect(carla.result).to_contain_text("Kept here: 1 scan, 1 unit")

    def test_once_sent_the_page_is_the_servers_again_and_goes_on_looking(
        self, carla: Handheld, handheld: MAKE, section: Section
    ) -> None:
        carla.burst([section.shelves[1], LAMP])
        expect(place(carla, section.shelves[0])).to_have_text("kept")
        carla.offline(False)
        carla.expect_sent()
        expect(place(carla, section.shelves[0])).to_have_text("done")
        expect(carla.page.locator("[data-from-device]")).to_have_count(0)
        start(handheld("BADGE-CEM"), section.shelves[4])
        expect(place(carla, section.shelves[4])).to_have_text("Cem counts it")

    def test_who_lost_a_shelf_meanwhile_reads_once_to_whom_and_which_goods(
        self, carla: Handheld, handheld: MAKE, section: Section
    ) -> None:
        carla.burst([MUG, LAMP, MUG, section.shelves[1], LAMP])
        carla.expect_unsent(5)
        cem = handheld("BADGE-CEM")
        cem.open("/counting")
        cem.scan(section.shelves[0])
        cem.expect_signal("held")
        cem.scan("CMD-CONFIRM")
        cem.expect_signal("located")
        carla.offline(False)
        carla.expect_sent()
        lost = f"Mug, blue, Desk lamp: Cem took over {section.shelves[0]}: what you scan there does not count."
        expect(carla.page.locator("[data-hint]")).to_contain_text(f"3 of 5 scans sent now did not count. {lost}")


def test_who_scans_on_after_somebody_finished_the_count_is_told_so_and_led_on(handheld: MAKE, section: Section) -> None:
    carla, cem = handheld("BADGE-CARLA"), handheld("BADGE-CEM")
    reference = start(carla, section.shelves[0])
    start(cem, section.shelves[1])
    finish(cem)
    carla.scan(MUG)
    expect(carla.result).to_contain_text(f"{reference} is finished: it takes no more scans")
    expect(carla.page.locator(".next")).to_have_text(f"{reference} is finished")
    expect(carla.page.locator("#tools")).to_be_hidden()
    carla.page.click("text=Next count")
    carla.page.wait_for_url("**/counting")


class TestThePadIsTypedOn:
    """While “How many” is open, a hand's digits are its number, and a scanner's keys are a scan."""

    @pytest.fixture
    def carla(self, handheld: MAKE, section: Section) -> Handheld:
        carla = handheld("BADGE-CARLA")
        start(carla, section.shelves[0])
        carla.scan(MUG)
        carla.expect_sent()
        carla.page.click("[data-open-pad]")
        expect(carla.page.locator("[data-number-pad]")).to_be_visible()
        return carla

    def test_digits_of_a_hand_are_the_number(self, carla: Handheld) -> None:
        Keyboard(carla.page).scan("245", every=120, ends=())
        expect(carla.page.locator("[data-pad-number]")).to_have_text("245")
        carla.page.keyboard.press("Backspace")
        expect(carla.page.locator("[data-pad-number]")).to_have_text("24")
        carla.page.keyboard.press("Enter")
        expect(carla.page.locator("[data-sku='MUG-B'] .line__count")).to_have_text("24")
        expect(carla.page.locator("[data-number-pad]")).to_be_hidden()

    def test_two_fast_digits_and_enter_are_a_hand_too(self, carla: Handheld) -> None:
        Keyboard(carla.page).scan("24", every=70)
        expect(carla.page.locator("[data-sku='MUG-B'] .line__count")).to_have_text("24")

    @pytest.mark.parametrize("ends", [("Enter",), ()])
    def test_a_scan_is_no_number(self, carla: Handheld, ends: tuple[str, ...]) -> None:
        Keyboard(carla.page).scan("12", every=120, ends=())
        expect(carla.page.locator("[data-pad-number]")).to_have_text("12")
        Keyboard(carla.page).scan(LAMP, ends=ends)
        expect(carla.page.locator("[data-sku='LAMP'] .line__count")).to_have_text("1")
        expect(carla.page.locator("[data-number-pad]")).to_be_hidden()
        carla.page.click("[data-open-pad]")
        expect(carla.page.locator("[data-pad-number]")).to_have_text("1")
        expect(carla.page.locator("[data-pad-words]")).to_contain_text("Desk lamp × 1")

    def test_text_without_keys_is_a_scan_though_the_pad_is_open(self, carla: Handheld) -> None:
        carla.page.click("[data-pad-words]")
        expect(carla.page.locator("[data-catcher]")).to_be_focused()
        keyboard = Keyboard(carla.page)
        keyboard.nameless()
        keyboard.commit(f"{LAMP}\n")
        expect(carla.page.locator("[data-sku='LAMP'] .line__count")).to_have_text("1")
