"""Adding and changing one record, by the rules of its file. Who did it is noted, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.data.imports.importer import Importer
from scanner.data.imports.report import ImportProgress
from scanner.data.imports.sheet import open_sheet
from scanner.data.imports.writes import Writes
from scanner.data.records import rules, store
from scanner.data.records.kinds import Kind
from scanner.data.records.rules import Cells, NotTaken
from scanner.errors import Conflict, NotFound
from scanner.people.rules import OperatorView, Right


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a file would have it, and the version that a change of it is made from."""

    cells: Cells
    version: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, in words; `notes`: what was taken and is worth a look."""

    named: str
    message: str
    notes: tuple[str, ...] = ()


def listed(session: Session, kind: Kind, words: str, most: int, by: OperatorView) -> tuple[list[Cells], int, int]:
    """Some records of a kind, how many have the words, and how many there are."""
    by.demand(Right.IMPORT)
    return store.listed(session, kind, words, most)


def one(session: Session, kind: Kind, key: Mapping[str, str], nth: int, by: OperatorView) -> Record:
    """One record. Raises NotFound."""
    by.demand(Right.IMPORT)
    found = _require(session, kind, key, nth)
    return Record(found, rules.version_of(found))


def add(session: Session, kind: Kind, importer: type[Importer], said: Cells, by: OperatorView, now: datetime) -> Written:
    """Add a record. Raises NotTaken in the words of the file, and Conflict where there is one already."""
    by.demand(Right.IMPORT)
    writes = Writes(session)
    writes.hold_codes()
    if not kind.can_add:
        raise Conflict(f"A {kind.one} is there with its first place: add that.")
    if store.find(session, kind, said):
        raise Conflict(f"There is {kind.a_new} {kind.named(said)} already. Change that one.", kind.key[0])
    progress = _take(writes, importer, [said], by, now)
    after = store.find(session, kind, said)
    if after is None and not progress.added:
        raise Conflict(_said(progress) or f"{kind.named(said)} stands for something else.", kind.key[0])
    after = after or {name: value for name, value in said.items() if value}
    audit.note(session, by, Action.RECORD_ADDED, kind.one, kind.named(after), after=_told(kind, after), at=now)
    return Written(kind.named(after), f"{kind.named(after)} is added.", tuple(map(_plain, progress.notes)))


def change(
    session: Session,
    kind: Kind,
    importer: type[Importer],
    said: Cells,
    nth: int,
    version: str,
    by: OperatorView,
    now: datetime,
) -> Written:
    """Change a record; what finds it stays. Raises NotFound, NotTaken, and Conflict where somebody else was quicker."""
    by.demand(Right.IMPORT)
    writes = Writes(session)
    writes.hold_codes()  # whoever changes a record in a page waits here for the one before
    before = _require(session, kind, said, nth)
    rules.demand_same(before, version, kind.named(before))
    row = said | {name: before[name] for name in kind.key}
    progress = _take(writes, importer, [*_lines_before(session, kind, row, nth), row], by, now)
    after = _require(session, kind, before, nth)
    told = {"before": _told(kind, before), "after": _told(kind, after)}
    audit.note(session, by, Action.RECORD_CHANGED, kind.one, kind.named(after), at=now, **told)
    return Written(kind.named(after), f"{kind.named(after)} is saved.", tuple(map(_plain, progress.notes)))


def _lines_before(session: Session, kind: Kind, row: Cells, nth: int) -> list[Cells]:
    """The lines of the same key before this one, as they are: a file counts them."""
    earlier = [_require(session, kind, row, each) for each in range(nth)]
    return [row | kind_line(kind, each) for each in earlier]


def kind_line(kind: Kind, cells: Cells) -> Cells:
    """What a line says by itself, beside what it has in common with the others of its task."""
    return {"expected": cells["expected"], "sscc": ""}


def _take(writes: Writes, importer: type[Importer], rows: list[Cells], by: OperatorView, now: datetime) -> ImportProgress:
    progress = ImportProgress()
    with open_sheet(BytesIO(rules.as_file(rows)), importer.columns, progress) as sheet:
        sound = list(sheet.rows)
    if not progress.bad:
        importer(writes, progress, by.id, now).take(sound)
    if progress.bad:
        raise NotTaken(progress.problems, progress.told_taken)
    return progress


def _require(session: Session, kind: Kind, key: Mapping[str, str], nth: int) -> Cells:
    found = store.find(session, kind, key, nth)
    if found is None:
        raise NotFound(f"There is no {kind.one} {kind.named(key)[:200]}.")
    return found


def _told(kind: Kind, cells: Mapping[str, str]) -> Cells:
    return {field.name: cells[field.name] for field in kind.fields if field.name in cells}


def _said(progress: ImportProgress) -> str:
    return _plain(progress.notes[0]) if progress.notes else ""


def _plain(note: str) -> str:
    """A note without the line and column of a file."""
    return note.partition(": ")[2] + "."
