"""Tells other systems how a line of a return stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.returns.lines import service as lines
from scanner.returns.lines.contract import ReturnedLineAnswer
from scanner.webhooks import service as webhooks

GRADED = "return.graded"


def tell_of_line(session: Session, line_id: int, scan_seq: int, now: datetime) -> None:
    """Tell how a line stands after a grade or reason was given or taken back, in the same transaction.

    The message has the whole line. `sequence` is the scan behind it, so that a receiver can drop an older message.
    """

    def data() -> dict[str, Any]:
        (line,) = lines.of_lines(session, [line_id])
        return {"sequence": scan_seq, **ReturnedLineAnswer.of(line).fields()}

    webhooks.tell(session, GRADED, data, now)
