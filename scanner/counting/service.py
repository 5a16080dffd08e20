"""What people do with counts before they scan: choose one, start one, come to one by a label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.catalogue import store as catalogue
from scanner.codes.reading import parse_code
from scanner.counting import KIND, visits
from scanner.counting import blind as counting_blind
from scanner.counting.contract import CountToStart
from scanner.counting.facts import places_of
from scanner.counting.pulls import service as pulls
from scanner.counting.sections import all_sections
from scanner.counting.variances.rules import walk
from scanner.counting.visits import OpenCount
from scanner.errors import Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.record import record_scan
from scanner.scans.request import Source
from scanner.scans.tasks import WholeTask
from scanner.scans.workflow import Start, Started, TaskRequest, Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """An open count in a list: how many of its locations are counted, and who is in it."""

    reference: str
    section: str
    recount: bool
    done: int
    places: int
    who: tuple[str, ...]


_RECOUNT = re.compile(r"C-[0-9]{1,12}-R[0-9]{1,6}")
"""The number of a recount. Who may not know of one is answered alike whether it is there or not."""


@dataclass(frozen=True, slots=True)
class CountableSection:
    """A section that could be counted."""

    section: str
    places: int
    counted_at: datetime | None  # when one of its locations was counted last
    short_pick: bool = False  # something could not be picked there since
    done: int = 0  # locations that its last count reached

    @property
    def left(self) -> bool:
        """Whether its last count ended before all of it was counted: the rest of it is due still."""
        return self.counted_at is not None and self.done < self.places


def counts(session: Session, operator: OperatorView) -> list[CountRow]:
    """Open counts that a person may count: none that repeats what the person counted."""
    barred = visits.barred_from(session, operator.id)
    return [_count_row(session, row) for row in visits.open_counts(session) if row.id not in barred]


def barred_counts(session: Session, operator: OperatorView) -> frozenset[str]:
    """References of the open recounts that repeat what the person counted, and so are another's to make."""
    barred = visits.barred_from(session, operator.id)
    return frozenset(row.reference for row in visits.open_counts(session) if row.id in barred)


@dataclass(frozen=True, slots=True)
class Begun:
    """The count that a person comes to, and the words for it."""

    reference: str
    message: str


def sections(session: Session, operator: OperatorView) -> list[CountableSection]:
    """Sections of which no count is open: where something could not be picked first, then what was never counted, or not all.

    The others follow, what was counted longest ago first.

    The order does not depend on stock. A recount counts as open, but not for whom it is hidden from.
    """
    is_open = {row.section for row in _seen(session, operator)}
    short = pulls.short_picked(session)
    rows = [
        CountableSection(row.section, row.places, row.counted_at, row.section in short, row.done) for row in all_sections(session)
    ]
    rows.sort(key=_next_first)
    return [row for row in rows if row.section not in is_open]


def _next_first(row: CountableSection) -> tuple[object, ...]:
    counted = 0 if row.counted_at is None else 1 if row.left else 2
    return not row.short_pick, counted, row.counted_at, walk(0, row.section)


def _seen(session: Session, operator: OperatorView) -> list[OpenCount]:
    """Open counts and recounts, without those that are hidden from a person."""
    hidden = counting_blind.hidden_tasks(session, operator)
    return [row for row in visits.open_counts(session) if row.id not in hidden]


def _recounts_of(session: Session, section: str, operator: OperatorView) -> list[OpenCount]:
    return [row for row in _seen(session, operator) if row.section == section and row.recount_of is not None]


def start(session: Session, section: str, operator: OperatorView, now: datetime) -> str:
    """Open a count of a section, or find the one that is open; gives its reference.

    Raises NotFound where there is no such section, Conflict where what differed there is being counted again.
    """
    operator.demand(Right.START_COUNTS)
    is_section = visits.hold_section(session, section)
    if reference := visits.open_count_of(session, section):
        return reference
    if recounts := _recounts_of(session, section, operator):
        raise Conflict(f"{_counted_again(section, recounts)} When that is finished, the section can be counted again.", "section")
    if not is_section:
        raise NotFound(f"There is no section {section}.", "section")
    reference = visits.next_number(session)
    values = {
        "reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "section": section,
        "created_at": now,
    }  # fmt: skip
    tasks.add_task(session, values, [])
    if operator.is_administrator:
        audit.note(session, operator, Action.TASK_STARTED, "task", reference, after={"kind": KIND, "section": section}, at=now)
    return reference


def _counted_again(section: str, recounts: list[OpenCount]) -> str:
    return f"{section} is being counted again, as {' and '.join(row.reference for row in recounts)}."


