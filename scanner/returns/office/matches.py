"""Matches a return that nobody announced to its order, or to the announced return that it was."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind
from scanner.discrepancies.service import discrepancies_of
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.returns.facts import unfinished
from scanner.returns.lines import events
from scanner.returns.lines import service as returned
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.matching import store as matching
from scanner.returns.matching.rules import Came
from scanner.returns.matching.store import MATCHED
from scanner.returns.office import store
from scanner.returns.office.store import HeldReturn
from scanner.returns.refunds import Refund
from scanner.scans import tasks
from scanner.scans.decision import Opened, TaskState

MAX_ORDER, MAX_CUSTOMER = 64, 200


def match_to_return(session: Session, reference: str, announced: str, operator: OperatorView, now: datetime) -> None:
    """Match the goods of `reference` to the return `announced`, where they count for what is missing.

    More than announced, or another item, becomes a discrepancy. The announced return is finished once nothing is missing or
    waits for a grade.
    """
    came, told = _pair(session, reference, announced, operator)
    if told is None:
        raise NotFound(f"There is no announced return {_shown(announced)}.", "announced")
    _refuse_matched(came)
    store.change(session, came.id, matched_to=told.reference, order_ref=told.order_ref, partner=told.partner)
    store.add_event(session, came.id, MATCHED, f"to {told.reference}", operator_id=operator.id, at=now)
    store.add_event(session, told.id, MATCHED, f"{came.reference} came for it", operator_id=operator.id, at=now)
    _settle_unannounced(session, came.id, f"to {told.reference}", operator, now)
    _keep_differences(session, came, told, operator, now)
    if told.state == TaskState.OPEN and unfinished(session, told.id).nothing:
        tasks.close_task(session, told.id, now, operator.id)
        store.add_event(
            session, told.id, "finished", f"{came.reference} was all that was missing", operator_id=operator.id, at=now
        )
    _tell(session, came, now)


def match_to_order(session: Session, reference: str, *, order: str, customer: str, operator: OperatorView, now: datetime) -> None:
    """Match the goods of `reference` to an order whose return nobody announced."""
    came, _ = _pair(session, reference, "", operator)
    _refuse_matched(came)
    order, customer = order.strip(), customer.strip()
    if not 0 < len(order) <= MAX_ORDER or not order.isprintable():
        raise BadRequest("Expected the number of the order.", "order")
    if len(customer) > MAX_CUSTOMER or not customer.isprintable():
        raise BadRequest(f"Expected a name of at most {MAX_CUSTOMER} characters.", "customer")
    store.change(session, came.id, order_ref=order, partner=customer or came.partner)
    store.add_event(session, came.id, MATCHED, f"to order {order}", operator_id=operator.id, at=now)
    _settle_unannounced(session, came.id, f"to order {order}", operator, now)
    _tell(session, came, now)


def unmatch(session: Session, reference: str, operator: OperatorView, now: datetime) -> None:
    """Take back a wrong match: what it settled is open again, what it opened is withdrawn."""
    came, _ = _pair(session, reference, "", operator)
    if not came.matched_to and not came.order_ref:
        return
    told = _held(session, came.matched_to) if came.matched_to else None
    before = _refunds(session, told)
    store.change(session, came.id, matched_to=None, order_ref="", partner="")
    store.add_event(session, came.id, "unmatched", f"from {came.matched_to or came.order_ref}", operator_id=operator.id, at=now)
    _announce_nothing(session, came, operator, now)
    if told is not None:
        store.add_event(session, told.id, "unmatched", f"{reference} was not for it", operator_id=operator.id, at=now)
        _wait_again(session, came, told, operator, now)
        _tell_changed(session, told, before, now)
    _tell(session, came, now)


def _announce_nothing(session: Session, came: HeldReturn, operator: OperatorView, now: datetime) -> None:
    """Have all goods of a return be unannounced again, but for what a person settled."""
    for row in discrepancies_of(session, came.id):
        if row.kind == DiscrepancyKind.UNANNOUNCED and row.state == "settled" and store.was_settled_by_match(session, row.id):
            _reopen(session, came.id, row.id, operator, now)
    for item_id, units in _brought(session, came.id).items():
        for kind, wanted in (
            (DiscrepancyKind.UNANNOUNCED, units), (DiscrepancyKind.EXTRA, 0), (DiscrepancyKind.OTHER_ITEM, 0),
        ):  # fmt: skip
            discrepancies.keep_at(
                session, came.id, Opened(kind=kind, item_id=item_id, units=wanted), scan_seq=None, operator_id=operator.id, at=now
            )


def _reopen(session: Session, task_id: int, discrepancy_id: int, operator: OperatorView, now: datetime) -> None:
    """Open again a discrepancy that a match settled, together with what came since."""
    found = discrepancies.lock_discrepancy(session, discrepancy_id)
    assert found is not None
    discrepancies.keep_at(
        session, task_id, Opened(kind=found.kind, item_id=found.item_id, units=0), scan_seq=None, operator_id=operator.id, at=now
    )
    discrepancies.change_discrepancy(session, discrepancy_id, state="open", cause="", settled_at=None)
    discrepancies.add_event(session, discrepancy_id, now, operator.id, "reopened", detail="the match was wrong")


def _wait_again(session: Session, came: HeldReturn, told: HeldReturn, operator: OperatorView, now: datetime) -> None:
    """Have an announced return miss its goods again, and open it where the match had finished it."""
    items = _brought(session, came.id)
    if store.was_finished_by_match(session, told.id) and any(each.lacking for each in _came(session, told)):
        store.change(session, told.id, state=TaskState.OPEN.value, finished_at=None, finished_by=None)
        for item_id in items:
            missing = Opened(kind=DiscrepancyKind.MISSING, item_id=item_id, units=0)
            discrepancies.keep_at(session, told.id, missing, scan_seq=None, operator_id=operator.id, at=now)
    reopened = _held(session, told.reference)
    assert reopened is not None
    _keep_differences(session, came, reopened, operator, now)


def _keep_differences(session: Session, came: HeldReturn, told: HeldReturn, operator: OperatorView, now: datetime) -> None:
    """Update the discrepancies of the items that came, on the announced return and those matched to it."""
    items = _brought(session, came.id)
    for each in _came(session, told):
        if each.item_id not in items:
            continue
        for opened in each.differs(told.id, finished=told.state == TaskState.FINISHED):
            assert opened.task_id is not None
            discrepancies.keep_at(session, opened.task_id, opened, scan_seq=None, operator_id=operator.id, at=now, again=True)


def _came(session: Session, told: HeldReturn) -> list[Came]:
    return list(matching.came(session, [told.reference]).values())


def _brought(session: Session, task_id: int) -> dict[int, int]:
    """Units that came on a return, by item."""
    found: dict[int, int] = {}
    for line in tasks.lines_of(session, task_id):
        found[line.item_id] = found.get(line.item_id, 0) + line.scanned
    return found


def _pair(session: Session, reference: str, announced: str, operator: OperatorView) -> tuple[HeldReturn, HeldReturn | None]:
    """Lock both returns, first the one that came, in the order in which scans lock them."""
    operator.demand(Right.ANNOUNCE_RETURNS)
    came, told = _held(session, reference), _held(session, announced)
    if came is None or came.announced:
        raise NotFound(f"There is no return {_shown(reference)} that came without a word.")
    return came, told if told is not None and told.announced else None


def _held(session: Session, reference: str) -> HeldReturn | None:
    return store.hold(session, reference) if reference.isprintable() else None


def _shown(reference: str) -> str:
    return repr(reference[:40]) if not reference.isprintable() else reference[:40]


def _refuse_matched(came: HeldReturn) -> None:
    if came.matched_to or came.order_ref:
        raise Conflict(f"{came.reference} is matched already, to {came.matched_to or came.order_ref}.")


def _settle_unannounced(session: Session, task_id: int, note: str, operator: OperatorView, now: datetime) -> None:
    for row in discrepancies_of(session, task_id):
        if row.kind == DiscrepancyKind.UNANNOUNCED and row.state == "open":
            change = {"state": "settled", "cause": Cause.RETURN_NOT_LOGGED.value, "settled_at": now}
            discrepancies.change_discrepancy(session, row.id, **change)
            discrepancies.add_event(session, row.id, now, operator.id, MATCHED, detail=f"{Cause.RETURN_NOT_LOGGED}: {note}")


def _tell(session: Session, came: HeldReturn, now: datetime) -> None:
    """Tell other systems of the graded lines of a return, whose refund a match may change."""
    _tell_lines(session, [line for line in returned.of_tasks(session, [came.id]) if line.grades], now)


def _refunds(session: Session, told: HeldReturn | None) -> dict[int, Refund | None]:
    """The refund of each line of an announced return and of those matched to it."""
    return {line.id: line.refund for line in _lines(session, told)} if told is not None else {}


def _lines(session: Session, told: HeldReturn) -> list[ReturnedLine]:
    return returned.of_tasks(session, [told.id, *(row.id for row in store.matched_to(session, told.reference))])


def _tell_changed(session: Session, told: HeldReturn, before: dict[int, Refund | None], now: datetime) -> None:
    """Tell other systems of the graded lines whose refund has changed."""
    _tell_lines(session, [line for line in _lines(session, told) if line.grades and line.refund != before[line.id]], now)


def _tell_lines(session: Session, lines: list[ReturnedLine], now: datetime) -> None:
    for line in lines:
        events.tell_of_line(session, line.id, store.last_scan(session, line.task_id), now)
