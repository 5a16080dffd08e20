"""The real server for fault tests, and two broken ones that the tests must see through: `serve.py MODE DATABASE PORT`.

`sound` is the app as it is. `forgetful` ignores the id that the device made, as if a retry were a new scan. `hasty`
answers before it commits. `alone` does not look for imports whose process died.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

from scanner import server
from scanner.api import views as api
from scanner.data.imports.recovery import Watch
from scanner.db.engine import Database
from scanner.scans import programs, views
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


if __name__ == "__main__":
    mode, url, port = sys.argv[1:]
    {"sound": lambda: None, "alone": be_alone, "forgetful": be_forgetful, "hasty": be_hasty}[mode]()
    sys.exit(server.serve(Settings(url, secret_key="for tests"), "127.0.0.1", int(port)))
