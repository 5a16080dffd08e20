"""The page of the returns bench: the lines with what each was graded, and what is in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.codes.dispositions import MISSING, NEED_REASON
from scanner.errors import NotFound
from scanner.returns import KIND, grades, store
from scanner.returns.facts import hand_after
from scanner.returns.grading import Hand, Portion
from scanner.returns.matching import store as matching
from scanner.returns.reasons.service import ReasonRow, reasons
from scanner.scans import ledger, tasks
from scanner.scans.evidence import store as evidence
from scanner.scans.goods import Goods, LineFact, fill
from scanner.scans.linking.service import UnknownScan, unknown_scans
from scanner.scans.record import result_of
from scanner.scans.result import ScanResult
from scanner.scans.tasks import WholeTask


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """What stands over a return's page."""

    reference: str
    state: str
    partner: str
    order: str
    announced: bool
    finished_at: datetime | None
    finished_by: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Units announced and how many of them came; units that came at all, and how many wait for a grade."""

    expected: int
    scanned: int
    arrived: int
    waiting: int


@dataclass(frozen=True, slots=True)
class GradeView:
    """Units graded alike by one scan. `part` is the item where it is a kit's; `missing` marks a part that did not come."""

    scan_seq: int
    arrival_seq: int
    units: int
    disposition: str
    reason: str | None
    location: str
    part: str | None
    operator: str

    @property
    def lacks_reason(self) -> bool:
        """Whether why is still to be said."""
        return self.disposition in NEED_REASON and self.reason is None

    @property
    def missing(self) -> bool:
        """Whether it did not come at all."""
        return self.disposition == MISSING


@dataclass(frozen=True, slots=True)
class LineView:
    """One line: what was announced and why, what came, `waiting` units without a grade, its grades, ids of its photos.

    `elsewhere` of what came did so under the number of another return, which was matched to this one.
    """

    id: int
    sku: str
    name: str
    expected: int
    scanned: int
    said: str
    waiting: int
    grades: list[GradeView]
    photos: list[str]
    elsewhere: int = 0

    @property
    def gone(self) -> bool:
        """It came with a scan that was taken back, and says nothing any more."""
        return not self.expected and not self.scanned

    @property
    def done(self) -> bool:
        """All of it came, and nothing waits."""
        return self.scanned >= self.expected and not self.waiting

    @property
    def over(self) -> int:
        """Units more than announced."""
        return max(self.scanned - self.expected, 0)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the kit in hand, with how many of it wait for a grade."""

    sku: str
    name: str
    waiting: int


@dataclass(frozen=True, slots=True)
class HandView:
    """What is in hand: its name and units, how many wait, the grade that it has, where it is, and what is asked.

    `scan` (a UUID) is what a photo is kept with. `home` is the shelf that a restock would go to, where one is known.
    """

    name: str
    units: int
    waiting: int
    disposition: str
    reason: str | None
    location: str
    home: str | None
    asks_reason: bool
    asks_shelf: bool
    asks_part: bool
    part: str | None
    parts: list[PartView]
    scan: str
    line_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Everything on the page of a return. `known` is what the device may know while it is offline."""

    task: ReturnHead
    progress: Progress
    lines: list[LineView]
    last: ScanResult | None
    hand: HandView | None
    reasons: list[ReasonRow]
    unknown: list[UnknownScan]
    known: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """What scans changed on the page."""

    task: ReturnHead
    progress: Progress
    lines: list[LineView]
    hand: HandView | None
    reasons: list[ReasonRow]


def return_page(session: Session, reference: str, operator_id: int, device: str) -> ReturnPage:
    """The page of a return, for one person on one device. What is in hand comes first, then what waits for a grade."""
    task = _task(session, reference)
    last = grades.last_scan(session, task.id, operator_id, device)
    hand = _hand(session, hand_after(session, last))
    lines = [line for line in _lines(session, task.id) if not line.gone]
    lines.sort(key=lambda line: (not (hand and line.id in hand.line_ids), not line.waiting, line.done))
    return ReturnPage(
        _head(session, task), _progress(lines), lines, _last_result(session, task, last.seq) if last else None, hand,
        reasons(session, active_only=True), unknown_scans(session, task.id), _known(session, task, lines),
    )  # fmt: skip


def _last_result(session: Session, task: WholeTask, seq: int) -> ScanResult | None:
    stored = ledger.get_scan(session, seq)
    return result_of(session, stored, task.reference, task.kind) if stored else None


def after_scans(session: Session, results: Sequence[ScanResult]) -> Touched:
    """All that scans of one return changed: the lines that they counted on, graded, or took in hand."""
    task = _task(session, results[-1].task)
    scans = [scan for result in results if (scan := ledger.get_scan(session, result.seq))]
    arrivals = {scan.handles or scan.undoes or scan.seq for scan in scans}
    touched = {tally.line_id for seq in arrivals | {scan.seq for scan in scans} for tally in ledger.tallies_of(session, seq)}
    touched |= {row.line_id for scan in scans if scan.undoes for row in grades.of_scan(session, scan.undoes)}
    last = grades.last_scan(session, task.id, scans[-1].operator_id, scans[-1].device)
    lines = _lines(session, task.id)
    return Touched(
        _head(session, task), _progress(lines), [line for line in lines if line.id in touched],
        _hand(session, hand_after(session, last)), reasons(session, active_only=True),
    )  # fmt: skip


