"""The returns clerk's work, done as she does it: with a scanner, by touch, and out of Wi-Fi."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from itertools import count

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from scanner.discrepancies.service import discrepancies
from scanner.returns import grades
from scanner.scans import tasks
from scanner.scans.evidence import store as evidence
from tests.browser.test_look import CONTRAST, SMALL_TARGETS
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG, TEE, Warehouse, task_scans

MAKE = Callable[..., Handheld]
_numbers = count(1)
INSIDE = """() => {
  const panel = document.getElementById("result").getBoundingClientRect();
  const boxes = Array.from(document.querySelectorAll(".result__head, .result__number, .result__effect"),
    (element) => element.getBoundingClientRect()).filter((box) => box.height);
  return boxes.every((box) => box.top >= panel.top - 1 && box.bottom <= panel.bottom + 1);
}"""


APART = """(words) => {
  document.querySelector(".result__item").textContent = words.name;
  if (words.message) document.querySelector(".result__message").textContent = words.message;
  const boxes = Array.from(document.querySelectorAll("#result .result__words, #result .result__number, #result .result__effect"),
    (element) => element.getBoundingClientRect()).filter((box) => box.height);
  const panel = document.getElementById("result");
  return boxes.length >= 2 && boxes.every((box, at) => boxes.slice(at + 1).every((other) => other.top >= box.bottom - 1))
    && ["hidden", "clip"].every((word) => panel.scrollHeight <= panel.clientHeight || getComputedStyle(panel).overflowY !== word);
}"""
LONG = "Desk set: two mugs and a lamp"


@pytest.fixture
def rma(warehouse: Warehouse) -> str:
    """An open return of the test's own: two mugs, a lamp, a T-shirt."""
    reference = f"RMA-T{next(_numbers)}"
    warehouse.add_return(reference, [("MUG-B", 2), ("LAMP", 1), ("TEE-M", 1)], f"SO-{reference}")
    return reference


@pytest.fixture
def theo(handheld: MAKE) -> Handheld:
    """Theo at the bench, signed in."""
    return handheld("BADGE-THEO")


def scanned(warehouse: Warehouse, reference: str) -> list[str]:
    """The codes of a return's scans, the first first."""
    with warehouse.database.read() as session:
        return [scan.code for scan in reversed(task_scans(session, reference, limit=100))]


def graded(warehouse: Warehouse, reference: str) -> list[tuple[str, int, str, str | None, str]]:
    """(sku, units, disposition, reason, where) of what stands on a return."""
    with warehouse.database.read() as session:
        task = tasks.get_task(session, reference)
        rows = grades.standing(session, task.id)
        return [(row.sku, row.units, row.disposition, row.reason_code, row.location) for row in rows]


def open_ones(warehouse: Warehouse, reference: str) -> list[tuple[str, str, int]]:
    """Open discrepancies (kind, sku, units) of a return."""
    with warehouse.database.read() as session:
        return [(row.kind, row.sku, row.units) for row in discrepancies(session) if row.task == reference]


def photos_of(warehouse: Warehouse, reference: str) -> int:
    """How many photos are kept with scans of a return."""
    with warehouse.database.read() as session:
        return len(evidence.of_task(session, tasks.get_task(session, reference).id))


