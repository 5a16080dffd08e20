"""Gathers what the rules of returns need to know of a scan, asks them, and keeps the grades."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import Place
from scanner.codes.commands import Command, GradeSaid, find_goods, find_grade
from scanner.codes.dispositions import MISSING, NEED_REASON, Disposition, parse_disposition
from scanner.errors import BadRequest
from scanner.people import store as people
from scanner.reasons import store as reasons
from scanner.returns import grades, rules, store
from scanner.returns.grades import Arrival, GradedRow
from scanner.returns.grading import Bench, Graded, Grades, GradesOnArrival, Hand, Portion, ReasonFact
from scanner.returns.lines import events
from scanner.returns.lines import store as returned
from scanner.returns.matching import store as matching
from scanner.returns.matching.rules import Came
from scanner.returns.rules import ReturnScan, Unfinished
from scanner.scans import held, homes, ledger, tasks
from scanner.scans.answering import what_waits
from scanner.scans.attempts import Brought, brought_by, with_waiting
from scanner.scans.decision import Count, Decision, Effect, Move, Opened, TaskState, refuse
from scanner.scans.goods import Goods, LineFact, ShortFact
from scanner.scans.ledger import StoredScan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import LineCount, Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt, Recorded

_ARRIVING = frozenset({Reason.COUNTED, Reason.COMPLETE, Reason.OVER, Reason.UNEXPECTED})


def hand_after(session: Session, scan: StoredScan | None) -> Hand | None:
    """The goods in hand after a person's last scan on the return; None where there are none."""
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


def _asks_shelf(scan: StoredScan) -> bool:
    """Whether the shelf still has to be scanned. An unknown code in its place leaves the question open."""
    said = find_grade(scan.code)
    held = scan.outcome == Outcome.HELD and said is not None and said.disposition is Disposition.RESTOCK
    return held or (scan.reason == Reason.UNKNOWN and scan.handles is not None)


def _arrival_of(scan: StoredScan) -> int | None:
    """The arrival whose goods are in hand after a scan."""
    arrives = scan.outcome == Outcome.ACCEPTED and scan.units > 0 and scan.reason in _ARRIVING
    return scan.handles or (scan.seq if arrives else None)


def in_hand(session: Session, task_id: int, arrival: int) -> Hand | None:
    """The goods of one arrival as they are now; None where it was taken back."""
    rows = grades.arrived(session, task_id, arrival)
    if not rows:
        return None
    bench = catalogue.standard_places(session)["bench"]
    done = [
        Portion(
            line_id=row.line_id,
            item_id=row.item_id,
            name=row.name,
            units=row.units,
            place=Place(row.location_id, row.location, row.location_kind),
            disposition=row.disposition,
            grade_seq=row.scan_seq,
            reason_id=row.reason_id,
        )
        for row in grades.standing(session, task_id, arrival)
    ]
    waiting = [
        Portion(line_id=row.line_id, item_id=row.item_id, name=row.name, units=left, place=bench)
        for row in rows
        if (left := _left(row, done)) > 0
    ]
    first = rows[0]
    line = line_of(session, task_id, first.counted_id)
    return Hand(
        arrival_seq=arrival,
        item_id=first.counted_id,
        name=first.counted_name,
        portions=tuple(waiting + done),
        expiry=min(filter(None, (first.expiry, grades.noted_expiry(session, task_id, arrival))), default=None),
        line=line,
    )


def unfinished(session: Session, task_id: int) -> Unfinished:
    """What is still to be done on a return."""
    standing = grades.standing(session, task_id)
    arrived = grades.arrived(session, task_id)
    graded: dict[tuple[int, int, int], int] = {}
    for row in standing:
        key = (row.arrival_seq, row.line_id, row.item_id)
        graded[key] = graded.get(key, 0) + row.units
    waiting = [(row.name, row.units - graded.get((row.arrival_seq, row.line_id, row.item_id), 0)) for row in arrived]
    return Unfinished(
        tuple((name, units) for name, units in waiting if units > 0),
        tuple(dict.fromkeys(row.name for row in standing if row.disposition in NEED_REASON and row.reason_id is None)),
        tuple(ShortFact(each.item_id, each.name, each.announced, each.arrived) for each in lacking_items(session, task_id)),
        ledger.count_unlinked(session, task_id),
        sum(row.units for row in arrived),
    )


