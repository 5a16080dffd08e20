"""What the rules of counting may know of a scan, what they decide, and what becomes of the visits.

No fact comes from the record of stock: what a counter is told cannot depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import Place, can_be_put_to
from scanner.codes.commands import Command
from scanner.codes.reading import parse_code
from scanner.counting import blind, rules, visits
from scanner.counting.rules import CountFinished, CountScan, Found, Spot, VisitChange, VisitFact
from scanner.counting.variances import service as variances
from scanner.counting.variances.rules import walk
from scanner.counting.visits import CountedPlace, StandingVisit
from scanner.errors import NotAllowed, NotFound
from scanner.people import store as people
from scanner.scans import held, ledger, tasks
from scanner.scans.answering import what_waits
from scanner.scans.attempts import Brought, brought_by
from scanner.scans.decision import Count, Decision, Effect, TaskState, accept
from scanner.scans.ledger import StoredScan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import LineCount, Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow, WholeTask
from scanner.scans.workflow import Attempt, Recorded
from scanner.words import units_wait


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Judge one scan against a count."""
    read = brought_by(session, task.id, attempt)
    scan = _scan(session, _whole(session, task), attempt, read)
    decision = replace(rules.decide(scan), here=None)
    decision = replace(decision, here=_stands_at(scan, decision, attempt))
    only = read.only
    return replace(decision, item_id=only.item_id, item=only.named) if only else decision


def _whole(session: Session, task: TaskRow) -> WholeTask:
    whole = tasks.get_task(session, task.reference)
    assert whole is not None
    return whole


def preview(session: Session, task: WholeTask, request: ScanRequest, now: datetime) -> tuple[Decision, CountScan]:
    """What would come of finishing a count now, and what that depends on. Records nothing."""
    before = ledger.last_scan(session, task.id, request.operator_id, request.device)
    here = before.place if before else None
    code = parse_code(request.code)
    scan = _scan(session, task, Attempt(request=request, code=code, quantity=1, here=here, now=now), Brought(code))
    return rules.decide(scan), scan


def refuse_who_counted_it(session: Session, task: TaskRow, operator_id: int) -> None:
    """Refuse a person who made a count that is repeated: NotFound for a counter, NotAllowed for who sees variances."""
    if operator_id not in visits.barred(session, task.id):
        return
    person = people.person(session, operator_id)
    if person and not blind.counts_blind(person):
        raise NotAllowed(f"{person.name} counted this: another person counts it again.")
    raise NotFound(f"There is no task {task.reference}.", "task")


def places_of(session: Session, task: WholeTask) -> list[CountedPlace]:
    """The locations of a count in walking order."""
    found = visits.places_of_recount(session, task.id) if task.recount_of else visits.places_of_section(session, task.section)
    return sorted(found, key=lambda place: walk(place.position, place.code))


def _scan(session: Session, task: WholeTask, attempt: Attempt, read: Brought) -> CountScan:
    fact = _visit_facts(session, task, attempt)
    standing = [fact(row) for row in visits.of_task(session, task.id)]
    here = _here(session, standing, attempt, fact)
    is_done = attempt.code.command is Command.DONE
    left = _with_waiting(session, task.id, attempt, _left(standing, any_device=is_done))
    spot = _spot(session, task, attempt, standing=standing, here=here, read=read)
    places = places_of(session, task)
    done = {visit.place.id for visit in standing if visit.says_something or visit.is_open}
    return CountScan(
        task=task.reference,
        is_open=task.state == TaskState.OPEN,
        code=read.code,
        name=read.only.name if read.only else "The carton",
        times=read.times,
        confirmed=attempt.confirmed,
        recount=task.recount_of is not None,
        here=here,
        left=left,
        spot=spot,
        found=_found(session, task, read, here, spot),
        seen=read.waits or (bool(read.marks) and visits.seen(session, task.id, read.code.key, read.code.serial)),
        to_do=tuple(place.code for place in places if place.id not in done),
        others=tuple(visit for visit in standing if visit.is_open and (left is None or visit.id != left.id)),
        places=len(places),
        unlinked=ledger.count_unlinked(session, task.id) if is_done else 0,
        waiting=what_waits(session, task.id, own=attempt.request.operator_id) if is_done else "",
        late=attempt.request.source is Source.LINKED,
        gone=next((v for v in standing if here is None and attempt.here and v.place.id == attempt.here.id), None),
    )


