"""The lines of returns with their grades, and whether a refund may go. Pages, files and webhooks say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from scanner.returns import grades as arrived
from scanner.returns.lines import store as returned
from scanner.returns.lines.store import GradeRow, ReturnLineRow
from scanner.returns.matching import store as matching
from scanner.returns.matching.rules import Came
from scanner.returns.refunds import CameBack, Refund, refund_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLine:
    """One line of a return, in units: announced, arrived and graded."""

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
    said: str  # the customer's reason
    expected: int
    arrived: int
    ungraded: int  # at the bench; of a kit its parts
    missing_parts: int  # of a kit
    refund: Refund | None  # None while something waits
    grades: tuple[GradeRow, ...]


def of_tasks(session: Session, task_ids: Collection[int]) -> list[ReturnedLine]:
    """The lines of these returns, by return and position."""
    return _lines(session, returned.lines(session, task_ids=task_ids))


def of_lines(session: Session, line_ids: Collection[int]) -> list[ReturnedLine]:
    """These lines."""
    return _lines(session, returned.lines(session, line_ids=line_ids))


def graded_after(session: Session, after: int, limit: int) -> list[ReturnedLine]:
    """Lines with a grade, by id after `after`."""
    return _lines(session, returned.lines_after(session, after, limit))


def _lines(session: Session, rows: list[ReturnLineRow]) -> list[ReturnedLine]:
    line_ids = [row.id for row in rows]
    grades: dict[int, list[GradeRow]] = {}
    for graded in returned.standing_grades(session, line_ids):
        grades.setdefault(graded.line_id, []).append(graded)
    contents, missing = arrived.arrived_on(session, line_ids), returned.missing_parts(session, line_ids)
    came = matching.came(session, {told for row in rows if (told := _told(row))})
    return [
        _line(
            row,
            grades.get(row.id, []),
            contents=contents.get(row.id, 0),
            missing=missing[row.id],
            announced=_announced(row, came),
        )
        for row in rows
    ]


def _line(row: ReturnLineRow, grades: list[GradeRow], *, contents: int, missing: int, announced: int | None) -> ReturnedLine:
    by_disposition: Counter[str] = Counter()
    for graded in grades:
        by_disposition[graded.disposition] += graded.units
    ungraded = max(contents - missing - by_disposition.total(), 0)
    came = CameBack(announced, row.arrived, ungraded, missing, dict(by_disposition))
    return ReturnedLine(**row._asdict(), ungraded=ungraded, missing_parts=missing, refund=refund_of(came), grades=tuple(grades))


def _told(row: ReturnLineRow) -> str | None:
    """The announced return that the goods of a line are for; None where there is none."""
    return row.reference if row.announced else row.matched_to


def _announced(row: ReturnLineRow, came: Mapping[tuple[str, int], Came]) -> int | None:
    """How many units of a line were announced, on its own return or the one matched to it.

    All of them where customer service found only the order; None where nobody knows of any.
    """
    if told := _told(row):
        return row.arrived - came[told, row.item_id].beyond_on(row.id)
    return row.arrived if row.order else None
