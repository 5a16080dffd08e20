"""Adding and changing one record, by the rules of its file. Who did it is noted, from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.data.imports.importer import Importer
from scanner.data.imports.report import ImportProblem, ImportProgress
from scanner.data.imports.sheet import Row, open_sheet
from scanner.data.imports.writes import Writes
from scanner.data.records import rules, store
from scanner.data.records.kinds import Kind
from scanner.data.records.rules import Cells, NotTaken
from scanner.db.engine import Database
from scanner.errors import Conflict, NotFound
from scanner.people.rules import OperatorView


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


@dataclass(frozen=True, slots=True)
class Sent:
    """A record that was sent, checked as far as that needs no transaction. `rows`: of its file."""

    cells: Cells
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """A record as it is now, and whether it was not there before; `notes`: what was taken and is worth a look."""

    cells: Cells
    is_new: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and the mark to read on from; none where the list is at its end."""

    records: list[Cells]
    next: str = ""


def page(session: Session, kind: Kind, after: str, most: int, by: OperatorView) -> Page:
    """The records that follow a mark, in the order of their keys. Whoever follows the marks sees each record once."""
    _demand(kind, by)
    place = rules.position_of(after, [int if name == "nth" else str for name in kind.order]) if after else []
    found = store.after(session, kind, place, most + 1)
    last = found[most - 1] if len(found) > most else None
    return Page(list(map(kind.shown, found[:most])), rules.mark_of([last[name] for name in kind.order]) if last else "")


def listed(session: Session, kind: Kind, words: str, most: int, by: OperatorView) -> tuple[list[Cells], int, int]:
    """Some records of a kind, how many have the words, and how many there are."""
    _demand(kind, by)
    return store.listed(session, kind, words, most)


def one(session: Session, kind: Kind, key: Mapping[str, str], nth: int, by: OperatorView) -> Record:
    """One record. Raises NotFound."""
    _demand(kind, by)
    found = _require(session, kind, key, nth)
    return Record(found, rules.version_of(found))


def add(session: Session, kind: Kind, importer: type[Importer], said: Cells, by: OperatorView, now: datetime) -> Written:
    """Add a record. Raises NotTaken in the words of the file, and Conflict where there is one already."""
    _demand(kind, by)
    writes = Writes(session)
    writes.hold_codes()
    if not kind.can_add:
        raise Conflict(f"A {kind.one} is there with its first place: add that.")
    said = _with_skus(session, kind, said)
    if there := store.first_of(session, kind, said.get(kind.key[0], "")):
        rules.demand_shared(kind.fields, kind.named({kind.key[0]: there[kind.key[0]]}), there, said)
    if store.find(session, kind, said):
        raise Conflict(f"There is {kind.a_new} {kind.named(said)} already. Change that one.", kind.key[0])
    progress = _take(writes, importer, [said], by, now)
    after = store.find(session, kind, said)
    if after is None and not progress.added:
        if not any(said.values()):
            raise NotTaken([ImportProblem(2, kind.key[0], "something", "nothing")])
        raise Conflict(_said(progress) or f"{kind.named(said)} stands for something else.", kind.key[0])
    after = after or {name: value for name, value in said.items() if value}
    audit.note(session, by, Action.RECORD_ADDED, kind.one, kind.named(after), after=kind.told(after), at=now)
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
    _demand(kind, by)
    writes = Writes(session)
    writes.hold_codes()  # before what is there is read: who was quicker is done by then
    before = _require(session, kind, said, nth)
    rules.demand_same(before, version, kind.named(before))
    if closed := kind.closed(before):
        raise Conflict(closed)
    said = said if "sku" in kind.key else _with_skus(session, kind, said)
    row = said | {name: before[name] for name in kind.key}
    progress = _take(writes, importer, [*_lines_before(session, kind, row, nth), row], by, now)
    cleared = [each.name for each in kind.fields if each.may_clear and said.get(each.name) == "" and before[each.name]]
    if cleared and kind.clear:
        kind.clear(session, before, cleared)
    after = _require(session, kind, before, nth)
    told = {"before": kind.told(before), "after": kind.told(after)}
    audit.note(session, by, Action.RECORD_CHANGED, kind.one, kind.named(after), at=now, **told)
    return Written(kind.named(after), f"{kind.named(after)} is saved.", tuple(map(_plain, progress.notes)))


def check(database: Database, kind: Kind, importer: type[Importer], said: Cells, by: OperatorView) -> Sent:
    """Check what was sent as a file of one row, and hash a PIN, which takes too long for a transaction. Raises NotTaken."""
    _demand(kind, by)
    rows = _rows(importer, [said])
    return Sent(said, tuple(importer.work_out(database, rows)) if importer.works_out else tuple(rows))


