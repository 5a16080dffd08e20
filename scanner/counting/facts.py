"""Counting's part of the spine: gathers what its rules may know of a scan, lets them decide, and keeps the visits.

No fact comes from the record of stock: what a counter is told cannot hang on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import Place, can_be_entered
from scanner.codes.commands import Command
from scanner.codes.reading import Code, parse_code
from scanner.counting import blind as counting_blind
from scanner.counting import rules, visits
from scanner.counting.rules import Found, Ruling, Spot, VisitFact
from scanner.counting.variances import service as variances
from scanner.counting.variances.rules import walk
from scanner.errors import NotAllowed, NotFound
from scanner.people import store as people
from scanner.receiving.rules import marks_of
from scanner.scans import ledger, tasks
from scanner.scans.decision import Count, Decision, ItemName, LineCount, Outcome, Reason, ScanRequest, Source, TaskState
from scanner.scans.workflow import Attempt, Judgement, Workflow


def _decide(session: Session, task: Row[Any], attempt: Attempt) -> Judgement:
    """Judge one scan against a count."""
    whole = tasks.get_task(session, task.reference)
    assert whole is not None
    content = None if attempt.code.command else _contents(session, attempt.code)
    facts = _facts(session, whole, attempt, content or ())
    ruling = rules.decide(facts)
    here = _stands_at(facts, ruling, attempt)
    also = partial(_carry_out, attempt, whole, ruling, facts)
    if not content or len(content) != 1:
        return Judgement(ruling.decision, here=here, also=also)
    return Judgement(ruling.decision, content[0].item_id, ItemName(content[0].sku, content[0].name), here, also=also)


def preview(session: Session, task: Row[Any], request: ScanRequest, now: datetime) -> tuple[Decision, rules.Facts]:
    """What would come of finishing a count now, and what that hangs on. Records nothing."""
    before = ledger.last_scan(session, task.id, request.operator_id, request.device)
    here = Place(before.location_id, before.location_code, before.location_kind) if before and before.location_id else None
    facts = _facts(session, task, Attempt(request, parse_code(request.code), 1, here, now), ())
    return rules.decide(facts).decision, facts


def _refuse_who_counted_it(session: Session, task: Row[Any], operator_id: int) -> None:
    """A recount is for another person than who counted last, to whom it is not there at all; who sees variances is told why."""
    if operator_id not in visits.barred(session, task.id):
        return
    person = people.active_operator(session, operator_id)
    if person and not counting_blind.is_blind(person):
        raise NotAllowed(f"{person.name} counted this: another person counts it again.")
    raise NotFound(f"There is no task {task.reference}.", "task")


def places_of(session: Session, task: Row[Any]) -> list[Row[Any]]:
    """The locations of a count in walking order."""
    found = visits.places_of_recount(session, task.id) if task.recount_of else visits.places_of_section(session, task.section)
    return sorted(found, key=lambda place: walk(place.position, place.code))


def _facts(session: Session, task: Row[Any], attempt: Attempt, content: tuple[catalog.Content, ...]) -> rules.Facts:
    fact = _visit_facts(session, task, attempt)
    standing = [fact(row) for row in visits.of_task(session, task.id)]
    here = _here(session, standing, attempt, fact)
    is_done = attempt.code.command is Command.DONE
    left = _left(standing, any_device=is_done)
    spot = _spot(session, task, attempt, standing, here, content)
    places = places_of(session, task)
    done = {visit.place.id for visit in standing if visit.says_something or visit.is_open}
    return rules.Facts(
        task=task.reference,
        is_open=task.state == TaskState.OPEN,
        code=attempt.code,
        name=_name(content),
        quantity=attempt.quantity,
        confirmed=attempt.confirmed,
        recount=task.recount_of is not None,
        here=here,
        left=left,
        spot=spot,
        found=_found(session, task, attempt, content, here, spot),
        seen=bool(marks_of(attempt.code)) and visits.seen(session, task.id, attempt.code.key, attempt.code.serial),
        to_do=tuple(place.code for place in places if place.id not in done),
        others=tuple(visit for visit in standing if visit.is_open and visit != left),
        places=len(places),
        unlinked=ledger.count_unlinked(session, task.id) if is_done else 0,
        late=attempt.request.source is Source.LINKED,
        gone=next((v for v in standing if here is None and attempt.here and v.place.id == attempt.here.id), None),
    )


def _left(standing: Iterable[VisitFact], *, any_device: bool) -> VisitFact | None:
    """The visit that a person is still in: on this device, or, who finishes, on any."""
    mine = [visit for visit in standing if visit.is_open and visit.mine]
    return next((visit for visit in mine if visit.this_device), mine[-1] if mine and any_device else None)


def _visit_facts(session: Session, task: Row[Any], attempt: Attempt) -> Callable[[Row[Any]], VisitFact]:
    """What the rules know of a visit, from its row."""
    asked: dict[int, dict[int, str]] = {}
    for row in visits.asked(session, task.id) if task.recount_of else ():
        asked.setdefault(row.location_id, {})[row.item_id] = row.name

    def fact(row: Row[Any]) -> VisitFact:
        wanted = asked.get(row.location_id, {})
        found = {item_id for item_id, (_, units) in visits.counted_at(session, row.id).items() if units} if wanted else set()
        return VisitFact(
            row.id, Place(row.location_id, row.code, row.kind), row.operator, row.operator_id == attempt.request.operator_id,
            row.device == attempt.request.device, row.state == "open", int(row.units), row.said_empty,
            tuple(name for item_id, name in wanted.items() if item_id not in found),
        )  # fmt: skip

    return fact


def _here(
    session: Session, standing: Iterable[VisitFact], attempt: Attempt, fact: Callable[[Row[Any]], VisitFact]
) -> VisitFact | None:
    """The visit where the person stands: there the last label was scanned. What was linked later counts where it was."""
    if attempt.request.source is Source.LINKED:
        row = visits.of_scan(session, attempt.links) if attempt.links else None
        return fact(row) if row else None
    at = attempt.here.id if attempt.here else None
    return next((visit for visit in standing if visit.place.id == at and visit.mine and visit.this_device), None)


def _spot(
    session: Session, task: Row[Any], attempt: Attempt, standing: Iterable[VisitFact], here: VisitFact | None,
    content: tuple[catalog.Content, ...],
) -> Spot | None:  # fmt: skip
    """The location that a label says; or that goods were scanned for, where the person was not there yet."""
    if content:
        named = attempt.request.location is not None and attempt.request.source is not Source.LINKED
        place = attempt.here if named and here is None else None
    else:
        place = None if attempt.code.command else catalog.find_location(session, attempt.code.keys[-1])
    if place is None:
        return None
    visit = next((each for each in standing if each.place.id == place.id), None)
    listed = any(each.id == place.id for each in places_of(session, task))
    elsewhere = None if listed or not can_be_entered(place.kind) else _count_of(session, place)
    return Spot(place, listed, visit, elsewhere)


def _count_of(session: Session, place: Place) -> str | None:
    """The open count of the section that a location is in."""
    section = catalog.section_of(session, place.id)
    return visits.open_count_of(session, section) if section else None


def _contents(session: Session, code: Code) -> tuple[catalog.Content, ...]:
    """What the code stands for: what was announced for the carton, else the item of the barcode."""
    if code.sscc and (inside := catalog.carton_contents(session, code.sscc)):
        return inside
    content = catalog.find_content(session, code.keys)
    return (content,) if content else ()


def _name(content: tuple[catalog.Content, ...]) -> str:
    return content[0].name if len(content) == 1 else "The carton"


def _found(
    session: Session, task: Row[Any], attempt: Attempt, content: tuple[catalog.Content, ...], here: VisitFact | None,
    spot: Spot | None,
) -> tuple[Found, ...]:  # fmt: skip
    """Units of each item that the scan stands for: stock is kept of a kit's parts, so these are what is counted."""
    times = attempt.quantity * (1 if attempt.code.count is None else attempt.code.count)
    units: dict[int, int] = {}
    for each in content:
        for item_id, inside in each.parts or ((each.item_id, 1),):
            units[item_id] = units.get(item_id, 0) + inside * each.units * times
    if not units:
        return ()
    place = spot.place.id if spot else here.place.id if here else None
    asked = {row.item_id for row in visits.asked(session, task.id) if row.location_id == place} if task.recount_of else set(units)
    before = visits.counted_at(session, here.id) if here else {}
    names = catalog.names_by_id(session, units)
    return tuple(
        Found(item_id, names[item_id], number, before.get(item_id, (0, 0))[1], item_id in asked)
        for item_id, number in units.items()
    )


