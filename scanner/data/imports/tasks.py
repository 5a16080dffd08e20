"""Tasks that are announced by file, of any kind. A row is a line: the same item twice on a reference makes two lines.

A task may be imported again, also while it is worked on: that changes what is expected, never what was scanned. A line that
is no longer in the file stays. A finished task cannot change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from scanner.data import store
from scanner.data.imports.cells import Column, code
from scanner.data.imports.importer import Importer, Values
from scanner.data.imports.report import ImportProgress
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Writes
from scanner.data.store import StoredLine
from scanner.scans.decision import TaskState
from scanner.scans.meanings import scans_as

REFERENCE = Column("reference", code(64), required=True)
NTH = "nth of its item"
"""Noted with a row: how many rows of its reference before it have the same item."""


@dataclass(slots=True, kw_only=True)
class KnownTask:
    """A task as the file and the database have it so far."""

    id: int
    state: str  # of another kind of task: what it is, in words
    head: Values  # columns of the task, by the table's names
    lines: dict[int, list[StoredLine]] = field(default_factory=dict)  # by item, in the order in which they fill
    positions: int = 0  # the highest of a line
    said: dict[str, tuple[object, int]] = field(default_factory=dict)  # column -> what the file says first, and on which line


class TaskImporter(Importer):
    """Rows of one kind of task. Its room says which columns there are, and what a row sets a line to."""

    kind: ClassVar[str]
    heads: ClassVar[dict[str, str]]
    """Columns of the file that say the same on each row of a reference -> columns of the table."""
    scanned: ClassVar[tuple[str, ...]] = ()
    """Those of them that are on a label, by which the task is opened, too."""

    together = True
    notes_on_rows = True

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._tasks: dict[str, KnownTask] = {}
        self._seen: Counter[tuple[str, int]] = Counter()

    def take(self, rows: list[Row]) -> None:
        items = self.items(rows, "sku")
        rows = [row for row in rows if self.known(row, "sku", items, "item") and self._scan(row)]
        self._load({row["reference"] for row in rows} - set(self._tasks))
        rows = self._new_labels(rows)
        new: list[Values] = []
        changed: list[Values] = []
        for row in rows:
            if self._same_head(row):
                self._line(row, items[row["sku"]], new, changed)
        self.writes.insert(store.line, new)
        self.writes.update(store.line, changed)

    def forget(self) -> None:
        """Let go of the tasks so far. No later row is of one of them."""
        self._tasks.clear()
        self._seen.clear()

    def _load(self, references: set[str]) -> None:
        for task in self.writes.tasks(references):
            head = {column: getattr(task, column) for column in self.heads.values()}
            is_one = task.kind == self.kind and task.announced
            other = task.kind if task.announced else f"{task.kind} that nobody announced"
            self._tasks[task.reference] = KnownTask(id=task.id, state=task.state if is_one else other, head=head)
        by_id = {known.id: known for known in self._tasks.values()}
        for line in store.lines_of(self.session, [self._tasks[r].id for r in references if r in self._tasks]):
            known = by_id[line.task_id]
            known.lines.setdefault(line.item_id, []).append(line)
            known.positions = max(known.positions, line.position)

    def _scan(self, row: Row) -> bool:
        wrong = next((name for name in self.scanned if name in row.values and not scans_as(row[name])), None)
        if wrong:
            self.bad(row, wrong, "a code that scans as what it says", row[wrong])
        return wrong is None

    def _new_labels(self, rows: list[Row]) -> list[Row]:
        new = [row for row in rows if row["reference"] not in self._tasks]
        owners = self.owners({row["reference"] for row in new}, "tasks")
        return [row for row in rows if row["reference"] in self._tasks or self.is_label(row, "reference", owners)]

    def _same_head(self, row: Row) -> bool:
        task = self._tasks.get(row["reference"]) or self._add(row)
        if task.state not in set(TaskState):
            self.bad(row, "reference", f"a reference of its own: this one is a {task.state}", row["reference"])
            return False
        for column in self.heads:
            value, line = task.said.setdefault(column, (row.get(column), row.line))
            if value != row.get(column):
                self.bad(row, column, f"the same as on line {line}: {value or 'nothing'}", str(row.get(column) or ""))
                return False
        return self._head_may_change(row, task)

    def _head_may_change(self, row: Row, task: KnownTask) -> bool:
        said = {stored: row[column] for column, stored in self.heads.items() if row.get(column) is not None}
        if all(task.head[name] == value for name, value in said.items()):
            return True
        if task.state == TaskState.FINISHED:
            self.bad(row, "reference", "no change, as this task is finished", row["reference"])
            return False
        self.writes.update(store.task, [{"id": task.id, **said}])
        task.head |= said
        return True

    def _add(self, row: Row) -> KnownTask:
        head = {stored: row.get(column, "") for column, stored in self.heads.items()}
        head |= {name: head[name] or None for name in ("due_on", "asn") if name in head}
        values = {"reference": row["reference"], "kind": self.kind, "created_at": self.now, **head}
        task_id = self.writes.add_task(values)
        known = self._tasks[row["reference"]] = KnownTask(id=task_id, state=TaskState.OPEN, head=head)
        return known

    def _line(self, row: Row, item_id: int, new: list[Values], changed: list[Values]) -> None:
        """Put the line of a row among the new or the changed ones, if it is either."""
        task = self._tasks[row["reference"]]
        nth = row.values.setdefault(NTH, self._seen[row["reference"], item_id])
        self._seen[row["reference"], item_id] += 1
        there = task.lines.get(item_id, [])
        old = there[nth] if nth < len(there) else None
        if old is None and not self.may_add(row, item_id):
            return
        wanted = self.wanted(row, old)
        line_is_new = old is None or any(getattr(old, name) != value for name, value in wanted.items())
        carton_is_new = self.carton_differs(row, task, item_id)
        if carton_is_new is None:
            return
        if not (line_is_new or carton_is_new):
            self.progress.unchanged += 1
        elif task.state == TaskState.FINISHED:
            self.bad(row, "sku", "no change, as this task is finished", row["sku"])
        elif old is None:
            task.positions += 1
            new.append({"task_id": task.id, "position": task.positions, "item_id": item_id, **wanted})
            self.progress.added += 1
        else:
            changed.append({"id": old.id, **wanted})
            self.progress.changed += 1

    def may_add(self, row: Row, item_id: int) -> bool:
        """Whether the item may get a new line; where it may not, a problem is noted."""
        return True

    def wanted(self, row: Row, old: StoredLine | None) -> Values:
        """What the row sets a line to."""
        raise NotImplementedError

    def carton_differs(self, row: Row, task: KnownTask, item_id: int) -> bool | None:
        """Whether the row changes a carton. None if the row is wrong."""
        return False
