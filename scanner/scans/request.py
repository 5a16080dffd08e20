"""A scan as a device froze it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """What the code was read with. LINKED: counted by the server when an unknown code got its item."""

    WEDGE = "wedge"
    CAMERA = "camera"
    PHOTO = "photo"
    TYPED = "typed"
    API = "api"
    LINKED = "linked"


MAX_QUANTITY = 100_000
"""Units that one scan may stand for: above it a barcode has landed in the quantity."""
MAX_DELAY = timedelta(days=30)
"""A scan that says it waited longer for the network waited on a device whose clock was set meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """One scan as the device froze it, with who and what sent it. Times are aware."""

    id: UUID  # made by the device, so that a retry is the same scan
    task: str
    code: str
    source: Source
    scanned_at: datetime  # by the device's clock: order never depends on it
    operator_id: int
    device: str
    quantity: int = 1  # multiplies what the barcode counts
    location: str | None = None
    disposition: str | None = None
    confirm: bool = False  # says yes to what would be held
    sent_at: datetime | None = None  # by the device's clock, when this try was sent
    reason: str | None = None  # why a returned unit is graded so

    def happened_at(self, now: datetime) -> datetime:
        """When the scan was made, by the server's clock: as long ago as it waited on the device, whose own clock may be
        wrong by any amount. `now` where the device does not say when it sent it.
        """
        waited = self.sent_at - self.scanned_at if self.sent_at else timedelta(0)
        return now - waited if timedelta(0) < waited <= MAX_DELAY else now

    def fingerprint(self) -> str:
        """64 hex digits that differ when anything the device said differs: tells a retry from a reused id."""
        said = [
            self.task, self.code, self.source, self.scanned_at.astimezone(UTC).isoformat(), self.operator_id,
            self.quantity, self.location, self.disposition, self.confirm, *([self.reason] if self.reason else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
