"""A photo of goods made small: what is taken in, how it comes out, and what is refused in which words."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from scanner.decoding import PhotoError, shrink
from tests.support.photos import photo


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg))


def huge_png(side: int) -> bytes:
    """A small file whose header promises `side` times `side` pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_a_photo_is_kept_at_1600_pixels_and_240():
    shrunk = shrink(photo())
    assert (opened(shrunk.photo).size, opened(shrunk.thumbnail).size) == ((1600, 1067), (240, 160))
    assert opened(shrunk.photo).format == opened(shrunk.thumbnail).format == "JPEG"


def test_a_small_one_is_not_blown_up():
    assert opened(shrink(photo((100, 50))).photo).size == (100, 50)


def test_it_is_turned_upright_and_says_nothing_of_the_camera():
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Phone of Theo"  # held upright; the model
    kept = opened(shrink(photo((400, 200), exif=exif)).photo)
    assert kept.size == (200, 400)
    assert not kept.getexif()


def test_what_is_transparent_lies_on_white_paper():
    kept = opened(shrink(photo((50, 50), "PNG", "RGBA")).photo)
    assert kept.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("GIF", "P"), ("JPEG", "CMYK"), ("PNG", "I;16")]
)
def test_every_format_of_phones_and_browsers_is_taken(kind, mode):
    assert opened(shrink(photo((60, 40), kind, mode)).photo).size == (60, 40)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "got nothing"),
        (b"no photo at all", "got a file that is none"),
        (photo()[:2000], "damaged one"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "got a file that is none"),
        (huge_png(13_000), "at most 51 megapixels"),
    ],
    ids=["nothing", "text", "half a photo", "a header alone", "too many pixels"],
)
def test_what_is_no_photo_is_refused_in_words(file, words):
    with pytest.raises(PhotoError, match=words):
        shrink(file)


def test_a_damaged_note_of_orientation_does_not_cost_the_photo():
    whole = photo((400, 200), exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert opened(shrink(whole).photo).size == (400, 200)


def test_one_colour_that_means_transparent_lies_on_white_paper():
    kept = opened(shrink(photo((50, 50), "PNG", "RGB", transparency=(178, 34, 34))).photo)  # firebrick
    assert kept.getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_not_burnt_to_white():
    file = BytesIO()
    ramp = Image.new("I;16", (256, 64))
    ramp.putdata([x * 128 for _ in range(64) for x in range(256)])
    ramp.save(file, "PNG")
    kept = opened(shrink(file.getvalue()).photo)
    assert kept.getpixel((2, 30))[0] < 20 and 100 < kept.getpixel((128, 30))[0] < 160
