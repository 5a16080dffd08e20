"""Every barcode that is drawn is read back by a decoder."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from scanner.errors import BadRequest
from scanner.labels.symbols import Symbology, barcode_svg, draw, symbology_for

ELEMENTS = "(01)04006381333931(17)271231(10)LOT1(21)S1"
PAYLOAD = "010400638133393117271231" + "10LOT1\x1d21S1"
DRAWN = [
    ("A-01-1", Symbology.CODE_128, "A-01-1", "]C0"),
    ("PO-1001", Symbology.CODE_128, "PO-1001", "]C0"),
    ("4006381333931", Symbology.EAN_13, "4006381333931", "]E0"),
    ("4006381333930", Symbology.CODE_128, "4006381333930", "]C0"),  # no check digit: somebody's own number
    ("96385074", Symbology.EAN_8, "96385074", "]E4"),
    ("036000291452", Symbology.UPC_A, "0036000291452", "]E0"),  # readers give a UPC-A as its EAN-13
    ("14006381333938", Symbology.ITF_14, "14006381333938", "]I1"),
    ("04006381333931", Symbology.EAN_13, "4006381333931", "]E0"),  # the catalogue's 14 digits
    ("00036000291452", Symbology.UPC_A, "0036000291452", "]E0"),
    ("00000096385074", Symbology.EAN_8, "96385074", "]E4"),
    (ELEMENTS, Symbology.GS1_128, PAYLOAD, "]C1"),
    (PAYLOAD, Symbology.GS1_128, PAYLOAD, "]C1"),
    ("00106141411234567897", Symbology.GS1_128, "00106141411234567897", "]C1"),  # an SSCC with its AI
    ("(01)04006381333931(10)A(1)", Symbology.GS1_128, "010400638133393110A(1)", "]C1"),  # a lot with brackets
    ("Regal-Ö-Ł", Symbology.QR, "Regal-Ö-Ł", "]Q"),
]


def read_back(svg: str) -> zxingcpp.Barcode:
    """Draw the boxes of the SVG, as a browser would, and decode the picture."""
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", svg):
        pen.rectangle((int(x), int(y), int(x) + int(w) - 1, int(y) + int(h) - 1), fill=0)
    (barcode,) = zxingcpp.read_barcodes(picture.resize((width * 3, height * 3)), text_mode=zxingcpp.TextMode.Plain)
    return barcode


@pytest.mark.parametrize(("code", "symbology", "payload", "aim"), DRAWN)
def test_a_code_is_drawn_as_the_trade_draws_it_and_reads_back(code, symbology, payload, aim):
    assert symbology_for(code) is symbology
    read = read_back(barcode_svg(code))
    assert read.text == payload
    assert read.symbology_identifier.startswith(aim)


@pytest.mark.parametrize("symbology", [Symbology.CODE_128, Symbology.DATA_MATRIX, Symbology.QR])
def test_an_asked_for_symbology_is_kept(symbology):
    assert read_back(barcode_svg("A-01-1", symbology)).text == "A-01-1"


def test_element_strings_keep_their_separators_in_a_matrix():
    read = read_back(barcode_svg(ELEMENTS, Symbology.GS1_DATA_MATRIX))
    assert (read.text, read.symbology_identifier) == (PAYLOAD, "]d2")


def test_what_a_person_types_instead_is_the_bracketed_form():
    assert draw(PAYLOAD).text == ELEMENTS


def test_svg_has_no_style_that_a_strict_policy_refuses():
    svg = barcode_svg("A-01-1")
    assert "style" not in svg and "<?xml" not in svg and "<!DOCTYPE" not in svg


def test_svg_escapes_the_code():
    assert 'aria-label="&lt;b&gt;&quot;"' in barcode_svg('<b>"')


@pytest.mark.parametrize(
    ("code", "symbology"),
    [
        ("", None),
        ("ABC", Symbology.EAN_13),
        ("4006381333930", Symbology.EAN_13),  # wrong check digit
        ("(01)12", None),
        ("PO-1", Symbology.GS1_128),
        ("A" * 8000, Symbology.QR),
    ],
)
def test_what_cannot_be_drawn_is_refused(code, symbology):
    with pytest.raises(BadRequest):
        draw(code, symbology)