def lacking_items(session: Session, task_id: int) -> list[Came]:
    """Items of an announced return that did not come, under any number."""
    told = matching.announced_return_of(session, task_id)
    if told is None or told.id != task_id:
        return []
    return [each for each in matching.came(session, [told.reference]).values() if each.lacking]


def _left(row: Arrival, done: list[Portion]) -> int:
    return row.units - sum(each.units for each in done if (each.line_id, each.item_id) == (row.line_id, row.item_id))


def line_of(session: Session, task_id: int, item_id: int) -> LineCount:
    lines, elsewhere = _lines_for(session, task_id, item_id)
    expected = sum(line.expected for line in lines)
    return LineCount(expected or None, sum(line.scanned for line in lines) + elsewhere)


def _lines_for(session: Session, task_id: int, item_id: int) -> tuple[tuple[LineFact, ...], int]:
    """The lines of an item on a return, and its units that came under other numbers."""
    return tasks.lines_for_item(session, task_id, item_id), matching.elsewhere(session, task_id, item_id)


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide one scan on a return."""
    return rules.decide(_scan(session, task, attempt))


def _scan(session: Session, task: TaskRow, attempt: Attempt) -> ReturnScan:
    request = attempt.request
    last = grades.last_scan(session, task.id, request.operator_id, request.device) if request.source != Source.LINKED else None
    hand = hand_after(session, last)
    said, wanted = find_grade(attempt.code.key), find_goods(attempt.code.key)
    commanded = bool(attempt.code.command or said or wanted)
    brought = Brought(attempt.code) if commanded else brought_by(session, task.id, attempt)
    code = brought.code
    label: Place | None = None
    labelled: list[str] = []
    if not brought.goods and not commanded:
        label = catalogue.find_location(session, code.keys[-1])
        labelled = [] if label else store.labelled(session, code.keys[-1])
    marks = tuple(rules.returned(mark, task.id) for mark in brought.marks if mark.kind == "serial")
    seen = next((seq for mark in marks if (seq := ledger.seen(session, mark))), None)
    found = _wanted_hand(session, task.id, wanted.line_id, wanted.arrival_seq) if wanted else None
    ends = code.command is Command.DONE or bool(labelled)
    goods = tuple(_on_its_lines(session, task.id, each) for each in brought.goods)
    only = goods[0] if len(goods) == 1 else None
    if only and (only.over or not only.expected) and not attempt.confirmed:
        goods = with_waiting(session, task.id, attempt, goods)
        (only,) = goods
    return ReturnScan(
        task=task.reference,
        number=task.id,
        is_open=task.state == TaskState.OPEN,
        announced=store.is_announced(session, task.id),
        code=code,
        bench=_bench(session, attempt, only, hand, said),
        goods=goods,
        hand=hand,
        label=label,
        labelled=tuple(labelled),
        said=said,
        reason=_reason_said(session, said, request),
        takes_up=wanted is not None,
        found=found,
        as_=parse_disposition(request.disposition) if request.disposition else None,
        place=attempt.here if request.location is not None else None,
        marks=marks,
        times=brought.times,
        seen=seen is not None,
        waits_already=bool(marks) and brought.waits,
        waiting=what_waits(session, task.id) if ends else "",
        asked_about=_asked_about(session, task.id, request) if said and hand is None else "",
        confirmed=attempt.confirmed,
        kit=_kit_with(session, task.id, only.item_id) if only and not only.expected and not attempt.confirmed else "",
        unfinished=unfinished(session, task.id) if ends or (hand is None and (said or label)) else Unfinished(),
        ungraded=_ungraded(session, only) if only and only.over and not attempt.confirmed else 0,
        earlier=_earlier(session, task.id, only, attempt=attempt, hand=hand, seen=seen) if only and seen else None,
    )


def _kit_with(session: Session, task_id: int, item_id: int) -> str:
    """The name of a kit of the return that has the item in it; empty where none has."""
    kits = store.announced_kits_with(session, task_id, item_id)
    return kits[0] if kits else ""


def _asked_about(session: Session, task_id: int, request: ScanRequest) -> str:
    """The name of the goods that the person scanned last and that wait for an answer; empty where none do."""
    waiting = held.waiting_of(session, task_id, request)
    return (waiting[-1].name or "The carton") if waiting else ""


def put_aside(session: Session, task: TaskRow, attempt: Attempt, item_id: int) -> int | None:
    """The arrival that is in hand after a held scan of its item was put aside: it was scanned again to be graded."""
    goods = Goods(item_id=item_id, sku="", name="", units=1)
    earlier = _earlier(session, task.id, _on_its_lines(session, task.id, goods), attempt=attempt, hand=None, seen=None)
    return earlier.arrival_seq if earlier else None


def _bench(session: Session, attempt: Attempt, goods: Goods | None, hand: Hand | None, said: GradeSaid | None) -> Bench:
    """What grading needs to know. Home shelves are looked up only for a restock, as far as they are told who grades."""
    as_ = attempt.request.disposition
    items: set[int] = set()
    if said and said.disposition is Disposition.RESTOCK and hand:
        items = {each.item_id for each in hand.portions}
    elif as_ and parse_disposition(as_) is Disposition.RESTOCK and goods:
        items = {item_id for item_id, _ in goods.contents}
    today = attempt.now.astimezone().date()
    person = people.person(session, attempt.request.operator_id)
    shelves = homes.homes_for(session, items, person, attempt.hidden_places()) if items else {}
    return Bench(catalogue.standard_places(session), shelves, today, attempt.quantity)


def _on_its_lines(session: Session, task_id: int, goods: Goods) -> Goods:
    lines, elsewhere = _lines_for(session, task_id, goods.item_id)
    return replace(goods, lines=lines, elsewhere=elsewhere)


def _reason_said(session: Session, said: GradeSaid | None, request: ScanRequest) -> ReasonFact | None:
    """The reason of a label, else that of a program beside its grade. Raises BadRequest for a wrong one of a program."""
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
    row = reasons.find_reason(session, code)
    return ReasonFact(row.id, row.code, row.name, row.active) if row else None


def _ungraded(session: Session, goods: Goods) -> int:
    """Units on the lines of these goods that have no grade."""
    line_ids = [line.id for line in goods.lines]
    came = sum(grades.arrived_on(session, line_ids).values())
    return max(came - sum(row.units for row in returned.standing_grades(session, line_ids, with_missing=True)), 0)


def _earlier(
    session: Session, task_id: int, goods: Goods, *, attempt: Attempt, hand: Hand | None, seen: int | None
) -> Hand | None:
    """The first earlier arrival of these goods that waits for a grade and that nobody has in hand.

    With a serial it must be the arrival of that serial. Another date or more units make it other goods.
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
    """An arrival by its number; or of a line the first that waits for a grade, else the last."""
    if arrival is not None:
        return in_hand(session, task_id, arrival)
    seqs = dict.fromkeys(row.arrival_seq for row in grades.arrived(session, task_id) if row.line_id == line_id)
    hands = [hand for seq in seqs if (hand := in_hand(session, task_id, seq))]
    return next((hand for hand in hands if hand.ungraded), hands[-1] if hands else None)


