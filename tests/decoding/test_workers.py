"""A photo that breaks a decoder costs one message; the next photo is read."""

import os
import random
import threading

import pytest

from scanner.decoding import PhotoError, shrink
from scanner.decoding import workers as workers_module
from scanner.decoding.workers import DecodeWorkers, Queue
from scanner.errors import Overloaded
from tests.support import breakages
from tests.support.damaged import damaged
from tests.support.samples import sample

pytestmark = pytest.mark.slow

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


def test_damaged_photos_are_read_or_refused_and_nothing_else(pool):
    dice = random.Random(7)
    names = ["ean13/upright.webp", "datamatrix/upright.webp", "qrcode/upright.webp", "code128/badge.webp"]
    for turn in range(2000 if os.environ.get("SCANNER_LONG") else 60):
        photo = damaged(sample(names[turn % len(names)]), dice)
        try:
            pool.read(photo, budget_ms=200)
        except PhotoError:
            continue
    assert reads(pool)


def test_a_photo_of_goods_is_shrunk_in_a_worker_as_it_would_be_here(pool):
    assert pool.shrink(sample(GOOD)) == shrink(sample(GOOD))


def test_a_few_requests_wait_and_further_ones_are_refused_at_once():
    queue, leave, entered = Queue(1, waiting=1), threading.Event(), threading.Semaphore(0)

    def stay() -> None:
        with queue.turn():
            entered.release()
            leave.wait(10)

    threads = [threading.Thread(target=stay) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=10)
    while queue._places._value:  # both have a place: one is at work, one waits
        pass
    with pytest.raises(Overloaded), queue.turn():
        pass
    leave.set()
    for thread in threads:
        thread.join()
    with queue.turn():  # every turn and place was given back
        pass


def test_a_wait_that_is_too_long_ends(monkeypatch):
    monkeypatch.setattr(workers_module, "WAIT_SECONDS", 0.01)
    queue = Queue(1, waiting=1)
    with queue.turn(), pytest.raises(Overloaded), queue.turn():
        pass
    with queue.turn():
        pass
