"""Bringing in data by CSV: a file is taken whole or not at all, and the same file twice changes nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import IO

from sqlmodel import Session

from scanner.data.imports.catalogue import Barcodes, Items, Kits
from scanner.data.imports.importer import Importer
from scanner.data.imports.people import Operators
from scanner.data.imports.places import Locations, Sections, StockCounts
from scanner.data.imports.products import Products
from scanner.data.imports.report import ImportProblem, ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.sheet import open_sheet
from scanner.data.imports.suppliers import Suppliers
from scanner.data.imports.writes import Writes
from scanner.errors import BadRequest

__all__ = ["KINDS", "ImportProblem", "ImportRefused", "ImportReport", "all_kinds", "columns_of", "has_secrets", "import_csv"]

_IMPORTERS: dict[str, type[Importer]] = {
    "items": Items,
    "barcodes": Barcodes,
    "kits": Kits,
    "locations": Locations,
    "sections": Sections,
    "stock": StockCounts,
    "suppliers": Suppliers,
    "operators": Operators,
}
KINDS = tuple(_IMPORTERS)
"""The kinds of files that no room brings, in the order in which a whole warehouse can be imported. Those of rooms follow."""
_TOGETHER: dict[str, type[Importer]] = {"products": Products}
"""Files that bring what others bring, too. They are taken out as those."""
More = Mapping[str, type[Importer]]
"""Kinds of files that rooms bring."""

_BATCH = 1_000


def columns_of(kind: str, more: More | None = None) -> dict[str, bool]:
    """The columns that a kind of file may have, and whether each row must say something in it."""
    return {column.name: column.required for column in _importer(kind, more).columns}


def has_secrets(kind: str, more: More | None = None) -> bool:
    """Whether files of a kind hold keys. False for an unknown kind."""
    importer = all_kinds(more).get(kind)
    return importer is not None and any(column.is_secret for column in importer.columns)


def import_csv(
    session: Session, kind: str, stream: IO[bytes], operator_id: int | None, now: datetime, *, more: More | None = None
) -> ImportReport:
    """Take in a CSV file, from the start of `stream`, in a transaction of the caller. It asks for no right.

    For files that others do not wait for; `service` brings in those of people and commands.

    `operator_id` is who moves stock by it; None is the system, as for a command.

    Raises ImportRefused with every problem, once the whole file was checked; roll the transaction back then.
    Raises BadRequest for an unknown kind.
    """
    progress = ImportProgress()
    importer = _importer(kind, more)(Writes(session), progress, operator_id, now)
    with open_sheet(stream, importer.columns, progress) as sheet:
        while rows := list(islice(sheet.rows, _BATCH)):
            importer.take(rows)
    if progress.bad:
        raise ImportRefused(kind, tuple(progress.problems), progress.bad)
    return ImportReport(
        kind=kind,
        rows=progress.rows,
        added=progress.added,
        changed=progress.changed,
        unchanged=progress.unchanged,
        ignored=sheet.ignored,
        notes=tuple(progress.notes),
        added_of=tuple(progress.added_of.items()),
    )


def all_kinds(more: More | None) -> dict[str, type[Importer]]:
    """The rules of every kind of file, those of rooms too."""
    return _IMPORTERS | _TOGETHER | dict(more or {})


def _importer(kind: str, more: More | None) -> type[Importer]:
    importers = all_kinds(more)
    if kind not in importers:
        raise BadRequest(f"Expected one of {', '.join(importers)}, got {kind!r}.", "kind")
    return importers[kind]