def keep_grades(session: Session, effect: Grades, recorded: Recorded) -> None:
    """Keep the grades of a scan, and tell other systems of the lines."""
    grades.append(session, [_row(each, recorded.seq, effect.arrival_seq) for each in effect.graded])
    _tell(session, {each.line_id for each in effect.graded}, recorded)


def keep_grades_on_arrival(session: Session, effect: GradesOnArrival, recorded: Recorded) -> None:
    """Keep the grades of goods that came with this scan, whose lines are known only now."""
    targets = dict(effect.targets)
    graded = tuple(
        Graded(
            line_id=row.line_id,
            item_id=row.item_id,
            units=row.units,
            disposition=str(effect.disposition),
            location_id=targets[row.item_id],
            reason_id=effect.reason_id,
        )
        for row in grades.arrived(session, recorded.task.id, recorded.seq)
    )
    keep_grades(session, Grades(recorded.seq, graded), recorded)


def tell_of_lines(session: Session, effect: rules.LinesChanged, recorded: Recorded) -> None:
    """Tell other systems how these lines stand."""
    _tell(session, set(effect.line_ids), recorded)


def _tell(session: Session, line_ids: set[int], recorded: Recorded) -> None:
    for line_id in sorted(line_ids):
        events.tell_of_line(session, line_id, recorded.seq, recorded.attempt.now)