def _left(standing: Iterable[VisitFact], *, any_device: bool) -> VisitFact | None:
    """The visit that the person is still in on this device. For who finishes the count: on any device."""
    mine = [visit for visit in standing if visit.is_open and visit.mine]
    return next((visit for visit in mine if visit.this_device), mine[-1] if mine and any_device else None)


def _with_waiting(session: Session, task_id: int, attempt: Attempt, left: VisitFact | None) -> VisitFact | None:
    """The visit that the person may leave, with what waits there. Only asked for where the scan is the label of a location."""
    if left is None or attempt.code.command or attempt.code.gtin or attempt.code.sscc:
        return left
    there = [each for each in held.waiting_of(session, task_id, attempt.request) if each.location_id == left.place.id]
    if not there:
        return left
    return replace(left, waits=f"{units_wait(sum(each.units for each in there))} for an answer")


def _visit_facts(session: Session, task: WholeTask, attempt: Attempt) -> Callable[[StandingVisit], VisitFact]:
    """What the rules know of a visit, from its row."""
    asked: dict[int, dict[int, str]] = {}
    for row in visits.asked(session, task.id) if task.recount_of else ():
        asked.setdefault(row.location_id, {})[row.item_id] = row.name

    def fact(row: StandingVisit) -> VisitFact:
        wanted = asked.get(row.location_id, {})
        found = {item_id for item_id, (_, units) in visits.counted_at(session, row.id).items() if units} if wanted else set()
        return VisitFact(
            id=row.id,
            place=Place(row.location_id, row.code, row.kind),
            operator=row.operator,
            mine=row.operator_id == attempt.request.operator_id,
            this_device=row.device == attempt.request.device,
            is_open=row.state == "open",
            units=int(row.units),
            said_empty=row.said_empty,
            unsaid=tuple(name for item_id, name in wanted.items() if item_id not in found),
        )

    return fact


def _here(
    session: Session, standing: Iterable[VisitFact], attempt: Attempt, fact: Callable[[StandingVisit], VisitFact]
) -> VisitFact | None:
    """The visit at the person's last scanned label. A scan whose code was linked later counts where it was made."""
    if attempt.request.source is Source.LINKED:
        row = visits.of_scan(session, attempt.links) if attempt.links else None
        return fact(row) if row else None
    at = attempt.here.id if attempt.here else None
    return next((visit for visit in standing if visit.place.id == at and visit.mine and visit.this_device), None)


def _spot(
    session: Session, task: WholeTask, attempt: Attempt, *, standing: Iterable[VisitFact], here: VisitFact | None,
    read: Brought,
) -> Spot | None:  # fmt: skip
    """The location of the label. Or the one named with goods, where the person was not there yet."""
    if read.goods:
        named = attempt.request.location is not None and attempt.request.source is not Source.LINKED
        place = attempt.here if named and here is None else None
    else:
        place = None if attempt.code.command else catalogue.find_location(session, attempt.code.keys[-1])
    if place is None:
        return None
    visit = next((each for each in standing if each.place.id == place.id), None)
    listed = any(each.id == place.id for each in places_of(session, task))
    elsewhere = None if listed or not can_be_put_to(place.kind) else _count_of(session, place)
    return Spot(place, listed, visit, elsewhere)


def _count_of(session: Session, place: Place) -> str | None:
    """The open count of the section that a location is in."""
    section = catalogue.section_of(session, place.id)
    return visits.open_count_of(session, section) if section else None


