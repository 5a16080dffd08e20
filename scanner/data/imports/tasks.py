"""Receipts and announced returns. A row is a line: the same item twice on a reference makes two lines.

A task may be imported again, also while it is worked on: that changes what is expected, never what was scanned. A line that
is no longer in the file stays. A finished task cannot change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from sqlmodel import Session

from scanner.codes.reading import has_check_digit
from scanner.data import store
from scanner.data.imports.catalogue import SKU
from scanner.data.imports.cells import Column, day, text, whole
from scanner.data.imports.importer import Importer, Values
from scanner.data.imports.report import Progress
from scanner.data.imports.sheet import Row
from scanner.data.store import StoredLine
from scanner.db import bulk
from scanner.scans import meanings
from scanner.scans.decision import TaskState
from scanner.scans.meanings import scans_as

REFERENCE = Column("reference", text(64), required=True)


def sscc(cell: str) -> str:
    """18 digits with their check digit, with or without the (00) in front."""
    digits = cell.removeprefix("(00)")
    digits = digits[2:] if len(digits) == 20 and digits.startswith("00") else digits
    if len(digits) != 18 or not has_check_digit(digits):
        raise ValueError("an SSCC of 18 digits, the last their check digit")
    return digits


@dataclass(slots=True, kw_only=True)
class _Known:
    """A task as the file and the database have it so far."""

    id: int
    state: str  # of another kind of task: what it is, in words
    head: Values  # columns of the task, by the table's names
    lines: dict[int, list[StoredLine]] = field(default_factory=dict)  # by item, in the order in which they fill
    positions: int = 0  # the highest of a line
    said: dict[str, tuple[object, int]] = field(default_factory=dict)  # column -> what the file says first, and on which line


class _Tasks(Importer):
    """Rows of one kind of task."""

    kind: ClassVar[str]
    heads: ClassVar[dict[str, str]]
    """Columns of the file that say the same on each row of a reference -> columns of the table."""

    def __init__(self, session: Session, progress: Progress, operator_id: int | None, now: datetime) -> None:
        super().__init__(session, progress, operator_id, now)
        self._tasks: dict[str, _Known] = {}
        self._seen: Counter[tuple[str, int]] = Counter()

    def take(self, rows: list[Row]) -> None:
        items = self.items(rows, "sku")
        rows = [row for row in rows if self.known(row, "sku", items, "item")]
        self._load({row["reference"] for row in rows} - set(self._tasks))
        rows = self._new_labels(rows)
        new: list[Values] = []
        changed: list[Values] = []
        for row in rows:
            if self._same_head(row):
                self._line(row, items[row["sku"]], new, changed)
        bulk.insert_all(self.session, store.line, new)
        bulk.update_all(self.session, store.line, changed)

    def _load(self, references: set[str]) -> None:
        for task in store.hold_tasks(self.session, references):
            head = {column: getattr(task, column) for column in self.heads.values()}
            is_one = task.kind == self.kind and task.announced
            other = task.kind if task.announced else f"{task.kind} that nobody announced"
            self._tasks[task.reference] = _Known(id=task.id, state=task.state if is_one else other, head=head)
        by_id = {known.id: known for known in self._tasks.values()}
        for line in store.lines_of(self.session, [self._tasks[r].id for r in references if r in self._tasks]):
            known = by_id[line.task_id]
            known.lines.setdefault(line.item_id, []).append(line)
            known.positions = max(known.positions, line.position)

    def _new_labels(self, rows: list[Row]) -> list[Row]:
        new = [row for row in rows if row["reference"] not in self._tasks]
        owners = meanings.owners_of(self.session, {row["reference"] for row in new}, but=("tasks",))
        return [row for row in rows if row["reference"] in self._tasks or self._is_label(row, "reference", owners)]

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

    def _head_may_change(self, row: Row, task: _Known) -> bool:
        said = {stored: row[column] for column, stored in self.heads.items() if row.get(column) is not None}
        if all(task.head[name] == value for name, value in said.items()):
            return True
        if task.state == TaskState.FINISHED:
            self.bad(row, "reference", "no change, as this task is finished", row["reference"])
            return False
        bulk.update_all(self.session, store.task, [{"id": task.id, **said}])
        task.head |= said
        return True

    def _add(self, row: Row) -> _Known:
        head = {stored: row.get(column, "") for column, stored in self.heads.items()}
        head |= {name: head[name] or None for name in ("due_on", "asn") if name in head}
        values = {"reference": row["reference"], "kind": self.kind, "created_at": self.now, **head}
        task_id = store.insert_task(self.session, values)
        known = self._tasks[row["reference"]] = _Known(id=task_id, state=TaskState.OPEN, head=head)
        return known

    def _line(self, row: Row, item_id: int, new: list[Values], changed: list[Values]) -> None:
        """Put the line of a row among the new or the changed ones, if it is either."""
        task = self._tasks[row["reference"]]
        nth = self._seen[row["reference"], item_id]
        self._seen[row["reference"], item_id] += 1
        there = task.lines.get(item_id, [])
        old = there[nth] if nth < len(there) else None
        wanted = self._wanted(row, old)
        line_is_new = old is None or any(getattr(old, name) != value for name, value in wanted.items())
        carton_is_new = self._carton_differs(row, task, item_id)
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

    def _wanted(self, row: Row, old: StoredLine | None) -> Values:
        """What the row sets a line to."""
        raise NotImplementedError

    def _carton_differs(self, row: Row, task: _Known, item_id: int) -> bool | None:
        """Whether the row says something new of a carton; None where what it says is a problem."""
        return False


class Receipts(_Tasks):
    """`reference, supplier, due_on, sku, expected`, and `asn`, `sscc`: the carton that the line comes in."""

    kind = "receiving"
    heads: ClassVar = {"supplier": "partner", "due_on": "due_on", "asn": "asn"}
    columns = (
        REFERENCE,
        Column("supplier", text(200)),
        Column("due_on", day),
        SKU,
        Column("expected", whole(0), required=True),
        Column("asn", text(64)),
        Column("sscc", sscc),
    )

    def take(self, rows: list[Row]) -> None:
        self._cartons = store.cartons(self.session, {row["sscc"] for row in rows if row.get("sscc")})
        self._packed: dict[tuple[str, int], Values] = {}
        rows = [row for row in rows if row.get("asn") is None or self._scans(row)]
        super().take(rows)
        self._pack()

    def _scans(self, row: Row) -> bool:
        if not scans_as(row["asn"]):
            self.bad(row, "asn", "a code that scans as what it says", row["asn"])
        return scans_as(row["asn"])

    def _wanted(self, row: Row, old: StoredLine | None) -> Values:
        return {"expected": row["expected"]}

    def _carton_differs(self, row: Row, task: _Known, item_id: int) -> bool | None:
        label = row.get("sscc")
        if label is None or row["expected"] == 0:
            return False
        elsewhere = {there.task_id for there in self._cartons.get(label, {}).values()} - {task.id}
        elsewhere |= {packed["task_id"] for (other, _), packed in self._packed.items() if other == label} - {task.id}
        if elsewhere:
            self.bad(row, "sscc", "a carton of this receipt", f"{label}, a carton of another one")
            return None
        if not self.first_time(row, "sscc", (label, item_id), label):
            return None
        there = self._cartons.get(label, {}).get(item_id)
        if there and there.units == row["expected"]:
            return False
        self._packed[label, item_id] = {"sscc": label, "item_id": item_id, "task_id": task.id, "units": row["expected"]}
        return True

    def _pack(self) -> None:
        old = {key for key in self._packed if key[1] in self._cartons.get(key[0], {})}
        bulk.insert_all(self.session, store.carton, [packed for key, packed in self._packed.items() if key not in old])
        bulk.update_all(self.session, store.carton, [self._packed[key] for key in sorted(old)], ("sscc", "item_id"))


class Returns(_Tasks):
    """`reference, order, customer, sku, expected, reason`: one unit is announced if `expected` is blank."""

    kind = "return"
    heads: ClassVar = {"order": "order_ref", "customer": "partner"}
    columns = (
        REFERENCE,
        Column("order", text(64)),
        Column("customer", text(200)),
        SKU,
        Column("expected", whole(0)),
        Column("reason", text(300)),
    )

    def _wanted(self, row: Row, old: StoredLine | None) -> Values:
        return {
            "expected": row.get("expected", old.expected if old else 1),
            "reason": row.get("reason", old.reason if old else ""),
        }
