"""What follows from a finished count: results, adjustments, open variances, and recounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.counting import visits
from scanner.counting.causes import service as causes
from scanner.counting.causes import store as history
from scanner.counting.pulls import service as pulls
from scanner.counting.variances import recounts, store
from scanner.counting.variances.judging import Judged, judged
from scanner.counting.variances.recounts import AskedLine
from scanner.counting.variances.rules import OPENING, OPENING_ROUND, Agreement, Next, after_recount
from scanner.counting.variances.settling import adjust, answer_noted, close, withdraw
from scanner.counting.variances.store import LastResult, Variance
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind
from scanner.scans.decision import Opened


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A count that is being judged: who finished it, by which scan, and when."""

    task_id: int
    recount: bool
    seq: int
    operator_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class _Again:
    """A line to count again, and who counted it: one recount is made for each person, so that everybody else may count it."""

    operator_id: int
    line: AskedLine


def evaluate(session: Session, task_id: int, seq: int, operator_id: int, now: datetime) -> None:
    """Judge a count that the scan `seq` has finished: results, adjustments, open variances, and what is counted again.

    A movement that reaches the server later is not known yet: the recount finds it.
    """
    root = recounts.root_of(session, task_id)
    count = Evaluation(task_id, root.id != task_id, seq, operator_id, now)
    _hold(session, count)
    lines = list(judged(session, task_id, now, recount=count.recount))
    for line in lines:
        recounts.drop_asked(session, line.visit.location_id, line.item.id)
    again = _follow_up(session, count, lines) + _unsaid(session, count, lines)
    for counter in sorted({each.operator_id for each in again}):
        recounts.add_recount(session, root, [each.line for each in again if each.operator_id == counter], now)
    recounts.close_idle_recounts(session, now, operator_id)
    if not count.recount:
        visits.note_counted(session, task_id)
    pulls.answer(session, task_id)


def _hold(session: Session, count: Evaluation) -> None:
    """Let nobody else judge or settle at these places. A count that ends at the same time waits for this one."""
    places = {visit.location_id for visit in store.closed_visits(session, count.task_id)}
    if not count.recount:
        recounts.hold_recounts_at(session, places)
    visits.hold_places(session, places)


def _follow_up(session: Session, count: Evaluation, lines: Iterable[Judged]) -> list[_Again]:
    """Note every line and settle those that need no person. Gives those that are to be counted again."""
    noted = [(line, *_note(session, count, line)) for line in lines]
    noted.sort(key=lambda each: each[0].item.id)  # the order in which everybody changes stock
    return [
        _Again(line.visit.operator_id, AskedLine(line.visit.location_id, line.item.id, result_id))
        for line, result_id, before in noted
        if _settle_or_ask(session, count, line, before)
    ]


def _note(session: Session, count: Evaluation, line: Judged) -> tuple[int, LastResult | None]:
    """Append the result and bring the variance up to date; gives the result's id, and the result before a recount."""
    pending = store.open_variance(session, line.visit.location_id, line.item.id)
    before = store.last_result(session, line.visit.location_id, line.item.id) if pending else None
    result_id = _add_result(session, count, line, before.round + 1 if before else OPENING_ROUND if line.opening else 1)
    if pending:
        _change_variance(session, count, line, pending)
    elif line.agreement is Agreement.OUTSIDE:
        _open_variance(session, count, line)
    return result_id, before


def _add_result(session: Session, count: Evaluation, line: Judged, number: int) -> int:
    return store.add_result(
        session,
        {
            "task_id": count.task_id,
            "visit_id": line.visit.id,
            "location_id": line.visit.location_id,
            "item_id": line.item.id,
            "operator_id": line.visit.operator_id,
            "round": number,
            "counted": line.counted.units,
            "on_hand": line.on_hand,
            "variance": line.variance,
            "cost_e4": line.item.unit_cost_e4,
            "abc_class": line.item.abc_class,
            "section": line.visit.section,
            "verdict": line.agreement,
            "moved": line.moved,
            "scan_seq": line.scan_seq,
            "started_at": line.counted.first.at,
            "counted_at": line.counted.last.at,
            "evaluated_at": count.now,
        },
    )


def _change_variance(session: Session, count: Evaluation, line: Judged, pending: Variance) -> None:
    """Set the open variance to that of the newest count."""
    value = line.variance * line.item.unit_cost_e4
    discrepancies.change_discrepancy(session, pending.id, units=line.variance, value_e4=value)
    discrepancies.add_event(
        session,
        pending.id,
        at=count.now,
        operator_id=line.visit.operator_id,
        action="recounted",
        detail=f"{line.counted.units:,} counted, {line.on_hand:,} on hand",
        scan_seq=line.scan_seq,
    )


