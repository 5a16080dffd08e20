"""The page of the returns bench: lines with their grades, and the goods in hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from scanner.codes.dispositions import MISSING, NEED_REASON
from scanner.errors import NotFound
from scanner.people.rules import OperatorView
from scanner.reasons.service import reasons
from scanner.reasons.store import ReasonRow
from scanner.returns import KIND, grades, store
from scanner.returns.facts import hand_after
from scanner.returns.grades import Arrival, StandingGrade
from scanner.returns.hand import HandView, view_of
from scanner.returns.matching import store as matching
from scanner.returns.store import ReturnHead
from scanner.scans import ledger, tasks
from scanner.scans.evidence import store as evidence
from scanner.scans.evidence.store import PhotoRow
from scanner.scans.goods import Goods, LineFact, fill
from scanner.scans.ledger import UnknownCode
from scanner.scans.record import last_result
from scanner.scans.result import ScanResult


@dataclass(frozen=True, slots=True)
class BenchProgress:
    """How far a return is, in units."""

    expected: int
    scanned: int  # of those expected
    arrived: int  # expected or not
    waiting: int  # without a grade
    parts: bool = False  # some of these are parts of a kit, of which one came


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchGrade:
    """Units that one scan graded alike."""

    scan_seq: int
    arrival_seq: int
    units: int
    disposition: str
    reason: str | None
    location: str
    part: str | None  # what they are, where they are a part of the line's kit
    operator: str

    @property
    def lacks_reason(self) -> bool:
        """Whether its reason is still missing."""
        return self.disposition in NEED_REASON and self.reason is None

    @property
    def missing(self) -> bool:
        """Whether it is a part that did not come."""
        return self.disposition == MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchLine:
    """One line in units, with its grades and the ids of its photos."""

    id: int
    sku: str
    name: str
    expected: int
    scanned: int
    said: str  # the customer's reason
    waiting: int  # without a grade
    grades: list[BenchGrade]
    photos: list[str]
    parts: bool = False  # `waiting` counts parts of the kit that came
    elsewhere: int = 0  # of `scanned`: came on a return that was matched to this one

    @property
    def gone(self) -> bool:
        """Whether the scan that made the line was taken back."""
        return not self.expected and not self.scanned

    @property
    def done(self) -> bool:
        """Whether all of it came and has a grade."""
        return self.scanned >= self.expected and not self.waiting

    @property
    def over(self) -> int:
        """Units beyond those announced."""
        return max(self.scanned - self.expected, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPage:
    """Everything on the page of a return."""

    task: ReturnHead
    progress: BenchProgress
    lines: list[BenchLine]
    last: ScanResult | None
    hand: HandView | None
    reasons: list[ReasonRow]
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device, while it is offline


@dataclass(frozen=True, slots=True)
class BenchLines:
    """How far a return is, and some of its lines."""

    task: ReturnHead
    progress: BenchProgress
    lines: list[BenchLine]


@dataclass(frozen=True, slots=True)
class BenchChanges(BenchLines):
    """What scans changed on the page."""

    hand: HandView | None
    reasons: list[ReasonRow]


def return_page(session: Session, reference: str, operator: OperatorView, device: str, hidden: frozenset[int]) -> BenchPage:
    """The page of a return for one person on one device. Lines in hand come first, then those without a grade."""
    task = head_of(session, reference)
    last = grades.last_scan(session, task.id, operator.id, device)
    hand = view_of(session, hand_after(session, last), operator, hidden)
    lines = [line for line in _lines(session, task.id) if not line.gone]
    lines.sort(key=lambda line: (not (hand and line.id in hand.line_ids), not line.waiting, line.done))
    return BenchPage(
        task=task,
        progress=_progress(lines),
        lines=lines,
        last=last_result(session, task.id, task.reference, KIND, operator.id, device),
        hand=hand,
        reasons=reasons(session, active_only=True),
        unknown=ledger.unlinked_unknown(session, task.id),
        known=_known(session, task, lines),
    )


def after_scans(
    session: Session, results: Sequence[ScanResult], operator: OperatorView, hidden: frozenset[int]
) -> BenchChanges:  # fmt: skip
    """The parts of the page that scans of one return changed: lines counted, graded or in hand."""
    task = head_of(session, results[-1].task)
    scans = [scan for result in results if (scan := ledger.get_scan(session, result.seq))]
    arrivals = {scan.handles or scan.undoes or scan.seq for scan in scans}
    touched = {tally.line_id for seq in arrivals | {scan.seq for scan in scans} for tally in ledger.tallies_of(session, seq)}
    touched |= {row.line_id for scan in scans if scan.undoes for row in grades.of_scan(session, scan.undoes)}
    last = grades.last_scan(session, task.id, scans[-1].operator_id, scans[-1].device)
    lines = _lines(session, task.id)
    return BenchChanges(
        task=task,
        progress=_progress(lines),
        lines=[line for line in lines if line.id in touched],
        hand=view_of(session, hand_after(session, last), operator, hidden),
        reasons=reasons(session, active_only=True),
    )


def changed_lines(session: Session, reference: str, changed: Collection[int]) -> BenchLines:
    """How far a return is, and these lines as they are now."""
    task = head_of(session, reference)
    lines = _lines(session, task.id)
    return BenchLines(task, _progress(lines), [line for line in lines if line.id in changed])


def head_of(session: Session, reference: str) -> ReturnHead:
    """The head of the page. Raises NotFound where there is no such return."""
    task = store.find_return(session, reference)
    if task is None:
        raise NotFound(f"There is no return {reference}.")
    return task


def line_of(session: Session, reference: str, scan_seq: int) -> list[BenchLine]:
    """The lines of a scan, with the photo that was kept with it."""
    task, scan = head_of(session, reference), ledger.get_scan(session, scan_seq)
    arrival = (scan.handles or scan.seq) if scan else 0
    touched = {tally.line_id for tally in ledger.tallies_of(session, arrival)}
    return [line for line in _lines(session, task.id) if line.id in touched]


def _progress(lines: list[BenchLine]) -> BenchProgress:
    return BenchProgress(
        expected=sum(line.expected for line in lines),
        scanned=sum(min(line.scanned, line.expected) for line in lines),
        arrived=sum(line.scanned for line in lines),
        waiting=sum(line.waiting for line in lines),
        parts=any(line.parts and line.waiting for line in lines),
    )


def _lines(session: Session, task_id: int) -> list[BenchLine]:
    arrived, standing = grades.arrived(session, task_id), grades.standing(session, task_id)
    photos = evidence.of_task(session, task_id)
    rows = tasks.lines_of(session, task_id)
    by_item: dict[int, list[LineFact]] = {}
    for row in rows:
        by_item.setdefault(row.item_id, []).append(LineFact(row.id, row.expected, row.scanned))
    elsewhere = _elsewhere(session, task_id, by_item)
    return [
        BenchLine(
            id=row.id,
            sku=row.sku,
            name=row.name,
            expected=row.expected,
            scanned=row.scanned + elsewhere.get(row.id, 0),
            said=row.reason,
            waiting=_waiting(row.id, arrived, standing),
            grades=[_grade(each, row.item_id) for each in standing if each.line_id == row.id],
            photos=_photos(row.id, arrived, photos),
            parts=any(each.line_id == row.id and each.item_id != row.item_id for each in arrived),
            elsewhere=elsewhere.get(row.id, 0),
        )
        for row in rows
    ]


def _elsewhere(session: Session, task_id: int, by_item: Mapping[int, list[LineFact]]) -> dict[int, int]:
    """Units that came under other numbers, by line. The lines of an item fill in order."""
    found: dict[int, int] = {}
    for (_, item_id), units in matching.all_elsewhere(session, [task_id]).items():
        lines = tuple(by_item.get(item_id, ()))
        found |= {count.line_id: count.units for count in fill(Goods(item_id=item_id, sku="", name="", units=units, lines=lines))}
    return found


def _waiting(line_id: int, arrived: list[Arrival], standing: list[StandingGrade]) -> int:
    came = sum(row.units for row in arrived if row.line_id == line_id)
    return max(came - sum(row.units for row in standing if row.line_id == line_id), 0)


def _photos(line_id: int, arrived: list[Arrival], photos: list[PhotoRow]) -> list[str]:
    arrivals = {row.arrival_seq for row in arrived if row.line_id == line_id}
    return [row.uuid for row in photos if row.arrival_seq in arrivals]


def _grade(row: StandingGrade, item_id: int) -> BenchGrade:
    return BenchGrade(
        scan_seq=row.scan_seq,
        arrival_seq=row.arrival_seq,
        units=row.units,
        disposition=row.disposition,
        reason=row.reason,
        location=row.location,
        part=row.name if row.item_id != item_id else None,
        operator=row.operator,
    )


def _known(session: Session, task: ReturnHead, lines: Sequence[BenchLine]) -> dict[str, Any]:
    """What the device keeps for offline use: `{"task", "lines": [[id, name, expected, scanned, {code: units}]]}`."""
    codes = tasks.codes_on_task(session, task.id)
    return {
        "task": task.reference,
        "lines": [[line.id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}] for line in lines],
    }
