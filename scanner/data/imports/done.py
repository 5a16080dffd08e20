"""The one place where a file is known to be in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, Who
from scanner.data.imports import jobs
from scanner.data.imports.jobs import BRINGING, Job
from scanner.data.imports.writes import Audited
from scanner.people import store as people

COMMAND = "import"


def note_done(session: Session, number: int, now: datetime) -> Job:
    """Note that a file is in, in the audit too: once for each, small or large, in the transaction with its last row.

    The job says who brought it in (no operator: a command), what kind it is, and how many rows were added, changed and left.
    """
    jobs.step(session, number, (BRINGING,), stage="done", ended_at=now)
    job = jobs.get(session, number)
    assert job is not None
    numbers = {"rows": job.total, "added": job.added, "changed": job.changed, "unchanged": job.unchanged}
    after = ({"file": job.name} if job.name else {}) | {"sha256": job.digest, **numbers}
    audit.note(session, _who(session, job), Action.FILE_IN, "file", job.kind, after=after, at=now)
    return job


def note_each(session: Session, job: Job, audited: Iterable[Audited], now: datetime) -> None:
    """Note in the audit what of a file is noted by itself, such as each person, in the transaction that changes it."""
    for each in audited:
        audit.note(
            session, _who(session, job), each.action, each.kind, each.subject, before=each.before, after=each.after, at=now
        )


def _who(session: Session, job: Job) -> Who:
    person = people.person(session, job.operator_id) if job.operator_id is not None else None
    return person or audit.machine(COMMAND)
