"""Many scans in one request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.web.errors import NOT_NOW, as_answer


def in_order(scans: list[Any], record: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """Record the scans in order and answer each with a status of its own.

    A scan that is wrong does not hold up the others. After one that the server cannot record now, or on which the program
    fails, the rest is left untried, and is told to try again: what a scan means depends on those before it.
    """
    answers: list[dict[str, Any]] = []
    for scan in scans:
        answers.append(_answer(scan, record))
        if answers[-1]["status"] >= 500:
            break
    status, words = NOT_NOW
    return answers + [{"status": status, "error": words}] * (len(scans) - len(answers))


def _answer(scan: Any, record: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"status": 200, **record(scan)}
    except Exception as error:
        status, words = as_answer(error)
        return {"status": status, "error": words}
