"""When a token was last used, to some ten minutes: a program that reads all day must not write all day."""

from __future__ import annotations

import time

from flask import current_app

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.people import tokens
from scanner.web.context import now, transact

MOST = 10_000
"""Tokens that one process remembers; then it begins anew."""


def note(token: str) -> None:
    """Note it, unless this process did a short while ago. Where the database does not take it, the next time will do."""
    noted: dict[str, float] = current_app.extensions.setdefault("tokens_noted", {})
    known, moment = tokens.digest(token), time.monotonic()
    if moment < noted.get(known, 0):
        return
    if len(noted) >= MOST:
        noted.clear()
    noted[known] = moment + tokens.SEEN_EVERY.total_seconds()
    try:
        transact(tokens.note_seen, token, now())
    except (Busy, *DRIVER_ERRORS):
        return
