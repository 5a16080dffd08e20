"""What people do with counts beside scanning: choose one, start one, see where to walk, finish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.codes.commands import Command
from scanner.codes.reading import parse_code
from scanner.counting import KIND, visits
from scanner.counting import blind as counting_blind
from scanner.counting.contract import CountToStart
from scanner.counting.facts import places_of, preview
from scanner.counting.pulls import service as pulls
from scanner.counting.rules import before_finishing, still_to_do
from scanner.counting.variances.rules import walk
from scanner.counting.visits import OpenCount, StandingVisit
from scanner.errors import Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.linking.service import UnknownScan, unknown_scans
from scanner.scans.record import last_result, record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import Outcome, ScanResult
from scanner.scans.tasks import WholeTask
from scanner.scans.workflow import Finish, Start, Started, TaskRequest, Workflows

MOST_LINES = 60
"""Items of the shelf in hand that a page shows; what was counted last is among them."""


@dataclass(frozen=True, slots=True)
class AskedView:
    """An item that a recount asks for, and whether something was said of it."""

    name: str
    sku: str
    said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A location of a count: `state` is to do, being counted (by `who`) or done."""

    code: str
    name: str
    state: str
    who: str = ""
    mine: bool = False
    asked: tuple[AskedView, ...] = ()


@dataclass(frozen=True, slots=True)
class LineView:
    """An item that was counted at the shelf in hand, and how much of it so far."""

    id: int
    sku: str
    name: str
    scanned: int