def _stands_at(facts: rules.Facts, ruling: Ruling, attempt: Attempt) -> Place | None:
    """Where the person is after the scan. At a label that was refused or waits for a yes, nothing that follows counts."""
    if attempt.request.source is Source.LINKED:
        return facts.here.place if facts.here else attempt.here
    if facts.spot is None:
        return attempt.here
    return facts.spot.place if ruling.decision.outcome is Outcome.ACCEPTED else None


def _carry_out(attempt: Attempt, task: Row[Any], ruling: Ruling, facts: rules.Facts, session: Session, seq: int) -> None:
    """Keep the visits as the rules want them, count what was found, and judge all of it once the count is finished."""
    request, at = attempt.request, attempt.happened_at
    if ruling.empties is not None:
        visits.change(session, ruling.empties, said_empty=True)
    if ruling.closes is not None:
        visits.leave(session, ruling.closes, "closed", seq, at)
    for visit_id in ruling.abandons:
        visits.leave(session, visit_id, "abandoned", seq, at)
    here = facts.here.id if facts.here else None
    if ruling.enters is not None:
        here = visits.open_visit(session, task.id, ruling.enters.id, request.operator_id, request.device, seq, at)
    if ruling.resumes is not None:
        here = ruling.resumes
        visits.change(session, here, state="open", device=request.device, closed_seq=None, closed_at=None)
    if ruling.fills is not None:
        visits.change(session, ruling.fills, said_empty=False)
    if ruling.counted:
        place = ruling.enters or (facts.spot.place if facts.spot else facts.here.place)  # type: ignore[union-attr]
        _count(session, task.id, here, place, ruling, seq)  # type: ignore[arg-type]
    if ruling.decision.finishes:
        variances.evaluate(session, task.id, seq, request.operator_id, attempt.now)


