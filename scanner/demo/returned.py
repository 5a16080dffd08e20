"""Returns of the last weeks in the demo warehouse, made by scans, so that there is something to show."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.demo.goods import ACME, HARBOUR, NORTHWIND
from scanner.demo.scanning import DEVICE, person, scan
from scanner.people.rules import OperatorView
from scanner.returns import service as returns
from scanner.returns.office import service as returns_office
from scanner.returns.office import store
from scanner.returns.office.announce import AnnouncedLine, Announcement, announce
from scanner.scans import programs, tasks
from scanner.scans.workflow import TaskRequest
from scanner.workflows import WORKFLOWS

SHELF = "B-01-1"
RECEIPTS = (
    (75, 6, "PO-0981", ACME, ("MUG-B", "LAMP", "TEE-M", "CAND-RD")),
    (74, 9, "PO-0982", NORTHWIND, ("HOOD-BK-M", "POLO-NV-L", "SHOE-WH-L")),
    (72, 13, "PO-0983", HARBOUR, ("HEAD-BK", "HEAD-RD", "CLOCK-WH", "VASE-BL")),
    (52, 7, "PO-0984", ACME, ("BOWL-BK", "PLATE-BK")),
    (50, 10, "PO-0985", NORTHWIND, ("POLO-NV-XS", "SOCK-BK-M")),
    (47, 12, "PO-0986", HARBOUR, ("NOTE5-GN", "KEY-BK")),
    (24, 6, "PO-0987", ACME, ("BOT05-GN", "TOWEL-BK")),
    (23, 11, "PO-0988", NORTHWIND, ("TROUS-SA-M", "RAIN-BK-S")),
    (20, 14, "PO-0989", HARBOUR, ("FRAME-BK", "CABLE-GN")),
)
"""(days ago, days on the way, reference, supplier, items); twelve came of each."""
RETURNED = (
    (68, "HEAD-BK", 1, "CMD-DAMAGED-DOA", "no sound"),
    (66, "MUG-B", 2, "CMD-DAMAGED-TRANSPORT", "arrived broken"),
    (61, "HOOD-BK-M", 1, "CMD-RESTOCK", "too small"),
    (59, "LAMP", 1, "CMD-VENDOR-DOA", "flickers"),
    (54, "HEAD-RD", 1, "CMD-REFURBISH", "scratched"),
    (53, "TEE-M", 2, "CMD-RESTOCK", "too small"),
    (47, "VASE-BL", 1, "CMD-SCRAP-BROKEN", "arrived broken"),
    (45, "SHOE-WH-L", 1, "CMD-RESTOCK", "wrong colour sent"),
    (40, "HEAD-BK", 1, "CMD-DAMAGED-USED", "does not fit"),
    (38, "CLOCK-WH", 1, "CMD-SCRAP-TRANSPORT", "arrived broken"),
    (33, "POLO-NV-L", 1, "CMD-RESTOCK", "too small"),
    (31, "LAMP", 1, "CMD-RESTOCK", "unwanted gift"),
    (26, "HEAD-RD", 1, "CMD-VENDOR-DOA", "no sound"),
    (24, "MUG-B", 3, "CMD-DAMAGED-BROKEN", "arrived broken"),
    (19, "HOOD-BK-M", 1, "CMD-QUARANTINE", "stained"),
    (12, "VASE-BL", 1, "CMD-DAMAGED-TRANSPORT", "arrived broken"),
    (9, "TEE-M", 1, "CMD-RESTOCK", "too small"),
    (5, "HEAD-BK", 2, "CMD-DAMAGED-DOA", "no sound"),
    (3, "CLOCK-WH", 1, "CMD-RESTOCK", "unwanted gift"),
    (2, "SHOE-WH-L", 1, "CMD-REFURBISH", "worn outside"),
)
"""(days ago, item, units, the grade's command, the reason given)."""
CUSTOMERS = ("Noa Berg", "Ivo Hahn", "Sara Lund", "Max Oduya", "Eva Prins", "Can Yilmaz", "Lia Romero")
HANDLED_AFTER = 10
"""Days after which customer service has handled a return."""
LATE = ("RMA-2006", 19)
"""An announced return that has not come for so many days."""


def fill(session: Session, now: datetime) -> None:
    """Receive, announce, scan, grade and finish, each on its day. One return was not announced, one is late."""
    rosa, theo, vera = (person(session, badge) for badge in ("BADGE-ROSA", "BADGE-THEO", "BADGE-VERA"))
    for days, lead, reference, supplier, skus in RECEIPTS:
        at, ordered = now - timedelta(days=days), now - timedelta(days=days + lead)
        _receive(session, rosa, at, ordered=ordered, reference=reference, supplier=supplier, skus=skus)
    for nth, (days, sku, units, grade, said) in enumerate(RETURNED):
        at = now - timedelta(days=days)
        customer, lines = CUSTOMERS[nth % len(CUSTOMERS)], [AnnouncedLine(sku, units, said)]
        wanted = Announcement(f"SO-{4800 + 7 * nth}", customer, lines, f"RMA-{1900 + nth}")
        announce(session, wanted, vera, at - timedelta(days=4))
        _grade(session, wanted.reference, theo, at, sku=sku, units=units, grade=grade)
        if days > HANDLED_AFTER:
            returns_office.handle(session, wanted.reference, cause="", text="", operator=vera, now=at + timedelta(hours=3))
    lonely = now - timedelta(days=1)
    unannounced = returns.start_unannounced(session, theo, lonely)
    _grade(session, unannounced, theo, lonely, sku="CAND-RD", units=2, grade="CMD-RESTOCK")
    late = tasks.get_task(session, LATE[0])
    assert late is not None
    store.change(session, late.id, created_at=now - timedelta(days=LATE[1]))


def _receive(
    session: Session, by: OperatorView, at: datetime, *, ordered: datetime, reference: str, supplier: str, skus: tuple[str, ...]
) -> None:
    values = {
        "reference": reference,
        "kind": "receiving",
        "state": "open",
        "partner": supplier,
        "asn": None,
        "order_ref": "",
        "due_on": at.date(),
        "back_order_of": None,
        "created_at": ordered,
    }
    items = [catalogue.find_item(session, sku) for sku in skus]
    lines = [{"position": place, "item_id": item.id, "expected": 12} for place, item in enumerate(items, 1) if item]
    tasks.add_task(session, values, lines)
    for sku in skus:
        scan(session, reference, sku, by, at, quantity=12, location=SHELF)
    _finish(session, reference, by, at)


def _grade(session: Session, reference: str, by: OperatorView, at: datetime, *, sku: str, units: int, grade: str) -> None:
    scan(session, reference, sku, by, at, quantity=units)
    scan(session, reference, grade, by, at)
    _finish(session, reference, by, at)


def _finish(session: Session, reference: str, by: OperatorView, at: datetime) -> None:
    asked = TaskRequest(reference=reference, operator=by, device=DEVICE, now=at, confirm=True)
    programs.finish(session, asked, WORKFLOWS)
