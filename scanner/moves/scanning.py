"""The page to move goods on: where they are taken from, what is in hand, and what is offered now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.errors import NotFound
from scanner.moves import KIND, MOVES, facts, handed, source, store
from scanner.moves.hand import SENT_BACK
from scanner.moves.kept import known
from scanner.moves.putting import SECOND_GRADE
from scanner.moves.source import TakenFrom
from scanner.people.rules import OperatorView, Right
from scanner.reasons import store as reasons
from scanner.reasons.store import ReasonRow
from scanner.scans import carts, homes, ledger, tasks
from scanner.scans.decision import TaskState
from scanner.scans.evidence import store as evidence
from scanner.scans.ledger import StoredScan, UnknownCode
from scanner.scans.record import last_result
from scanner.scans.result import Outcome, Reason, ScanResult

MOST_REASONS = 12
"""Most reasons that have a button of their own."""
MOST_FOLLOWED = 20
"""Most items in hand of which a page asks where they came from. A scan asks of all."""


@dataclass(frozen=True, slots=True)
class MovesHead:
    """The head of the page."""

    reference: str = MOVES
    kind: str = KIND
    state: str = TaskState.OPEN
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandLine:
    """Units of an item in the person's hand, where it lives, and what still stands at the dock."""

    sku: str
    name: str
    units: int
    home: str | None  # empty: it has no shelf yet; None: not known to who is told nothing of the record
    at_dock: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterScan:
    """What is offered after the last scan."""

    target: str = ""  # where goods went
    asks: bool = False  # why the goods are not sold
    asks_where: str = ""  # the place, where it was asked whether all that is in hand goes there
    photo_of: str = ""  # the id of the scan that a photo is kept with
    photos: tuple[str, ...] = ()
    paper: int | None = None  # the scan by which goods went back to their vendor
    reasons: tuple[ReasonRow, ...] = ()
    restocks: bool = False  # something in hand needs to be called good to sell before it goes to a shelf
    sends: bool = False  # all that is in hand stood where goods for vendors stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What scans change on the page."""

    taken_from: TakenFrom
    cart: str  # the label of the person's own; empty for one who never took anything
    handed: str  # what others took out of the person's hand, and is not said by the panel
    lines: list[HandLine]
    after: AfterScan


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesPage:
    """Everything on the page."""

    task: MovesHead
    last: ScanResult | None
    work: Work
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device


def moves_page(
    session: Session, reference: str, operator: OperatorView, device: str, now: datetime, hidden: frozenset[int]
) -> MovesPage:  # fmt: skip
    """The page of moves for one person on one device. The task need not exist yet."""
    if reference != MOVES:
        raise NotFound(f"There is no task {reference[:40]} of moves.")
    task = tasks.get_task(session, reference)
    last = last_result(session, task.id, task.reference, task.kind, operator.id, device) if task else None
    told = handed.untold(session, task.id, operator.id, device) if task else ""
    work = _work(session, last.seq if last else None, told, operator, device, now, hidden)
    return MovesPage(
        task=MovesHead(),
        last=last,
        work=work,
        unknown=ledger.unlinked_unknown(session, task.id) if task else [],
        known=known(session, operator, work.taken_from.code, hidden),
    )


def after_scans(
    session: Session, seqs: Sequence[int], operator: OperatorView, device: str, now: datetime, hidden: frozenset[int]
) -> Work:  # fmt: skip
    """What these scans changed. The panel shows the last one alone: what an answer before it said is said again."""
    task = tasks.get_task(session, MOVES) if len(seqs) > 1 else None
    told = handed.untold(session, task.id, operator.id, device, seqs[0]) if task else ""
    return _work(session, seqs[-1], told, operator, device, now, hidden)


def _work(
    session: Session, last: int | None, told: str, operator: OperatorView, device: str, now: datetime, hidden: frozenset[int]
) -> Work:  # fmt: skip
    cart = carts.find_cart(session, operator.id)
    return Work(
        taken_from=source.taken_from(session, operator.id, device, now),
        cart=cart.code if cart else "",
        handed=told,
        lines=hand_of(session, operator, hidden),
        after=after_scan(session, last, operator),
    )