def _count(session: Session, task_id: int, visit_id: int, place: Place, ruling: Ruling, seq: int) -> None:
    counts = [Count(visits.line_for(session, task_id, visit_id, place.id, item_id), units) for item_id, units in ruling.counted]
    ledger.count(session, seq, counts)


def _undo(session: Session, task: Row[Any], attempt: Attempt, undone: Row[Any]) -> Judgement:
    """Take back what a scan counted, at the location where it did; or that nothing is there."""
    names = catalog.names_of(session, undone.item_id, undone.location_id)
    item = ItemName(names.sku, names.name) if names.sku else None
    if undone.reason == Reason.EMPTY:
        words = f"Taken back: it is open what is at {names.location}."
        return Judgement(Decision(Outcome.ACCEPTED, Reason.UNDONE, words), here=attempt.here, also=_unsay(undone))
    lines = visits.lines_of_scan(session, undone.seq)
    counts = tuple(Count(line.line_id, -line.units) for line in lines)
    left = LineCount(None, lines[0].scanned - lines[0].units) if len(lines) == 1 else None
    words = f"Taken back: {names.name or 'the carton'}, {undone.units:,} fewer at {names.location}."
    decision = Decision(Outcome.ACCEPTED, Reason.UNDONE, words, -undone.units, left, counts)
    return Judgement(decision, undone.item_id, item, attempt.here)


def _unsay(undone: Row[Any]) -> Callable[[Session, int], None]:
    def unsay(session: Session, _seq: int) -> None:
        if visit := visits.of_scan(session, undone.seq):
            visits.change(session, visit.id, said_empty=False)

    return unsay


WORKFLOW = Workflow(_decide, undo=_undo, admit=_refuse_who_counted_it)