def take_photo(page: Page) -> None:
    """Choose a photo for what is in hand, as the camera would give it."""
    file = BytesIO()
    Image.new("RGB", (3000, 2000), "firebrick").save(file, "JPEG")
    photo = {"name": "damage.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    page.set_input_files("[data-evidence] input[type=file]", photo)


def test_three_items_with_three_grades_take_the_label_and_two_scans_an_item(theo, rma, warehouse):
    theo.scan(rma)
    theo.page.wait_for_selector("#result")
    codes = [MUG, "CMD-REFURBISH", LAMP, "CMD-DAMAGED-BROKEN", TEE, "A-01-1"]
    for code in codes:
        theo.scan(code)
    theo.expect_sent()
    assert graded(warehouse, rma) == [
        ("MUG-B", 1, "refurbish", None, "REFURBISH"),
        ("LAMP", 1, "damaged", "BROKEN", "DAMAGED"),
        ("TEE-M", 1, "restock", None, "A-01-1"),
    ]
    assert scanned(warehouse, rma) == codes  # the label opened the page, and is not a scan of the return


def test_the_grades_appear_under_the_thumb_once_goods_are_in_hand(theo, rma):
    theo.open(f"/returns/{rma}")
    buttons = theo.page.locator("[data-grade-buttons] button")
    expect(buttons.first).to_be_hidden()
    theo.scan(MUG)
    expect(buttons).to_have_count(6)
    expect(buttons.first).to_be_visible()
    assert all(box["height"] >= 56 and box["width"] >= 56 for box in theo.boxes("[data-grade-buttons] button"))
    theo.page.click("text=Scrap")
    expect(theo.page.locator("[data-hand-words]")).to_contain_text("Why scrap?")
    theo.page.click("text=Does not work")
    expect(theo.page.locator(".line__grades")).to_contain_text("scrap: Does not work")


def test_nothing_moves_under_the_finger_when_goods_come_in_hand(theo, rma):
    theo.open(f"/returns/{rma}")
    places = "[...document.querySelectorAll('#result, #lines, .grades, .thumb')].map((e) => e.getBoundingClientRect().top)"
    before = theo.page.evaluate(places)
    theo.scan(MUG)
    theo.expect_signal("counted")
    assert theo.page.evaluate(places) == before


def test_a_damaged_item_with_a_photo(theo, rma, warehouse):
    theo.open(f"/returns/{rma}")
    theo.burst([LAMP, "CMD-DAMAGED-TRANSPORT"])
    theo.expect_sent()
    take_photo(theo.page)
    picture = theo.page.locator("[data-sku=LAMP] .evidence img")
    expect(picture).to_have_count(1)
    expect(picture).to_have_js_property("complete", True)
    assert theo.page.evaluate("document.querySelector('.evidence img').naturalWidth") == 240
    assert photos_of(warehouse, rma) == 1
    theo.open(f"/returns/{rma}")
    expect(picture).to_have_count(1)


def test_a_photo_taken_out_of_wifi_is_sent_after_its_scan(theo, rma, warehouse):
    theo.open(f"/returns/{rma}")
    theo.offline()
    theo.burst([LAMP, "CMD-DAMAGED"])
    theo.expect_unsent(2)
    expect(theo.page.locator("[data-hand-words]")).to_have_text("Why damaged?")
    take_photo(theo.page)
    expect(theo.page.locator("[data-evidence]")).to_have_attribute("data-waiting", "1 waiting")
    theo.page.click("text=Damaged in transport")
    theo.expect_unsent(3)
    theo.offline(False)
    theo.expect_sent()
    expect(theo.page.locator("[data-sku=LAMP] .evidence img")).to_have_count(1)
    assert graded(warehouse, rma) == [("LAMP", 1, "damaged", "TRANSPORT", "DAMAGED")]
    assert photos_of(warehouse, rma) == 1


def test_what_is_no_photo_is_refused_in_words(theo, rma, warehouse):
    theo.open(f"/returns/{rma}")
    theo.burst([LAMP, "CMD-DAMAGED-OTHER"])
    theo.expect_sent()
    nothing = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"no photo at all"}
    theo.page.set_input_files("[data-evidence] input[type=file]", nothing)
    expect(theo.page.locator("[data-hint]")).to_contain_text("got a file that is none")
    assert photos_of(warehouse, rma) == 0