@dataclass(frozen=True, slots=True)
class HereView:
    """The shelf in hand: what was counted there, the last first; `more` items are not listed."""

    code: str
    lines: list[LineView]
    said_empty: bool
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountHead:
    """What stands over a count's page."""

    reference: str
    section: str
    state: str
    recount: bool
    finished_at: datetime | None
    finished_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """An open count in a list: how many of its locations are counted, and who is in it."""

    reference: str
    section: str
    recount: bool
    done: int
    places: int
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountableSection:
    """A section that could be counted: how many locations it has, and when one of them was counted last.

    `short_pick`: something could not be picked there since.
    """

    section: str
    places: int
    counted_at: datetime | None
    short_pick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPage:
    """Everything on the page of a count, for one person on one device. `next` is where to walk, `known` what the device may
    know while it is offline: what the shelves' labels say, and no goods. `barred`: it repeats what the person counted.
    """

    task: CountHead
    places: list[PlaceView]
    here: HereView | None
    next: PlaceView | None
    last: ScanResult | None
    others: tuple[str, ...] = ()
    known: dict[str, Any] = field(default_factory=dict)
    barred: bool = False
    unknown: list[UnknownScan] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Locations that are counted."""
        return sum(place.state == "done" for place in self.places)

    @property
    def to_do(self) -> list[PlaceView]:
        """Locations that nobody has counted."""
        return [place for place in self.places if place.state == "to do"]


@dataclass(frozen=True, slots=True)
class Lacking:
    """What stands against finishing a count, in words; the locations that nobody counted, out of `places`; and, where it cannot
    be finished at all, why.
    """

    words: tuple[str, ...]
    to_do: tuple[str, ...]
    places: int
    refused: str


def counts(session: Session, operator: OperatorView) -> list[CountRow]:
    """Open counts that a person may count: none that repeats what the person counted."""
    barred = visits.barred_from(session, operator.id)
    return [_count_row(session, row) for row in visits.open_counts(session) if row.id not in barred]


def sections(session: Session) -> list[CountableSection]:
    """Sections of which no count is open: where something could not be picked first, then what was counted longest ago.

    Nothing here hangs on what the record has in them.
    """
    is_open = {row.section for row in visits.open_counts(session) if row.recount_of is None}
    short = pulls.short_picked(session)
    rows = [CountableSection(row.section, row.places, row.counted_at, row.section in short) for row in visits.sections(session)]
    rows.sort(key=lambda row: (not row.short_pick, row.counted_at is not None, row.counted_at, walk(0, row.section)))
    return [row for row in rows if row.section not in is_open]


def start(session: Session, section: str, operator: OperatorView, now: datetime) -> str:
    """Open a count of a section, or find the one that is open; gives its reference. NotFound where there is no such section."""
    operator.demand(Right.START_COUNTS)
    is_section = visits.hold_section(session, section)
    if reference := visits.open_count_of(session, section):
        return reference
    if not is_section:
        raise NotFound(f"There is no section {section}.", "section")
    reference = visits.next_number(session)
    values = {
        "reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "section": section,
        "created_at": now,
    }  # fmt: skip
    tasks.add_task(session, values, [])
    return reference


def begin(session: Session, body: CountToStart, operator: OperatorView, now: datetime) -> Started:
    """The same for a program. It is told as made even where it was open."""
    return Started(start(session, body.section, operator, now))


START = Start(body=CountToStart, begin=begin)


def start_planned(session: Session, section: str, operator: OperatorView, now: datetime) -> str:
    """The same from the plan, for who plans counts."""
    operator.demand(Right.PLAN_COUNTS)
    return start(session, section, operator, now)


def open_count(session: Session, code: str, operator: OperatorView) -> Opening:
    """The open count that a label names. Otherwise an open recount there, for who may count it."""
    opening = _opened(session, code)
    recount = None if opening.reference else recount_for(session, code, operator)
    return Opening(kind=KIND, reference=recount) if recount else opening


def _opened(session: Session, code: str) -> Opening:
    """The open count that a label names: its own number, or a location in its section; `starts` the section of another."""
    label = parse_code(code).keys[-1]
    task = tasks.of_kind(session, label, KIND)
    if task is not None and task.recount_of is None:
        return Opening(kind=KIND, reference=label)
    place = catalog.find_location(session, label)
    section = catalog.section_of(session, place.id) if place else label
    if reference := visits.open_count_of(session, section):
        return Opening(kind=KIND, reference=reference)
    if visits.places_of_section(session, section):
        words = f"Nobody counts {section} now. Start its count on the page Counting."
        return Opening(kind=KIND, message=words, starts=section)
    return Opening(kind=KIND, message=f"{label[:40]} is no shelf that can be counted. Scan one, or choose.")


def recount_for(session: Session, code: str, operator: OperatorView) -> str | None:
    """The open recount with that number, or one that asks for something at that shelf. None for who counted it."""
    label = parse_code(code).keys[-1]
    place = catalog.find_location(session, label)
    barred = visits.barred_from(session, operator.id)
    asking = visits.recounts_at(session, place.id if place else 0)
    recounts = [row for row in visits.open_counts(session) if row.recount_of is not None and row.id not in barred]
    return next((row.reference for row in recounts if row.reference == label or row.id in asking), None)


def arrive(session: Session, asked: TaskRequest, code: str, workflows: Workflows) -> None:
    """Record the label that led to a count as its first scan."""
    asked.operator.demand(workflows[KIND].right)
    if catalog.find_location(session, parse_code(code).keys[-1]):
        record_scan(session, _request(asked, code, Source.WEDGE), asked.now, workflows)


def _request(asked: TaskRequest, code: str, source: Source, *, confirm: bool = False) -> ScanRequest:
    return ScanRequest(
        id=uuid4(), task=asked.reference, code=code, source=source, scanned_at=asked.now, operator_id=asked.operator.id,
        device=asked.device, confirm=confirm,
    )  # fmt: skip


def count_page(session: Session, reference: str, operator: OperatorView, device: str) -> CountPage:
    """The page of a count; NotFound where there is none, or where it repeats what the person counted."""
    task = task_for(session, reference, operator)
    last = ledger.last_scan(session, task.id, operator.id, device)
    standing = visits.of_task(session, task.id)
    at = last.location_id if last else None
    places = _places(session, task, standing, operator)
    here = next((v for v in standing if (v.operator_id, v.device, v.location_id) == (operator.id, device, at)), None)
    names = tasks.names_around(session, task.id)
    head = CountHead(
        reference=reference,
        section=task.section,
        state=task.state,
        recount=task.recount_of is not None,
        finished_at=task.finished_at,
        finished_by=names.finished_by,
    )
    return CountPage(
        task=head,
        places=places,
        here=_here(session, here) if here else None,
        next=_next(places, last.location_code if last else None),
        last=last_result(session, task.id, task.reference, task.kind, last),
        others=tuple(dict.fromkeys(v.operator for v in standing if v.state == "open" and v.operator_id != operator.id)),
        known={"task": reference, "lines": [], "places": [place.code for place in places]},
        barred=task.recount_of is not None and operator.id in visits.barred(session, task.id),
        unknown=unknown_scans(session, task.id) if operator.may(Right.LINK_CODES) else [],
    )


def task_for(session: Session, reference: str, operator: OperatorView) -> WholeTask:
    """A count that a person may see: not of a recount of the person's own count, unless variances are open to them."""
    task = tasks.of_kind(session, reference, KIND)
    if task is None or counting_blind.is_hidden(session, task.id, operator):
        raise NotFound(f"There is no count {reference}.", "task")
    return task


