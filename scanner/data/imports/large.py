"""Brings in a file of any size while scans go on: whole or not at all, in transactions of some hundredths of a second.

1. Read: each row is checked for itself and kept in a file of this process alone (`scratch`).
2. Check: all rules are tried on all rows, in sessions that only read. Anything wrong refuses the file.
3. Keep: the checked rows go into the database, in slices, beside the tables that scans read.
4. Decide: one short transaction. A process that dies before it leaves nothing; what it decides is always finished, by whoever
   finds it (`recovery`).
5. Bring in: slice by slice, by the same rules, each in the transaction that deletes the slice.

Between 4 and 5 a reader sees the rows that are in so far, as if the file were that much shorter; all rows of a receipt, a return
or a kit come at once, up to five slices. What somebody changed since the check stands: a row that it contradicts is left out
and named.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Event
from typing import IO, Any

from sqlmodel import Session

from scanner.data.imports import jobs
from scanner.data.imports.done import note_done, note_each
from scanner.data.imports.importer import Importer
from scanner.data.imports.jobs import BRINGING, Job, Slice
from scanner.data.imports.pace import Pace, spare_others
from scanner.data.imports.report import ImportProblem, ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.scratch import PAGE, Scratch, pack, unpack
from scanner.data.imports.sheet import Row, open_sheet
from scanner.data.imports.writes import Audited, Rehearsal, Writes
from scanner.data.room import NoRoom, need_room
from scanner.db.engine import DRIVER_ERRORS, Busy, Database, Uncertain, is_refused_row
from scanner.db.sql import connection_of
from scanner.errors import Conflict, DomainError
from scanner.people.guesses import service as guesses

IMPORTING = "importing"
"""What one process at a time does."""
SLICE = 100
"""Rows of a slice, about."""
TELL_EVERY = 0.5
"""Seconds between two notes of how far it is."""
ROOM = 6
"""Free bytes on the disk that each byte of a file may come to need in the database."""
Tell = Callable[[str, int, int], None]
"""Is told the stage, and how many of how many rows are through it."""


class Cancelled(DomainError):
    """Somebody cancelled the import before it was decided. Nothing was brought in."""


class LargeImport:
    """One file on its way in. `importer` is the rules of its kind; `tell` hears how far it is; `stop` cancels it until then."""

    def __init__(
        self, database: Database, number: int, importer: type[Importer], *,
        tell: Tell | None = None, stop: Event | None = None, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self._database, self._number, self._rules = database, number, importer
        self._tell, self._pace = tell or (lambda *_: None), pace or Pace()
        self._told = 0.0
        self._stop = stop or Event()
        self._progress = ImportProgress()
        self._ignored: tuple[str, ...] = ()

    def run(self, stream: IO[bytes]) -> ImportReport:
        """Bring the file in. Raises ImportRefused, Cancelled, NoRoom or what went wrong; then nothing is kept of it."""
        scratch = Scratch(self._rules.columns[0].name)
        spare_others(self._database)
        try:
            self._read(stream, scratch)
            self._check(scratch)
            self._keep(scratch)
            self._decide()
        except BaseException as error:
            said = _in_words(error)
            self._give_up(said)
            raise said from error
        finally:
            scratch.close()
        return bring(self._database, self._number, self._rules, tell=self._tell, pace=self._pace)

    def _read(self, stream: IO[bytes], scratch: Scratch) -> None:
        self._stage("waiting", "reading", 0)
        with open_sheet(stream, self._rules.columns, self._progress) as sheet:
            while rows := list(islice(sheet.rows, PAGE)):
                scratch.add(rows)
                self._far("reading", self._progress.rows, max(self._progress.rows, sheet.lines))
        self._ignored = sheet.ignored

    def _check(self, scratch: Scratch) -> None:
        """Try the rules on every row. What depends on other rows of the file is asked in their order."""
        self._stage("reading", "checking", self._progress.rows)
        with self._database.read() as session:
            job = jobs.get(session, self._number)
            assert job is not None
            rules = self._rules(Rehearsal(session), self._progress, job.operator_id, job.started_at)
        pages = scratch.together(PAGE) if rules.together else ((rows, False) for rows in scratch.in_order())
        done = 0
        for rows, goes_on in pages:
            if not goes_on:
                rules.forget()
            self._rehearse(rules, rows)
            if rules.notes_on_rows:
                scratch.change(rows)
            done += len(rows)
            self._far("checking", 0 if rules.works_out else done, self._progress.rows)
        if self._progress.bad:
            problems = tuple(self._progress.problems)
            raise ImportRefused(job.kind, problems, self._progress.bad, self._progress.told_taken)
        if rules.works_out:
            self._work_out(scratch)

    def _work_out(self, scratch: Scratch) -> None:
        """Once all rows are sound, note on them what takes long."""
        done = 0
        for rows in scratch.in_order():
            for _ in self._rules.work_out(self._database, rows):
                done += 1
                self._far("checking", done, self._progress.rows)
            scratch.change(rows)

    def _rehearse(self, rules: Importer, rows: list[Row]) -> None:
        with self._database.read() as session:
            rules.writes.session = session
            rules.take(rows)

    def _keep(self, scratch: Scratch) -> None:
        """Put the rows into the database, beside what scans read."""
        self._stage("checking", "keeping", self._progress.rows)
        waiting: list[Slice] = []
        done = 0
        for number, (rows, _) in enumerate(scratch.together(SLICE)):
            waiting.append(Slice(number, len(rows), zlib.compress(pack(rows).encode(), 1)))
            if len(waiting) >= self._pace.at_once:
                done += self._put(waiting)
                waiting = []
                self._far("keeping", done, self._progress.rows)
        self._put(waiting)

    def _put(self, slices: list[Slice]) -> int:
        def put(session: Session) -> None:
            if not jobs.step(session, self._number, ("keeping",), stage="keeping"):
                raise Cancelled("The import was ended by another process. Nothing was brought in.")
            jobs.add_slices(session, self._number, slices)

        if slices:
            self._pace.take_turn(self._database, put)
        return sum(each.rows for each in slices)

    def _decide(self) -> None:
        """From here on all of it comes in, whoever finishes it."""
        said = {"notes": self._progress.notes, "ignored": list(self._ignored)}
        self._far("keeping", self._progress.rows, self._progress.rows, at_once=True)
        self._stage("keeping", BRINGING, self._progress.rows, outcome=json.dumps(said))

    def _stage(self, was: str, stage: str, total: int, **more: Any) -> None:
        values = {"stage": stage, "done": 0, "total": total, **more}
        if not self._database.transact(_step_unless_cancelled, self._number, was, values):
            raise Cancelled("Cancelled. Nothing was brought in.")
        self._tell(stage, 0, total)

    def _far(self, stage: str, done: int, total: int, *, at_once: bool = False) -> None:
        """Note how far it is, every now and then, and heed who cancels."""
        if self._stop.is_set():
            raise Cancelled("Cancelled. Nothing was brought in.")
        if at_once or time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            with suppress(Busy):  # then it is noted later
                if not self._database.transact(_step_unless_cancelled, self._number, stage, {"done": done, "total": total}):
                    raise Cancelled("Cancelled. Nothing was brought in.")
            self._tell(stage, done, total)

    def _give_up(self, error: BaseException) -> None:
        """Note why nothing comes in, and give back what was kept."""
        stage = {ImportRefused: "refused", Cancelled: "cancelled"}.get(type(error), "failed")
        try:
            self._database.transact(_give_up_and_count, self._number, stage, error, datetime.now(UTC))
            sweep(self._database, self._pace)
        except DRIVER_ERRORS:
            return  # the disk is full or the database gone: whoever opens it next sweeps


def bring(
    database: Database, number: int, importer: type[Importer], *, tell: Tell | None = None, pace: Pace | None = None
) -> ImportReport:
    """Bring in what is decided and not in yet, slice by slice."""
    pace, tell = pace or Pace(), tell or (lambda *_: None)
    pace.at_once, told = 1, 0.0
    with database.read() as session:
        job = jobs.get(session, number)
    assert job is not None
    while True:
        with database.read() as session:
            slices = jobs.next_slices(session, number, pace.at_once)
        if not slices:
            break
        _bring_slices(database, job, importer, slices, pace)
        job = job._replace(done=job.done + sum(each.rows for each in slices))
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            tell(BRINGING, job.done, job.total)
    return database.transact(_finish, number, datetime.now(UTC))


def _bring_slices(database: Database, job: Job, importer: type[Importer], slices: list[Slice], pace: Pace) -> None:
    rows = [row for each in slices for row in unpack(zlib.decompress(each.content).decode())]
    importer.prepare(rows)
    numbers = [each.number for each in slices]
    while True:
        try:
            pace.take_turn(database, _take_in, job, importer, numbers, rows)
            return
        except Busy:  # it is decided: others may hold it up, and never end it
            time.sleep(1)
        except Uncertain:  # whoever takes a slice in deletes it
            if _are_in(database, job.id, numbers):
                return
        except DRIVER_ERRORS as error:
            if not is_refused_row(error):
                raise
            pace.take_turn(database, _take_in_one_by_one, job, importer, numbers, rows)
            return


def _are_in(database: Database, number: int, numbers: list[int]) -> bool:
    with database.read() as session:
        return not any(each.number in numbers for each in jobs.next_slices(session, number, len(numbers)))


def _take_in(session: Session, job: Job, importer: type[Importer], numbers: list[int], rows: list[Row]) -> None:
    _claim(session, job, numbers)
    progress, writes = ImportProgress(), Writes(session)
    importer(writes, progress, job.operator_id, job.started_at).take(rows)
    _note(session, job, rows, progress)
    note_each(session, job, writes.audited, datetime.now(UTC))


def _take_in_one_by_one(session: Session, job: Job, importer: type[Importer], numbers: list[int], rows: list[Row]) -> None:
    """The same where the database refuses one of the rows, which the rules did not foresee: that one is left out."""
    _claim(session, job, numbers)
    progress, audited = ImportProgress(), list[Audited]()
    for row in rows:
        writes = Writes(session)
        try:
            with connection_of(session).begin_nested():
                importer(writes, progress, job.operator_id, job.started_at).take([row])
            audited += writes.audited
        except DRIVER_ERRORS as error:
            if not is_refused_row(error):
                raise
            progress.problem(row.line, importer.columns[0].name, "what the database takes", str(getattr(error, "orig", error)))
    _note(session, job, rows, progress)
    note_each(session, job, audited, datetime.now(UTC))


def _claim(session: Session, job: Job, numbers: list[int]) -> None:
    if not jobs.take_slices(session, job.id, numbers):
        raise Conflict(f"Another process brings in the file {job.name}.")


def _note(session: Session, job: Job, rows: list[Row], progress: ImportProgress) -> None:
    jobs.count_in(session, job.id, rows=len(rows), added=progress.added, changed=progress.changed, unchanged=progress.unchanged)
    if progress.problems:
        _note_left_out(session, job.id, progress.problems, progress.bad)


def _note_left_out(session: Session, number: int, problems: list[ImportProblem], total: int) -> None:
    job = jobs.get(session, number)
    assert job is not None
    said = job.said()
    words = [f"{problem}: this changed while the file came in, so the row was left out" for problem in problems]
    said["notes"] = [*words, *said.get("notes", [])][:200]
    said["left_out"] = said.get("left_out", 0) + total
    jobs.step(session, number, (BRINGING,), outcome=json.dumps(said))


def _finish(session: Session, number: int, now: datetime) -> ImportReport:
    return report_of(note_done(session, number, now))


def report_of(job: Job) -> ImportReport:
    """What a file changed that is in."""
    said = job.said()
    return ImportReport(
        kind=job.kind, rows=job.total, added=job.added, changed=job.changed, unchanged=job.unchanged,
        ignored=tuple(said.get("ignored", ())), notes=tuple(said.get("notes", ())),
        added_of=tuple(said.get("added of", {}).items()),
    )  # fmt: skip


def give_up(session: Session, number: int, stage: str, outcome: str, now: datetime) -> None:
    """Note that nothing of a file comes in. What is decided stays so."""
    jobs.step(session, number, jobs.BEFORE, stage=stage, outcome=outcome, ended_at=now)


def _give_up_and_count(session: Session, number: int, stage: str, error: BaseException, now: datetime) -> None:
    """The same, and count the codes of which the answer says that they are taken against who sent the file."""
    job = jobs.get(session, number)
    if job is not None and job.operator_id is not None and isinstance(error, ImportRefused) and error.told_taken:
        guesses.count_taken(session, job.operator_id, now, error.told_taken)
    give_up(session, number, stage, outcome_of(error), now)


def sweep(database: Database, pace: Pace | None = None) -> None:
    """Delete the rows that nobody will bring in, a few at a time."""
    pace = pace or Pace()
    while pace.take_turn(database, jobs.drop_slices, 4 * pace.at_once):
        pass


def demand_room(database: Database, size: int) -> None:
    """Raise NoRoom where a file of so many bytes might fill the disk."""
    if database.is_sqlite:
        need_room(Path(str(database.url.database)).expanduser().parent, ROOM * size, "this file")


def outcome_of(error: BaseException) -> str:
    """Why nothing came in, as JSON."""
    if isinstance(error, ImportRefused):
        problems = [[each.line, each.column, each.expected, each.got] for each in error.problems]
        return json.dumps({"problems": problems, "bad": error.total})
    return json.dumps({"words": error.message if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"})


def _in_words(error: BaseException) -> BaseException:
    if isinstance(error, KeyboardInterrupt):
        return Cancelled("Cancelled. Nothing was brought in.")
    cause = getattr(error, "orig", error)
    if "disk is full" in str(cause) or getattr(cause, "sqlstate", "") == "53100" or getattr(cause, "errno", 0) == 28:
        return NoRoom("The disk is full. Nothing was brought in.")
    return error


def _step_unless_cancelled(session: Session, number: int, was: str, values: dict[str, Any]) -> bool:
    job = jobs.get(session, number)
    return job is not None and not job.cancel and jobs.step(session, number, (was,), **values)
