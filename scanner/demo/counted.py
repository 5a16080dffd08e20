"""Counts of the last weeks in the demo warehouse, made by scans, so that there is something to show."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.codes.commands import Command
from scanner.counting import service as counting
from scanner.counting import visits
from scanner.counting.plan import store as plan
from scanner.demo.past import Past
from scanner.demo.scanning import person, scan
from scanner.people.rules import OperatorView
from scanner.picking.rules import PickTask
from scanner.scans import listings, tasks

SECTIONS = ((37, "B-04"), (23, "B-06"), (9, "C-03"), (4, "C-04"), (1, "C-05"))
"""(days ago, section)."""
OFF = {"B-04": (-2,), "B-06": (-1, 3), "C-03": (-4,), "C-05": (-3,)}
"""Section -> by how much its first records are off; the others match."""
SHORT_PICKS = (timedelta(days=12), timedelta(days=5), timedelta(hours=2))
"""How long ago an item could not be picked."""
SECONDS = 14
"""From one scan to the next."""


def fill(session: Session, now: datetime, past: Past) -> None:
    """Count sections, each on its day, with recounts by somebody else. An item could not be picked, just now the third time.

    What was sold before a count is booked before it.
    """
    carla, sam = (person(session, badge) for badge in ("BADGE-CARLA", "BADGE-SAM"))
    for days, section in SECTIONS:
        past.until(now - timedelta(days=days))
        _count(session, section, OFF.get(section, ()), (carla, sam), now - timedelta(days=days))
    past.until(now)
    row = listings.stock_at(session, sku=None, place="A-03-1", limit=1, offset=0)[0]
    for nth, before in enumerate(SHORT_PICKS):
        scan(session, PickTask.SHORT_PICKS, row.sku, carla, now - before, location=row.location, nth=nth)


def _count(session: Session, section: str, off: tuple[int, ...], pair: tuple[OperatorView, OperatorView], at: datetime) -> None:
    """One count. Its recount is made a day later, except that of the last section, which is still open."""
    first, second = pair
    reference = counting.start(session, section, first, at)
    found, left = {}, list(off)
    for place in plan.places_of(session, section, at.astimezone().date()):
        rows = listings.stock_at(session, sku=None, place=place.code, limit=100, offset=0)
        found[place.code] = [(row.sku, row.units + (left.pop(0) if left else 0)) for row in rows]
    _walk(session, reference, found, first, at)
    again = next((row.reference for row in plan.counts_of(session, section, 1) if row.recount_of == reference), None)
    if again and section != SECTIONS[-1][1]:
        asked = _asked(session, again)
        same = {code: [row for row in rows if row[0] in asked] for code, rows in found.items()}
        _walk(session, again, {code: rows for code, rows in same.items() if rows}, second, at + timedelta(days=1))


def _asked(session: Session, reference: str) -> set[str]:
    task = tasks.get_task(session, reference)
    return {row.sku for row in visits.asked(session, task.id)} if task else set()


def _walk(session: Session, reference: str, found: dict[str, list[tuple[str, int]]], by: OperatorView, at: datetime) -> None:
    """Scan from shelf to shelf what was found; at an empty one, that nothing is there."""
    scans: list[tuple[str, int]] = []
    for code, rows in found.items():
        scans += [(code, 1), *(rows or [(Command.EMPTY, 1)])]
    for nth, (code, units) in enumerate([*scans, (Command.DONE, 1)]):
        scan(session, reference, code, by, at + timedelta(seconds=nth * SECONDS), quantity=units, nth=nth)
