"""The returns bench's part of the spine: gathers what its rules may know of a scan, lets them decide, keeps the grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import Place
from scanner.codes.commands import Command, GradeSaid, find_goods, find_grade
from scanner.codes.dispositions import MISSING, NEED_REASON, Disposition, parse_disposition
from scanner.errors import BadRequest
from scanner.receiving.rules import Goods, LineFact, ShortFact
from scanner.returns import grades, store
from scanner.returns import rules as returns
from scanner.returns.grades import Arrival, GradedRow, LastScan
from scanner.returns.grading import Bench, Graded, Hand, Portion, ReasonFact, Verdict
from scanner.returns.lines import store as returned
from scanner.returns.matching import store as matching
from scanner.returns.matching.rules import Came
from scanner.scans import ledger, tasks
from scanner.scans.decision import (
    Count,
    Decision,
    ItemName,
    LineCount,
    Move,
    Opened,
    Outcome,
    Reason,
    ScanRequest,
    Source,
    TaskState,
)
from scanner.scans.workflow import Attempt, Judgement, Workflow
from scanner.webhooks import service as webhooks

_ARRIVING = frozenset({Reason.COUNTED, Reason.COMPLETE, Reason.OVER, Reason.UNEXPECTED})


def hand_after(session: Session, scan: LastScan | None) -> Hand | None:
    """What somebody has in hand whose last scan on the return this is; None where it is nothing."""
    if scan is None:
        return None
    arrival = _arrival_of(scan)
    hand = in_hand(session, scan.task_id, arrival) if arrival else None
    if hand is None:
        return None
    picked = scan.item_id != hand.item_id and (scan.outcome == Outcome.REFUSED or scan.reason in (Reason.LOCATED, Reason.UNDONE))
    return replace(
        hand,
        part=scan.item_id if picked and any(each.item_id == scan.item_id for each in hand.portions) else None,
        asks_shelf=_asks_shelf(scan),
        asks_part=scan.reason == Reason.LOCATED and scan.key == Command.MISSING,
    )


def _asks_shelf(scan: LastScan) -> bool:
    """Whether the shelf is still to be scanned; what was none, though one was asked for, kept the goods in hand."""
    said = find_grade(scan.code)
    held = scan.outcome == Outcome.HELD and said is not None and said.disposition is Disposition.RESTOCK
    return held or (scan.reason == Reason.UNKNOWN and scan.handles is not None)


def _arrival_of(scan: LastScan) -> int | None:
    """The arrival whose goods are in hand after a scan."""
    arrives = scan.outcome == Outcome.ACCEPTED and scan.units > 0 and scan.reason in _ARRIVING
    return scan.handles or (scan.seq if arrives else None)


def in_hand(session: Session, task_id: int, arrival: int) -> Hand | None:
    """The goods of one arrival as they are now; None where it was taken back."""
    rows = grades.arrived(session, task_id, arrival)
    if not rows:
        return None
    bench = catalog.standard_places(session)["bench"]
    done = [
        Portion(
            row.line_id, row.item_id, row.name, row.units, Place(row.location_id, row.location, row.location_kind),
            row.disposition, row.scan_seq, row.reason_id,
        )
        for row in grades.standing(session, task_id, arrival)
    ]  # fmt: skip
    waiting = [Portion(row.line_id, row.item_id, row.name, left, bench) for row in rows if (left := _left(row, done)) > 0]
    first = rows[0]
    line = _line_of(session, task_id, first.counted_id)
    return Hand(arrival, first.counted_id, first.counted_name, tuple(waiting + done), first.expiry, line)


def unfinished(session: Session, task_id: int) -> returns.Unfinished:
    """What of a return is not done yet."""
    standing = grades.standing(session, task_id)
    arrived = grades.arrived(session, task_id)
    graded: dict[tuple[int, int, int], int] = {}
    for row in standing:
        key = (row.arrival_seq, row.line_id, row.item_id)
        graded[key] = graded.get(key, 0) + row.units
    waiting = [(row.name, row.units - graded.get((row.arrival_seq, row.line_id, row.item_id), 0)) for row in arrived]
    return returns.Unfinished(
        tuple((name, units) for name, units in waiting if units > 0),
        tuple(dict.fromkeys(row.name for row in standing if row.disposition in NEED_REASON and row.reason_id is None)),
        tuple(ShortFact(each.item_id, each.name, each.announced, each.arrived) for each in lacking_items(session, task_id)),
        ledger.count_unlinked(session, task_id),
        sum(row.units for row in arrived),
    )


def lacking_items(session: Session, task_id: int) -> list[Came]:
    """What of an announced return did not come, under its own number or another."""
    told = matching.told_of(session, task_id)
    if told is None or told.id != task_id:
        return []
    return [each for each in matching.came(session, [told.reference]).values() if each.lacking]


def _left(row: Arrival, done: list[Portion]) -> int:
    return row.units - sum(each.units for each in done if (each.line_id, each.item_id) == (row.line_id, row.item_id))


def _line_of(session: Session, task_id: int, item_id: int) -> LineCount:
    lines, elsewhere = _lines_for(session, task_id, item_id)
    expected = sum(line.expected for line in lines)
    return LineCount(expected or None, sum(line.scanned for line in lines) + elsewhere)


def _lines_for(session: Session, task_id: int, item_id: int) -> tuple[tuple[LineFact, ...], int]:
    """The lines of an item on a return, and the units that came for them under other numbers."""
    lines = tuple(LineFact(*line) for line in tasks.lines_for_item(session, task_id, item_id))
    return lines, matching.elsewhere(session, task_id, item_id)


def _decide(session: Session, task: Row[Any], attempt: Attempt) -> Judgement:
    """Judge one scan against a return."""
    facts = _facts(session, task, attempt)
    verdict = returns.decide(facts)
    about = catalog.names_of(session, verdict.item_id, None) if verdict.item_id else None
    item = ItemName(about.sku, about.name) if about else None
    also = _keeper(task.id, verdict, attempt) if verdict.graded or verdict.as_ else None
    return Judgement(verdict.decision, verdict.item_id, item, verdict.here, verdict.handles, also)


def _facts(session: Session, task: Row[Any], attempt: Attempt) -> returns.Facts:
    code, request = attempt.code, attempt.request
    last = grades.last_scan(session, task.id, request.operator_id, request.device) if request.source != Source.LINKED else None
    hand = hand_after(session, last)
    said, wanted = find_grade(code.key), find_goods(code.key)
    content = None if code.command or said or wanted else catalog.find_content(session, code.keys)
    label = labelled = None
    if content is None and not (code.command or said or wanted):
        label = catalog.find_location(session, code.keys[-1])
        labelled = None if label else store.labelled(session, code.keys[-1])
    mark = returns.mark_of(code, task.id)
    seen = ledger.seen(session, mark) if mark else None
    found = _wanted_hand(session, task.id, wanted.line_id, wanted.arrival_seq) if wanted else None
    ends = code.command is Command.DONE or bool(labelled)
    goods = _goods(session, task.id, content, attempt) if content else None
    return returns.Facts(
        task.reference, task.id, task.state == TaskState.OPEN, store.is_announced(session, task.id), code,
        _bench(session, attempt, (goods, hand, said)),
        goods, hand, label, tuple(labelled or ()), said,
        _reason_said(session, said, request),
        wanted is not None, found,
        parse_disposition(request.disposition) if request.disposition else None,
        attempt.here if request.location is not None else None,
        seen is not None,
        attempt.confirmed,
        unfinished(session, task.id) if ends else returns.Unfinished(),
        _ungraded(session, goods) if goods and goods.over and not attempt.confirmed else 0,
        _earlier(session, task.id, goods, attempt, hand, seen) if goods and (seen or goods.over) else None,
    )  # fmt: skip


def _bench(session: Session, attempt: Attempt, about: tuple[Any, ...]) -> Bench:
    """Homes are looked up for a restock alone: nothing else asks where items live."""
    goods, hand, said = about
    as_ = attempt.request.disposition
    items: set[int] = set()
    if said and said.disposition is Disposition.RESTOCK and hand:
        items = {each.item_id for each in hand.portions}
    elif as_ and parse_disposition(as_) is Disposition.RESTOCK and goods:
        items = {part for part, _ in goods.parts} or {goods.item_id}
    today = attempt.now.astimezone().date()
    return Bench(catalog.standard_places(session), store.homes(session, items), today, attempt.quantity)


def _goods(session: Session, task_id: int, content: catalog.Content, attempt: Attempt) -> Goods:
    times = 1 if attempt.code.count is None else attempt.code.count
    lines, elsewhere = _lines_for(session, task_id, content.item_id)
    return Goods(content.item_id, content.name, content.units * attempt.quantity * times, lines, content.parts, elsewhere)


def _reason_said(session: Session, said: GradeSaid | None, request: ScanRequest) -> ReasonFact | None:
    """The reason of a label, else the one that a program said beside a grade; its mistakes are answered as bad requests."""
    if said and said.reason:
        return _reason(session, said.reason)
    if request.reason is None:
        return None
    if not (request.disposition or said):
        raise BadRequest("Expected a disposition beside the reason, got none.", "disposition")
    found = _reason(session, request.reason.upper())
    if found is None or not found.active:
        raise BadRequest(f"Expected the code of a reason that is in use, got {request.reason[:40]!r}.", "reason")
    return found


def _reason(session: Session, code: str) -> ReasonFact | None:
    row = store.find_reason(session, code)
    return ReasonFact(row.id, row.code, row.name, row.active) if row else None


def _ungraded(session: Session, goods: Goods) -> int:
    """Units on the lines of these goods that wait for a grade."""
    line_ids = [line.id for line in goods.lines]
    came = sum(grades.arrived_on(session, line_ids).values())
    return max(came - sum(row.units for row in returned.standing_grades(session, line_ids, with_missing=True)), 0)


def _earlier(session: Session, task_id: int, goods: Goods, attempt: Attempt, hand: Hand | None, seen: int | None) -> Hand | None:
    """Of what came of these goods before, the first that waits for a grade and that nobody has in hand: that of the very
    serial, where there is one. A label with another date, or for more units, is for other goods.
    """
    if attempt.request.source == Source.LINKED or not goods.lines:
        return None
    others = grades.last_scans_of_others(session, task_id, attempt.request.operator_id)
    held = {_arrival_of(scan) for scan in others} | {hand.arrival_seq if hand else None}
    line_ids, left = {line.id for line in goods.lines}, Counter[int]()
    for row in grades.arrived(session, task_id):
        if row.line_id in line_ids and attempt.code.expiry in (None, row.expiry) and seen in (None, row.arrival_seq):
            left[row.arrival_seq] += row.units
    for each in grades.standing(session, task_id):
        left[each.arrival_seq] -= each.units
    waiting = (seq for seq in sorted(left) if left[seq] >= goods.units > 0 and seq not in held)
    return in_hand(session, task_id, first) if (first := next(waiting, None)) else None


def _wanted_hand(session: Session, task_id: int, line_id: int | None, arrival: int | None) -> Hand | None:
    """An arrival by its number, or of a line the first that waits for a grade, else the last of all."""
    if arrival is not None:
        return in_hand(session, task_id, arrival)
    seqs = dict.fromkeys(row.arrival_seq for row in grades.arrived(session, task_id) if row.line_id == line_id)
    hands = [hand for seq in seqs if (hand := in_hand(session, task_id, seq))]
    return next((hand for hand in hands if hand.ungraded), hands[-1] if hands else None)


def _keeper(task_id: int, verdict: Verdict, attempt: Attempt) -> Callable[[Session, int], None]:
    """Writes the grades beside their scan, and has other systems told of the lines."""

    def keep(session: Session, seq: int) -> None:
        rows = verdict.graded or _arrived_as(session, task_id, seq, verdict)
        arrival = verdict.handles or seq
        grades.append(session, [_row(each, seq, arrival) for each in rows])
        for line_id in sorted({each.line_id for each in rows}):
            webhooks.note_grade(session, task_id, line_id, seq, attempt.now)

    return keep


def _arrived_as(session: Session, task_id: int, seq: int, verdict: Verdict) -> tuple[Graded, ...]:
    """What came with this very scan, graded as it said."""
    why = verdict.why.id if verdict.why else None
    return tuple(
        Graded(row.line_id, row.item_id, row.units, str(verdict.as_), verdict.targets[row.item_id].id, why)
        for row in grades.arrived(session, task_id, seq)
    )


def _row(each: Graded, seq: int, arrival: int) -> dict[str, Any]:
    return {
        "scan_seq": seq, "item_id": each.item_id, "line_id": each.line_id, "arrival_seq": arrival, "units": each.units,
        "disposition": str(each.disposition), "reason_id": each.reason_id, "location_id": each.location_id,
        "replaces": each.replaces,
    }  # fmt: skip


def _undo(session: Session, task: Row[Any], attempt: Attempt, undone: Row[Any]) -> Judgement | None:
    """A grade is taken back to what stood before it; not one on which another was built, nor goods that are graded."""
    if later := grades.built_on(session, undone.seq):
        words = f"{later.operator} has graded it since (scan {later.scan_seq}): grade it anew, it cannot be taken back."
        return Judgement(Decision(Outcome.REFUSED, Reason.UNDONE, words), undone.item_id, None, attempt.here, undone.handles)
    rows = grades.of_scan(session, undone.seq)
    if not rows:
        return None
    names = catalog.names_of(session, undone.item_id, None)
    moves = tuple(Move(m.item_id, m.units, m.target_id, m.source_id) for m in reversed(ledger.moves_of(session, undone.seq)))
    counts = tuple(Count(tally.line_id, -tally.units) for tally in ledger.tallies_of(session, undone.seq))
    words, keeps = ("not here after all", False) if counts else _undone_words(session, rows, moves)
    line = LineCount(undone.expected, undone.counted) if undone.counted is not None and not counts and not keeps else None
    units = 0 if keeps else -undone.units
    decision = Decision(Outcome.ACCEPTED, Reason.UNDONE, f"{names.name}: {words}.", units, line, counts, moves)
    handles = None if counts else rows[0].arrival_seq

    def tell(session: Session, seq: int) -> None:
        for line_id in sorted({row.line_id for row in rows}):
            webhooks.note_grade(session, task.id, line_id, seq, attempt.now)

    return Judgement(decision, undone.item_id, ItemName(names.sku, names.name), None, handles, tell)


def _undone_words(session: Session, rows: list[GradedRow], moves: tuple[Move, ...]) -> tuple[str, bool]:
    """What is taken back, and whether the goods keep their grade all the same."""
    now = rows[0].disposition
    if now == MISSING:
        return "that it is missing is taken back", False
    before = next((row.disposition for row in grades.of_scan(session, rows[0].replaces)), None) if rows[0].replaces else None
    if before == now and moves:
        where = " and ".join(sorted({str(catalog.names_of(session, None, move.target_id).location) for move in moves}))
        return f"back to {where}, still graded {now}", True
    if before == now:
        return f"the reason is taken back, still graded {now}", True
    return f"its grade {now} is taken back{f', it is graded {before} again' if before else ''}", False


def _standing(session: Session, task_id: int, item_id: int) -> tuple[Opened, ...]:
    """What of an item came that was not announced, on each of the returns that its goods are for."""
    told = matching.told_of(session, task_id)
    if told is None:
        lines, _ = _lines_for(session, task_id, item_id)
        return (returns.unannounced(lines, item_id),)
    each = matching.came(session, [told.reference], item_id)[told.reference, item_id]
    return each.differs(told.id, finished=told.state == TaskState.FINISHED)


WORKFLOW = Workflow(_decide, _standing, _ARRIVING | {Reason.UNDONE}, _line_of, _undo)
