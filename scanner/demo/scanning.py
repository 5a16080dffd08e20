"""Scans of the demo's people, as their devices would have sent them."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlmodel import Session

from scanner.people import store as people
from scanner.people.rules import OperatorView
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.workflows import WORKFLOWS

DEVICE = "demo"


def person(session: Session, badge: str) -> OperatorView:
    """One of the demo's people."""
    found = people.find_badge(session, badge)
    assert found is not None
    return found.operator


def scan(
    session: Session,
    reference: str,
    code: str,
    by: OperatorView,
    at: datetime,
    *,
    nth: int = 0,  # tells scans of one code on one task apart
    quantity: int = 1,
    location: str | None = None,
) -> None:
    """Record one scan."""
    request = ScanRequest(
        id=uuid5(NAMESPACE_OID, f"{reference} {nth} {code}"),
        task=reference,
        code=code,
        source=Source.WEDGE,
        scanned_at=at,
        operator_id=by.id,
        device=DEVICE,
        quantity=quantity,
        location=location,
    )
    record_scan(session, request, at, WORKFLOWS)
