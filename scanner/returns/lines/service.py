"""What came of each line of a return, and whether a refund may go. Pages, files and webhooks say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.returns import grades as arrived
from scanner.returns.lines import store as returned
from scanner.returns.matching import store as matching
from scanner.returns.matching.rules import Came
from scanner.returns.refunds import CameBack, Refund, refund_of


@dataclass(frozen=True, slots=True)
class GradeRow:
    """Units of an item (a line's own, or a part of it) that one scan graded, where they went, and who did it."""

    sku: str
    name: str
    units: int
    disposition: str
    reason: str | None
    reason_name: str | None
    location: str
    scan_seq: int
    arrival_seq: int
    graded_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """One line of a return: what was announced, what came, what of it still waits at the bench, and how the rest was graded.

    `ungraded` and `missing_parts` count parts where the item is a kit. `refund` is None while something waits.
    """

    id: int
    task_id: int
    item_id: int
    position: int
    reference: str
    order: str
    customer: str
    announced: bool
    matched_to: str | None
    sku: str
    name: str
    said: str
    expected: int
    arrived: int
    ungraded: int
    missing_parts: int
    refund: Refund | None
    grades: tuple[GradeRow, ...]


def of_tasks(session: Session, task_ids: Collection[int]) -> list[ReturnedLine]:
    """The lines of these returns, by return and position."""
    return _lines(session, returned.lines(session, task_ids=task_ids))


def of_lines(session: Session, line_ids: Collection[int]) -> list[ReturnedLine]:
    """These lines."""
    return _lines(session, returned.lines(session, line_ids=line_ids))


def graded_after(session: Session, after: int, limit: int) -> list[ReturnedLine]:
    """Lines of which something was graded, by their ids from `after` on."""
    return _lines(session, returned.lines_after(session, after, limit))


def _lines(session: Session, rows: list[Row[Any]]) -> list[ReturnedLine]:
    grades: dict[int, list[Row[Any]]] = {}
    for graded in returned.standing_grades(session, [row.id for row in rows]):
        grades.setdefault(graded.line_id, []).append(graded)
    line_ids = [row.id for row in rows]
    contents, missing = arrived.arrived_on(session, line_ids), returned.missing_parts(session, line_ids)
    came = matching.came(session, {told for row in rows if (told := _told(row))})
    return [
        _line(row, grades.get(row.id, []), contents.get(row.id, 0), missing.get(row.id, 0), _announced(row, came)) for row in rows
    ]


def _line(row: Row[Any], grades: list[Row[Any]], contents: int, lacking: int, announced: int | None) -> ReturnedLine:
    by_disposition: Counter[str] = Counter()
    for graded in grades:
        by_disposition[graded.disposition] += graded.units
    ungraded = max(contents - lacking - by_disposition.total(), 0)
    came = CameBack(announced, row.scanned, ungraded, lacking, dict(by_disposition))
    return ReturnedLine(
        row.id, row.task_id, row.item_id, row.position, row.reference, row.order_ref, row.partner, row.announced, row.matched_to,
        row.sku, row.name, row.reason, row.expected, row.scanned, ungraded, lacking, refund_of(came),
        tuple(_grade(graded) for graded in grades),
    )  # fmt: skip


def _told(row: Row[Any]) -> str | None:
    """The announced return that a line's goods are for."""
    return row.reference if row.announced else row.matched_to


def _announced(row: Row[Any], came: Mapping[tuple[str, int], Came]) -> int | None:
    """How many of the units that came somebody told of: on the return itself, or on the one it was matched to. An order that
    customer service found for it stands for all that came.
    """
    if told := _told(row):
        return row.scanned - came[told, row.item_id].beyond_on(row.id)
    return row.scanned if row.order_ref else None


def _grade(row: Row[Any]) -> GradeRow:
    return GradeRow(
        row.sku, row.name, row.units, row.disposition, row.reason_code, row.reason, row.location, row.scan_seq,
        row.arrival_seq, row.at, row.operator,
    )  # fmt: skip