def test_a_return_without_paper(theo, warehouse):
    theo.open("/returns")
    theo.burst(["CMD-NOPAPER"])
    theo.page.wait_for_selector("#result")
    reference = theo.page.evaluate("document.body.dataset.task")
    assert reference.startswith("UN-")
    theo.scan(TEE)
    expect(theo.line("TEE-M")).to_have_text("1")
    theo.scan("CMD-UNDO")
    expect(theo.page.locator("[data-sku=TEE-M]")).to_be_hidden()
    theo.burst([TEE, "CMD-QUARANTINE"])
    theo.expect_sent()
    expect(theo.page.locator("[data-sku=TEE-M] .line__grades")).to_contain_text("1 × quarantine")
    assert graded(warehouse, reference) == [("TEE-M", 1, "quarantine", None, "QUARANTINE")]
    assert open_ones(warehouse, reference) == [("unannounced", "TEE-M", 1)]


def test_goods_scanned_right_after_no_paper_are_of_the_new_return(theo, rma, warehouse):
    theo.open(f"/returns/{rma}")
    theo.burst(["CMD-NOPAPER", TEE, "CMD-QUARANTINE"])
    expect(theo.page.locator("body")).to_have_attribute("data-task", re.compile("UN-"))
    theo.expect_sent()
    assert scanned(warehouse, rma) == []
    reference = theo.page.evaluate("document.body.dataset.task")
    assert scanned(warehouse, reference) == [TEE, "CMD-QUARANTINE"]


def test_a_kit_with_a_missing_part(theo, warehouse):
    warehouse.add_return("RMA-KIT", [("SET", 1)])
    theo.open("/returns/RMA-KIT")
    theo.burst(["SET", LAMP, "CMD-SCRAP"])
    theo.page.click("[data-why-buttons] >> text=Broken")
    theo.page.click(".hand__parts >> text=Mug, blue")
    theo.page.click(".hand__parts >> text=Missing")
    expect(theo.result).to_contain_text("1 missing from Gift set")
    theo.scan("A-01-2")
    theo.expect_sent()
    expect(theo.page.locator("#progress")).not_to_contain_text("to grade")
    assert open_ones(warehouse, "RMA-KIT") == [("missing part", "MUG-B", 1)]
    rows = graded(warehouse, "RMA-KIT")
    assert ("MUG-B", 1, "restock", None, "A-01-2") in rows and ("LAMP", 1, "scrap", "BROKEN", "SCRAP") in rows


def test_two_clerks_on_one_return_grade_what_each_has_in_hand(handheld, rma, warehouse):
    theo, sam = handheld("BADGE-THEO"), handheld("BADGE-SAM")
    for clerk in (theo, sam):
        clerk.open(f"/returns/{rma}")
    theo.scan(MUG)
    theo.expect_sent()
    sam.scan(LAMP)
    sam.expect_sent()
    theo.scan("CMD-REFURBISH")
    sam.scan("CMD-QUARANTINE")
    for clerk in (theo, sam):
        clerk.expect_sent()
    assert set(graded(warehouse, rma)) == {  # either scan may come first
        ("MUG-B", 1, "refurbish", None, "REFURBISH"),
        ("LAMP", 1, "quarantine", None, "QUARANTINE"),
    }


def test_the_label_of_the_next_return_goes_on_with_it(theo, rma, warehouse):
    other = f"{rma}-B"
    warehouse.add_return(other, [("LAMP", 1)], f"SO-{other}")
    theo.open(f"/returns/{rma}")
    theo.burst([MUG, "CMD-REFURBISH", f"SO-{other}", LAMP, "CMD-QUARANTINE"])
    expect(theo.page.locator("body")).to_have_attribute("data-task", other)
    theo.expect_sent()
    assert graded(warehouse, other) == [("LAMP", 1, "quarantine", None, "QUARANTINE")]


def test_finishing_is_refused_until_all_is_graded_then_says_what_is_missing(theo, rma):
    theo.open(f"/returns/{rma}")
    theo.burst([MUG, "CMD-DONE"])
    theo.expect_signal("refused")
    expect(theo.result).to_contain_text("1 unit waits for a grade")
    theo.burst(["CMD-REFURBISH", "CMD-DONE"])
    theo.expect_signal("held")
    theo.page.click("text=Yes, finish")
    expect(theo.page.locator("text=Next return")).to_be_visible()


