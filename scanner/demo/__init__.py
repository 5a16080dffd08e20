"""A warehouse to try everything in: goods, shelves with stock, three open receipts, goods at the dock, orders, announced
returns, and people.

It is filled by the same CSV imports as a real one, by movements of what was sold, and by scans. It is the same each time, apart
from the dates.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from sqlmodel import Session

from scanner.beginning.sample import service as sample
from scanner.data.imports import all_kinds, import_csv
from scanner.demo import counted, files, returned, sold
from scanner.demo.past import Past
from scanner.drift import store as drift
from scanner.house import store as house
from scanner.people import store as people
from scanner.staff import service as staff
from scanner.workflows import IMPORTS

STOCKED = timedelta(days=80)
"""How long ago the shelves were filled."""
BADGE_TO_SHOW = "BADGE-ROSA"
"""The badge of Rosa, who receives."""
CURRENCY = "EUR"
PIN_TO_SHOW = "Vera's badge wants a PIN, too: 2468"


def fill(session: Session, now: datetime) -> None:
    """Put the demo into an empty warehouse."""
    made = files.files(now.date())
    for kind in (kind for kind in all_kinds(IMPORTS) if kind in made):
        at = now - STOCKED if kind == "stock" else now
        import_csv(session, kind, BytesIO(made[kind].encode()), None, at, more=IMPORTS)
    returned.fill(session, now)
    counted.fill(session, now, Past(session, files.sales(), now))
    sold.fill(session, now)
    drift.forget(session, now.astimezone().date())


def fill_as_sample(session: Session, now: datetime) -> None:
    """Put the demo into an empty warehouse, and give its people badges that no printed label has, and no PIN."""
    fill(session, now)
    staff.give_new_badges(session, BADGES)


BADGES = tuple(badge for badge, *_ in files.PEOPLE)
SAMPLE = sample.Sample(fill_as_sample, BADGES)


def fill_if_empty(session: Session, now: datetime) -> bool:
    """Put the demo into the warehouse if it is empty; gives whether it was."""
    if people.anybody(session):
        return False
    fill(session, now)
    house.keep(session, "currency", CURRENCY)
    return True
