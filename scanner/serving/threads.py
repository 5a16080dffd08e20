"""The threads that work, for a loop that waits for all of them."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """At most `most` threads, begun as they are needed. Used from one loop alone.

    An executor makes two futures and a lock a call, and wakes the loop for each. Results that come together wake it once here.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked = 0  # calls that wait for a thread or have one
        self._threads: list[threading.Thread] = []
        self._calls: SimpleQueue[tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]] | None] = SimpleQueue()
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._is_woken = False

    @property
    def waiting(self) -> int:
        """Calls that wait for a thread."""
        return max(0, self._asked - self._most)

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Have a thread call it; gives what it returns or raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._asked += 1
        if len(self._threads) < min(self._asked, self._most):
            self._begin_one(loop)
        self._calls.put((future, call, arguments))
        return await future

    def close(self) -> None:
        """Take no more work. What is under way goes on; what waits is dropped."""
        with suppress(Empty):
            while wanted := self._calls.get_nowait():
                wanted[0].cancel()
        for _ in self._threads:
            self._calls.put(None)

    def _begin_one(self, loop: asyncio.AbstractEventLoop) -> None:
        thread = threading.Thread(target=self._work, args=(loop,), name=f"work_{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while (wanted := self._calls.get()) is not None:
            future, call, arguments = wanted
            try:
                self._done.append((future, call(*arguments), None))
            except BaseException as error:
                self._done.append((future, None, error))
            del wanted, future, call, arguments  # while it waits it keeps nothing of them
            if not self._is_woken:  # else the results are not given out yet, and this one is among them
                self._is_woken = True
                with suppress(RuntimeError):  # the loop is closed: nobody waits
                    loop.call_soon_threadsafe(self._give)

    def _give(self) -> None:
        """Give out what is done, in the loop."""
        self._is_woken = False  # before the first is taken: whatever is done from here on wakes the loop
        while self._done:
            future, result, error = self._done.popleft()
            self._asked -= 1
            if future.cancelled():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
