"""A JPEG of few bytes that has its decoder go over all of the picture again and again is refused before it is decoded."""

import time

import pytest
from PIL import Image

from scanner.decoding import PhotoError, read_photo, shrink
from scanner.decoding.scans import demand_few_scans
from tests.support.samples import picture, saved

UPRIGHT = picture("ean13/upright.webp").convert("RGB")
LARGE = saved(Image.new("L", (7_100, 7_100)), "JPEG", progressive=True)
SMALL = saved(UPRIGHT, "JPEG", progressive=True, quality=80)
EMPTY = LARGE[LARGE.rfind(b"\xff\xda") : -2]
"""A scan that changes nothing."""


def with_more(jpeg: bytes, scan: bytes, times: int) -> bytes:
    return jpeg[:-2] + scan * times + b"\xff\xd9"


SMALLS = SMALL[SMALL.rfind(b"\xff\xda") : -2]
DEAR = {
    "a large one with 600 scans": (with_more(LARGE, EMPTY, 600), "at most 24 scans, got 7100 x 7100 pixels in more"),
    "a large one with 25 scans": (with_more(LARGE, EMPTY, 25), "at most 24 scans"),
    "a small one with 101 scans": (with_more(SMALL, SMALLS, 101), "at most 100 scans"),
    "padded markers": (with_more(SMALL, b"\xff\xff\xff" + SMALLS, 101), "at most 100 scans"),
    "garbage between its scans": (with_more(SMALL, b"\x00garbage\xff\x00\xff\xd3" + SMALLS, 101), "at most 100 scans"),
    "one in arithmetic coding": (SMALL.replace(b"\xff\xc2", b"\xff\xca", 1), "arithmetic"),
}
HONEST = {
    "as a camera stores it": saved(UPRIGHT, "JPEG", quality=90),
    "progressive": SMALL,
    "with a restart at every block": saved(UPRIGHT, "JPEG", quality=80, restart_marker_blocks=1),
    "followed by a film": SMALL + b"\xff\xda\x00\x08" * 500,
    "with what looks like scans in a note": saved(UPRIGHT, "JPEG", comment=b"\xff\xda\x00\x02" * 500),
    "several pictures in one file": saved(UPRIGHT, "MPO", save_all=True, append_images=[UPRIGHT] * 120),
}


@pytest.mark.parametrize(("photo", "words"), DEAR.values(), ids=DEAR)
@pytest.mark.parametrize("door", [read_photo, shrink])
def test_it_is_refused_at_once(photo, words, door):
    began = time.process_time()
    with pytest.raises(PhotoError, match=words):
        door(photo)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("photo", HONEST.values(), ids=HONEST)
def test_a_photo_as_programs_store_it_is_read(photo):
    assert [reading.text for reading in read_photo(photo)] == ["4006381333931"]


@pytest.mark.parametrize("filler", [b"\xff", b"\xff\x00", b"\xff\xd0", b"\xff\x01"])
def test_counting_takes_no_longer_than_the_bytes(filler):
    began = time.process_time()
    demand_few_scans(b"\xff\xd8" + filler * (4_000_000 // len(filler)) + b"\x00", 10, 10)
    assert time.process_time() - began < 4
