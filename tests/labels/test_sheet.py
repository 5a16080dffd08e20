"""Label sheets, printed to pixels and read back as a scanner would."""

import pypdfium2
import pytest
import zxingcpp
from reportlab.lib.units import mm

from scanner.codes.labels import Label
from scanner.errors import BadRequest
from scanner.labels.sheet import DOT, SMALLEST_DOTS, LabelSheet, label_sheet, symbol_that_fits, words_that_fit
from scanner.labels.symbols import Symbology

PRINTER_DPI = 300
SHELF = Label("A-01-1", "A-01-1", "Section A-01")
MUG = Label("04006381333931", "Mug, blue", "MUG-BLUE")


def pages(pdf: bytes) -> list:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=PRINTER_DPI / 72, grayscale=True).to_pil() for page in document]


def codes(pdf: bytes) -> list[str]:
    found = [zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain) for page in pages(pdf)]
    return sorted(barcode.text for page in found for barcode in page)


def text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_every_label_of_a_full_sheet_reads_back():
    shelves = [Label(f"A-{row:02}-1", f"A-{row:02}-1") for row in range(24)]
    assert codes(label_sheet(shelves)) == [shelf.code for shelf in shelves]


def test_the_25th_label_starts_a_second_page():
    assert len(pages(label_sheet([SHELF] * 24))) == 1
    assert len(pages(label_sheet([SHELF] * 25))) == 2


def test_no_labels_give_one_blank_page():
    assert codes(label_sheet([])) == []


@pytest.mark.parametrize(
    "sheet", [LabelSheet(1, 1), LabelSheet(2, 7, margin=5), LabelSheet(3, 8), LabelSheet(5, 13, margin=8, padding=2)]
)
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
    ],
)
def test_a_label_of_each_kind_reads_back(label, read):
    assert codes(label_sheet([label])) == [read]


@pytest.mark.parametrize("length", range(1, 60))
def test_bars_are_never_thinner_than_a_quarter_millimetre(length):
    width = LabelSheet().box(0).width
    symbol = symbol_that_fits(Label("A" * length, "any"), width)
    assert 0.25 * mm <= SMALLEST_DOTS * DOT
    assert symbol.width * SMALLEST_DOTS * DOT <= width


def test_element_strings_too_long_for_bars_become_a_gs1_matrix():
    label = Label("(01)04006381333931(17)271231(10)LOT-12345(21)SERIAL-1", "Milk")
    assert symbol_that_fits(label, 62 * mm).symbology is Symbology.GS1_DATA_MATRIX


def test_a_code_too_long_for_any_barcode_on_the_label_is_refused():
    with pytest.raises(BadRequest, match="got 500 characters"):
        label_sheet([Label("X" * 500, "Too long")], LabelSheet(5, 13))


def test_title_subtitle_and_code_are_there_to_be_read():
    printed = text(label_sheet([MUG]))
    assert all(words in printed for words in ("Mug, blue", "MUG-BLUE", "4006381333931"))


def test_a_short_title_is_one_large_line():
    assert [part.lines for part in words_that_fit(MUG, 62 * mm, 15 * mm)] == [("Mug, blue",), ("MUG-BLUE",)]


def test_a_long_title_wraps_and_shrinks_before_it_is_cut():
    title = "Highlighter, yellow, chisel tip, box of ten, recycled"
    (first, _) = words_that_fit(Label("1", title, "SKU"), 62 * mm, 15 * mm)
    assert len(first.lines) == 2 and " ".join(first.lines) == title


def test_a_title_cut_short_keeps_its_second_line_and_the_subtitle():
    title = "Storage box with lid, stackable, 45 litres, for shelves of every depth, transparent grey with red clips"
    (first, second) = words_that_fit(Label("1", title, "Case of 12"), 62 * mm, 15 * mm)
    assert len(first.lines) == 2 and first.lines[1].endswith("…")
    assert second.lines == ("Case of 12",)


def test_a_title_without_end_is_cut_and_leaves_the_bars_alone():
    assert codes(label_sheet([Label("A-01-1", "Unending " * 40, "and a subtitle")])) == ["A-01-1"]
    assert codes(label_sheet([Label("A-01-1", "W" * 200)])) == ["A-01-1"]


def test_the_same_labels_give_the_same_file():
    assert label_sheet([SHELF, MUG]) == label_sheet([SHELF, MUG])
