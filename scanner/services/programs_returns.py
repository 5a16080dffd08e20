"""What other programs ask of returns: to announce one, to start one that nobody announced, to read what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.domain.errors import NotAllowed
from scanner.domain.people import OperatorView, Right
from scanner.services import programs, returns
from scanner.services.returns_office_announce import Announcement, announce


@dataclass(frozen=True, slots=True)
class Started:
    """A return, and whether it was not there before."""

    task: programs.TaskView
    is_new: bool


def start(session: Session, wanted: Announcement | None, operator: OperatorView, now: datetime) -> Started:
    """Announce a return; None: start one for goods that came without a word."""
    if wanted is not None:
        made = announce(session, wanted, operator, now)
        return Started(programs.task(session, made.reference), made.is_new)
    if not operator.may(Right.RETURN):
        raise NotAllowed(f"{operator.name} may not {Right.RETURN}.")
    return Started(programs.task(session, returns.start_unannounced(session, operator, now)), is_new=True)
