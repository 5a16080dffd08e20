"""Whatever a scanner types is heard: without an end key, through an IME, on a keyboard of another layout. Real key events."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.keyboard import Keyboard
from tests.support.warehouse import LAMP, MUG, Warehouse, task_scans

LAMP_KEYS = ("KeyL", "KeyA", "KeyM", "KeyP")
PULL_MS = 400
"""Between two pulls of a trigger."""


def codes_of(warehouse: Warehouse, reference: str) -> list[str]:
    with warehouse.database.read() as session:
        return [scan.code for scan in reversed(task_scans(session, reference, limit=200))]


def expect_codes(rosa: Handheld, warehouse: Warehouse, reference: str, codes: list[str]) -> None:
    """Wait until so many scans are recorded, and see that they are these."""
    rosa.wait_until(lambda: len(codes_of(warehouse, reference)) >= len(codes))
    rosa.page.wait_for_timeout(300)  # for one too many
    rosa.expect_sent()
    assert codes_of(warehouse, reference) == codes


def catcher(page: Page) -> str:
    """What is left in the hidden field."""
    return str(page.evaluate("document.querySelector('[data-catcher]').value"))


# A scanner without an end key


def test_without_an_end_key_silence_ends_a_code(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    for code in (MUG, LAMP, MUG):
        keyboard.scan(code, ends=())
        rosa.page.wait_for_timeout(PULL_MS)
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")
    expect_codes(rosa, warehouse, receipt, [MUG, LAMP, MUG])


def test_an_unknown_code_without_an_end_key_is_recorded(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).scan("5901234123457", ends=())
    rosa.expect_signal("refused")
    assert codes_of(warehouse, receipt) == ["5901234123457"]


@pytest.mark.parametrize("end", ["Enter", "NumpadEnter", "Tab", "ArrowDown", "ArrowRight", "Escape", "PageDown", "End"])
def test_every_likely_end_key_ends_a_code(handheld: MAKE, receipt: str, warehouse: Warehouse, end: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    keyboard.scan("MUG-B", ends=(end,))
    keyboard.scan("LAMP", ends=(end,))
    expect_codes(rosa, warehouse, receipt, ["MUG-B", "LAMP"])


def test_a_carriage_return_as_a_control_character_ends_a_code(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.keyboard.type("MUG-B")
    rosa.page.keyboard.press("Control+m")
    expect_codes(rosa, warehouse, receipt, ["MUG-B"])


@pytest.mark.parametrize("every", [1, 20, 45])
def test_slow_and_fast_scanners_are_scanners(handheld: MAKE, receipt: str, warehouse: Warehouse, every: int) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).scan(MUG, every=every, ends=())
    expect_codes(rosa, warehouse, receipt, [MUG])


def test_a_hand_without_enter_scans_nothing(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).scan("MUG-B", every=90, ends=())
    rosa.page.wait_for_timeout(1500)
    assert codes_of(warehouse, receipt) == []
    expect(rosa.page.locator("[data-trouble]")).to_be_hidden()


def test_too_few_keys_for_a_code_are_said_aloud(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).scan("XK7", ends=())
    expect(rosa.page.locator("[data-trouble]")).to_contain_text("XK7 was not taken: the scanner sent no end key")
    assert rosa.page.evaluate("document.body.dataset.heard") == "refused"
    rosa.page.click("[data-trouble] a")
    expect(rosa.page.locator("h1")).to_have_text("Set up the scanner")
    assert codes_of(warehouse, receipt) == []


def test_a_stall_in_a_code_makes_no_two(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).stall("MUG-B", after=3, ms=250)
    expect_codes(rosa, warehouse, receipt, ["MUG-B"])


def test_without_an_end_key_a_code_leaves_nothing_in_a_quantity(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.focus("input[name=quantity]")
    Keyboard(rosa.page).scan(MUG, ends=())
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.page.locator("[data-typed] input[name=quantity]")).to_have_value("1")


# Composed text


WIDE_MUG = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in MUG)
COMPOSED = {
    "the text is what it shows": ("ＭＵＧ－Ｂ", "ＭＵＧ－Ｂ"),
    "the IME makes another text of it": ("ｍｕｇ", "MUG-B"),
    "digits of full width": (WIDE_MUG, WIDE_MUG),
}


@pytest.mark.parametrize("shown, text", COMPOSED.values(), ids=COMPOSED.keys())
@pytest.mark.parametrize("end", ["Enter", ""])
def test_composed_text_is_a_code(
    handheld: MAKE, receipt: str, warehouse: Warehouse, shown: str, text: str, end: str
) -> None:  # fmt: skip
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.compose(shown[:2])
        keyboard.compose(shown)
        keyboard.commit(text)
        if end:
            keyboard.scan("", ends=(end,))
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    assert catcher(rosa.page) == ""
    keyboard.scan("LAMP")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_keys_that_an_ime_takes_are_known_by_their_place(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.taken(LAMP_KEYS)
        keyboard.compose("らｍｐ")
        keyboard.nameless("Process", "Enter")
        keyboard.commit("らｍｐ")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect_codes(rosa, warehouse, receipt, ["LAMP"])


def test_a_composition_that_never_ends_is_taken_all_the_same(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.taken(LAMP_KEYS)
        keyboard.compose("ＬＡＭＰ")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    keyboard.scan("MUG-B")
    expect_codes(rosa, warehouse, receipt, ["LAMP", "MUG-B"])


def test_a_composition_that_begins_after_silence_is_taken(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    """Without keys: nothing but the composition tells that something came."""
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).compose("ＬＡＭＰ")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect_codes(rosa, warehouse, receipt, ["LAMP"])


def test_text_that_comes_after_its_keys_were_taken_counts_once(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    keyboard.taken(LAMP_KEYS)
    rosa.page.wait_for_timeout(1300)  # longer than silence lasts
    with keyboard.together():
        keyboard.compose("ＬＡＭＰ")
        keyboard.commit("ＬＡＭＰ")
    keyboard.scan("MUG-B")
    expect_codes(rosa, warehouse, receipt, ["LAMP", "MUG-B"])


def test_a_composition_that_is_given_up_glues_nothing(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.compose("ＬＡ")
        keyboard.compose("")
    keyboard.scan("MUG-B")
    expect_codes(rosa, warehouse, receipt, ["MUG-B"])
    assert catcher(rosa.page) == ""


# Android: keys without names, and text


def test_text_after_keys_without_names_is_a_code(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        for character in f"MUG-B\n{LAMP}":
            keyboard.nameless()
            keyboard.commit(character)
        keyboard.scan("", ends=("Enter",))
    expect_codes(rosa, warehouse, receipt, ["MUG-B", LAMP])


def test_text_that_comes_at_once_needs_no_end_key(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page)
    for code in (MUG, LAMP):
        with keyboard.together():
            keyboard.nameless()
            keyboard.commit(code)
        rosa.page.wait_for_timeout(PULL_MS)
    expect_codes(rosa, warehouse, receipt, [MUG, LAMP])


@pytest.mark.parametrize("behind", [0, 1])
def test_text_without_names_leaves_nothing_in_a_field_also_on_a_busy_device(
    handheld: MAKE, receipt: str, warehouse: Warehouse, behind: float
) -> None:  # fmt: skip
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.focus("input[name=quantity]")
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.nameless(at=time.time() - behind)
        keyboard.commit(MUG)
        keyboard.scan("", ends=("Enter",))
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.page.locator("[data-typed] input[name=quantity]")).to_have_value("1")


def test_text_long_after_a_key_without_a_name_is_somebodys_own(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    """As a word that a phone suggests, or one that was spoken."""
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.focus("[data-typed] input[name=code]")
    keyboard = Keyboard(rosa.page)
    keyboard.nameless()
    rosa.page.wait_for_timeout(3500)  # no key is older than its page: a time of its own would not do
    keyboard.commit(MUG)
    rosa.page.wait_for_timeout(1300)  # longer than silence lasts
    expect(rosa.page.locator("[data-typed] input[name=code]")).to_have_value(MUG)
    assert codes_of(warehouse, receipt) == []


# Layouts


@pytest.mark.parametrize("layout", ["french", "german", "spanish", "swedish", "turkish", "russian"])
def test_another_layout_is_understood_where_the_code_is_known(
    handheld: MAKE, receipt: str, warehouse: Warehouse, layout: str
) -> None:  # fmt: skip
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page, layout)
    for code in ("CMD-QTY-12", "MUG-B", "A-01-1", MUG, "CMD-UNDO"):
        keyboard.scan(code)
    expect_codes(rosa, warehouse, receipt, ["MUG-B", "A-01-1", MUG, "CMD-UNDO"])
    expect(rosa.line("MUG-B")).to_have_text("12 / 24")


def test_caps_lock_turns_nothing_round(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    keyboard = Keyboard(rosa.page, caps=True)
    for code in ("MUG-B", "A-01-1", "CMD-UNDO"):
        keyboard.scan(code)
    expect_codes(rosa, warehouse, receipt, ["MUG-B", "A-01-1", "CMD-UNDO"])


@pytest.mark.parametrize("layout, code", [("french", "5901234123457"), ("german", "AB-CD-99"), ("spanish", "AB-CD-99")])
def test_an_unknown_code_on_another_layout_names_the_layout(handheld: MAKE, receipt: str, layout: str, code: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page, layout).scan(code)
    rosa.expect_signal("refused")
    expect(rosa.page.locator("[data-trouble]")).to_contain_text("keyboard layout differs")
    expect(rosa.page.locator("[data-trouble] a")).to_have_attribute("href", "/set-up-scanner")
    Keyboard(rosa.page).scan("LAMP")
    expect(rosa.page.locator("[data-trouble]")).to_be_hidden()


def test_an_unknown_code_on_the_right_layout_names_none(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    Keyboard(rosa.page).scan("AB-CD-99")
    rosa.expect_signal("refused")
    rosa.expect_sent()
    expect(rosa.page.locator("[data-trouble]")).to_be_hidden()


@pytest.mark.parametrize("layout", ["french", "german", "spanish"])
def test_a_badge_signs_in_on_another_layout_and_what_follows_is_read_alike(
    handheld: MAKE, receipt: str, warehouse: Warehouse, layout: str
) -> None:  # fmt: skip
    rosa = handheld()
    rosa.open("/sign-in")
    keyboard = Keyboard(rosa.page, layout)
    keyboard.scan("BADGE-ROSA")
    expect(rosa.page.locator(".top__person")).to_have_text("Rosa")
    keyboard.scan(receipt)
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)
    keyboard.scan("AB-CD-99")
    expect_codes(rosa, warehouse, receipt, ["AB-CD-99"])


def test_an_unknown_badge_on_another_layout_names_the_layout(handheld: MAKE) -> None:
    nobody = handheld()
    nobody.open("/sign-in")
    Keyboard(nobody.page, "german").scan("BADGE-NOBODY")
    expect(nobody.page.locator(".prompt--bad")).to_contain_text("not known")
    expect(nobody.page.locator("[data-trouble]")).to_contain_text("keyboard layout differs")


# GS


def test_alt_and_029_on_the_keypad_is_gs(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    lot = f"010950110153000310L{receipt}"
    rosa.page.keyboard.type(lot)
    rosa.page.keyboard.down("Alt")
    for digit in "0029":
        rosa.page.keyboard.press(f"Numpad{digit}")
    rosa.page.keyboard.up("Alt")
    rosa.scan("21S-1")
    expect_codes(rosa, warehouse, receipt, [f"{lot}\x1d21S-1"])


def test_the_control_characters_of_iso_15434_are_heard(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    with rosa.page.expect_request("**/scans") as sent:
        Keyboard(rosa.page).scan("[)>\x1e06\x1d1PABC\x04")
    assert sent.value.post_data_json["code"] == "[)>\x1e06\x1d1PABC\x04"


# The page that sets a scanner up


def test_a_scanner_is_set_up_before_anybody_signed_in(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld()
    rosa.open("/sign-in")
    rosa.page.click("text=Set up the scanner")
    rosa.ready()
    keyboard = Keyboard(rosa.page, "french")
    head, tail = str(rosa.page.get_attribute("[data-code]", "data-code")).split("\x1d")
    with keyboard.together():
        keyboard.scan(head, ends=("F9",))
        keyboard.scan(tail, ends=())
    expect(rosa.page.locator(".prompt__words")).to_have_text("Set up")
    findings = rosa.page.locator("[data-findings]")
    expect(findings).to_contain_text("No key ends a code")
    expect(findings).to_contain_text("French (AZERTY)")
    expect(findings).to_contain_text("GS comes as the key F9")
    rosa.open("/sign-in")
    keyboard.scan("BADGE-ROSA", ends=())
    expect(rosa.page.locator(".top__person")).to_have_text("Rosa")
    rosa.open(f"/receiving/{receipt}")
    with keyboard.together():
        keyboard.scan(f"010950110153000310L{receipt}", ends=("F9",))
        keyboard.scan("21S-1", ends=())
    expect_codes(rosa, warehouse, receipt, [f"010950110153000310L{receipt}\x1d21S-1"])


def test_another_code_sets_nothing_up(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.page.click("text=Set up the scanner >> visible=true")
    rosa.ready()
    rosa.scan(MUG)
    expect(rosa.page.locator(".prompt__words")).to_have_text("Not set up")
    assert rosa.page.evaluate("localStorage.getItem('scanner.setup')") is None


def test_what_was_found_can_be_forgotten(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/set-up-scanner")
    Keyboard(rosa.page, "german").scan(str(rosa.page.get_attribute("[data-code]", "data-code")))
    expect(rosa.page.locator(".prompt__words")).to_have_text("Set up")
    rosa.page.click("[data-forget]")
    rosa.ready()
    expect(rosa.page.locator("[data-forget]")).to_be_hidden()
    assert rosa.page.evaluate("localStorage.getItem('scanner.setup')") is None


# Scans while somebody signs in


def test_scans_while_a_sign_in_hangs_outlast_a_reload(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.scan(MUG)
    device.expect_sent()
    hanging = []

    def hang_once(route: Route) -> None:
        """The first one never comes to the server: it goes with its page."""
        if route.request.method == "POST" and not hanging:
            hanging.append(route)
        else:
            route.continue_()

    device.page.route("**/sign-in", hang_once)
    device.scan("BADGE-SAM")
    device.wait_until(lambda: bool(hanging))
    device.burst([LAMP, "MUG-B"])
    device.page.reload()
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    expect(device.line("LAMP")).to_have_text("1 / 6")
    expect(device.line("MUG-B")).to_have_text("2 / 24")
    device.expect_sent()  # the line shows what is not sent yet, too
    with warehouse.database.read() as session:
        scans = {scan.code: scan.operator for scan in task_scans(session, receipt, limit=200)}
    assert scans == {MUG: "Rosa", LAMP: "Sam", "MUG-B": "Sam"}


# A change of pages in the middle of a scan

CUT = "The page changed during that scan. Scan it again."


@pytest.mark.parametrize("before", [1, 4, len(MUG)], ids=["one key", "some keys", "all but the end key"])
@pytest.mark.parametrize("after", ["the rest", "nothing"])
def test_a_scan_that_a_change_of_pages_cuts_in_two_is_no_code(
    handheld: MAKE, receipt: str, warehouse: Warehouse, before: int, after: str
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.open("/receiving")
    keyboard = Keyboard(rosa.page)
    rosa.page.evaluate("window.setTimeout = () => 0")  # silence ends no code before the page has changed, however slow that is
    keyboard.scan(MUG[:before], ends=())
    rosa.open(f"/receiving/{receipt}")
    if after == "the rest":
        keyboard.scan(MUG[before:], at_once=True)
    if after == "nothing" and before == 1:
        expect(rosa.page.locator("[data-trouble]")).to_be_hidden()  # a hand may have touched a key
    else:
        expect(rosa.page.locator("[data-trouble]")).to_have_text(CUT)
    keyboard.clock += 1
    keyboard.scan("LAMP")
    expect(rosa.page.locator("[data-trouble]")).to_be_hidden()
    expect_codes(rosa, warehouse, receipt, ["LAMP"])
