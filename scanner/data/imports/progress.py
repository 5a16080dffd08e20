"""How far a file is, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scanner.data.imports.jobs import Job

WORDS = {
    "waiting": "Waiting to begin",
    "reading": "Reading the file",
    "checking": "Checking every row",
    "keeping": "Getting ready",
    "bringing": "Bringing the rows in",
}
_SHARES = {"waiting": 0, "reading": 15, "checking": 25, "keeping": 5, "bringing": 55}
"""About how much of the time each stage takes, in hundredths."""
_TOO_EARLY = 3
"""Hundredths before which nobody can tell how long it takes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An import under way. `percent` of all of it is done; `seconds_left` is None where that cannot be told yet."""

    words: str
    percent: int
    seconds_left: int | None

    @property
    def left(self) -> str:
        """The time that it still takes, in words."""
        if self.seconds_left is None:
            return ""
        minutes = round(self.seconds_left / 60)
        return f"about {minutes} minute{'s' if minutes > 1 else ''} left" if minutes else "less than a minute left"


def progress_of(job: Job, now: datetime) -> Progress:
    """How far an import is."""
    before = sum(share for stage, share in _SHARES.items() if list(_SHARES).index(stage) < list(_SHARES).index(job.stage))
    percent = before + _SHARES[job.stage] * (min(job.done / job.total, 1.0) if job.total else 0.0)
    gone = max((now - job.started_at).total_seconds(), 0)
    left = round(gone * (100 - percent) / percent) if percent >= _TOO_EARLY else None
    return Progress(WORDS[job.stage], int(percent), left)
