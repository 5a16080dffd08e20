"""What other programs ask of returns: to announce one, to start one that nobody announced, to read what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.people.rules import OperatorView
from scanner.returns import service as returns
from scanner.returns.office.announce import Announcement, announce
from scanner.scans import programs
from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True)
class Started:
    """A return, and whether it was not there before."""

    task: programs.TaskView
    is_new: bool


def start(session: Session, workflows: Workflows, wanted: Announcement | None, operator: OperatorView, now: datetime) -> Started:
    """Announce a return; None: start one for goods that came without a word."""
    if wanted is not None:
        made = announce(session, wanted, operator, now)
        return Started(programs.task(session, workflows, made.reference), made.is_new)
    return Started(programs.task(session, workflows, returns.start_unannounced(session, operator, now)), is_new=True)
