"""Labels as PDF, printed to pixels and read back as a scanner would."""

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from scanner.codes.labels import Label
from scanner.decoding import read_photo
from scanner.errors import BadRequest
from scanner.labels.layout import SMALLEST_MODULE, all_as_one, lay_out, room_of, words_that_fit
from scanner.labels.rules import FINEST, ONTO, RESOLUTIONS, ROLLS, SHEETS, Bars, even
from scanner.labels.sheet import label_sheet
from scanner.labels.symbols import Symbology
from tests.support.zpl import png

SHELF = Label("A-01-1", "A-01-1", "Section A-01")
MUG = Label("04006381333931", "Mug, blue", "MUG-BLUE")
LONG = "Storage box with lid, stackable, 45 litres, for shelves of every depth, transparent grey with red clips"
ROOM = room_of(ONTO["a4-24"], 0, FINEST)


def pages(pdf: bytes, dots=FINEST) -> list:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots.per_mm * 25.4 / 72, grayscale=True).to_pil() for page in document]


def codes(pdf: bytes, dots=FINEST) -> list[str]:
    found = [zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain) for page in pages(pdf, dots)]
    return sorted(barcode.text for page in found for barcode in page)


def kinds(pdf: bytes) -> set[str]:
    return {barcode.symbology_identifier[:2] for page in pages(pdf) for barcode in zxingcpp.read_barcodes(page)}


def text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_every_label_of_a_full_sheet_reads_back():
    shelves = [Label(f"A-{row:02}-1", f"A-{row:02}-1") for row in range(24)]
    assert codes(label_sheet(shelves)) == [shelf.code for shelf in shelves]


@pytest.mark.parametrize("name", SHEETS)
def test_every_label_of_a_full_sheet_of_each_kind_reads_back(name):
    sheet = SHEETS[name]
    shelves = [Label(f"A-{row:02}-1", f"Shelf A-{row:02}-1") for row in range(sheet.places)]
    (page,) = pages(label_sheet(shelves, sheet, large=True))
    for place, shelf in enumerate(shelves):
        spot = sheet.spot(place)
        edges = (spot.left, spot.top, spot.left + spot.width, spot.top + spot.height)
        label = page.crop(tuple(round(edge * FINEST.per_mm) for edge in edges))
        assert [each.text for each in read_photo(png(label))] == [shelf.code]


@pytest.mark.parametrize("dots", RESOLUTIONS.values(), ids=lambda each: f"{each.dpi}dpi")
@pytest.mark.parametrize("name", ROLLS)
@pytest.mark.parametrize("bars", [Bars.AUTO, Bars.MATRIX])
def test_a_label_of_a_roll_is_a_page_of_its_size_and_our_own_decoder_reads_it(name, dots, bars):
    roll = ROLLS[name]
    for label, large, read in ((SHELF, True, "A-01-1"), (MUG, False, "4006381333931")):
        pdf = label_sheet([label], roll, dots=dots, bars=bars, large=large)
        (page,) = pages(pdf, dots)
        assert page.size == pytest.approx((roll.width * dots.per_mm, roll.height * dots.per_mm), abs=1.01)
        assert [each.text for each in read_photo(png(page))] == [read]


def test_the_25th_label_starts_a_second_page():
    assert len(pages(label_sheet([SHELF] * 24))) == 1
    assert len(pages(label_sheet([SHELF] * 25))) == 2


def test_copies_follow_each_other():
    assert codes(label_sheet([SHELF, MUG], copies=3)) == ["4006381333931"] * 3 + ["A-01-1"] * 3
    assert len(pages(label_sheet([SHELF], copies=49))) == 3


def test_a_sheet_that_is_begun_goes_on_at_its_first_free_label():
    (page,) = pages(label_sheet([SHELF], free=24))
    (found,) = zxingcpp.read_barcodes(page)
    assert found.position.top_left.x > page.width * 2 / 3 and found.position.top_left.y > page.height * 7 / 8
    assert len(pages(label_sheet([SHELF, SHELF], free=24))) == 2


