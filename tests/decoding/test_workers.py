"""A photo that breaks a decoder costs one message; the next photo is read."""

import os
import random

import pytest

from scanner.decoding import PhotoError
from scanner.decoding.workers import DecodeWorkers
from tests.support import breakages
from tests.support.samples import sample

GOOD = "ean13/upright.webp"


@pytest.fixture(scope="module")
def pool():
    with_limits = DecodeWorkers(processes=1, wall_seconds=4, cpu_seconds=60)
    yield with_limits
    with_limits.close()


def reads(pool: DecodeWorkers) -> bool:
    return [reading.text for reading in pool.read(sample(GOOD))] == ["4006381333931"]


def broken_by(pool: DecodeWorkers, breakage) -> str:
    """Runs `breakage` where a photo would be read, and gives the message that its sender gets."""
    with pytest.raises(PhotoError) as told:
        pool.run(breakage)
    return str(told.value)


def test_a_photo_is_read_in_a_worker(pool):
    assert reads(pool)


def test_a_known_code_is_trusted_in_a_worker(pool):
    readings = pool.read(sample("ean13/out-of-focus.webp"), frozenset({"08710398500007"}))
    assert [(reading.text, reading.trusted) for reading in readings] == [("8710398500007", True)]


def test_what_is_no_photo_is_refused_by_a_worker_in_the_same_words(pool):
    with pytest.raises(PhotoError, match="none"):
        pool.read(b"a text file")


@pytest.mark.parametrize("breakage", [breakages.crash, breakages.eat_memory])
def test_a_breakage_costs_one_message_and_the_next_photo_is_read(pool, breakage):
    assert "gave up" in broken_by(pool, breakage)
    assert reads(pool)


def test_a_photo_that_hangs_costs_one_message_and_the_next_is_read():
    pool = DecodeWorkers(processes=1, wall_seconds=1.5, cpu_seconds=60)
    try:
        assert "long" in broken_by(pool, breakages.hang)
        assert reads(pool)
    finally:
        pool.close()


def test_a_worker_may_use_only_so_much_processor_time():
    pool = DecodeWorkers(processes=1, wall_seconds=20, cpu_seconds=1)
    try:
        assert "gave up" in broken_by(pool, breakages.spin)
    finally:
        pool.close()


def test_closed_workers_start_again_with_the_next_photo(pool):
    pool.close()
    assert reads(pool)


def _mutated(photo: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, dropped, doubled, or all the rest gone."""
    damaged = bytearray(photo)
    for _ in range(dice.randrange(1, 12)):
        at = dice.randrange(len(damaged))
        match dice.randrange(4):
            case 0:
                damaged[at] = dice.randrange(256)
            case 1:
                del damaged[at : at + dice.randrange(1, 30)]
            case 2:
                damaged[at:at] = damaged[at : at + dice.randrange(1, 30)]
            case _ if dice.random() < 0.2:
                del damaged[max(20, at) :]
    return bytes(damaged)


def test_damaged_photos_are_read_or_refused_and_nothing_else(pool):
    dice = random.Random(7)
    names = ["ean13/upright.webp", "datamatrix/upright.webp", "qrcode/upright.webp", "code128/badge.webp"]
    for turn in range(2000 if os.environ.get("SCANNER_LONG") else 60):
        photo = _mutated(sample(names[turn % len(names)]), dice)
        try:
            pool.read(photo, budget_ms=200)
        except PhotoError:
            continue
    assert reads(pool)
