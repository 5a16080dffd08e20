"""Notes each scan that a request brought for whoever watches the server: by kinds and words, never by what was scanned."""

from __future__ import annotations

from scanner.scans.request import ScanRequest
from scanner.scans.result import ScanResult
from scanner.web.context import now
from scanner.web.requests import meters


def note(scan: ScanRequest, result: ScanResult) -> None:
    """A scan was recorded, now or before."""
    watching = meters()
    if not watching.counts:
        return
    at = now()
    watching.scan(
        kind=result.kind, outcome=result.outcome.value, reason=result.reason.value, source=scan.source.value,
        replayed=result.replayed, device=scan.device, waited=(at - scan.happened_at(at)).total_seconds(),
    )  # fmt: skip