def _row(each: Graded, seq: int, arrival: int) -> dict[str, object]:
    return {
        "scan_seq": seq, "item_id": each.item_id, "line_id": each.line_id, "arrival_seq": arrival, "units": each.units,
        "disposition": str(each.disposition), "reason_id": each.reason_id, "location_id": each.location_id,
        "replaces": each.replaces,
    }  # fmt: skip


def undo(session: Session, _task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision | None:
    """Take back a grade. Refused where a later grade replaced it, or for goods that were graded since."""
    if later := grades.built_on(session, undone.seq):
        words = f"{later.operator} has graded it since (scan {later.scan_seq}): grade it again, it cannot be taken back."
        refused = refuse(Reason.UNDONE, words)
        return replace(refused, item_id=undone.item_id, here=attempt.here, handles=undone.handles)
    rows = grades.of_scan(session, undone.seq)
    if not rows:
        return None
    names = catalogue.names_of(session, undone.item_id, None)
    moves = tuple(Move(m.item_id, m.units, m.target_id, m.source_id) for m in reversed(ledger.moves_of(session, undone.seq)))
    counts = tuple(Count(tally.line_id, -tally.units) for tally in ledger.tallies_of(session, undone.seq))
    words, keeps = ("not here after all", False) if counts else _undone_words(session, rows, moves)
    stays = undone.counted is not None and not counts and not keeps
    changed: tuple[Effect, ...] = (rules.LinesChanged(tuple({row.line_id for row in rows})),)
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=Reason.UNDONE,
        message=f"{names.name}: {words}.",
        units=0 if keeps else -undone.units,
        item_id=undone.item_id,
        item=item_name(names.sku, names.name),
        line=LineCount(undone.expected, undone.counted) if stays and undone.counted is not None else None,
        handles=None if counts else rows[0].arrival_seq,
        counts=counts,
        moves=moves,
        effects=changed,
    )


def _undone_words(session: Session, rows: list[GradedRow], moves: tuple[Move, ...]) -> tuple[str, bool]:
    """The words for what is taken back, and whether the goods keep a grade."""
    now = rows[0].disposition
    if now == MISSING:
        return "that it is missing is taken back", False
    before = next((row.disposition for row in grades.of_scan(session, rows[0].replaces)), None) if rows[0].replaces else None
    if before == now and moves:
        where = " and ".join(sorted({str(catalogue.names_of(session, None, move.target_id).location) for move in moves}))
        return f"back to {where}, still graded {now}", True
    if before == now:
        return f"the reason is taken back, still graded {now}", True
    return f"grade {now} taken back{f', it is graded {before} again' if before else ''}", False


def differences(session: Session, task_id: int, item_id: int) -> tuple[Opened, ...]:
    """Differences of an item, on each of the returns that its goods are for."""
    told = matching.announced_return_of(session, task_id)
    if told is None:
        return (rules.unannounced(tasks.lines_for_item(session, task_id, item_id), item_id),)
    each = matching.came(session, [told.reference], item_id)[told.reference, item_id]
    return each.differs(told.id, finished=told.state == TaskState.FINISHED)


DIFFERENCES_AFTER = _ARRIVING | {Reason.UNDONE}
"""Reasons of scans that can change how much of an item came."""