def test_a_tap_on_a_grade_takes_the_goods_in_hand_for_a_second_one(theo, rma, warehouse):
    theo.open(f"/returns/{rma}")
    theo.burst([MUG, "CMD-REFURBISH", LAMP, "CMD-QUARANTINE"])
    theo.expect_sent()
    theo.page.click("[data-sku=MUG-B] .grade")
    expect(theo.page.locator("[data-hand-words]")).to_contain_text("Mug, blue refurbish")
    expect(theo.page.locator("[data-grades=refurbish]")).to_have_attribute("aria-pressed", "true")
    theo.page.click("[data-grade-buttons] >> text=Scrap")
    theo.expect_sent()
    expect(theo.page.locator("[data-sku=MUG-B] .line__grades")).to_contain_text("scrap")
    assert ("MUG-B", 1, "scrap", None, "SCRAP") in graded(warehouse, rma)


def test_words_and_targets_are_for_gloves_in_every_state_of_the_bench(handheld, rma):
    theo = handheld("BADGE-THEO", viewport={"width": 360, "height": 640})
    theo.open(f"/returns/{rma}")
    for code, state in ((MUG, "goods"), ("CMD-DAMAGED", "why"), ("CMD-REASON-DOA", "goods"), (LAMP, "goods"), ("SET", "ask")):
        theo.scan(code)
        theo.expect_sent()
        expect(theo.page.locator("#hand")).to_have_attribute("data-hand", state)
        assert theo.page.evaluate(SMALL_TARGETS) == []
        assert theo.page.evaluate(INSIDE), code
        assert theo.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("phone", [{"width": 390, "height": 844}, {"width": 360, "height": 640}], ids=["390", "360"])
def test_a_long_name_its_words_and_the_number_cover_nothing(handheld, rma, phone):
    theo = handheld("BADGE-THEO", viewport=phone)
    theo.open(f"/returns/{rma}")
    theo.scan(MUG)
    theo.expect_signal("counted")
    assert theo.page.evaluate(APART, {"name": LONG})
    assert theo.page.evaluate(
        APART, {"name": LONG, "message": "2 of 1, 1 more than announced. Noted for customer service. Now its grade."}
    )
    theo.scan("CMD-DONE")
    theo.expect_signal("refused")
    words = theo.page.locator("#result .result__message")
    words.evaluate("(element) => { element.textContent += ' Grade first, then finish.'.repeat(6); }")
    assert theo.page.evaluate("""() => {
      const panel = document.getElementById("result"), words = panel.querySelector(".result__message");
      for (const part of [panel, panel.querySelector(".result__head")]) part.scrollTop = 9999; // whichever scrolls
      return words.getBoundingClientRect().bottom <= panel.getBoundingClientRect().bottom;
    }""")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_read_at_the_bench_has_a_contrast_of_seven(handheld, rma, scheme):
    theo = handheld("BADGE-THEO", color_scheme=scheme)
    theo.open(f"/returns/{rma}")
    for code in (MUG, "CMD-DAMAGED", "CMD-REASON-DOA", LAMP, "SET"):
        theo.scan(code)
        theo.expect_sent()
        seen = "#result p, [data-hand-words], .hand button, .grades button, .grade, .line__item, .line__count"
        assert theo.page.evaluate(CONTRAST, seen) >= 7, code


def test_the_answer_to_a_scan_does_not_grow_with_the_return(theo, warehouse):
    warehouse.add_return("RMA-LONG", [("MUG-B" if line % 2 else "LAMP", line + 1) for line in range(200)])
    theo.open("/returns/RMA-LONG")
    with theo.page.expect_response("**/scans") as answered:
        theo.scan(MUG)
    assert len(answered.value.body()) < 5_000
