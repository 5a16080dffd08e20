"""The real server for fault tests, and broken ones that the tests must see through: `serve.py MODE DATABASE PORT`.

`sound` is the app as it is. `forgetful` ignores the id that the device made, as if a retry were a new scan. `hasty`
answers before it commits. `at home` decodes photos in the server itself. `alone` does not look for imports whose process
died. Two wait for clients as servers often do: `reading` takes one of eight threads for a request before its body is there,
`shaking` agrees on TLS with one client after another.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

from scanner import server
from scanner.api import views as api
from scanner.data.imports.recovery import Watch
from scanner.db.engine import Database
from scanner.decoding import shrink
from scanner.decoding.workers import DecodeWorkers
from scanner.scans import programs, views
from scanner.serving import bridge
from scanner.serving import server as serving
from scanner.settings import Settings

HASTE_SECONDS = 0.05


def be_forgetful() -> None:
    """Give every request an id of its own."""
    real = views.record_scan

    def forget(session: Any, request: Any, *more: Any, **named: Any) -> Any:
        return real(session, replace(request, id=uuid4()), *more, **named)

    for module in (views, programs, api):
        module.record_scan = forget


def be_alone() -> None:
    """Leave imports whose process died to others."""
    Watch.start = lambda self: None


def be_hasty() -> None:
    """Answer what will surely be recorded in a moment."""
    real = Database.transact

    def transact(self: Database, use_case: Any, *arguments: Any, **named: Any) -> Any:
        answer: list[Any] = []
        worked_out = threading.Event()

        def slow_to_commit(session: Any, *more: Any, **others: Any) -> None:
            answer.append(use_case(session, *more, **others))
            worked_out.set()
            time.sleep(HASTE_SECONDS)

        threading.Thread(target=real, args=(self, slow_to_commit, *arguments), kwargs=named).start()
        worked_out.wait(10)
        return answer[0]

    Database.transact = transact


def be_at_home() -> None:
    """Decode photos in the process that serves."""
    DecodeWorkers.shrink = staticmethod(shrink)


def be_reading() -> None:
    """Wait for bodies in a thread."""
    real = bridge.receive_body
    threads = ThreadPoolExecutor(8)

    async def in_a_thread(*arguments: Any) -> Any:
        taking = asyncio.ensure_future(real(*arguments))
        there = threading.Event()
        taking.add_done_callback(lambda _: there.set())
        await asyncio.get_running_loop().run_in_executor(threads, there.wait)
        return await taking

    bridge.receive_body = in_a_thread


def be_shaking() -> None:
    """Shake hands with one after the other."""
    real = serving.Server._welcome
    one_by_one = asyncio.Lock()

    async def welcome(self: Any, *arguments: Any) -> None:
        async with one_by_one:
            await real(self, *arguments)

    serving.Server._welcome = welcome


MODES = {
    "sound": lambda: None,
    "at home": be_at_home,
    "alone": be_alone,
    "forgetful": be_forgetful,
    "hasty": be_hasty,
    "reading": be_reading,
    "shaking": be_shaking,
}
if __name__ == "__main__":
    mode, url, port = sys.argv[1:]
    MODES[mode]()
    sys.exit(server.serve(Settings(url, secret_key="for tests"), "127.0.0.1", int(port)))
