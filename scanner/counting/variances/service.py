"""From what was counted to what is settled: variances, recounts, and adjustments with a cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import LocationKind
from scanner.counting import visits
from scanner.counting.causes import service as causes
from scanner.counting.causes import store as history
from scanner.counting.pulls import service as pulls
from scanner.counting.pulls import store as sections
from scanner.counting.variances import store
from scanner.counting.variances.rules import (
    Counted,
    Moved,
    Next,
    Tolerance,
    Verdict,
    after_recount,
    judge,
    moved_while,
    on_hand_then,
)
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.scans import ledger
from scanner.scans.decision import Move, Opened


@dataclass(frozen=True, slots=True)
class Judged:
    """One item at one location as a visit counted it: units, against on hand at that moment, and what that means."""

    visit: Row[Any]
    item: Row[Any]
    counted: Counted
    on_hand: int
    moved: bool
    verdict: Verdict

    @property
    def variance(self) -> int:
        """Units counted minus units on hand."""
        return self.counted.units - self.on_hand

    @property
    def scan_seq(self) -> int:
        """The scan that said so last."""
        return self.counted.last[1]

    @property
    def value_e4(self) -> int:
        """What the variance is worth at cost, whatever its direction."""
        return abs(self.variance) * int(self.item.unit_cost_e4)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known while a count is judged: the count, who finished it, by which scan and when."""

    task_id: int
    recount: bool
    seq: int
    operator_id: int
    now: datetime


def evaluate(session: Session, task_id: int, seq: int, operator_id: int, now: datetime) -> None:
    """Judge a count that the scan `seq` has finished: results, adjustments, open variances, and what is counted again.

    What moved but reached the server later than this is not known yet: the recount finds it.
    """
    root = store.root_of(session, task_id)
    count = Evaluation(task_id, root.id != task_id, seq, operator_id, now)
    _hold(session, count)
    judged = list(_judged(session, count))
    for line in judged:
        store.drop_asked(session, line.visit.location_id, line.item.id)
    noted = [(line, *_note(session, count, line)) for line in judged]
    again = [
        (line.visit.operator_id, (line.visit.location_id, line.item.id, result_id))
        for line, result_id, before in sorted(noted, key=lambda each: each[0].item.id)  # as all who move stock
        if _settle_or_ask(session, count, line, before)
    ]
    again += _unsaid(session, count, judged)
    for counter in sorted({who for who, _ in again}):
        store.add_recount(session, root, [line for who, line in again if who == counter], now)
    store.close_idle_recounts(session, now, operator_id)
    pulls.answer(session, task_id)


def counters_of(session: Session, found: Row[Any]) -> frozenset[int]:
    """Ids of the people who counted what a variance is about."""
    return frozenset(row.operator_id for row in store.results_since(session, found.location_id, found.item_id, found.opened_at))


def adjust(
    session: Session, location_id: int, item_id: int, units: int, cause: Cause, operator_id: int, now: datetime, *,
    seq: int | None = None, discrepancy_id: int | None = None,
) -> None:  # fmt: skip
    """Have the record say so many units more (or fewer) of an item at a location, with the cause that it was off."""
    place = catalog.standard_places(session)[LocationKind.ADJUSTMENT].id
    source, target = (place, location_id) if units > 0 else (location_id, place)
    moves = (Move(item_id, abs(units), source, target),) if units else ()
    ledger.move(session, moves, now, operator_id, seq, cause=cause, discrepancy_id=discrepancy_id)


def close(
    session: Session, discrepancy_id: int, cause: Cause, operator_id: int, now: datetime, detail: str, seq: int | None = None
) -> None:
    """Settle a discrepancy that is held."""
    discrepancies.change_discrepancy(
        session, discrepancy_id, state=DiscrepancyState.SETTLED, cause=cause, settled_at=now
    )  # fmt: skip
    discrepancies.add_event(session, discrepancy_id, now, operator_id, "settled", detail=detail, scan_seq=seq)


def answer_short_picks(
    session: Session, location_id: int, item_id: int, looked_at: datetime, cause: Cause | None, operator_id: int, now: datetime,
    seq: int | None = None,
) -> None:  # fmt: skip
    """What could not be picked before somebody looked is answered by the count: settled as the variance was, or all was there."""
    for number in store.open_short_picks(session, location_id, item_id, looked_at):
        if cause is not None:
            close(session, number, cause, operator_id, now, f"{cause}: counted since", seq)
        else:
            withdraw(session, number, operator_id, now, "counted since, and all there", seq)