def test_a_first_free_label_beyond_the_sheet_is_refused():
    with pytest.raises(BadRequest, match="from 1 to 65"):
        label_sheet([SHELF], SHEETS["a4-65"], free=66)


def test_paper_to_cut_has_lines_and_bought_labels_have_none():
    def darkest_row(name: str) -> float:
        (page,) = pages(label_sheet([], SHEETS[name]))
        return float(np.asarray(page).mean(axis=1).min())

    assert darkest_row("a4-cut") < 240 and darkest_row("a4-21") == 255


def test_no_labels_give_one_blank_page():
    assert codes(label_sheet([])) == []


@pytest.mark.parametrize("sheet", [even(1, 1), even(2, 7, margin=5), even(3, 8), even(5, 13, margin=8, padding=2)])
def test_labels_read_back_whatever_the_grid(sheet):
    assert codes(label_sheet([SHELF, MUG], sheet)) == ["4006381333931", "A-01-1"]


@pytest.mark.parametrize(
    ("label", "read"),
    [
        (Label("PO-1001", "PO-1001", "Acme"), "PO-1001"),
        (Label("036000291452", "Tissues"), "0036000291452"),
        (Label("14006381333938", "Mugs, case of 12"), "14006381333938"),
        (Label("(00)106141411234567897", "Pallet"), "00106141411234567897"),
        (Label("(01)04006381333931(17)271231(10)LOT1(21)S1", "Milk"), "010400638133393117271231" + "10LOT1\x1d21S1"),
        (Label("PO-2026-11-23-ACME-NORTH-WAREHOUSE-0001", "A long number"), "PO-2026-11-23-ACME-NORTH-WAREHOUSE-0001"),
        (Label("X" * 200, "Very long"), "X" * 200),
        (Label("Regal-Ł", "Łódź"), "Regal-Ł"),
        (Label("A\tB", "Control\x00character"), "A\tB"),
    ],
)
def test_a_label_of_each_kind_reads_back(label, read):
    assert codes(label_sheet([label])) == [read]
    assert codes(label_sheet([label], large=True)) == [read]


@pytest.mark.parametrize("dots", RESOLUTIONS.values(), ids=lambda each: f"{each.dpi}dpi")
@pytest.mark.parametrize("length", range(1, 60, 3))
def test_bars_are_never_thinner_than_a_quarter_millimetre(length, dots):
    for onto in [each for name, each in ONTO.items() if name != "a4-65" or length < 40]:
        room, label = room_of(onto, 0, dots), Label("A" * length, "any")
        placed = lay_out(label, room, all_as_one([label], room, Bars.AUTO)).placed
        assert placed.module / dots.per_mm >= SMALLEST_MODULE
        assert placed.symbol.width * placed.module <= room.width


@pytest.mark.parametrize("onto", ONTO.values(), ids=ONTO.keys())
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("bars", [Bars.AUTO, Bars.MATRIX])
@pytest.mark.parametrize(
    "label", [SHELF, MUG, Label("4006381333931", LONG, "Case of 12"), Label("Z-99-99-99-99", "W" * 90, "x" * 90)]
)
def test_nothing_leaves_its_label_or_covers_the_barcode(label, bars, large, onto):
    room = room_of(onto, 0, FINEST)
    layout = lay_out(label, room, all_as_one([label], room, bars), large=large)
    placed = layout.placed
    wide, high = placed.symbol.width * placed.module, placed.bars or placed.symbol.height() * placed.module
    assert placed.left + wide <= room.left + room.width and placed.top + high <= room.top + room.height
    for line in layout.lines:
        below, beside = line.top + line.size, line.left >= placed.left + wide
        assert line.top >= room.top and below <= room.top + room.height + 2
        assert beside or below <= placed.top + 2 or line.top >= placed.top + high


