"""A warehouse to try everything in: goods, shelves with stock, three open orders, announced returns, and people.

It goes in through the same CSV imports as real data, and what came back and was counted before as scans. All of it is the
same each time, but for the dates.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from sqlmodel import Session

from scanner.data.imports import KINDS, import_csv
from scanner.demo import counted, files, returned
from scanner.people import store as people

STOCKED = timedelta(days=80)
"""How long ago the shelves were filled."""
BADGE_TO_SHOW = "BADGE-ROSA"
"""The badge of Rosa, who receives."""
PIN_TO_SHOW = "Vera's badge wants a PIN, too: 2468"


def fill(session: Session, now: datetime) -> None:
    """Put the demo into an empty warehouse."""
    made = files.files(now.date())
    for kind in KINDS:
        at = now - STOCKED if kind == "stock" else now
        import_csv(session, kind, BytesIO(made[kind].encode()), None, at)
    returned.fill(session, now)
    counted.fill(session, now)


def fill_if_empty(session: Session, now: datetime) -> bool:
    """The same, unless it was done before; whether it was done now."""
    if people.anybody(session):
        return False
    fill(session, now)
    return True