def come_to(session: Session, section: str, operator: OperatorView, now: datetime) -> Begun:
    """Open a count of a section, or go on with the one that is open: with the recount, where the person may make it."""
    operator.demand(Right.START_COUNTS)
    barred = visits.barred_from(session, operator.id)
    first = visits.open_count_of(session, section)
    recounts = [] if first else [row for row in _recounts_of(session, section, operator) if row.id not in barred]
    if recounts:
        return Begun(recounts[0].reference, f"{_counted_again(section, recounts[:1])} Go on with that.")
    before = None if first else visits.last_count_of(session, section)
    reference = start(session, section, operator, now)
    words = f"{section} is counted as {reference}."
    if before and before.finished_at.astimezone().date() == now.astimezone().date():
        words += f" It was counted today already, as {before.reference}."
    return Begun(reference, words)


def begin(session: Session, body: CountToStart, operator: OperatorView, now: datetime) -> Started:
    """Start a count for a program. It is always reported as new."""
    return Started(start(session, body.section, operator, now))


START = Start(body=CountToStart, begin=begin)


def come_to_planned(session: Session, section: str, operator: OperatorView, now: datetime) -> Begun:
    """Start a count from the plan, or go on with the one that is open."""
    operator.demand(Right.PLAN_COUNTS)
    return come_to(session, section, operator, now)


def open_count(session: Session, code: str, operator: OperatorView) -> Opening:
    """The open count that a label names. Otherwise an open recount there, for who may count it."""
    opening = _opened(session, code, operator)
    recount = None if opening.reference else recount_for(session, code, operator)
    return Opening(kind=KIND, reference=recount) if recount else opening


def _opened(session: Session, code: str, operator: OperatorView) -> Opening:
    """The open count that a label names: its own number, or a location in its section; `starts` the section of another."""
    label = parse_code(code).keys[-1]
    task = tasks.of_kind(session, label, KIND)
    if task is not None and task.recount_of is None:
        return Opening(kind=KIND, reference=label)
    place = catalogue.find_location(session, label)
    section = catalogue.section_of(session, place.id) if place else label
    if reference := visits.open_count_of(session, section):
        return Opening(kind=KIND, reference=reference)
    if recounts := _recounts_of(session, section, operator):
        asks = f" It asks for nothing at {label[:40]}." if place else ""
        words = f"{_counted_again(section, recounts)}{asks} Choose it below, if you may make it."
        return Opening(kind=KIND, message=words, known=True)
    if visits.places_of_section(session, section):
        words = f"Nobody counts {section} now. Start its count on the page Counting."
        return Opening(kind=KIND, message=words, starts=section, known=True)
    if _RECOUNT.fullmatch(label.upper()) and (task is None or counting_blind.is_hidden(session, task.id, operator)):
        words = f"{label} is a recount: another person than who counted makes it. Choose a count, or scan a shelf."
        return Opening(kind=KIND, message=words, known=True)
    return Opening(kind=KIND, message=f"{label[:40]} is not a shelf that can be counted. Scan one, or choose.")


def recount_for(session: Session, code: str, operator: OperatorView) -> str | None:
    """The open recount with that number, or one that asks for something at that shelf. None for who counted it."""
    label = parse_code(code).keys[-1]
    place = catalogue.find_location(session, label)
    barred = visits.barred_from(session, operator.id)
    asking = visits.recounts_at(session, place.id if place else 0)
    recounts = [row for row in visits.open_counts(session) if row.recount_of is not None and row.id not in barred]
    return next((row.reference for row in recounts if row.reference == label or row.id in asking), None)


def arrive(session: Session, asked: TaskRequest, code: str, workflows: Workflows) -> None:
    """Record the label that led to a count as its first scan."""
    asked.operator.demand(workflows[KIND].right)
    if catalogue.find_location(session, parse_code(code).keys[-1]):
        record_scan(session, asked.scan(code, Source.WEDGE), asked.now, workflows)


def task_for(session: Session, reference: str, operator: OperatorView) -> WholeTask:
    """A count that a person may see: not of a recount of the person's own count, unless variances are open to them."""
    task = tasks.of_kind(session, reference, KIND)
    if task is None or counting_blind.is_hidden(session, task.id, operator):
        raise NotFound(f"There is no count {reference}.", "task")
    return task


def _count_row(session: Session, row: OpenCount) -> CountRow:
    task = tasks.get_task(session, row.reference)
    assert task is not None
    standing = visits.of_task(session, row.id)
    who = tuple(dict.fromkeys(visit.operator for visit in standing if visit.state == "open"))
    done = sum(visit.is_done for visit in standing)
    return CountRow(
        reference=row.reference,
        section=row.section,
        recount=row.recount_of is not None,
        done=done,
        places=len(places_of(session, task)),
        who=who,
    )