def hand_of(session: Session, operator: OperatorView, hidden: frozenset[int]) -> list[HandLine]:
    """What a person has in hand. Who may not see the record of the dock is not told what stands there."""
    cart = carts.find_cart(session, operator.id)
    held = carts.in_hand(session, cart.id) if cart else []
    if not held:
        return []
    ids, dock = [each.item_id for each in held], catalogue.standard_places(session)[LocationKind.DOCK]
    lives = homes_told(session, ids, operator, hidden)
    told = operator.may(Right.SEE_STOCK) and dock.id not in hidden
    there = store.units_at(session, dock.id, ids) if told else {}
    return [
        HandLine(
            sku=each.sku,
            name=each.name,
            units=each.units,
            home=lives[each.item_id],
            at_dock=max(there.get(each.item_id, 0), 0) if told else None,
        )
        for each in held
    ]


def after_scan(session: Session, seq: int | None, operator: OperatorView) -> AfterScan:
    """What is offered after a scan, and for what is in hand: why it is not sold, a photo of it, the paper that goes with it."""
    origins = _came_from(session, operator)
    restocks, sends = bool(origins & SECOND_GRADE), origins == {LocationKind.VENDOR}
    scan = ledger.get_scan(session, seq) if seq is not None else None
    if seq is None or scan is None:
        return AfterScan(restocks=restocks, sends=sends)
    graded = store.graded_by(session, seq)
    moved = ledger.moves_of(session, seq)
    target = catalogue.code_of(session, moved[-1].target_id) if moved else ""
    asks = store.asks_reason(scan.outcome, scan.key)
    listed = reasons.reasons(session, active_only=True)[:MOST_REASONS] if asks else []
    sent = graded == SENT_BACK
    return AfterScan(
        target=target,
        asks=asks,
        asks_where=_asks_where(session, scan),
        photo_of=scan.id if (graded and not sent) or _took(scan) else "",
        photos=tuple(evidence.by_scan(session, [seq]).get(seq, ())),
        paper=seq if sent else None,
        reasons=tuple(listed),
        restocks=restocks,
        sends=sends,
    )


def after_last(session: Session, operator: OperatorView, device: str) -> AfterScan:
    """What is offered after the last scan of a person on a device. A photo that comes late may be of an earlier one."""
    task = tasks.get_task(session, MOVES)
    last = last_result(session, task.id, task.reference, task.kind, operator.id, device) if task else None
    return after_scan(session, last.seq if last else None, operator)


def _came_from(session: Session, operator: OperatorView) -> frozenset[str]:
    """The kinds of places that goods in a person's hand were taken from."""
    cart = carts.find_cart(session, operator.id)
    held = carts.in_hand(session, cart.id)[:MOST_FOLLOWED] if cart else []
    if cart is None or not held:
        return frozenset()
    return frozenset(place.kind for place in facts.came_from(session, cart, (each.item_id for each in held)))


def _asks_where(session: Session, scan: StoredScan) -> str:
    """The place of which it was asked whether all that is in hand goes there; empty for any other scan."""
    asked = scan.outcome == Outcome.HELD and scan.reason == Reason.LOCATED
    place = catalogue.find_location(session, scan.key) if asked else None
    return place.code if place else ""


def _took(scan: StoredScan) -> bool:
    """Whether a scan took goods in hand: a photo may show in what state."""
    return scan.outcome == Outcome.ACCEPTED and scan.reason == Reason.TAKEN


def homes_told(
    session: Session, item_ids: Iterable[int], operator: OperatorView, hidden: frozenset[int]
) -> dict[int, str | None]:  # fmt: skip
    """The code of the shelf of each item, as far as it is told that person."""
    ids, nowhere = set(item_ids), None if homes.is_blind(operator, hidden) else ""
    shelves = homes.homes_for(session, ids, operator, hidden)
    return {each: shelves[each].code if each in shelves else nowhere for each in ids}
