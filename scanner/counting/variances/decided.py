"""What a supervisor who counted neither time decides of a variance: adjust, move what was misplaced, or count again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.counting import visits
from scanner.counting.variances import service as variances
from scanner.counting.variances import store
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger
from scanner.scans.decision import Move


def settle(session: Session, discrepancy_id: int, cause: Cause, by: OperatorView, now: datetime, note: str = "") -> None:
    """Adjust the record by a variance, with its cause. Settling it the same way again changes nothing.

    Raises NotAllowed for who counted it, Conflict where it is settled otherwise, or is being counted again.
    """
    (found,) = _lock(session, discrepancy_id)
    if found.state == DiscrepancyState.SETTLED and found.cause == cause:
        return
    _refuse(session, found, by)
    variances.adjust(
        session, found.location_id, found.item_id, found.units, cause, by.id, now, discrepancy_id=discrepancy_id
    )  # fmt: skip
    variances.close(session, discrepancy_id, cause, by.id, now, f"{cause}: {note}" if note else cause)
    _answer_short_picks(session, found, cause, by, now)


def move_misplaced(session: Session, discrepancy_id: int, other_id: int, by: OperatorView, now: datetime) -> None:
    """Settle two opposite variances of an item by one move: the goods were put elsewhere than the record has them.

    What one of them has more than the other stays open. Raises as `settle`, and BadRequest where the two are no such pair.
    """
    one, other = pair = _lock(session, discrepancy_id, other_id)
    if all(each.state == DiscrepancyState.SETTLED and each.cause == Cause.MISPLACED for each in pair):
        return
    if one.item_id != other.item_id or one.units * other.units >= 0:
        raise BadRequest("Expected two opposite variances of one item.", "other")
    for each in pair:
        _refuse(session, each, by)
    short, over = sorted((one, other), key=lambda each: each.units)
    units = min(-short.units, over.units)
    source, target = catalog.code_of(session, short.location_id), catalog.code_of(session, over.location_id)
    move = Move(one.item_id, units, short.location_id, over.location_id)
    ledger.move(session, (move,), now, by.id, cause=Cause.MISPLACED, discrepancy_id=discrepancy_id)
    words = f"{Cause.MISPLACED}: {units:,} moved from {source} to {target}"
    _take(session, short, units, words, by, now)
    _take(session, over, -units, words, by, now)


def count_again(session: Session, discrepancy_id: int, by: OperatorView, now: datetime) -> str:
    """Have a variance counted once more, by another person than who counted it last; gives the recount's reference."""
    _require_supervisor(by)
    (found,) = _lock(session, discrepancy_id)
    asking = store.recount_asking(session, found.location_id, found.item_id)
    if asking:
        return asking
    _require_open(found)
    last = store.last_result(session, found.location_id, found.item_id)
    if last is None:
        raise Conflict("Nobody has counted this yet.")
    root = store.root_of(session, found.task_id)
    reference = store.add_recount(session, root, [(found.location_id, found.item_id, last.id)], now)
    discrepancies.add_event(session, discrepancy_id, now, by.id, "count again", detail=reference)
    return reference


def _lock(session: Session, *discrepancy_ids: int) -> list[Row[Any]]:
    """The variances, in this order; their places are held first, as by a count that is judged there."""
    places = [_variance(discrepancies.get_row(session, each), each).location_id for each in discrepancy_ids]
    visits.hold_places(session, places)
    held = {each: discrepancies.lock_discrepancy(session, each) for each in sorted(set(discrepancy_ids))}
    return [_variance(held[each], each) for each in discrepancy_ids]


def _variance(found: Row[Any] | None, discrepancy_id: int) -> Row[Any]:
    if found is None:
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    if found.kind != DiscrepancyKind.VARIANCE:
        raise BadRequest("Expected the variance of a count.", "discrepancy")
    return found


def _refuse(session: Session, found: Row[Any], by: OperatorView) -> None:
    """Unless it is open, agreed on by two counts, and for somebody else to decide."""
    _require_supervisor(by)
    _require_open(found)
    if by.id in variances.counters_of(session, found):
        raise NotAllowed(f"{by.name} counted this: a supervisor who did not decides.")
    if asking := store.recount_asking(session, found.location_id, found.item_id):
        raise Conflict(f"It is being counted again, as {asking}: decide when two counts agree.")


def _require_supervisor(by: OperatorView) -> None:
    if not by.may(Right.SETTLE):
        raise NotAllowed("Only a supervisor decides on variances.")


def _require_open(found: Row[Any]) -> None:
    if found.state != DiscrepancyState.OPEN:
        raise Conflict(f"This discrepancy is {found.state} already.")


def _answer_short_picks(session: Session, found: Row[Any], cause: Cause, by: OperatorView, now: datetime) -> None:
    if last := store.last_result(session, found.location_id, found.item_id):
        variances.answer_short_picks(session, found.location_id, found.item_id, last.counted_at, cause, by.id, now)


def _take(session: Session, found: Row[Any], units: int, words: str, by: OperatorView, now: datetime) -> None:
    """Take units off a variance that a move has met; at none left it is settled."""
    left = found.units + units
    if not left:
        variances.close(session, found.id, Cause.MISPLACED, by.id, now, words)
        _answer_short_picks(session, found, Cause.MISPLACED, by, now)
        return
    value = found.value_e4 * left // found.units
    discrepancies.change_discrepancy(session, found.id, units=left, value_e4=value)
    discrepancies.add_event(session, found.id, now, by.id, "moved", units=units, detail=words)
