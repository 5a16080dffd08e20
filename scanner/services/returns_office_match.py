"""A return that came without a word, and whose it was: matched to an order, or to an announced return that waits for it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.domain.discrepancies import Cause, DiscrepancyKind
from scanner.domain.errors import BadRequest, Conflict, NotFound
from scanner.domain.people import OperatorView
from scanner.domain.refunds import Differs, difference
from scanner.domain.scans import Opened, TaskKind, TaskState
from scanner.services import returned, webhooks
from scanner.services.discrepancies import discrepancies_of, settle_found
from scanner.services.returns_office import require_office
from scanner.store import discrepancies, tasks
from scanner.store import returned as lines_store
from scanner.store import returns_office as store

MAX_ORDER, MAX_CUSTOMER = 64, 200


def match_to_return(session: Session, reference: str, announced: str, operator: OperatorView, now: datetime) -> None:
    """What came under `reference` is what was announced as `announced`: it meets what is missing there.

    It was a return that nobody logged before it came; what is more than announced, or another item, opens as that. The
    announced return is finished once nothing of it is missing.
    """
    came, told = _pair(session, reference, announced, operator)
    if told is None:
        raise NotFound(f"There is no announced return {announced}.", "announced")
    _be_lonely(came)
    store.change(session, came.id, matched_to=told.reference, order_ref=told.order_ref, partner=told.partner)
    store.add_event(session, came.id, now, operator.id, "matched", f"to {told.reference}")
    store.add_event(session, told.id, now, operator.id, "matched", f"{came.reference} came for it")
    _settle_unannounced(session, came.id, f"matched to {told.reference}", operator, now)
    _open_differences(session, came, told, operator, now)
    _meet_missing(session, came, told, operator, now)
    if told.state == TaskState.OPEN and not _lacking(session, told):
        tasks.close_task(session, told.id, now, operator.id)
        store.add_event(session, told.id, now, operator.id, "finished", f"{came.reference} was all that was missing")
    _tell(session, came.id, now)


def match_to_order(session: Session, reference: str, order: str, customer: str, operator: OperatorView, now: datetime) -> None:
    """What came under `reference` was bought on an order, though nobody announced that it would come back."""
    came, _ = _pair(session, reference, "", operator)
    _be_lonely(came)
    order, customer = order.strip(), customer.strip()
    if not 0 < len(order) <= MAX_ORDER or not order.isprintable():
        raise BadRequest("Expected the number of the order.", "order")
    if len(customer) > MAX_CUSTOMER or not customer.isprintable():
        raise BadRequest(f"Expected a name of at most {MAX_CUSTOMER} characters.", "customer")
    store.change(session, came.id, order_ref=order, partner=customer or came.partner)
    store.add_event(session, came.id, now, operator.id, "matched", f"to order {order}")
    _settle_unannounced(session, came.id, f"matched to order {order}", operator, now)
    _tell(session, came.id, now)


def unmatch(session: Session, reference: str, operator: OperatorView, now: datetime) -> None:
    """The match was wrong: what it settled is open again, what it opened is withdrawn, and the announced return waits again."""
    came, _ = _pair(session, reference, "", operator)
    if not came.matched_to and not came.order_ref:
        return
    told = tasks.lock_task(session, came.matched_to) if came.matched_to else None
    store.change(session, came.id, matched_to=None, order_ref="", partner="")
    store.add_event(session, came.id, now, operator.id, "unmatched", f"from {came.matched_to or came.order_ref}")
    _withdraw(session, came.id, operator, now)
    _open_again(session, came.id, DiscrepancyKind.UNANNOUNCED, operator, now)
    if told is not None:
        store.add_event(session, told.id, now, operator.id, "unmatched", f"{reference} was not for it")
        _open_again(session, told.id, DiscrepancyKind.MISSING, operator, now)
        if store.was_finished_by_match(session, told.id):
            store.change(session, told.id, state=TaskState.OPEN.value, finished_at=None, finished_by=None)
    _tell(session, came.id, now)


def _withdraw(session: Session, task_id: int, operator: OperatorView, now: datetime) -> None:
    for row in discrepancies_of(session, task_id):
        if row.state == "open" and row.kind in (DiscrepancyKind.EXTRA, DiscrepancyKind.OTHER_ITEM):
            discrepancies.take_back(session, row.id, row.units, None, operator.id, now)


def _open_again(session: Session, task_id: int, kind: DiscrepancyKind, operator: OperatorView, now: datetime) -> None:
    for row in discrepancies_of(session, task_id):
        if row.kind == kind and row.state == "settled" and row.cause == Cause.RETURN_NOT_LOGGED:
            discrepancies.change_discrepancy(session, row.id, state="open", cause="", settled_at=None)
            discrepancies.add_event(session, row.id, now, operator.id, "reopened", detail="the match was wrong")


def _pair(session: Session, reference: str, announced: str, operator: OperatorView) -> tuple[Row[Any], Row[Any] | None]:
    """Both returns, held in one order for everybody."""
    require_office(operator)
    for each in sorted({reference, announced} - {""}):
        tasks.lock_task(session, each)
    came, told = tasks.get_task(session, reference), tasks.get_task(session, announced) if announced else None
    if came is None or came.kind != TaskKind.RETURN or came.announced:
        raise NotFound(f"There is no return {reference} that came without a word.")
    is_told = told is not None and told.kind == TaskKind.RETURN and told.announced
    return came, told if is_told else None


def _be_lonely(came: Row[Any]) -> None:
    if came.matched_to or came.order_ref:
        raise Conflict(f"{came.reference} is matched already, to {came.matched_to or came.order_ref}.")


def _settle_unannounced(session: Session, task_id: int, note: str, operator: OperatorView, now: datetime) -> None:
    for row in discrepancies_of(session, task_id):
        if row.kind == DiscrepancyKind.UNANNOUNCED and row.state == "open":
            settle_found(session, row.id, Cause.RETURN_NOT_LOGGED, note, operator.id, now)


def _announced_and_came(session: Session, told: Row[Any]) -> tuple[Counter[int], Counter[int]]:
    """Units by item: what was announced, and what came of it by now under any number."""
    announced: Counter[int] = Counter()
    arrived: Counter[int] = Counter()
    for line in tasks.lines_of(session, told.id):
        announced[line.item_id] += line.expected
        arrived[line.item_id] += line.scanned
    for row in lines_store.came_elsewhere(session, [told.reference]):
        arrived[row.item_id] += int(row.units)
    return announced, arrived


def _open_differences(session: Session, came: Row[Any], told: Row[Any], operator: OperatorView, now: datetime) -> None:
    """What came and is more than was announced, or was not announced at all, is for somebody to settle."""
    announced, arrived = _announced_and_came(session, told)
    brought: Counter[int] = Counter()
    for line in tasks.lines_of(session, came.id):
        brought[line.item_id] += line.scanned
    kinds = {Differs.EXTRA: DiscrepancyKind.EXTRA, Differs.OTHER_ITEM: DiscrepancyKind.OTHER_ITEM}
    for item_id, units in brought.items():
        differs, by = difference(announced[item_id], arrived[item_id])
        if differs in kinds and units:
            opened = Opened(kinds[differs], item_id, min(by, units))
            discrepancies.open_discrepancy(session, came.id, opened, None, operator.id, now)


def _meet_missing(session: Session, came: Row[Any], told: Row[Any], operator: OperatorView, now: datetime) -> None:
    """What was noted as missing, and is here after all, is missing no more."""
    announced, arrived = _announced_and_came(session, told)
    skus = {line.sku: line.item_id for line in tasks.lines_of(session, told.id)}
    for row in discrepancies_of(session, told.id):
        if row.kind != DiscrepancyKind.MISSING or row.state != "open":
            continue
        lacking = max(announced[skus[row.sku]] - arrived[skus[row.sku]], 0)
        if not lacking:
            settle_found(session, row.id, Cause.RETURN_NOT_LOGGED, f"came as {came.reference}", operator.id, now)
        elif lacking < row.units:
            discrepancies.take_back(session, row.id, row.units - lacking, None, operator.id, now)


def _lacking(session: Session, told: Row[Any]) -> int:
    announced, arrived = _announced_and_came(session, told)
    return (announced - arrived).total()


def _tell(session: Session, task_id: int, now: datetime) -> None:
    """Whether a refund may go has changed with the match."""
    last = store.last_scan(session, task_id)
    for line in returned.of_tasks(session, [task_id]):
        if line.grades:
            webhooks.note_grade(session, task_id, line.id, last, now)
