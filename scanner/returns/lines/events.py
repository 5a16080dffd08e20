"""Tells other systems how a line of a return stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.returns.lines import service as lines
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.lines.store import GradeRow
from scanner.webhooks import service as webhooks

GRADED = "return.graded"


def tell_of_line(session: Session, line_id: int, scan_seq: int, now: datetime) -> None:
    """Tell how a line stands after a grade or reason was given or taken back, in the same transaction.

    The message has the whole line. `sequence` is the scan behind it, so that a receiver can drop an older message.
    """

    def data() -> dict[str, Any]:
        (line,) = lines.of_lines(session, [line_id])
        return {"sequence": scan_seq, **line_view(line)}

    webhooks.tell(session, GRADED, data, now)


def line_view(line: ReturnedLine) -> dict[str, Any]:
    """A line of a return as JSON, the same in webhooks and in the API."""
    return {
        "return": line.reference, "order": line.order, "customer": line.customer, "announced": line.announced,
        "matched_to": line.matched_to, "line": line.id, "sku": line.sku, "name": line.name, "reason_given": line.said,
        "expected": line.expected, "arrived": line.arrived, "ungraded": line.ungraded, "missing_parts": line.missing_parts,
        "refund": line.refund, "grades": [_grade_view(grade) for grade in line.grades],
    }  # fmt: skip


def _grade_view(grade: GradeRow) -> dict[str, Any]:
    return {
        "sku": grade.sku, "units": grade.units, "disposition": grade.disposition, "reason": grade.reason,
        "reason_name": grade.reason_name, "location": grade.location, "graded_at": grade.graded_at.isoformat(),
        "operator": grade.operator, "scan": grade.scan_seq,
    }  # fmt: skip