def withdraw(
    session: Session, discrepancy_id: int, operator_id: int, now: datetime, detail: str, seq: int | None = None
) -> None:  # fmt: skip
    """Take back a discrepancy that is held: it turned out to be none."""
    discrepancies.change_discrepancy(session, discrepancy_id, state=DiscrepancyState.WITHDRAWN, settled_at=now)
    discrepancies.add_event(session, discrepancy_id, now, operator_id, "withdrawn", detail=detail, scan_seq=seq)


def _hold(session: Session, count: Evaluation) -> None:
    """Have nobody else judge these places, nor decide on them: a second count that ends now sees what came of this one."""
    places = {visit.location_id for visit in store.closed_visits(session, count.task_id)}
    if not count.recount:
        store.hold_recounts_at(session, places)
    visits.hold_places(session, places)


def _judged(session: Session, count: Evaluation) -> Iterator[Judged]:
    """Every line that the count's visits say something of."""
    limit = store.approval_value(session)  # what a supervisor must approve is within nobody's tolerance
    tolerances = {
        name: Tolerance(row.tolerance_units, row.tolerance_bp, min(row.tolerance_value_e4, limit))
        for name, row in store.classes(session).items()
    }
    asked = {(row.location_id, row.item_id) for row in visits.asked(session, count.task_id)} if count.recount else None
    for visit in store.closed_visits(session, count.task_id):
        found = {
            row.item_id: Counted(row.scanned, (row.first_at, row.first_seq), (row.last_at, row.last_seq))
            for row in store.found_in(session, visit.id)
        }
        if not visit.said_empty and not any(each.units for each in found.values()):
            continue  # what was found there was taken back: nobody has said anything of the place
        yield from _of_visit(session, visit, found, asked, tolerances)


def _of_visit(
    session: Session, visit: Row[Any], found: dict[int, Counted], asked: set[tuple[int, int]] | None,
    tolerances: dict[str, Tolerance],
) -> Iterator[Judged]:  # fmt: skip
    """The lines of one visit: what was found there, what is on record there; of a recount, what it asks for and was said."""
    stock, moves = _record(session, visit)
    wanted = found.keys() | stock.keys() if asked is None else {item for place, item in asked if place == visit.location_id}
    items = store.items(session, wanted)
    nothing = Counted(0, (visit.opened_at, visit.opened_seq), (visit.last_at, visit.last_seq))
    for item_id in sorted(wanted):
        counted, movements = found.get(item_id, nothing), moves.get(item_id, ())
        on_hand = on_hand_then(stock.get(item_id, 0), movements, counted)
        if asked is None and not counted.units and not on_hand:
            continue
        if asked is not None and not counted.units and not visit.said_empty:
            continue
        until = counted.last if counted.units else (visit.closed_at, visit.closed_seq)
        moved = moved_while(movements, counted.first, until)
        cost, tolerance = items[item_id].unit_cost_e4, tolerances[items[item_id].abc_class]
        verdict = judge(counted.units, on_hand, cost, tolerance, moved=moved)
        yield Judged(visit, items[item_id], counted, on_hand, moved, verdict)


def _record(session: Session, visit: Row[Any]) -> tuple[dict[int, int], dict[int, list[Moved]]]:
    """What is on hand at a visit's location now, and what moved there since the visit began."""
    stock: dict[int, int] = {}
    moves: dict[int, list[Moved]] = {}
    corrected_at = catalog.standard_places(session)[LocationKind.ADJUSTMENT].id
    for row in store.record_of(session, visit.location_id, visit.opened_at, corrected_at):
        stock[row.item_id] = row.units
        if row.moved is not None:
            units = -row.moved if row.source_id == visit.location_id else row.moved
            moves.setdefault(row.item_id, []).append(Moved(units, row.at, row.scan_seq or 0))
    return stock, moves


