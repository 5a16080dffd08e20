"""What a supervisor who did not count decides about a variance: adjust, move misplaced goods, or count again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.catalogue import store as catalogue
from scanner.counting import visits
from scanner.counting.variances import recounts, store
from scanner.counting.variances.recounts import AskedLine
from scanner.counting.variances.settling import adjust, answer_noted, close, move
from scanner.counting.variances.store import Variance
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans.decision import Move


def settle(session: Session, discrepancy_id: int, cause: Cause, by: OperatorView, now: datetime, *, note: str = "") -> None:
    """Adjust the record by a variance, with its cause. Settling it the same way again changes nothing.

    Raises NotAllowed for a person who counted it, Conflict where it was settled otherwise or is being counted again.
    """
    by.demand(Right.SETTLE)
    audit.take_turn(session)
    (found,) = _lock(session, discrepancy_id)
    if found.state == DiscrepancyState.SETTLED and found.cause == cause:
        return
    _refuse(session, found, by)
    adjust(
        session,
        task_id=found.task_id,
        location_id=found.location_id,
        item_id=found.item_id,
        units=found.units,
        cause=cause,
        operator_id=by.id,
        now=now,
        discrepancy_id=discrepancy_id,
    )
    detail = f"{cause}: {note}" if note else cause
    close(session, discrepancy_id, cause=cause, operator_id=by.id, now=now, detail=detail)
    _answer_noted(session, found, cause, by, now)
    after = {"state": DiscrepancyState.SETTLED.value, "cause": str(cause), "units adjusted": found.units} | (
        {"note": note} if note else {}
    )
    _audit(session, Action.VARIANCE_SETTLED, discrepancy_id, by, now, after=after)


def move_misplaced(session: Session, discrepancy_id: int, other_id: int, by: OperatorView, now: datetime) -> None:
    """Settle two opposite variances of an item by one move: the goods were put elsewhere than the record has them.

    The larger variance stays open with the units that are left. Raises as `settle`, and BadRequest where the two are no
    such pair.
    """
    by.demand(Right.SETTLE)
    audit.take_turn(session)
    one, other = pair = _lock(session, discrepancy_id, other_id)
    if all(each.state == DiscrepancyState.SETTLED and each.cause == Cause.MISPLACED for each in pair):
        return
    if one.item_id != other.item_id or one.units * other.units >= 0:
        raise BadRequest("Expected two opposite variances of one item.", "other")
    for each in pair:
        _refuse(session, each, by)
    short, over = sorted((one, other), key=lambda each: each.units)
    units = min(-short.units, over.units)
    source, target = catalogue.code_of(session, short.location_id), catalogue.code_of(session, over.location_id)
    moves = (Move(one.item_id, units, short.location_id, over.location_id),)
    move(session, moves, task_id=short.task_id, cause=Cause.MISPLACED, operator_id=by.id, now=now, discrepancy_id=discrepancy_id)
    words = f"{Cause.MISPLACED}: {units:,} moved from {source} to {target}"
    _take(session, short, units=units, words=words, by=by, now=now)
    _take(session, over, units=-units, words=words, by=by, now=now)
    _audit(session, Action.VARIANCE_MOVED, discrepancy_id, by, now, after={"other": other_id, "what": words})


def count_again(session: Session, discrepancy_id: int, by: OperatorView, now: datetime) -> str:
    """Have another person count a variance once more; gives the recount's reference."""
    by.demand(Right.SETTLE)
    audit.take_turn(session)
    (found,) = _lock(session, discrepancy_id)
    asking = recounts.recount_asking(session, found.location_id, found.item_id)
    if asking:
        return asking
    _require_open(found)
    last = store.last_result(session, found.location_id, found.item_id)
    if last is None:
        raise Conflict("Nobody has counted this yet.")
    root = recounts.root_of(session, found.task_id)
    reference = recounts.add_recount(session, root, [AskedLine(found.location_id, found.item_id, last.id)], now)
    discrepancies.add_event(session, discrepancy_id, at=now, operator_id=by.id, action="count again", detail=reference)
    _audit(session, Action.COUNT_AGAIN, discrepancy_id, by, now, after={"recount": reference})
    return reference


def _audit(
    session: Session, action: Action, discrepancy_id: int, by: OperatorView, now: datetime, *, after: dict[str, Any]
) -> None:
    before = {"state": DiscrepancyState.OPEN.value}
    audit.note(session, by, action, "discrepancy", str(discrepancy_id), before=before, after=after, at=now)


def _lock(session: Session, *discrepancy_ids: int) -> list[Variance]:
    """Hold the variances, and before them their places: a count that is judged does so in the same order."""
    places = [_variance(store.get_variance(session, each), each).location_id for each in discrepancy_ids]
    visits.hold_places(session, places)
    held = {each: store.hold_variance(session, each) for each in sorted(set(discrepancy_ids))}
    return [_variance(held[each], each) for each in discrepancy_ids]


def _variance(found: Variance | None, discrepancy_id: int) -> Variance:
    if found is None:
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    if found.kind != DiscrepancyKind.VARIANCE:
        raise BadRequest("Expected the variance of a count.", "discrepancy")
    return found


def _refuse(session: Session, found: Variance, by: OperatorView) -> None:
    """Raise unless it is open, is not being counted again, and `by` did not count it."""
    _require_open(found)
    counts = store.results_since(session, found.location_id, found.item_id, found.task_id)
    if any(count.operator_id == by.id for count in counts):
        raise NotAllowed(f"{by.name} counted this, so another supervisor must decide.")
    if asking := recounts.recount_asking(session, found.location_id, found.item_id):
        raise Conflict(f"It is being counted again, as {asking}: decide when two counts agree.")


def _require_open(found: Variance) -> None:
    if found.state != DiscrepancyState.OPEN:
        raise Conflict(f"This discrepancy is {found.state} already.")


def _answer_noted(session: Session, found: Variance, cause: Cause, by: OperatorView, now: datetime) -> None:
    if last := store.last_result(session, found.location_id, found.item_id):
        answer_noted(
            session,
            location_id=found.location_id,
            item_id=found.item_id,
            looked=last.scan_seq,
            cause=cause,
            operator_id=by.id,
            now=now,
        )


def _take(session: Session, found: Variance, *, units: int, words: str, by: OperatorView, now: datetime) -> None:
    """Change a variance by the units that were moved; when none are left it is settled."""
    left = found.units + units
    if not left:
        close(session, found.id, cause=Cause.MISPLACED, operator_id=by.id, now=now, detail=words)
        _answer_noted(session, found, Cause.MISPLACED, by, now)
        return
    value = found.value_e4 * left // found.units
    discrepancies.change_discrepancy(session, found.id, units=left, value_e4=value)
    discrepancies.add_event(session, found.id, at=now, operator_id=by.id, action="moved", units=units, detail=words)
