"""What is no picture is refused in words; what is one is read, however it is stored."""

import struct
import zlib
from math import dist

import pytest
from PIL import Image

from scanner.decoding import PhotoError, read_photo
from scanner.decoding.pictures import MAX_BYTES
from tests.support.samples import picture, sample, saved


def blank_png(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and goes no further."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


JPEG = saved(picture("ean13/upright.webp").convert("RGB"), "JPEG", quality=80)

REFUSED = {
    "nothing at all": (b"", "nothing"),
    "a text file called .jpg": (b"Handle,Title,SKU\nmug,Mug,MUG\n" * 40, "none"),
    "zero bytes": (bytes(5000), "none"),
    "a JPEG cut off in the middle": (JPEG[: len(JPEG) // 2], "damaged"),
    "a PNG of 13,000 x 13,000 pixels": (blank_png(13_000, 13_000), "13000 x 13000"),
    "a PNG that is one long line": (blank_png(1_000_000, 1), "1000000 x 1"),
    "too many bytes": (JPEG + bytes(MAX_BYTES), "MB"),
    "a vector drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "none"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_looked_at_is_refused_in_words(case):
    photo, word = REFUSED[case]
    with pytest.raises(PhotoError, match=word):
        read_photo(photo)


def _transparent(upright: Image.Image) -> Image.Image:
    """Ink on nothing: only the bars are there."""
    layered = Image.new("LA", upright.size, (0, 0))
    layered.putalpha(upright.point(lambda value: 255 - value))
    return layered


UPRIGHT = picture("ean13/upright.webp").convert("L")
STORED = {
    "JPEG": JPEG,
    "CMYK JPEG": saved(UPRIGHT.convert("CMYK"), "JPEG", quality=90),
    "palette PNG": saved(UPRIGHT.convert("P"), "PNG"),
    "black and white PNG": saved(UPRIGHT.convert("1", dither=Image.Dither.NONE), "PNG"),
    "sixteen-bit PNG": saved(UPRIGHT.convert("I").point(lambda value: value * 256).convert("I;16"), "PNG"),
    "transparent PNG": saved(_transparent(UPRIGHT), "PNG"),
    "GIF": saved(UPRIGHT, "GIF"),
    "animated GIF, the label first": saved(UPRIGHT, "GIF", save_all=True, append_images=[Image.new("L", UPRIGHT.size, 255)]),
    "lossless WebP": saved(UPRIGHT, "WEBP", lossless=True),
    "BMP": saved(UPRIGHT, "BMP"),
}


@pytest.mark.parametrize("form", STORED)
def test_a_label_is_read_however_its_picture_is_stored(form):
    assert [reading.text for reading in read_photo(STORED[form])] == ["4006381333931"]


def test_a_tiny_picture_is_looked_at_without_harm():
    assert read_photo(saved(Image.new("L", (1, 1)), "PNG")) == []


def test_a_large_photo_gives_corners_in_its_own_pixels():
    board = Image.new("L", (4000, 3000), 150)
    board.paste(picture("ean13/upright.webp").convert("L").resize((1500, 860)), (2200, 1800))
    (reading,) = read_photo(saved(board, "JPEG", quality=85))
    assert reading.text == "4006381333931"
    assert all(2200 <= x <= 3700 and 1800 <= y <= 2660 for x, y in reading.corners)


def test_a_damaged_note_of_orientation_does_not_cost_the_photo():
    photo = bytearray(sample("ean13/upright.webp"))
    exif = Image.Exif()
    exif[0x0112] = 99
    assert read_photo(bytes(photo))
    assert read_photo(saved(UPRIGHT, "PNG", exif=exif))


@pytest.fixture
def heif():
    return pytest.importorskip("pillow_heif", reason="the heic extra is not installed")


def heic(heif, image: Image.Image, **options) -> bytes:
    heif.register_heif_opener()
    return saved(image.convert("RGB"), "HEIF", quality=90, **options)


def test_a_heic_photo_is_read_where_the_extra_is_installed(heif):
    (reading,) = read_photo(heic(heif, picture("ean13/upright.webp")))
    assert (reading.text, reading.trusted) == ("4006381333931", True)


@pytest.mark.parametrize(("orientation", "stored"), [(6, Image.Transpose.ROTATE_90), (3, Image.Transpose.ROTATE_180)])
def test_a_heic_photo_that_is_stored_turned_has_corners_in_the_upright_photo(heif, orientation, stored):
    upright = picture("qrcode/upright.webp").convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    (level,) = read_photo(saved(upright, "PNG"))
    (turned,) = read_photo(heic(heif, upright.transpose(stored), exif=exif.tobytes()))
    assert all(dist(here, there) <= 5 for here, there in zip(level.corners, turned.corners, strict=True))


def test_a_heic_photo_cut_off_in_the_middle_is_refused_in_words(heif):
    whole = heic(heif, picture("ean13/upright.webp"))
    with pytest.raises(PhotoError):
        read_photo(whole[: len(whole) // 2])