def _note(session: Session, count: Evaluation, line: Judged) -> tuple[int, Row[Any] | None]:
    """Append the result, and have the open variance say what it is now; gives the result and the one before it."""
    place, item = line.visit.location_id, line.item.id
    pending = store.open_variance(session, place, item)
    before = store.last_result(session, place, item) if pending else None
    result_id = store.add_result(
        session,
        {
            "task_id": count.task_id, "visit_id": line.visit.id, "location_id": place, "item_id": item,
            "operator_id": line.visit.operator_id, "round": before.round + 1 if before else 1, "counted": line.counted.units,
            "on_hand": line.on_hand, "variance": line.variance, "cost_e4": line.item.unit_cost_e4,
            "abc_class": line.item.abc_class, "section": line.visit.section, "verdict": line.verdict, "moved": line.moved,
            "scan_seq": line.scan_seq, "started_at": line.counted.first[0], "counted_at": line.counted.last[0],
            "evaluated_at": count.now,
        },
    )  # fmt: skip
    if pending:
        change = {"units": line.variance, "value_e4": line.variance * line.item.unit_cost_e4}
        discrepancies.change_discrepancy(session, pending.id, **change)
        words = f"{line.counted.units:,} counted, {line.on_hand:,} on hand"
        discrepancies.add_event(
            session, pending.id, count.now, line.visit.operator_id, "recounted", detail=words, scan_seq=line.scan_seq
        )
    elif line.verdict is Verdict.OUTSIDE:
        owner = sections.owner_at(session, place)
        opened = Opened(kind=DiscrepancyKind.VARIANCE, item_id=item, units=line.variance, location_id=place, owner=owner)
        discrepancies.open_discrepancy(
            session, count.task_id, opened, line.scan_seq, line.visit.operator_id, count.now
        )  # fmt: skip
    return result_id, before


def _settle_or_ask(session: Session, count: Evaluation, line: Judged, before: Row[Any] | None) -> bool:
    """Settle what needs nobody; true for what is counted again."""
    if before is None:
        if line.verdict is Verdict.MATCHED:
            _answered(session, count, line, None)
        if line.verdict is Verdict.WITHIN:
            cause = _cause(session, line, count.now)
            _answered(session, count, line, cause)
            adjust(
                session, line.visit.location_id, line.item.id, line.variance, cause, line.visit.operator_id, count.now,
                seq=count.seq,
            )  # fmt: skip
        return line.verdict is Verdict.OUTSIDE
    if before.operator_id == line.visit.operator_id:
        return True
    step = _step(session, line, before)
    if step in (Next.ADJUST, Next.DROP):
        _settle(session, count, line, step)
    return step is Next.RECOUNT


def _step(session: Session, line: Judged, before: Row[Any]) -> Next:
    opposite = bool(history.open_opposites(session, line.item.id, line.visit.location_id, line.variance))
    limit = store.approval_value(session)
    return after_recount(line.variance, before.variance, line.value_e4, limit, moved=line.moved, opposite=opposite)


def _settle(session: Session, count: Evaluation, line: Judged, step: Next) -> None:
    """Two counts agree: the record follows them, or it was right."""
    found = store.open_variance(session, line.visit.location_id, line.item.id)
    assert found is not None
    who = line.visit.operator_id
    if step is Next.DROP:
        withdraw(session, found.id, who, count.now, "two counts agree with the record", count.seq)
        _answered(session, count, line, None)
        return
    cause = _cause(session, line, count.now)
    _answered(session, count, line, cause)
    adjust(
        session, found.location_id, found.item_id, line.variance, cause, who, count.now, seq=count.seq, discrepancy_id=found.id
    )
    close(session, found.id, cause, who, count.now, f"{cause}: two counts agree", count.seq)


def _answered(session: Session, count: Evaluation, line: Judged, cause: Cause | None) -> None:
    place, item, who = line.visit.location_id, line.item.id, line.visit.operator_id
    answer_short_picks(session, place, item, line.counted.last[0], cause, who, count.now, count.seq)


def _cause(session: Session, line: Judged, now: datetime) -> Cause:
    """The likeliest step that failed."""
    return causes.propose(session, line.visit.location_id, line.item.id, line.variance, now).cause


def _unsaid(session: Session, count: Evaluation, judged: Iterable[Judged]) -> list[tuple[int, tuple[int, int, int]]]:
    """What a recount asked for and nobody said anything of in the end: it is asked for again."""
    if not count.recount:
        return []
    said = {(line.visit.location_id, line.item.id) for line in judged}
    left = []
    for row in visits.asked(session, count.task_id):
        place, item = row.location_id, row.item_id
        last = store.last_result(session, place, item)
        if (place, item) not in said and last and store.open_variance(session, place, item):
            left.append((last.operator_id, (place, item, row.result_id)))
    return left
