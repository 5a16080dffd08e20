"""The time that a photo may take holds within a look, too: no look is begun that would not end in time."""

import random

import pytest
from PIL import Image

from scanner.decoding import clock, ladder, read_photo
from scanner.decoding.clock import Clock
from scanner.decoding.pictures import Picture
from tests.support.samples import saved

SQUARE = Picture(Image.new("L", (1000, 1000)))  # a megapixel


@pytest.fixture
def time(monkeypatch):
    """A clock that stands still unless it is moved."""

    class Time:
        now = 100.0

        def __call__(self) -> float:
            return self.now

    time = Time()
    for module in (clock, ladder):
        monkeypatch.setattr(module, "perf_counter", time)
    return time


def test_a_look_that_fits_in_gets_the_whole_picture(time):
    assert Clock(1000).affordable(SQUARE, "zbar") is SQUARE


def test_a_look_that_takes_longer_gets_a_smaller_picture(time):
    started = Clock(1000)
    started.learn(SQUARE, 0.1)
    smaller = started.affordable(SQUARE, "zxing")  # 0.6 s a megapixel
    time.now += 0.7
    assert smaller is SQUARE
    assert started.affordable(SQUARE, "zxing").grey.width == pytest.approx(707, abs=2)  # half of the pixels in 0.3 s


def test_a_look_that_would_see_next_to_nothing_is_not_begun(time):
    started = Clock(1000)
    started.learn(SQUARE, 0.1)
    time.now += 0.95
    assert started.affordable(SQUARE, "zxing") is None


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("budget_ms", [100, 300, 1500])
@pytest.mark.parametrize("slow", [1, 5], ids=["an idle machine", "a busy one"])
def test_twelve_megapixels_of_grain_take_no_longer_than_they_may(time, monkeypatch, every, budget_ms, slow):
    seconds = {"zxing-": 0.03, "zxing": 0.15, "zxing1": 0.075, "zbar": 0.13, "mesh": 0.01}  # a megapixel of grain, measured

    def as_long_as_measured(view, engine, symbologies):
        time.now += slow * seconds[engine] * view.grey.width * view.grey.height / 1e6
        return []

    monkeypatch.setattr(ladder, "_sightings", as_long_as_measured)
    grain = Image.frombytes("L", (4000, 3000), random.Random(3).randbytes(12_000_000))
    first_look = slow * 0.03
    read_photo(saved(grain, "JPEG", quality=50), all=every, budget_ms=budget_ms)
    assert time.now - 100 <= max(budget_ms / 1000, first_look) + 0.001
