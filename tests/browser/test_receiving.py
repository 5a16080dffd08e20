"""Receiving by wedge: nobody touches the screen unless it says so."""

from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.support.keyboard import Keyboard
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE, Warehouse


def codes_of(warehouse: Warehouse, reference: str) -> list[str]:
    from tests.support.warehouse import task_scans

    with warehouse.database.read() as session:
        return [scan.code for scan in reversed(task_scans(session, reference, limit=200))]


def test_scanning_the_order_number_opens_it(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.scan(receipt)
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)


def test_a_whole_order_is_received_in_bursts(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([MUG_CASE, MUG_CASE] + [LAMP] * 6 + [TEE] * 3)
    expect(rosa.line("TEE-M")).to_have_text("3 / 3")
    rosa.expect_sent()
    rosa.scan("CMD-DONE")
    expect(rosa.page.locator(".prompt__words")).to_have_text("Finished")
    assert warehouse.lines(receipt) == [("MUG-B", 24), ("LAMP", 6), ("TEE-M", 3)]


def test_a_burst_of_twenty_codes_is_twenty_scans_in_order(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    codes = [MUG, LAMP, TEE, MUG] * 5
    rosa.burst(codes)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == codes


def test_tab_ends_a_code_as_enter_does(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([MUG, MUG], end="Tab")
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")


def test_enter_typed_twice_is_one_scan(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan(MUG)
    rosa.page.keyboard.press("Enter")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG]


def test_a_barcode_never_lands_in_the_quantity(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.click("input[name=quantity]")
    Keyboard(rosa.page).scan(LAMP)  # at a scanner's speed on any machine
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.page.locator("input[name=quantity]")).to_have_value("1")


def test_nor_does_that_of_a_scanner_that_types_slowly(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.click("input[name=quantity]")
    rosa.page.keyboard.press("End")
    Keyboard(rosa.page).scan(LAMP, every=90)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.page.locator("input[name=quantity]")).to_have_value("1")


def test_a_code_is_typed_by_hand_with_its_quantity(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.fill("input[name=code]", LAMP)
    rosa.page.fill("input[name=quantity]", "4")
    rosa.page.click(".entry button")
    expect(rosa.line("LAMP")).to_have_text("4 / 6")


def test_a_quantity_command_multiplies_the_next_scan_alone(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan("CMD-QTY-4")
    expect(rosa.page.locator("[data-times]")).to_have_text("next × 4")
    rosa.burst([LAMP, LAMP])
    expect(rosa.line("LAMP")).to_have_text("5 / 6")
    expect(rosa.page.locator("[data-times]")).to_be_hidden()


def test_ten_in_a_burst_for_three_wait_and_one_yes_takes_them_in(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([TEE] * 10)
    rosa.expect_signal("held")
    expect(rosa.line("TEE-M")).to_have_text("3 / 3")
    expect(rosa.page.locator("#result .result__number")).to_have_text("7")
    expect(rosa.page.locator("#waiting")).to_contain_text("7 T-shirt M wait")
    rosa.scan("CMD-CONFIRM")
    expect(rosa.line("TEE-M")).to_have_text("10 / 3")
    rosa.expect_signal("over")
    expect(rosa.page.locator("#waiting")).to_have_text("")
    rosa.scan(TEE)
    expect(rosa.line("TEE-M")).to_have_text("11 / 3")
    rosa.expect_signal("over")


def test_what_waits_stays_in_sight_while_other_goods_are_scanned(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([TEE] * 5 + [MUG])
    rosa.expect_signal("counted")
    expect(rosa.page.locator("#waiting")).to_contain_text("2 T-shirt M wait")
    rosa.page.reload()
    rosa.page.click("#waiting button:has-text('Leave out')")
    expect(rosa.page.locator("#waiting")).to_have_text("")
    expect(rosa.line("TEE-M")).to_have_text("3 / 3")


def test_offline_the_device_says_what_waits_and_what_undo_and_a_yes_come_to(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([TEE, MUG])
    rosa.expect_sent()
    rosa.offline(True)
    rosa.burst([TEE] * 6)
    expect(rosa.result.locator("[data-kept-number]")).to_have_text("4")
    expect(rosa.result.locator("[data-kept-of]")).to_have_text("wait for an answer: too many")
    expect(rosa.line("TEE-M")).to_have_text("3 / 3 · 4 ?")
    rosa.scan("CMD-UNDO")
    expect(rosa.line("TEE-M")).to_have_text("3 / 3 · 3 ?")
    rosa.scan("CMD-CONFIRM")
    expect(rosa.line("TEE-M")).to_have_text("6 / 3")
    rosa.offline(False)
    rosa.expect_sent()
    expect(rosa.line("TEE-M")).to_have_text("6 / 3")
    expect(rosa.page.locator("#waiting")).to_have_text("")


def test_offline_undo_takes_a_recorded_scan_off_the_number(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([LAMP, LAMP])
    rosa.expect_sent()
    rosa.offline(True)
    rosa.scan("CMD-UNDO")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_finishing_names_what_waits_and_asks_whether_it_is_taken_in(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([TEE] * 5)
    rosa.expect_signal("held")
    rosa.expect_sent()
    rosa.page.click("text=Finish")
    expect(rosa.page.locator("#main")).to_contain_text("2 units wait for an answer")
    rosa.page.check("input[name=held][value=take]")
    rosa.page.click("form[data-finish] button")
    expect(rosa.page.locator(".prompt__words").first).to_contain_text("Finished")


def test_what_is_held_is_taken_in_by_a_tap(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([TEE, TEE, TEE, TEE])
    rosa.expect_signal("held")
    rosa.page.click("button:has-text('Take it in')")
    expect(rosa.line("TEE-M")).to_have_text("4 / 3")


def test_an_unknown_code_is_linked_and_counts_without_a_new_scan(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.ask_for_item(f"NEW-{receipt}")
    rosa.page.fill("main input[name=q]", "desk")
    rosa.page.click("button:has-text('Desk lamp')")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    rosa.scan(f"NEW-{receipt}")
    expect(rosa.line("LAMP")).to_have_text("2 / 6")


def test_undo_takes_the_last_scan_back(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan(MUG_CASE)
    expect(rosa.line("MUG-B")).to_have_text("12 / 24")
    rosa.page.click("button:has-text('Undo')")
    rosa.expect_signal("undone")
    expect(rosa.line("MUG-B")).to_have_text("0 / 24")


def test_a_shelf_label_says_where_goods_go(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan("A-01-1")
    rosa.expect_signal("located")
    rosa.scan(LAMP)
    expect(rosa.result).to_contain_text("A-01-1")


def test_finishing_short_names_what_nobody_touched(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([MUG_CASE, LAMP])
    rosa.expect_sent()
    rosa.page.click("text=Finish")
    expect(rosa.page.locator("tr:has-text('T-shirt M')")).to_contain_text("untouched")
    expect(rosa.page.locator("tr:has-text('Mug, blue')")).not_to_contain_text("untouched")
    rosa.page.check("input[name=back_order]")
    rosa.page.click("text=Finish short")
    expect(rosa.page.locator(".prompt__words")).to_have_text("Finished")
    expect(rosa.page.locator(".notice--good")).to_contain_text("on order")


def test_a_scan_while_the_page_still_loads_is_not_lost(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.burst([receipt, MUG, LAMP, MUG])
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_each_signal_is_heard(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    for code, signal in ((TEE, "counted"), ("nothing", "refused"), ("A-01-1", "located"), ("CMD-UNDO", "undone")):
        rosa.scan(code)
        rosa.expect_signal(signal)
        expect(rosa.page.locator("body")).to_have_attribute("data-heard", signal)
        rosa.page.wait_for_timeout(700)


def test_the_form_works_without_scripts(handheld: MAKE, receipt: str) -> None:
    plain = handheld(java_script_enabled=False)
    plain.page.goto(plain.url + "/sign-in")
    plain.page.fill("input[name=badge]", "BADGE-ROSA")
    plain.page.click("button:has-text('Sign in')")
    plain.page.goto(f"{plain.url}/receiving/{receipt}")
    plain.page.fill("input[name=code]", MUG_CASE)
    plain.page.press("input[name=code]", "Enter")
    expect(plain.line("MUG-B")).to_have_text("12 / 24")
    expect(plain.result).to_contain_text("of 24")
