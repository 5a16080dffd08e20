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
from scanner.data.imports.report import ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.scratch import PAGE
from scanner.data.imports.sheet import Row, open_sheet
from scanner.data.imports.writes import Rehearsal, Writes
from scanner.db.engine import Database

SMALL = 64 * 1024
"""Bytes of a file that one transaction takes in, in less time than a person notices."""


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


def bring_in_small(database: Database, importer: type[Importer], upload: Upload, now: datetime) -> ImportReport:
    """Bring a file in. Raises ImportRefused with every problem; then nothing of it is in."""
    progress, digest = ImportProgress(), digest_of(upload.stream)
    with open_sheet(upload.stream, importer.columns, progress) as sheet:
        rows = list(sheet.rows)
    with database.read() as session:  # also works out what takes long, such as the hashes of PINs
        _take(importer(Rehearsal(session), progress, upload.operator_id, now), rows)
    if progress.bad:
        raise _refused(upload.kind, progress)
    said = {"notes": progress.notes, "ignored": list(sheet.ignored)}

    def bring_in(session: Session) -> ImportReport:
        done, writes = ImportProgress(), Writes(session)
        _take(importer(writes, done, upload.operator_id, now), rows)
        if done.bad:  # something changed since the rehearsal
            raise _refused(upload.kind, done)
        number = jobs.add(
            session, kind=upload.kind, name=upload.name, operator_id=upload.operator_id, now=now, stage=BRINGING,
            total=progress.rows, done=progress.rows, added=done.added, changed=done.changed, unchanged=done.unchanged,
            outcome=json.dumps(said), digest=digest,
        )  # fmt: skip
        job = note_done(session, number, now)
        note_each(session, job, writes.audited, now)
        return report_of(job)

    return database.transact(bring_in)


def _take(importer: Importer, rows: list[Row]) -> None:
    for at in range(0, len(rows), PAGE):
        importer.take(rows[at : at + PAGE])


def _refused(kind: str, progress: ImportProgress) -> ImportRefused:
    problems = tuple(progress.problems)
    return ImportRefused(kind, problems, progress.bad, progress.told_taken)
