"""Brings in a small file in one short transaction. All rules are tried on it before, in a session that only reads."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlmodel import Session

from scanner.data.imports import jobs
from scanner.data.imports.done import note_done, note_each
from scanner.data.imports.importer import Importer
from scanner.data.imports.jobs import BRINGING
from scanner.data.imports.large import report_of
from scanner.data.imports.report import NOTHING_ELSE, ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.sheet import Row, open_sheet
from scanner.data.imports.writes import Rehearsal, Writes
from scanner.db.engine import Database

SMALL = 64 * 1024
"""Bytes of a file that is small, if its rows are few (`Importer.is_small`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody sends. `operator_id` None: a command."""

    kind: str
    stream: IO[bytes]
    name: str
    operator_id: int | None


def size_of(stream: IO[bytes]) -> int:
    """Bytes of a file; it stands at its start afterwards."""
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def digest_of(stream: IO[bytes]) -> str:
    """The SHA-256 of a file, in hex; it stands at its start afterwards."""
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class SmallFile:
    """The sound rows of a small file; what is wrong in the others is in `progress`."""

    rows: list[Row]
    ignored: tuple[str, ...]
    progress: ImportProgress


def read_small(importer: type[Importer], stream: IO[bytes]) -> SmallFile | None:
    """Read a file; None where it is not small: it would hold up scans, or whoever waits for the answer."""
    if size_of(stream) > SMALL:
        return None
    progress = ImportProgress()
    with open_sheet(stream, importer.columns, progress) as sheet:
        rows = list(sheet.rows)
    stream.seek(0)
    return SmallFile(rows, sheet.ignored, progress) if importer.is_small(rows) else None


class Untold(ImportProgress):
    """What a look beforehand meets. It is not told which codes mean something else: only who brings in a file learns that."""

    def taken(self, line: int, column: str, code: str, expected: str = NOTHING_ELSE) -> None:
        """Nothing."""


def rehearse(database: Database, importer: type[Importer], stream: IO[bytes], operator_id: int | None, now: datetime) -> Untold:
    """Try the rules on all rows of a file that a person waits for. Nothing is changed, held or counted."""
    progress = Untold()
    with open_sheet(stream, importer.columns, progress) as sheet:
        rows = list(sheet.rows)
    with database.read() as session:
        importer(Rehearsal(session), progress, operator_id, now).take(rows)
    return progress


def bring_in_small(database: Database, importer: type[Importer], upload: Upload, small: SmallFile, now: datetime) -> ImportReport:
    """Bring a file in. Raises ImportRefused with every problem; then nothing of it is in."""
    rows, progress, digest = small.rows, small.progress, digest_of(upload.stream)
    with database.read() as session:
        importer(Rehearsal(session), progress, upload.operator_id, now).take(rows)
    if progress.bad:
        raise _refused(upload.kind, progress)
    for _ in importer.work_out(database, rows):
        pass
    said = {"notes": progress.notes, "ignored": list(small.ignored)}

    def bring_in(session: Session) -> ImportReport:
        done, writes = ImportProgress(), Writes(session)
        importer(writes, done, upload.operator_id, now).take(rows)
        if done.bad:  # something changed since the rehearsal
            raise _refused(upload.kind, done)
        number = jobs.add(
            session, kind=upload.kind, name=upload.name, operator_id=upload.operator_id, now=now, stage=BRINGING,
            total=progress.rows, done=progress.rows, added=done.added, changed=done.changed, unchanged=done.unchanged,
            outcome=json.dumps(said | {"added of": done.added_of}), digest=digest,
        )  # fmt: skip
        job = note_done(session, number, now)
        note_each(session, job, writes.audited, now)
        return report_of(job)

    return database.transact(bring_in)


def _refused(kind: str, progress: ImportProgress) -> ImportRefused:
    problems = tuple(progress.problems)
    return ImportRefused(kind, problems, progress.bad, progress.told_taken)
