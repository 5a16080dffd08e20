"""What other programs ask of returns: announce one, start one without paper, read them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.errors import BadRequest
from scanner.people.rules import OperatorView, Right
from scanner.returns import service as returns
from scanner.returns.lines import service as lines
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.office import service as office
from scanner.returns.office.announce import announce
from scanner.returns.office.contract import ReturnToAnnounce, ReturnToStart
from scanner.returns.office.service import ReturnPage
from scanner.scans.workflow import Start, Started


def begin(session: Session, body: ReturnToStart, operator: OperatorView, now: datetime) -> Started:
    """Announce a return. Where nothing is said of it: start one for goods that came without paper."""
    if body.model_fields_set <= {"kind"}:
        return Started(returns.start_unannounced(session, operator, now))
    if body.lines is None:
        raise BadRequest("Expected a list of objects with sku, expected and reason.", "lines")
    head = body.model_dump(include={"reference", "order", "customer"})
    made = announce(session, ReturnToAnnounce(lines=body.lines, **head).announcement(), operator, now)
    return Started(made.reference, made.is_new)


START = Start(body=ReturnToStart, begin=begin)


def graded(session: Session, operator: OperatorView, after: int, limit: int) -> list[ReturnedLine]:
    """Lines with a grade, by id after `after`."""
    operator.demand(Right.ANNOUNCE_RETURNS, Right.RETURN)
    return lines.graded_after(session, after, limit)


def one(session: Session, reference: str, operator: OperatorView, now: datetime, days: int) -> ReturnPage:
    """One return. Overdue: announced more than `days` ago. Raises NotFound where there is none."""
    operator.demand(Right.ANNOUNCE_RETURNS, Right.RETURN)
    return office.return_page(session, reference, now, days)
