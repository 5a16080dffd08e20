"""What nearly every scan reads, asked for together: PostgreSQL then answers in one round trip. SQLite has none to save.

First comes the task, locked, and then what is read under that lock. Whoever needs one of these rows asks for it as ever, and
finds it there. Which rows they are is guessed from earlier scans; after a wrong guess they are asked for once more. Scans that
share a transaction share the round trip.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import parse_code
from scanner.db.engine import Shared
from scanner.db.sql import guesses, reads_ahead
from scanner.errors import BadRequest
from scanner.people import tokens
from scanner.scans import ledger, tasks
from scanner.scans.request import ScanRequest

read_code = lru_cache(maxsize=512)(parse_code)
"""As `parse_code`. The same codes come again and again."""


def scan(session: Session, request: ScanRequest, *_: Any) -> None:
    """Ask for the lock of the task, and for what the scan reads and writes under it, as far as the ids can be guessed."""
    if not reads_ahead(session):
        return
    tasks.lock_ahead(session, request.task)
    ledger.append_ahead(session, str(request.id))
    guessed = guesses(session)
    task_id, item_id = guessed.get(("task", request.task)), guessed.get(("code", request.code))
    if task_id is not None:
        ledger.last_scan_ahead(session, task_id, request.operator_id, request.device)
    if item_id is not None:
        catalogue.hold_ahead(session, item_id)
    with suppress(BadRequest):  # that is for the use case to say
        code = read_code(request.code)
        if not code.command:
            catalogue.content_ahead(session, code.keys)
    if task_id is not None and item_id is not None:
        tasks.lines_ahead(session, task_id, item_id)


def scan_of_token(session: Session, token: str, request: ScanRequest, *_: Any) -> None:
    """Ask for the person of the token. What the scan needs is asked for where that person is known from an earlier one."""
    if not reads_ahead(session):
        return
    tokens.ahead(session, token)
    operator_id = guesses(session).get(("token", tokens.digest(token)))
    if operator_id is not None:
        scan(session, replace(request, operator_id=operator_id))


def keep(session: Session, request: ScanRequest, task_id: int, item_id: int | None) -> None:
    """Keep what was found, for the next guess."""
    if reads_ahead(session):
        guesses(session)["task", request.task] = task_id
        if item_id is not None:
            guesses(session)["code", request.code] = item_id


def keep_token(session: Session, token: str, operator_id: int) -> None:
    """Keep whose token it is, for the next guess."""
    if reads_ahead(session):
        guesses(session)["token", tokens.digest(token)] = operator_id


SCAN = Shared(lambda request, *_: request.task, scan)
"""How scans share a transaction of PostgreSQL, from (request, …)."""
SCAN_OF_TOKEN = Shared(lambda _token, request, *_: request.task, scan_of_token)
"""The same, from (token, request, …)."""
