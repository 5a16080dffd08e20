"""Bringing in data by CSV: a file is taken whole or not at all, and the same file twice changes nothing more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import IO

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, Who
from scanner.data.imports.catalogue import Barcodes, Items, Kits
from scanner.data.imports.importer import Importer
from scanner.data.imports.people import Operators
from scanner.data.imports.places import Locations, Sections, StockCounts
from scanner.data.imports.report import Audited, ImportProblem, ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.sheet import open_sheet
from scanner.errors import BadRequest
from scanner.people.rules import OperatorView, Right

__all__ = ["KINDS", "ImportProblem", "ImportRefused", "ImportReport", "bring_in", "columns_of", "import_csv"]

_IMPORTERS: dict[str, type[Importer]] = {
    "items": Items,
    "barcodes": Barcodes,
    "kits": Kits,
    "locations": Locations,
    "sections": Sections,
    "stock": StockCounts,
    "operators": Operators,
}
KINDS = tuple(_IMPORTERS)
"""The kinds of files that no room brings, in the order in which a whole warehouse can be imported. Those of rooms follow."""
More = Mapping[str, type[Importer]]
"""Kinds of files that rooms bring."""

_BATCH = 1_000
_PIECE = 1 << 20


def columns_of(kind: str, more: More | None = None) -> dict[str, bool]:
    """The columns that a kind of file may have, and whether each row must say something in it."""
    return {column.name: column.required for column in _importer(kind, more).columns}


def bring_in(
    session: Session,
    kind: str,
    stream: IO[bytes],
    operator: OperatorView,
    now: datetime,
    *,
    more: More | None = None,
    filename: str = "",
) -> ImportReport:
    """Take in a CSV file for a person who may. Raises as `import_csv`."""
    operator.demand(Right.IMPORT)
    return import_csv(session, kind, stream, operator.id, now, more=more, by=operator, filename=filename)


def import_csv(
    session: Session,
    kind: str,
    stream: IO[bytes],
    operator_id: int | None,
    now: datetime,
    *,
    more: More | None = None,
    by: Who | None = None,
    filename: str = "",
) -> ImportReport:
    """Take in a CSV file, from the start of `stream`, and ask for no right: the commands call it, and use cases that did.

    `operator_id` is who moves stock by it; None is the system, as for a command. `by` is who brings it, else a command.

    Raises ImportRefused with every problem, once the whole file was checked; roll the transaction back then.
    Raises BadRequest for an unknown kind.
    """
    progress = ImportProgress()
    importer = _importer(kind, more)(session, progress, operator_id, now)
    digest = _digest(stream)
    with open_sheet(stream, importer.columns, progress) as sheet:
        while rows := list(islice(sheet.rows, _BATCH)):
            importer.take(rows)
    if progress.bad:
        raise ImportRefused(kind, tuple(sorted(progress.problems, key=lambda problem: problem.line)), progress.bad)
    report = ImportReport(
        kind=kind,
        rows=progress.rows,
        added=progress.added,
        changed=progress.changed,
        unchanged=progress.unchanged,
        ignored=sheet.ignored,
        notes=tuple(progress.notes),
    )
    brought_in(session, report, by or audit.machine("import"), progress.audited, filename=filename, digest=digest, now=now)
    return report


def brought_in(
    session: Session,
    report: ImportReport,
    by: Who,
    audited: Iterable[Audited],
    *,
    filename: str,
    digest: str,
    now: datetime,
) -> None:
    """Note in the audit a file that is in, and each thing of it that is noted by itself (people)."""
    numbers = {"rows": report.rows, "added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    after = ({"file": filename} if filename else {}) | {"sha256": digest, **numbers}
    audit.note(session, by, Action.FILE_IN, "file", report.kind, after=after, at=now)
    for action, subject, before, now_is in audited:
        audit.note(session, by, action, "person", subject, before=before, after=now_is, at=now)


def _digest(stream: IO[bytes]) -> str:
    """The SHA-256 of a file, in hex, which is read from its start and put back there."""
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def _importer(kind: str, more: More | None) -> type[Importer]:
    importers = _IMPORTERS | dict(more or {})
    if kind not in importers:
        raise BadRequest(f"Expected one of {', '.join(importers)}, got {kind!r}.", "kind")
    return importers[kind]
