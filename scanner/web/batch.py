"""Many scans in one request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.web.errors import FORESEEN, told


def in_order(scans: list[Any], record: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """An answer to each scan, with a status of its own: one that can never be recorded does not keep the others back.

    One that the server cannot record now does. The rest gets its answer untried, since what a scan means hangs on those
    before it: a shelf's label sent again after the goods would leave them at the dock.
    """
    answers: list[dict[str, Any]] = []
    for scan in scans:
        answers.append(_answer(scan, record))
        if answers[-1]["status"] >= 500:
            break
    return answers + [answers[-1]] * (len(scans) - len(answers))


def _answer(scan: Any, record: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"status": 200, **record(scan)}
    except FORESEEN as error:
        status, words = told(error)
        return {"status": status, "error": words}
