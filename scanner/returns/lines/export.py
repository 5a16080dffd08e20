"""The export of grades as a file. There is no import: grades are scanned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sqlmodel import Session

from scanner.data.dumps import Cells
from scanner.data.exports import Export
from scanner.db import bulk
from scanner.returns.lines import service as returned
from scanner.returns.lines.store import GradeRow


def _graded(session: Session) -> Iterator[Cells]:
    """One row for each standing grade, by line. Units without a grade have none."""
    after = 0
    while lines := returned.graded_after(session, after, bulk.PAGE):
        for line in lines:
            head = {**asdict(line), "return": line.reference, "reason_given": line.said}
            yield from ({**head, **_grade(grade)} for grade in line.grades)
        after = lines[-1].id
        bulk.let_go(session)


def _grade(grade: GradeRow) -> Cells:
    return {
        "graded_sku": grade.sku,
        "units": grade.units,
        "disposition": grade.disposition,
        "reason": grade.reason_name,
        "location": grade.location,
        "graded_at": grade.graded_at.isoformat(),
        "operator": grade.operator,
        "scan": grade.scan_seq,
    }


GRADED = (
    "return", "order", "customer", "announced", "matched_to", "sku", "name", "reason_given", "expected", "arrived",
    "graded_sku", "units", "disposition", "reason", "location", "graded_at", "operator", "scan", "refund",
)  # fmt: skip

EXPORTS = {"graded": Export(GRADED, _graded)}