def head_of(session: Session, reference: str) -> ReturnHead:
    """What stands over a return's page."""
    return _head(session, _task(session, reference))


def line_of(session: Session, reference: str, scan_seq: int) -> list[LineView]:
    """The lines whose goods a scan was about: they show a photo that was kept with it."""
    task, scan = _task(session, reference), ledger.get_scan(session, scan_seq)
    arrival = (scan.handles or scan.seq) if scan else 0
    touched = {tally.line_id for tally in ledger.tallies_of(session, arrival)}
    return [line for line in _lines(session, task.id) if line.id in touched]


def _task(session: Session, reference: str) -> WholeTask:
    task = tasks.get_task(session, reference)
    if task is None or task.kind != KIND:
        raise NotFound(f"There is no return {reference}.")
    return task


def _head(session: Session, task: WholeTask) -> ReturnHead:
    names = tasks.names_around(session, task.id)
    return ReturnHead(
        task.reference, task.state, task.partner, task.order_ref, task.announced, task.finished_at, names.finished_by
    )


def _progress(lines: list[LineView]) -> Progress:
    expected, met = sum(line.expected for line in lines), sum(min(line.scanned, line.expected) for line in lines)
    return Progress(expected, met, sum(line.scanned for line in lines), sum(line.waiting for line in lines))


def _lines(session: Session, task_id: int) -> list[LineView]:
    arrived, standing, photos = (
        grades.arrived(session, task_id),
        grades.standing(session, task_id),
        evidence.of_task(session, task_id),
    )
    rows = tasks.lines_of(session, task_id)
    elsewhere = _elsewhere(session, task_id, rows)
    return [
        LineView(
            row.id, row.sku, row.name, row.expected, row.scanned + elsewhere.get(row.id, 0), row.reason,
            _waiting(row.id, arrived, standing), [_grade(each, row.item_id) for each in standing if each.line_id == row.id],
            _photos(row.id, arrived, photos), elsewhere.get(row.id, 0),
        )
        for row in rows
    ]  # fmt: skip


def _elsewhere(session: Session, task_id: int, rows: list[Row[Any]]) -> dict[int, int]:
    """What came under other numbers, by line: the lines of an item fill in their order."""
    found: dict[int, int] = {}
    for (_, item_id), units in matching.all_elsewhere(session, [task_id]).items():
        lines = tuple(LineFact(row.id, row.expected, row.scanned) for row in rows if row.item_id == item_id)
        found |= {count.line_id: count.units for count in fill(Goods(item_id=item_id, sku="", name="", units=units, lines=lines))}
    return found


def _waiting(line_id: int, arrived: list[Row[Any]], standing: list[Row[Any]]) -> int:
    came, graded = (sum(row.units for row in rows if row.line_id == line_id) for rows in (arrived, standing))
    return max(came - graded, 0)


def _photos(line_id: int, arrived: list[Row[Any]], photos: list[Row[Any]]) -> list[str]:
    arrivals = {row.arrival_seq for row in arrived if row.line_id == line_id}
    return [row.uuid for row in photos if row.arrival_seq in arrivals]


def _grade(row: Row[Any], item_id: int) -> GradeView:
    part = row.name if row.item_id != item_id else None
    return GradeView(row.scan_seq, row.arrival_seq, row.units, row.disposition, row.reason, row.location, part, row.operator)


def _hand(session: Session, hand: Hand | None) -> HandView | None:
    if hand is None:
        return None
    last, waits = hand.last, sum(each.units for each in hand.ungraded)
    shown = hand.unexplained if hand.asks_reason else hand.ungraded or last or hand.meant
    names = {each.item_id: each.name for each in hand.meant}
    home = store.home(session, next(iter(names))) if len(names) == 1 else None
    scan = ledger.get_scan(session, max((each.grade_seq or 0 for each in last), default=0) or hand.arrival_seq)
    why = store.reason_name(session, last[0].reason_id) if last and last[0].reason_id else None
    return HandView(
        name=names.get(hand.part or 0, hand.name),
        units=sum(each.units for each in shown), waiting=waits,
        disposition=str(shown[0].disposition or "") if shown else "", reason=why,
        location=", ".join(sorted({each.place.code for each in shown})), home=home.code if home else None,
        asks_reason=hand.asks_reason, asks_shelf=hand.asks_shelf, asks_part=hand.asks_part,
        part=names.get(hand.part or 0), parts=_parts(session, hand) if hand.is_kit else [],
        scan=scan.id if scan else "", line_ids=tuple({each.line_id for each in hand.portions}),
    )  # fmt: skip


def _parts(session: Session, hand: Hand) -> list[PartView]:
    waiting: dict[int, int] = {}
    for each in hand.portions:
        waiting[each.item_id] = waiting.get(each.item_id, 0) + (0 if each.disposition else each.units)
    named: dict[int, Portion] = {each.item_id: each for each in hand.portions}
    return [PartView(catalog.names_of(session, item, None).sku, named[item].name, units) for item, units in waiting.items()]


def _known(session: Session, task: WholeTask, lines: Sequence[LineView]) -> dict[str, Any]:
    """Lines with the codes that stand for their items: `{"task", "lines": [[id, name, expected, scanned, {code: units}]]}`."""
    codes = tasks.codes_on_task(session, task.id)
    return {
        "task": task.reference,
        "lines": [[line.id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}] for line in lines],
    }
