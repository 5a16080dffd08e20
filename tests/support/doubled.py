"""A warehouse with two of everything: what is sought by something that others share, too, must be found with several.

It is the demo, with goods of its own put to second places by scans of every kind. Both databases get the very same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from PIL import Image
from sqlalchemy import select
from sqlmodel import Session

from scanner import demo
from scanner.catalogue.locations import NO_SHELVES, LocationKind
from scanner.counting import service as counting
from scanner.data.imports import import_csv
from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.items import service as items
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.people.tokens import create_token
from scanner.picking.rules import PickTask
from scanner.returns import service as returns
from scanner.returns.office.announce import AnnouncedLine, Announcement, announce
from scanner.scans import programs
from scanner.scans.evidence import service as evidence
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import ScanResult
from scanner.scans.workflow import TaskRequest
from scanner.webhooks import service as webhooks
from scanner.workflows import IMPORTS, WORKFLOWS

ROLES = ("receiver", "returns", "counter", "supervisor", "service")
SECOND = {kind: f"{kind.upper()}-2" for kind in LocationKind if kind not in NO_SHELVES}
"""A second location of each kind that goods can be put to."""
FILES = {
    "items": "sku,name,unit_cost\nTWIN-1,Twin,12.50\nTWIN-2,Twin,12.50\nBOX,Box of twins,30\nPALLET,Pallet of boxes,90\n"
    "OLD-1,Old thing,1\nOLD-2,Old thing,1\nGONE-1,Gone,1\n",
    "barcodes": "code,sku,units\nTWIN-A,TWIN-1,1\nTWIN-B,TWIN-1,1\ntwin-c,TWIN-2,1\nTWIN-CASE,TWIN-1,6\nTWIN-CASE-2,TWIN-1,6\n",
    "kits": "kit_sku,sku,units\nBOX,TWIN-1,2\nBOX,TWIN-2,1\nPALLET,TWIN-1,4\nPALLET,TWIN-2,4\n",
    "locations": "code,name,kind,section\n"
    + "".join(f"{code},Second {kind},{kind},{'T-01' if kind == 'shelf' else ''}\n" for kind, code in SECOND.items())
    + "T-01-1,Twin shelf,shelf,T-01\nT-01-2,Twin shelf,shelf,T-01\nT-02-1,Twin shelf,shelf,T-02\nT-02-2,Twin shelf,shelf,T-02\n",
    "stock": "location,sku,units\nT-01-1,TWIN-1,5\nT-01-2,TWIN-1,5\nT-02-1,TWIN-2,4\nT-02-2,TWIN-1,9\nDOCK-2,TWIN-1,3\n",
    "receipts": "reference,supplier,due_on,sku,expected,asn\nPO-T1,Twin & Co,,TWIN-1,4,ASN-T\nPO-T1,Twin & Co,,TWIN-1,2,ASN-T\n"
    "PO-T1,Twin & Co,,BOX,1,ASN-T\nPO-T2,Twin & Co,,TWIN-1,4,ASN-T\nPO-T3,Twin & Co,,TWIN-2,9,\nPO-T4,Twin & Co,,TWIN-2,9,\n",
    "operators": "badge,name,roles\n" + "".join(f"TWIN-{role}-{nth},Twin {role},{role}\n" for role in ROLES for nth in (1, 2)),
}


class Doubled:
    """The filled warehouse: whose badge is whose, and the API tokens by role."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self.people: dict[str, OperatorView] = {}
        self.tokens: dict[str, str] = {}
        self.photos: list[str] = []
        self._numbers = count(1)
        database.transact(self._fill)

    def badge(self, role: str) -> str:
        """The badge of the first person of a role."""
        return f"TWIN-{role}-1"

    def _fill(self, session: Session) -> None:
        demo.fill(session, self.now)
        for kind in ("items", "barcodes", "kits", "locations", "stock", "operators", "receipts"):
            import_csv(session, kind, BytesIO(FILES[kind].encode()), None, self.now, more=IMPORTS)
        table = Operator.__table__
        for row in run(session, select(table).where(table.c.badge.like("TWIN-%"))):
            self.people[row.badge] = OperatorView(row.id, row.name, frozenset(row.roles.split(";")))
        for role in ROLES:
            self.tokens[role] = create_token(session, self.badge(role), self.now)
        self._receive(session)
        self._take_back(session)
        self._count(session)
        self._pick(session)
        self._change_items(session)
        for nth in (1, 2):
            webhooks.add(session, f"https://shop-{nth}.example/hook", self.by("supervisor"), self.now)

    def by(self, role: str, nth: int = 1) -> OperatorView:
        """A person of a role."""
        return self.people[f"TWIN-{role}-{nth}"]

    def scan(self, session: Session, task: str, *codes: str, by: OperatorView, **more: Any) -> ScanResult:
        """Scan codes on a task, one after the other."""
        for code in codes:
            self.now += timedelta(seconds=1)
            self._last = uuid5(NAMESPACE_OID, f"doubled {next(self._numbers)}")
            request = ScanRequest(
                id=self._last, task=task, code=code, source=Source.WEDGE,
                scanned_at=self.now, operator_id=by.id, device=f"twin-{by.id}", **more,
            )  # fmt: skip
            result = record_scan(session, request, self.now, WORKFLOWS)
        return result

    def _photo(self, session: Session, by: OperatorView) -> None:
        """Two photos of the scan that was made last."""
        picture = BytesIO()
        Image.new("RGB", (64, 48), "navy").save(picture, "PNG")
        for _ in range(2):
            photo_id = uuid5(NAMESPACE_OID, f"photo {len(self.photos)}")
            shrunk = evidence.Shrunk(picture.getvalue(), picture.getvalue())
            evidence.keep(session, photo_id, self._last, shrunk, operator=by, now=self.now, workflows=WORKFLOWS)
            self.photos.append(str(photo_id))

    def _finish(self, session: Session, reference: str, by: OperatorView, **more: Any) -> None:
        asked = TaskRequest(reference=reference, operator=by, device=f"twin-{by.id}", now=self.now, confirm=True, **more)
        programs.finish(session, asked, WORKFLOWS)

    def _receive(self, session: Session) -> None:
        rosa, ruth = self.by("receiver"), self.by("receiver", 2)
        for person in (rosa, ruth):
            self.scan(session, "PO-T1", "TWIN-A", "twin-b", "NOBODY-1", "NOBODY-1", "NOBODY-2", by=person)
            self.scan(session, "PO-T1", "DOCK-2", "TWIN-CASE", "LAMP", "BOX", "CMD-UNDO", by=person)  # some of it is held
        for reference in ("PO-T3", "PO-T4"):
            self.scan(session, reference, "TWIN-2", "TWIN-2", by=rosa)
            self._finish(session, reference, rosa, back_order=True)

    def _take_back(self, session: Session) -> None:
        theo, vera = self.by("returns"), self.by("service")
        for nth in (1, 2, 3):
            lines = [AnnouncedLine("TWIN-1", 2, "too small"), AnnouncedLine("TWIN-1", 1, "broken"), AnnouncedLine("BOX", 1, "")]
            announce(session, Announcement("SO-TWIN", "Twin Berg", lines, f"RMA-T{nth}"), vera, self.now)
        for reference in ("RMA-T1", "RMA-T2"):
            self.scan(session, reference, "TWIN-1", "CMD-DAMAGED-DOA", by=theo)
            self._photo(session, theo)
            self.scan(session, reference, "TWIN-1", "DAMAGED-2", "TWIN-1", "CMD-QUARANTINE", "QUARANTINE-2", by=theo)
            self.scan(session, reference, "TWIN-2", "TWIN-2", "CMD-CONFIRM", "BENCH-2", "TWIN-1", by=theo)
        for person in (theo, self.by("returns", 2)):
            reference = returns.start_unannounced(session, person, self.now)
            self.scan(session, reference, "TWIN-1", "CMD-DAMAGED-DOA", "TWIN-2", by=person)
        self._finish(session, "RMA-T2", theo)

    def _count(self, session: Session) -> None:
        for section, person in (("T-01", self.by("counter")), ("T-02", self.by("counter", 2))):
            reference = counting.start(session, section, person, self.now)
            self.scan(session, reference, f"{section}-1", "TWIN-1", "TWIN-2", "NOBODY-1", f"{section}-2", "CMD-EMPTY", by=person)
            if section == "T-01":
                self.scan(session, reference, "SHELF-2", "CMD-EMPTY", by=person)
            self._finish(session, reference, person)
        for section, person in (("A-01", self.by("counter")), ("A-02", self.by("counter", 2))):
            reference = counting.start(session, section, person, self.now)
            self.scan(session, reference, f"{section}-1", "TWIN-1", by=person)

    def _pick(self, session: Session) -> None:
        for person in (self.by("receiver"), self.by("receiver", 2)):
            self.scan(session, PickTask.SHORT_PICKS, "TWIN-1", by=person, location="T-01-1")
            self.scan(session, PickTask.SHORT_PICKS, "TWIN-2", by=person, location="T-02-1")
            self.scan(session, PickTask.PICKS, "T-02-2", "TWIN-1", "TWIN-1", by=person)

    def _change_items(self, session: Session) -> None:
        sam = self.by("supervisor")
        items.merge(session, "OLD-1", "TWIN-2", sam, self.now, WORKFLOWS)
        items.rename(session, "OLD-2", "NEW-2", "Renamed thing", sam, self.now)
        items.rename(session, "NEW-2", "NEW-3", "Renamed thing", sam, self.now)
        items.retire(session, "GONE-1", sam, self.now)
