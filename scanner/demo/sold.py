"""Goods that stand at the dock, and orders that wait: some due, one late, one half picked, and some that cannot be filled."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.codes.commands import Command
from scanner.demo.files import AT_THE_DOCK, BEGUN, CAME
from scanner.demo.scanning import person, scan
from scanner.orders.planning import store as planning
from scanner.orders.planning.rules import plan
from scanner.scans import tasks


def fill(session: Session, now: datetime) -> None:
    """Two days ago a receipt came and nobody has put it away. This morning Pia began to pick an order."""
    rosa, pia = (person(session, badge) for badge in ("BADGE-ROSA", "BADGE-PIA"))
    came = now - timedelta(days=2)
    for nth, (sku, units) in enumerate(AT_THE_DOCK):
        place = LocationKind.QUARANTINE.upper() if nth == len(AT_THE_DOCK) - 1 else None
        scan(session, CAME, sku, rosa, came + timedelta(minutes=nth), quantity=units, location=place)
    scan(session, CAME, Command.DONE, rosa, came + timedelta(hours=1))
    task = tasks.get_task(session, BEGUN)
    assert task is not None
    needs = planning.needs(session, [task.id])
    first = plan(needs, planning.shelves(session, {need.item_id for need in needs})).stops[0]
    sku = next(line.sku for line in tasks.lines_of(session, task.id) if line.item_id == first.item_id)
    scan(session, BEGUN, sku, pia, now - timedelta(hours=1), location=first.code)