def _open_variance(session: Session, count: Evaluation, line: Judged) -> None:
    place = line.visit.location_id
    owner = catalogue.owner_at(session, place)
    discrepancies.open_discrepancy(
        session,
        task_id=count.task_id,
        opened=Opened(kind=DiscrepancyKind.VARIANCE, item_id=line.item.id, units=line.variance, location_id=place, owner=owner),
        scan_seq=line.scan_seq,
        operator_id=line.visit.operator_id,
        at=count.now,
    )


def _settle_or_ask(session: Session, count: Evaluation, line: Judged, before: LastResult | None) -> bool:
    """Settle what needs nobody; True for what is counted again."""
    if line.opening:
        _adjust(session, count, line, OPENING)
        return False
    if before is None:
        _settle_first(session, count, line)
        return line.agreement is Agreement.OUTSIDE
    if before.operator_id == line.visit.operator_id:
        return True
    step = _step(session, line, before)
    if step in (Next.ADJUST, Next.DROP):
        _settle_agreed(session, count, line, step)
    return step is Next.RECOUNT


def _settle_first(session: Session, count: Evaluation, line: Judged) -> None:
    """A first count that matched, or is within tolerance, needs nobody."""
    if line.agreement is Agreement.MATCHED:
        _answer_noted(session, count, line, None)
    if line.agreement is Agreement.WITHIN:
        cause = _cause(session, line, count.now)
        _adjust(session, count, line, cause)
        _answer_noted(session, count, line, cause)


def _step(session: Session, line: Judged, before: LastResult) -> Next:
    opposite = bool(history.open_opposites(session, line.item.id, line.visit.location_id, line.variance))
    limit = store.approval_value(session)
    return after_recount(line.variance, before.variance, line.value_e4, limit, moved=line.moved, opposite=opposite)


def _settle_agreed(session: Session, count: Evaluation, line: Judged, step: Next) -> None:
    """Two counts agree: the record is adjusted, or it was right."""
    found = store.open_variance(session, line.visit.location_id, line.item.id)
    assert found is not None
    who = line.visit.operator_id
    if step is Next.DROP:
        detail = "two counts agree with the record"
        withdraw(session, found.id, operator_id=who, now=count.now, detail=detail, seq=count.seq)
        _answer_noted(session, count, line, None)
        return
    cause = _cause(session, line, count.now)
    _adjust(session, count, line, cause, discrepancy_id=found.id)
    _answer_noted(session, count, line, cause)
    detail = f"{cause}: two counts agree"
    close(session, found.id, cause=cause, operator_id=who, now=count.now, detail=detail, seq=count.seq)


def _adjust(session: Session, count: Evaluation, line: Judged, cause: str, discrepancy_id: int | None = None) -> None:
    adjust(
        session,
        task_id=count.task_id,
        location_id=line.visit.location_id,
        item_id=line.item.id,
        units=line.variance,
        cause=cause,
        operator_id=line.visit.operator_id,
        now=count.now,
        seq=count.seq,
        discrepancy_id=discrepancy_id,
    )


def _answer_noted(session: Session, count: Evaluation, line: Judged, cause: Cause | None) -> None:
    answer_noted(
        session,
        location_id=line.visit.location_id,
        item_id=line.item.id,
        looked=line.scan_seq,
        cause=cause,
        operator_id=line.visit.operator_id,
        now=count.now,
        seq=count.seq,
    )


def _cause(session: Session, line: Judged, now: datetime) -> Cause:
    """The step that most likely failed."""
    return causes.propose(session, line.visit.location_id, line.item.id, line.variance, now).cause


def _unsaid(session: Session, count: Evaluation, lines: Iterable[Judged]) -> list[_Again]:
    """Lines that the recount asked for and nobody counted. Another recount asks for them."""
    if not count.recount:
        return []
    said = {(line.visit.location_id, line.item.id) for line in lines}
    left = []
    for row in visits.asked(session, count.task_id):
        place, item = row.location_id, row.item_id
        last = store.last_result(session, place, item)
        if (place, item) not in said and last and store.open_variance(session, place, item):
            left.append(_Again(last.operator_id, AskedLine(place, item, row.result_id)))
    return left
