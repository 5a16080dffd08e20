"""The one place where a file is known to be in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.data.imports import jobs
from scanner.data.imports.jobs import BRINGING, Job


def note_done(session: Session, number: int, now: datetime) -> Job:
    """Note that a file is in: once for each, small or large, in the transaction with its last row.

    The job says who brought it in (no operator: a command), what kind it is, and how many rows were added, changed and left.
    """
    jobs.step(session, number, (BRINGING,), stage="done", ended_at=now)
    job = jobs.get(session, number)
    assert job is not None
    return job
