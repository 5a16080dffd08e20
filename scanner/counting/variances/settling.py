"""Ends a variance: adjusts the record, settles or withdraws the discrepancy, answers short picks."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.counting.variances import store
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyState
from scanner.scans import ledger
from scanner.scans.decision import Move


def adjust(
    session: Session,
    *,
    location_id: int,
    item_id: int,
    units: int,
    cause: Cause,
    operator_id: int,
    now: datetime,
    seq: int | None = None,
    discrepancy_id: int | None = None,
) -> None:
    """Change the record by so many units (negative: fewer) of an item at a location, with the cause that it was off."""
    place = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
    source, target = (place, location_id) if units > 0 else (location_id, place)
    moves = (Move(item_id, abs(units), source, target),) if units else ()
    ledger.move(session, moves, at=now, operator_id=operator_id, scan_seq=seq, cause=cause, discrepancy_id=discrepancy_id)


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


def answer_short_picks(
    session: Session,
    *,
    location_id: int,
    item_id: int,
    looked_at: datetime,
    cause: Cause | None,
    operator_id: int,
    now: datetime,
    seq: int | None = None,
) -> None:
    """Close the short picks of an item from before it was counted.

    They are settled with the cause of the variance. Without a cause all of it was there, and they are withdrawn.
    """
    for number in store.open_short_picks(session, location_id, item_id, looked_at):
        if cause is not None:
            detail = f"{cause}: counted since"
            close(session, number, cause=cause, operator_id=operator_id, now=now, detail=detail, seq=seq)
        else:
            detail = "counted since, and all there"
            withdraw(session, number, operator_id=operator_id, now=now, detail=detail, seq=seq)