def _found(session: Session, task: WholeTask, read: Brought, here: VisitFact | None, spot: Spot | None) -> tuple[Found, ...]:
    """Units of each item that the scan stands for. Stock is kept of a kit's parts, so these are what is counted."""
    units: dict[int, int] = {}
    for goods in read.goods:
        for item_id, inside in goods.contents:
            units[item_id] = units.get(item_id, 0) + inside
    if not units:
        return ()
    place = spot.place.id if spot else here.place.id if here else None
    asked = {row.item_id for row in visits.asked(session, task.id) if row.location_id == place} if task.recount_of else set(units)
    before = visits.counted_at(session, here.id) if here else {}
    names = catalogue.names_by_id(session, units)
    return tuple(
        Found(item_id, names[item_id], number, before.get(item_id, (0, 0))[1], item_id in asked)
        for item_id, number in units.items()
    )


def _stands_at(scan: CountScan, decision: Decision, attempt: Attempt) -> Place | None:
    """Where the person is after the scan: nowhere after a label that was refused or waits for an answer."""
    if attempt.request.source is Source.LINKED:
        return scan.here.place if scan.here else attempt.here
    if scan.spot is None:
        return attempt.here
    return scan.spot.place if decision.outcome is Outcome.ACCEPTED else None


def change_visits(session: Session, change: VisitChange, recorded: Recorded) -> None:
    """Keep the visits as the rules want them, and count what was found."""
    attempt, seq = recorded.attempt, recorded.seq
    at, request = attempt.happened_at, attempt.request
    if change.empties is not None:
        visits.change(session, change.empties, said_empty=True)
    if change.closes is not None:
        visits.leave(session, change.closes, "closed", seq, at)
    for visit_id in change.abandons:
        visits.leave(session, visit_id, "abandoned", seq, at)
    here = change.at
    if change.enters is not None:
        here = visits.open_visit(
            session,
            task_id=recorded.task.id,
            location_id=change.enters.id,
            operator_id=request.operator_id,
            device=request.device,
            seq=seq,
            at=at,
        )
    if change.resumes is not None:
        here = change.resumes
        visits.change(session, here, state="open", device=request.device, closed_seq=None, closed_at=None)
    if change.fills is not None:
        visits.change(session, change.fills, said_empty=False)
    if change.counted and here is not None and change.place_id is not None:
        _count(session, recorded, here, change.place_id, change.counted)


def _count(session: Session, recorded: Recorded, visit_id: int, place_id: int, counted: Iterable[tuple[int, int]]) -> None:
    counts = [Count(visits.line_for(session, recorded.task.id, visit_id, place_id, item_id), units) for item_id, units in counted]
    ledger.count(session, recorded.seq, counts)


def judge_variances(session: Session, _effect: CountFinished, recorded: Recorded) -> None:
    """The count is over: compare what was counted with the record."""
    variances.evaluate(session, recorded.task.id, recorded.seq, recorded.attempt.request.operator_id, recorded.attempt.now)


def undo(session: Session, _task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision:
    """Take back what a scan counted, at its location. Or take back that nothing is there."""
    names = catalogue.names_of(session, undone.item_id, undone.location_id)
    if undone.reason == Reason.EMPTY:
        words = f"Taken back: it is open what is at {names.location}."
        return replace(accept(Reason.UNDONE, words), here=attempt.here, effects=_unsaid(session, undone))
    lines = visits.lines_of_scan(session, undone.seq)
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=Reason.UNDONE,
        message=f"Taken back: {names.name or 'the carton'}, {undone.units:,} fewer at {names.location}.",
        units=-undone.units,
        item_id=undone.item_id,
        item=item_name(names.sku, names.name),
        line=LineCount(None, lines[0].scanned - lines[0].units) if len(lines) == 1 else None,
        here=attempt.here,
        counts=tuple(Count(line.line_id, -line.units) for line in lines),
    )


def _unsaid(session: Session, undone: StoredScan) -> tuple[Effect, ...]:
    visit = visits.of_scan(session, undone.seq)
    return (VisitChange(fills=visit.id),) if visit else ()