def put(
    session: Session, kind: Kind, importer: type[Importer], sent: Sent, nth: int, by: OperatorView, now: datetime,
    cleared: Sequence[str] = (),
) -> Put:  # fmt: skip
    """Make the record say what was sent, whether it is there or not; what was left out stays. The same again changes nothing.

    `cleared`: fields that are emptied.

    Raises NotTaken, and Conflict where what finds it stands for something else.
    """
    _demand(kind, by)
    writes = Writes(session)
    writes.hold_codes()
    before = store.find(session, kind, sent.cells, nth)
    if before is None and not kind.can_add:
        raise Conflict(f"A {kind.one} is there with its first place: add that.")
    rows = [Row(row.line, dict(row.values)) for row in sent.rows]  # an importer writes on them, and this may be tried again
    if nth:
        rows = _rows(importer, [*_lines_before(session, kind, sent.cells, nth), sent.cells])
    progress = _bring(writes, importer, rows, by, now)
    after = store.find(session, kind, sent.cells, nth)
    if after is not None and kind.clear and any(after[name] for name in cleared):
        kind.clear(session, after, cleared)
        after = _require(session, kind, after, nth)
    if after is None:
        raise Conflict(_said(progress) or f"{kind.named(sent.cells)} stands for something else.", kind.key[0])
    _note(writes, kind, before, after, by, now)
    return Put(after, before is None, tuple(map(_plain, progress.notes)))


def shared(session: Session, kind: Kind, first: str, by: OperatorView) -> Cells:
    """What one more record of the same first part of the key begins with; nothing where there is none, or where it is closed."""
    _demand(kind, by)
    there = store.first_of(session, kind, first)
    names = [kind.key[0], *(each.name for each in kind.fields if each.shared)]
    return {name: there[name] for name in names} if there and not kind.closed(there) else {}


def _with_skus(session: Session, kind: Kind, said: Cells) -> Cells:
    found = {
        each.name: store.sku_of(session, said[each.name].strip())
        for each in kind.fields
        if each.finds_item and said.get(each.name)
    }
    return said | found


def _note(writes: Writes, kind: Kind, before: Cells | None, after: Cells, by: OperatorView, now: datetime) -> None:
    """Note the change, in the words of its importer where that has some. What changes nothing is not noted."""
    for each in writes.audited:
        audit.note(
            writes.session, by, each.action, each.kind, each.subject, before=each.before, after=each.after, at=now
        )  # fmt: skip
    if not writes.audited:
        action, was = (Action.RECORD_ADDED, None) if before is None else (Action.RECORD_CHANGED, kind.told(before))
        audit.note(writes.session, by, action, kind.one, kind.named(after), before=was, after=kind.told(after), at=now)


def _lines_before(session: Session, kind: Kind, row: Cells, nth: int) -> list[Cells]:
    """The lines of the same key before this one, as they are: a file counts them."""
    earlier = [_require(session, kind, row, each) for each in range(nth)]
    return [row | kind_line(kind, each) for each in earlier]


def kind_line(kind: Kind, cells: Cells) -> Cells:
    """What a line says by itself, beside what it has in common with the others of its task."""
    return {"expected": cells["expected"], "sscc": ""}


def _take(writes: Writes, importer: type[Importer], rows: list[Cells], by: OperatorView, now: datetime) -> ImportProgress:
    return _bring(writes, importer, _rows(importer, rows), by, now)


def _rows(importer: type[Importer], rows: list[Cells]) -> list[Row]:
    """The rows of their file. Raises NotTaken."""
    progress = ImportProgress()
    with open_sheet(BytesIO(rules.as_file(rows)), importer.columns, progress) as sheet:
        sound = list(sheet.rows)
    _demand_sound(progress)
    return sound


def _bring(writes: Writes, importer: type[Importer], rows: list[Row], by: OperatorView, now: datetime) -> ImportProgress:
    progress = ImportProgress()
    importer(writes, progress, by.id, now).take(rows)
    _demand_sound(progress)
    return progress


def _demand_sound(progress: ImportProgress) -> None:
    if progress.bad:
        raise NotTaken(progress.problems, progress.told_taken)


def _demand(kind: Kind, by: OperatorView) -> None:
    for right in kind.rights:
        by.demand(right)


def _require(session: Session, kind: Kind, key: Mapping[str, str], nth: int) -> Cells:
    found = store.find(session, kind, key, nth)
    if found is None:
        raise NotFound(f"There is no {kind.one} {kind.named(key)[:200]}.")
    return found


def _said(progress: ImportProgress) -> str:
    return _plain(progress.notes[0]) if progress.notes else ""


def _plain(note: str) -> str:
    """A note without the line and column of a file."""
    return note.partition(": ")[2] + "."
