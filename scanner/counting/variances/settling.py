"""Ends a variance: adjusts the record, settles or withdraws the discrepancy, answers what was noted of the place."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.counting import below as noting
from scanner.counting.variances import store
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.scans import below, ledger
from scanner.scans.decision import Move


def adjust(
    session: Session,
    *,
    task_id: int,
    location_id: int,
    item_id: int,
    units: int,
    cause: str,
    operator_id: int,
    now: datetime,
    seq: int | None = None,
    discrepancy_id: int | None = None,
) -> None:
    """Change the record by so many units (negative: fewer) of an item at a location, with the cause that it was off.

    `task_id`: the count. Goods may have moved since: what the record then has no longer is noted like any such.
    """
    place = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
    source, target = (place, location_id) if units > 0 else (location_id, place)
    moves = (Move(item_id, abs(units), source, target),) if units else ()
    move(session, moves, task_id=task_id, cause=cause, operator_id=operator_id, now=now, seq=seq, discrepancy_id=discrepancy_id)


def move(
    session: Session,
    moves: tuple[Move, ...],
    *,
    task_id: int,
    cause: str,
    operator_id: int,
    now: datetime,
    seq: int | None = None,
    discrepancy_id: int | None = None,
) -> None:
    """Book the movements of a variance, and note what they take beyond the record."""
    moves, beyond = below.find(session, moves)
    ledger.move(session, moves, at=now, operator_id=operator_id, scan_seq=seq, cause=cause, discrepancy_id=discrepancy_id)
    for each in beyond:
        noting.note(session, each, task_id=task_id, seq=seq, operator_id=operator_id, now=now)


def close(
    session: Session,
    discrepancy_id: int,
    *,
    cause: Cause,
    operator_id: int,
    now: datetime,
    detail: str,
    seq: int | None = None,
) -> None:
    """Settle a discrepancy; it is held."""
    discrepancies.change_discrepancy(session, discrepancy_id, state=DiscrepancyState.SETTLED, cause=cause, settled_at=now)
    discrepancies.add_event(
        session, discrepancy_id, at=now, operator_id=operator_id, action="settled", detail=detail, scan_seq=seq
    )


def withdraw(
    session: Session, discrepancy_id: int, *, operator_id: int, now: datetime, detail: str, seq: int | None = None
) -> None:
    """Withdraw a discrepancy that turned out to be none. It must be locked."""
    discrepancies.change_discrepancy(session, discrepancy_id, state=DiscrepancyState.WITHDRAWN, settled_at=now)
    discrepancies.add_event(
        session, discrepancy_id, at=now, operator_id=operator_id, action="withdrawn", detail=detail, scan_seq=seq
    )


def answer_noted(
    session: Session,
    *,
    location_id: int,
    item_id: int,
    looked: int,
    cause: Cause | None,
    operator_id: int,
    now: datetime,
    seq: int | None = None,
) -> None:
    """Close what was noted of an item before the scan `looked` counted it: short picks, and what was taken beyond the record.

    It is settled with the cause of the variance. Without a cause the record was right, and it is withdrawn. What was taken
    beyond the record stays open while the record, adjusted, still has less than nothing there.
    """
    noted = store.open_noted(session, location_id, item_id, looked)
    still_below = bool(noted) and catalogue.units_at(session, location_id, item_id) < 0
    for number, kind in noted:
        if kind == DiscrepancyKind.BELOW_ZERO and still_below:
            continue
        if cause is not None:
            detail = f"{cause}: counted since"
            close(session, number, cause=cause, operator_id=operator_id, now=now, detail=detail, seq=seq)
        else:
            detail = (
                "counted since, and the record is right" if kind == DiscrepancyKind.BELOW_ZERO else "counted since, and all there"
            )
            withdraw(session, number, operator_id=operator_id, now=now, detail=detail, seq=seq)
