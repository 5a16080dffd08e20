"""The threads that work for the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import closing

import pytest

from scanner.serving.threads import Threads
from tests.support.own_loop import in_own_loop


def test_gives_what_each_call_returns_or_raises():
    def half(number: int) -> int:
        if number % 2:
            raise ValueError(number)
        return number // 2

    async def all_of_them() -> list[int | BaseException]:
        with closing(Threads(4)) as threads:
            return await asyncio.gather(*(threads.run(half, number) for number in range(200)), return_exceptions=True)

    got = in_own_loop(all_of_them())
    assert got[::2] == list(range(100))
    assert [str(each) for each in got[1::2]] == [str(number) for number in range(1, 200, 2)]


def test_no_more_work_at_once_than_there_are_threads():
    busy, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.005)
        with lock:
            busy -= 1

    async def many() -> list[int]:
        with closing(Threads(3)) as threads:
            calls = [asyncio.ensure_future(threads.run(work)) for _ in range(20)]
            await asyncio.sleep(0)
            waiting = threads.waiting
            await asyncio.gather(*calls)
            return [waiting, threads.waiting]

    assert in_own_loop(many()) == [17, 0]
    assert most == 3


def test_a_thread_is_begun_only_when_all_are_busy():
    async def in_turn() -> set[str]:
        with closing(Threads(8)) as threads:
            return {await threads.run(lambda: threading.current_thread().name) for _ in range(20)}

    assert in_own_loop(in_turn()) == {"work_0"}


def test_one_that_nobody_waits_for_any_more_harms_no_other():
    go = threading.Event()

    async def cancel_one() -> list[str]:
        with closing(Threads(2)) as threads:
            given_up, kept = (asyncio.ensure_future(threads.run(go.wait, 10)) for _ in range(2))
            await asyncio.sleep(0.01)
            given_up.cancel()
            go.set()
            with pytest.raises(asyncio.CancelledError):
                await given_up
            return [str(await kept), await threads.run(str, "after"), str(threads.waiting)]

    assert in_own_loop(cancel_one()) == ["True", "after", "0"]


def test_after_the_end_what_is_under_way_goes_on_and_what_waits_is_dropped():
    done, begun, go = [], threading.Event(), threading.Event()

    def work(number: int) -> None:
        begun.set()
        go.wait(10)
        done.append(number)

    async def close() -> set[threading.Thread]:
        before = set(threading.enumerate())
        threads = Threads(1)
        calls = [asyncio.ensure_future(threads.run(work, number)) for number in (1, 2)]
        await asyncio.sleep(0)
        new = set(threading.enumerate()) - before
        while not begun.is_set():
            await asyncio.sleep(0.001)
        threads.close()
        go.set()
        await calls[0]
        with pytest.raises(asyncio.CancelledError):
            await calls[1]
        return new

    (thread,) = in_own_loop(close())
    thread.join(10)
    assert not thread.is_alive()
    assert done == [1]
