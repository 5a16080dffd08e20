"""A scan as a device sends it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """How the code was read. LINKED: counted by the server when its code got an item. ASSUMED: nobody
    scanned it, the shop said that it went."""

    WEDGE = "wedge"
    CAMERA = "camera"
    PHOTO = "photo"
    TYPED = "typed"
    API = "api"
    LINKED = "linked"
    ASSUMED = "assumed"


MAX_QUANTITY = 100_000
"""Most units of one scan. A larger quantity is a barcode in the wrong field."""
MAX_DELAY = timedelta(days=30)
"""A scan that claims to have waited longer comes from a device whose clock was set meanwhile."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """That a scan waited on its device when another person took that over: who sent it, and when at the latest it was made."""

    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """One scan as the device stored it, and who and what sent it. Times have a zone."""

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
    reason: str | None = None  # why goods are graded so, or not picked
    to: str | None = None  # where goods are moved to, by a program
    short: bool = False  # the goods could not be picked
    line: str | None = None  # of an order, by the shop's word: what the shop sent without a scan is of this one
    relayed: Relayed | None = None  # None where the person sends it, or a program

    def happened_at(self, now: datetime) -> datetime:
        """When the scan was made, by the clock of the server.

        The clock of the device may be wrong: only the time that the scan waited there is used.
        """
        return now - self.waited

    @property
    def waited(self) -> timedelta:
        """How long the scan waited on its device, by the clock there; none where that cannot be."""
        waited = self.sent_at - self.scanned_at if self.sent_at else timedelta(0)
        return waited if timedelta(0) < waited <= MAX_DELAY else timedelta(0)

    def fingerprint(self) -> str:
        """64 hex digits, different whenever the device said something else. Tells a retry from a reused id."""
        said = [
            self.task, self.code, self.source, self.scanned_at.astimezone(UTC).isoformat(), self.operator_id,
            self.quantity, self.location, self.disposition, self.confirm, *([self.reason] if self.reason else []),
            *([f"to {self.to}"] if self.to else []), *(["short"] if self.short else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
