"""What other programs ask of returns: announce one, start one without paper, read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.people.rules import OperatorView, Right
from scanner.returns import service as returns
from scanner.returns.lines import service as lines
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.office import service as office
from scanner.returns.office.announce import Announcement, announce
from scanner.returns.office.service import ReturnPage
from scanner.scans import programs
from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True)
class Started:
    """A return, and whether it was not there before."""

    task: programs.TaskView
    is_new: bool


def start(session: Session, workflows: Workflows, wanted: Announcement | None, operator: OperatorView, now: datetime) -> Started:
    """Announce a return. None: start one for goods that came without paper."""
    if wanted is not None:
        made = announce(session, wanted, operator, now)
        return Started(programs.task_view(session, workflows, made.reference, operator), made.is_new)
    reference = returns.start_unannounced(session, operator, now)
    return Started(programs.task_view(session, workflows, reference, operator), is_new=True)


def graded(session: Session, operator: OperatorView, after: int, limit: int) -> list[ReturnedLine]:
    """Lines with a grade, by id after `after`."""
    operator.demand(Right.ANNOUNCE_RETURNS, Right.RETURN)
    return lines.graded_after(session, after, limit)


def one(session: Session, reference: str, operator: OperatorView, now: datetime, days: int) -> ReturnPage:
    """One return. Overdue: announced more than `days` ago. Raises NotFound where there is none."""
    operator.demand(Right.ANNOUNCE_RETURNS, Right.RETURN)
    return office.return_page(session, reference, now, days)
