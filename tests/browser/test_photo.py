"""Receiving by photo: taken or chosen, read on the server."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.support.warehouse import LAMP, MUG, TEE


def label(code: str) -> Image.Image:
    """An EAN-13 label of about 400 by 200 pixels."""
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=4)
    bars = Image.fromarray(drawn) if not isinstance(drawn, Image.Image) else drawn
    white = Image.new("L", (bars.width + 80, bars.height + 80), 255)
    white.paste(bars, (40, 40))
    return white


def photo(path: Path, *codes: str) -> Path:
    """A photo of labels, one under the other."""
    labels = [label(code) for code in codes]
    picture = Image.new("L", (max(each.width for each in labels), sum(each.height for each in labels)), 255)
    top = 0
    for each in labels:
        picture.paste(each, (0, top))
        top += each.height
    picture.save(path, quality=90)
    return path


@pytest.fixture
def empty_photo(tmp_path: Path) -> Path:
    Image.new("L", (600, 400), 128).save(tmp_path / "empty.jpg")
    return tmp_path / "empty.jpg"


def test_one_known_label_counts_at_once(handheld: MAKE, receipt: str, tmp_path: Path) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.set_input_files("[data-photo] input[type=file]", photo(tmp_path / "mug.jpg", MUG))
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


def test_several_labels_are_shown_and_confirmed_once(handheld: MAKE, receipt: str, tmp_path: Path) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.set_input_files("[data-photo] input[type=file]", photo(tmp_path / "two.jpg", MUG, LAMP))
    dialog = rosa.page.locator("#photo-dialog")
    expect(dialog).to_contain_text("Desk lamp")
    expect(rosa.line("MUG-B")).to_have_text("0 / 24")
    dialog.locator("text=Count what is ticked").click()
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_a_photo_without_a_barcode_says_what_to_do(handheld: MAKE, receipt: str, empty_photo: Path) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.set_input_files("[data-photo] input[type=file]", empty_photo)
    expect(rosa.page.locator("#photo-dialog")).to_contain_text("Go closer")


def test_a_text_file_called_jpg_gets_a_clear_message(handheld: MAKE, receipt: str, tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("not a picture")
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.set_input_files("[data-photo] input[type=file]", tmp_path / "notes.jpg")
    expect(rosa.page.locator("#photo-dialog .prompt--bad")).to_be_visible()


def test_a_scan_closes_what_a_photo_shows_and_says_that_none_of_it_counts(handheld: MAKE, receipt: str, tmp_path: Path) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.set_input_files("[data-photo] input[type=file]", photo(tmp_path / "two.jpg", MUG, LAMP))
    expect(rosa.page.locator("#photo-dialog")).to_contain_text("Desk lamp")
    rosa.scan(TEE)
    expect(rosa.page.locator("#photo-dialog")).to_be_hidden()
    expect(rosa.line("TEE-M")).to_have_text("1 / 3")
    expect(rosa.page.locator("[data-hint]")).to_contain_text("nothing in it was counted")
    assert rosa.line("MUG-B").inner_text() == "0 / 24"


def test_a_scan_closes_the_list_of_what_waits(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-outbox]")
    expect(rosa.page.locator("#outbox-dialog")).to_be_visible()
    rosa.scan(TEE)
    expect(rosa.page.locator("#outbox-dialog")).to_be_hidden()
    expect(rosa.line("TEE-M")).to_have_text("1 / 3")
