"""One scan on its way through the spine, between what the device asked and what a workflow decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue.locations import Place
from scanner.codes.reading import Code
from scanner.scans import tasks
from scanner.scans.decision import Decision, ItemName, LineCount, Opened, Reason, ScanRequest


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was asked, what the code says, where goods go now (None: where the workflow begins), whether it was confirmed.

    `confirms` is the sequence number of the held scan that this one says yes to, `links` that of the unknown one it counts.
    """

    request: ScanRequest
    code: Code
    quantity: int
    here: Place | None
    now: datetime
    confirmed: bool = False
    confirms: int | None = None
    links: int | None = None

    @property
    def happened_at(self) -> datetime:
        """When the scan was made, by the server's clock."""
        return self.request.happened_at(self.now)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A workflow's decision, the item it is about where it is about one, and where goods go from now on.

    `handles` is the arrival whose goods are in hand after the scan. `also` writes what the workflow keeps beside the scan,
    whose sequence number it is given; it runs in the same transaction, and not at all for a scan that is known already.
    """

    decision: Decision
    item_id: int | None = None
    item: ItemName | None = None
    here: Place | None = None
    handles: int | None = None
    also: Callable[[Session, int], None] | None = None


def nothing_stands(_session: Session, _task_id: int, _item_id: int) -> tuple[Opened, ...]:
    """Of a workflow whose discrepancies do not follow from its counts."""
    return ()


def on_its_lines(session: Session, task_id: int, item_id: int) -> LineCount | None:
    """How far an item is on its task, by the task's own lines; None where it has none."""
    lines = tasks.lines_for_item(session, task_id, item_id)
    return LineCount(sum(line.expected for line in lines), sum(line.scanned for line in lines)) if lines else None


def undone_as_usual(_session: Session, _task: Row[Any], _attempt: Attempt, _undone: Row[Any]) -> None:
    """Of a workflow that takes back counts and movements, and nothing else."""
    return


def everybody(_session: Session, _task: Row[Any], _operator_id: int) -> None:
    """Of a workflow whose tasks are there for everybody who may scan such."""
    return


@dataclass(frozen=True, slots=True)
class Workflow:
    """What one kind of task adds to the spine. All of it reads, and writes nothing.

    `decide` judges a scan of the task (id, reference, kind, state). `standing` gives, for a task and an item, the
    discrepancies that follow from what is counted now; they are looked at after a scan for one of the reasons `stands_on`.
    `so_far` gives how far an item is on a task. `undo` judges the undoing of an earlier scan (its row), or leaves it to the
    spine. `admit` raises for whom the task is not.
    """

    decide: Callable[[Session, Row[Any], Attempt], Judgement]
    standing: Callable[[Session, int, int], tuple[Opened, ...]] = nothing_stands
    stands_on: frozenset[Reason] = field(default_factory=frozenset)
    so_far: Callable[[Session, int, int], LineCount | None] = on_its_lines
    undo: Callable[[Session, Row[Any], Attempt, Row[Any]], Judgement | None] = undone_as_usual
    admit: Callable[[Session, Row[Any], int], None] = everybody