def finish(session: Session, asked: TaskRequest, workflows: Workflows) -> Finish:
    """Finish a count. Locations that nobody counted must be confirmed; they stay due. Nothing tells what varies.

    A count that is finished already is answered so, and nothing is done.
    """
    asked.operator.demand(workflows[KIND].right)
    tasks.lock_task(session, asked.reference)
    task = task_for(session, asked.reference, asked.operator)
    if task.state == TaskState.FINISHED:
        return Finish(reference=task.reference, state=task.state)
    decision, scan = preview(session, task, _request(asked, Command.DONE, Source.TYPED), asked.now)
    if decision.outcome is Outcome.REFUSED:
        raise Conflict(decision.message)
    to_do = still_to_do(scan)
    if decision.outcome is Outcome.HELD and not asked.confirm:
        lacking = ". ".join(before_finishing(scan))
        return Finish(reference=task.reference, state=task.state, needs_confirm=True, lacking=lacking, uncounted=to_do)
    record_scan(session, _request(asked, Command.DONE, Source.TYPED, confirm=True), asked.now, workflows)
    return Finish(reference=task.reference, state=TaskState.FINISHED, uncounted=to_do)


def lacking(session: Session, asked: TaskRequest) -> Lacking:
    """What a person must know before finishing a count."""
    task = task_for(session, asked.reference, asked.operator)
    decision, scan = preview(session, task, _request(asked, Command.DONE, Source.TYPED), asked.now)
    refused = decision.message if decision.outcome is Outcome.REFUSED else ""
    return Lacking(before_finishing(scan), still_to_do(scan), scan.places, refused)


def _count_row(session: Session, row: OpenCount) -> CountRow:
    task = tasks.get_task(session, row.reference)
    assert task is not None
    standing = visits.of_task(session, row.id)
    who = tuple(dict.fromkeys(visit.operator for visit in standing if visit.state == "open"))
    done = sum(_is_done(visit) for visit in standing)
    return CountRow(
        reference=row.reference,
        section=row.section,
        recount=row.recount_of is not None,
        done=done,
        places=len(places_of(session, task)),
        who=who,
    )


def _is_done(visit: StandingVisit) -> bool:
    return visit.state == "closed" and bool(visit.units or visit.said_empty)


def _places(session: Session, task: WholeTask, standing: Iterable[StandingVisit], operator: OperatorView) -> list[PlaceView]:
    by_place = {visit.location_id: visit for visit in standing}
    asked = visits.asked(session, task.id) if task.recount_of else []
    views = []
    for place in places_of(session, task):
        visit = by_place.get(place.id)
        wanted = [row for row in asked if row.location_id == place.id]
        found = visits.counted_at(session, visit.id) if visit and wanted else {}
        said = bool(visit and visit.said_empty)
        views.append(
            PlaceView(
                code=place.code, name=place.name, state=_state(visit), who=visit.operator if visit else "",
                mine=visit is not None and visit.operator_id == operator.id,
                asked=tuple(AskedView(r.name, r.sku, said or found.get(r.item_id, (0, 0))[1] > 0) for r in wanted),
            )
        )  # fmt: skip
    return views


def _state(visit: StandingVisit | None) -> str:
    if visit is None:
        return "to do"
    if visit.state == "open":
        return "being counted"
    return "done" if _is_done(visit) else "to do"


def _here(session: Session, visit: StandingVisit) -> HereView:
    lines = [LineView(row.id, row.sku, row.name, row.scanned) for row in visits.lines_at(session, visit.id)]
    return HereView(visit.code, lines[:MOST_LINES], visit.said_empty, max(len(lines) - MOST_LINES, 0))


def _next(places: list[PlaceView], at: str | None) -> PlaceView | None:
    """The next location to do on the walk, from where the person is. After the end, the walk begins again."""
    codes = [place.code for place in places]
    passed = codes.index(at) + 1 if at in codes else 0
    return next((place for place in places[passed:] + places[:passed] if place.state == "to do"), None)
