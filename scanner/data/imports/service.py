"""Brings files in: a small one in one transaction, a large one in slices. For pages that one is work of another process."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event
from typing import IO

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.data.imports import jobs
from scanner.data.imports.importer import Importer
from scanner.data.imports.jobs import BRINGING, Job
from scanner.data.imports.large import IMPORTING, LargeImport, Tell, demand_room, give_up, outcome_of, report_of
from scanner.data.imports.process import start_process
from scanner.data.imports.report import ImportProblem, ImportRefused, ImportReport
from scanner.data.imports.small import SmallFile, Upload, bring_in_small, digest_of, read_small, size_of
from scanner.db.alone import alone
from scanner.db.engine import Database
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView, Right

LOOK_EVERY = 0.2
"""Seconds between two looks of who waits for an import."""
OTHER = "Another file is being brought in. Wait until it is done, and send this one again."


Kinds = Mapping[str, type[Importer]]


def take_upload(
    database: Database, upload: Upload, kinds: Kinds, operator: OperatorView, now: datetime, *, right: Right = Right.IMPORT
) -> ImportReport | int:
    """Bring a small file in and give its report; have a process bring in a larger one, and give the number of the import.

    Raises ImportRefused for a small file, NoRoom, Conflict while another large one is under way, and TooMany after too many
    codes that mean something else already.
    """
    operator.demand(right)
    with database.read() as session:
        guesses.refuse_new_codes(session, operator.id, now)
    rules = _rules(kinds, upload.kind)
    if small := read_small(rules, upload.stream):
        return _take_small(database, rules, upload, small, operator, now)
    demand_room(database, size_of(upload.stream))
    digest = digest_of(upload.stream)
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(upload.stream, file)
        file.seek(0)  # it is whole before anybody waits for it
        number = database.transact(_add_alone, upload, digest, now)
        start_process(database, "--job", str(number), stdin=file)
    return number


def _take_small(
    database: Database, rules: type[Importer], upload: Upload, small: SmallFile, operator: OperatorView, now: datetime
) -> ImportReport:
    """Bring a small file in, and count the codes of which the answer says that they are taken."""
    try:
        return bring_in_small(database, rules, upload, small, now)
    except ImportRefused as refused:
        if refused.told_taken:
            guesses.wait_for(database.transact(guesses.count_taken, operator.id, now, refused.told_taken))
        raise


def _add_alone(session: Session, upload: Upload, digest: str, now: datetime) -> int:
    if jobs.under_way(session):
        raise Conflict(OTHER)
    return _add(session, upload, digest, now)


def _add_in_place_of_waiting(session: Session, upload: Upload, digest: str, now: datetime) -> int:
    """The same for who imports alone already: one whose process has not begun yet is given up."""
    for job in jobs.under_way(session):
        if job.stage == BRINGING:
            raise Conflict(OTHER)
        give_up(session, job.id, "failed", outcome_of(Conflict(OTHER)), now)
    return _add(session, upload, digest, now)


def _add(session: Session, upload: Upload, digest: str, now: datetime) -> int:
    return jobs.add(
        session, kind=upload.kind, name=upload.name, operator_id=upload.operator_id, now=now, stage="waiting",
        digest=digest,
    )  # fmt: skip


def bring_in_here(
    database: Database,
    upload: Upload,
    kinds: Kinds,
    *,
    tell: Tell | None = None,
    stop: Event | None = None,
) -> ImportReport:
    """Bring a file in by this process, whatever its size: for a command. `stop` cancels it, until it is decided.

    Raises ImportRefused, Cancelled, NoRoom, and Conflict while another large one is under way.
    """
    rules, now = _rules(kinds, upload.kind), datetime.now(UTC)
    if small := read_small(rules, upload.stream):
        return bring_in_small(database, rules, upload, small, now)
    demand_room(database, size_of(upload.stream))
    with alone(database, IMPORTING) as got:
        if not got:
            raise Conflict(OTHER)
        number = database.transact(_add_in_place_of_waiting, upload, digest_of(upload.stream), now)
        return LargeImport(database, number, rules, tell=tell, stop=stop).run(upload.stream)


def work_on(database: Database, number: int, stream: IO[bytes], kinds: Kinds) -> None:
    """What the process of a page does: brings the file in. What came of it is noted with the import."""
    with alone(database, IMPORTING) as got:
        job = find(database, number)
        if got and job.stage == "waiting":
            LargeImport(database, number, _rules(kinds, job.kind)).run(stream)
        elif job.stage == "waiting":
            database.transact(give_up, number, "failed", outcome_of(Conflict(OTHER)), datetime.now(UTC))


def find(database: Database, number: int) -> Job:
    """The import of that number. Raises NotFound."""
    with database.read() as session:
        job = jobs.get(session, number)
    if job is None:
        raise NotFound(f"There is no import {number}.")
    return job


def answer(database: Database, number: int) -> ImportReport:
    """What a large file changed, once it is over: a program waits for that.

    Raises ImportRefused with every problem, and BadRequest where it went wrong.
    """
    while (job := find(database, number)).under_way:
        time.sleep(LOOK_EVERY)
    said = job.said()
    if job.stage == "refused":
        raise ImportRefused(job.kind, problems_of(job), said["bad"])
    if job.stage != "done":
        raise BadRequest(said.get("words", "Nothing was brought in."), "file")
    return report_of(job)


def problems_of(job: Job) -> tuple[ImportProblem, ...]:
    """What is wrong in a file that was refused."""
    return tuple(ImportProblem(*each) for each in job.said().get("problems", ()))


def seen_by(session: Session, number: int, operator: OperatorView) -> Job:
    """An import, for who may bring in files or began this one. Raises NotFound, NotAllowed."""
    job = jobs.get(session, number)
    if job is None or job.operator_id != operator.id:
        operator.demand(Right.IMPORT)
    if job is None:
        raise NotFound(f"There is no import {number}.")
    return job


def cancel(session: Session, number: int, operator: OperatorView) -> bool:
    """Have an import stop; gives whether it is in time: what is decided comes in. Raises NotFound, NotAllowed."""
    job = seen_by(session, number, operator)
    in_time = jobs.ask_to_cancel(session, job.id)
    if in_time:
        audit.note(session, operator, Action.FILE_CANCELLED, "file", job.kind, after={"file": job.name})
    return in_time


def newest(session: Session) -> Job | None:
    """The import that is under way, else the last one."""
    return next(iter(jobs.under_way(session)), None) or jobs.last(session)


def _rules(kinds: Kinds, kind: str) -> type[Importer]:
    if kind not in kinds:
        raise BadRequest(f"Expected one of {', '.join(kinds)}, got {kind!r}.", "kind")
    return kinds[kind]