def test_element_strings_too_long_for_bars_become_a_gs1_matrix():
    label = Label("(01)04006381333931(17)271231(10)LOT-12345(21)SERIAL-1", "Milk")
    assert lay_out(label, ROOM, all_as_one([label], ROOM, Bars.AUTO)).placed.symbol.symbology is Symbology.GS1_DATA_MATRIX


def test_one_code_that_does_not_fit_as_bars_makes_the_whole_sheet_square():
    assert kinds(label_sheet([SHELF, MUG])) == {"]C", "]E"}
    assert kinds(label_sheet([SHELF, MUG, Label("X" * 50, "Long")])) == {"]d"}


def test_the_user_chooses_square_codes_or_bars():
    assert kinds(label_sheet([SHELF, MUG], bars=Bars.MATRIX)) == {"]d"}
    with pytest.raises(BadRequest, match=r"as bars, got X{40}\. Choose square codes, or a larger label"):
        label_sheet([SHELF, Label("X" * 40, "Long")], SHEETS["a4-65"], bars=Bars.BARS)


def test_a_code_too_long_for_any_barcode_on_the_label_is_refused():
    with pytest.raises(BadRequest, match="got one of 500 characters: choose a larger label"):
        label_sheet([Label("X" * 500, "Too long")], even(5, 13))


def test_title_subtitle_and_code_are_there_to_be_read():
    printed = text(label_sheet([MUG]))
    assert all(words in printed for words in ("Mug, blue", "MUG-BLUE", "4006381333931"))


def test_no_code_is_shown_with_zeros_in_front_that_its_symbol_does_not_have():
    for bars in Bars:
        assert "04006381333931" not in text(label_sheet([MUG], bars=bars))


@pytest.mark.parametrize("onto", ONTO.values(), ids=ONTO.keys())
def test_a_shelf_s_code_is_as_large_as_its_label_allows(onto):
    room = room_of(onto, 0, FINEST)
    large, plain = (lay_out(SHELF, room, Bars.BARS, large=each).lines[0] for each in (True, False))
    assert large.text == "A-01-1" and large.size > 1.5 * plain.size
    across = large.size * 4.0  # six characters of bold DejaVu are about four times as wide as high
    assert across > room.width * 0.85 or large.size * 1.2 > room.height * 0.45


def words(label: Label, height_mm: float) -> list:
    return words_that_fit(label, ROOM, ROOM.width, ROOM.mm(height_mm))


def test_a_short_title_is_one_large_line():
    assert [part.lines for part in words(MUG, 15)] == [("Mug, blue",), ("MUG-BLUE",)]


def test_a_long_title_wraps_and_shrinks_before_it_is_cut():
    title = "Highlighter, yellow, chisel tip, box of ten, recycled"
    (first, _) = words(Label("1", title, "SKU"), 15)
    assert len(first.lines) == 2 and " ".join(first.lines) == title


def test_a_name_takes_as_many_lines_as_there_is_room_for_before_it_is_cut():
    (first, second) = words(Label("1", LONG, "Case of 12"), 18)
    assert len(first.lines) > 2 and " ".join(first.lines) == LONG
    assert second.lines == ("Case of 12",)


def test_a_title_is_cut_where_there_is_no_room_left_and_keeps_the_subtitle():
    (first, second) = words(Label("1", LONG, "Case of 12"), 10)
    assert len(first.lines) == 2 and first.lines[1].endswith("…")
    assert second.lines == ("Case of 12",)


def test_a_title_without_end_is_cut_and_leaves_the_bars_alone():
    assert codes(label_sheet([Label("A-01-1", "Unending " * 40, "and a subtitle")])) == ["A-01-1"]
    assert codes(label_sheet([Label("A-01-1", "W" * 200)])) == ["A-01-1"]


def test_the_same_labels_give_the_same_file():
    assert label_sheet([SHELF, MUG]) == label_sheet([SHELF, MUG])
