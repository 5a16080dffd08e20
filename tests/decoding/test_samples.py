"""Every sample photo says what it says, and nothing else."""

import pytest
import zxingcpp
from PIL import Image, ImageOps

from scanner.decoding import engines, read_photo
from scanner.decoding.engines import have_zbar
from tests.support.samples import EXPECTED, picture, sample, saved

FILM = "dx-film-edge/upright.webp"  # one parity bit: a guess unless it is known
ONE_LABEL = {name: text for name, text in EXPECTED.items() if text and " | " not in text and name != FILM}
SEVERAL = {name: set(text.split(" | ")) for name, text in EXPECTED.items() if " | " in text}
# A weak check digit or light bars: trusted only when both engines say the same.
TWO_WITNESSES = {"code39/upright.webp", "code128/inverted.webp"}
WITHOUT = [name for name, text in EXPECTED.items() if not text]


def trusted(photo: bytes, **options) -> list[str]:
    return [reading.text for reading in read_photo(photo, budget_ms=20_000, **options) if reading.trusted]


@pytest.mark.parametrize(("name", "text"), ONE_LABEL.items(), ids=ONE_LABEL)
def test_a_label_reads_its_payload(name, text):
    if name in TWO_WITNESSES and not have_zbar():
        pytest.skip("without libzbar this stays a guess")
    assert trusted(sample(name)) == [text]


@pytest.mark.parametrize(("name", "texts"), SEVERAL.items(), ids=SEVERAL)
def test_every_label_of_a_carton_is_read_when_asked(name, texts):
    assert set(trusted(sample(name), all=True)) == texts


@pytest.mark.parametrize("name", WITHOUT)
def test_a_picture_without_a_barcode_reads_nothing(name):
    assert trusted(sample(name)) == []


def test_the_edge_of_a_film_is_a_guess_until_it_is_known():
    text = EXPECTED[FILM]
    assert [(one.text, one.trusted) for one in read_photo(sample(FILM))] == [(text, False)]
    assert trusted(sample(FILM), accept={text}.__contains__) == [text]


NAMED = {
    "databar/omni.webp": ("DataBar Omni", "]e0"),
    "databar/stacked.webp": ("DataBar Stacked", "]e0"),
    "databar/limited.webp": ("DataBar Limited", "]e0"),
    "databar/expanded-stacked.webp": ("DataBar Expanded Stacked", "]e0"),
    "code39/extended.webp": ("Code 39 Extended", "]A4"),
    "code39/code32.webp": ("Code 32", "]A0"),
    "code39/pzn.webp": ("Pharmazentralnummer", "]A0"),
    "qrcode/micro.webp": ("Micro QR Code", "]Q1"),
    "qrcode/rmqr.webp": ("rMQR Code", "]Q1"),
    "aztec/rune.webp": ("Aztec Rune", "]zC"),
    "maxicode/upright.webp": ("MaxiCode", "]U0"),
    "pdf417/micro.webp": ("MicroPDF417", "]L2"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_rare_symbology_is_named_and_identified(name):
    (reading,) = read_photo(sample(name))
    assert (reading.symbology, reading.aim) == NAMED[name]


def test_a_gs1_label_keeps_its_separator_and_says_that_it_is_gs1():
    (reading,) = read_photo(sample("gs1-128/serial-and-count.webp"))
    assert (reading.text, reading.aim) == ("010950110153000321SN 0042\x1d3012", "]C1")


def test_a_gs1_data_matrix_says_that_it_is_gs1():
    (reading,) = read_photo(sample("gs1-datamatrix/lot-and-expiry.webp"))
    assert (reading.symbology, reading.aim) == ("Data Matrix", "]d2")


def test_a_upc_a_keeps_its_twelve_digits():
    (reading,) = read_photo(sample("upca/upright.webp"))
    assert (reading.text, reading.symbology, reading.aim) == ("012345678905", "UPC-A", "]E0")


def test_light_bars_on_dark_paper_are_read():
    assert trusted(saved(ImageOps.invert(picture("ean13/upright.webp").convert("L")), "PNG")) == ["4006381333931"]


def test_corners_lie_on_the_label():
    (reading,) = read_photo(sample("qrcode/upright.webp"))
    width, height = picture("qrcode/upright.webp").size
    assert len(reading.corners) == 4
    assert all(0 <= x <= width and 0 <= y <= height for x, y in reading.corners)


def test_corners_are_those_of_the_upright_photo_however_it_was_stored():
    upright = picture("qrcode/upright.webp").convert("L")
    sideways = upright.transpose(6 - 4)  # stored a quarter turn anticlockwise
    exif = upright.getexif()
    exif[0x0112] = 6
    (level,) = read_photo(saved(upright, "PNG"))
    (stored,) = read_photo(saved(sideways, "PNG", exif=exif))
    assert stored.text == level.text
    xs = [sorted(x for x, _ in one.corners) for one in (level, stored)]
    assert all(abs(a - b) <= 3 for a, b in zip(*xs, strict=True))


@pytest.mark.parametrize("name", ["ean13/upright.webp", "code128/location.webp", "code39/upright.webp", "itf14/upright.webp"])
def test_without_libzbar_a_label_is_read_by_the_other_engine_alone(name, monkeypatch):
    monkeypatch.setattr(engines, "_zbar", None)
    assert trusted(sample(name)) == [EXPECTED[name]]


@pytest.mark.parametrize("blank", [" ", "\x1d", "  "])
@pytest.mark.parametrize("symbology", ["Code128", "QRCode", "DataMatrix"])
def test_a_symbol_without_a_text_is_no_reading(symbology, blank):
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(blank, getattr(zxingcpp.BarcodeFormat, symbology)), scale=4)
    height, width = memoryview(drawn).shape
    board = ImageOps.expand(Image.frombytes("L", (width, height), bytes(memoryview(drawn))), 40, 255)
    assert read_photo(saved(board, "PNG"), all=True) == []
