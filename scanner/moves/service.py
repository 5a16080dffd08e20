"""The pages of moves: what waits to be put away, what is in whose hand, and the page to scan on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.codes.reading import parse_code
from scanner.errors import NotFound
from scanner.moves import KIND, MOVES, facts, handed, source, store, waiting
from scanner.moves.hand import SENT_BACK
from scanner.moves.kept import known
from scanner.moves.putting import SECOND_GRADE
from scanner.moves.waiting import AtPlace
from scanner.people.rules import OperatorView, Right
from scanner.reasons import store as reasons
from scanner.reasons.store import ReasonRow
from scanner.scans import carts, homes, ledger, tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.evidence import store as evidence
from scanner.scans.ledger import StoredScan, UnknownCode
from scanner.scans.picked import picked_for_orders
from scanner.scans.record import last_result
from scanner.scans.result import Outcome, Reason, ScanResult

_TO_PUT_AWAY = (LocationKind.DOCK, LocationKind.PACKING)
_UNSOLD = (LocationKind.REFURBISH, LocationKind.QUARANTINE, LocationKind.VENDOR)
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
class Waits:
    """Goods that stand where they are not sold. `units` is None for a person who is not told what the record has."""

    place: str
    kind: str
    sku: str
    name: str
    units: int | None
    home: str | None  # empty: it has no shelf yet; None: not known to who is told nothing of the record
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherHand:
    """What another person has in hand."""

    name: str
    cart: str
    items: list[str]
    units: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What waits: at the dock, elsewhere, and in the hands of others."""

    put_away: list[Waits]
    unsold: list[Waits]
    hands: list[OtherHand]


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
class TakenFrom:
    """Where goods are taken from; empty: from the dock. `ends_in`: seconds until that ends, if nothing is scanned."""

    code: str = ""
    ends_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesPage:
    """Everything on the page of moves."""

    task: MovesHead
    last: ScanResult | None
    taken_from: TakenFrom
    cart: str  # the label of the person's own; empty for one who never took anything
    handed: str  # what others took out of the person's hand, and no answer said yet
    lines: list[HandLine]
    after: AfterScan
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device

    @property
    def in_hand(self) -> int:
        """Units in the person's hand."""
        return sum(line.units for line in self.lines)


def open_moves(_session: Session, code: str, _operator: OperatorView) -> Opening:
    """The task of moves, by its label."""
    label = parse_code(code).text
    if label == MOVES:
        return Opening(kind=KIND, reference=MOVES)
    return Opening(kind=KIND, message=f"{label[:40]} is not the label of moves: that is {MOVES}.")


def moves_page(
    session: Session, reference: str, operator: OperatorView, device: str, now: datetime, hidden: frozenset[int]
) -> MovesPage:  # fmt: skip
    """The page of moves for one person on one device. The task need not exist yet."""
    if reference != MOVES:
        raise NotFound(f"There is no task {reference[:40]} of moves.")
    task = tasks.get_task(session, reference)
    last = last_result(session, task.id, task.reference, task.kind, operator.id, device) if task else None
    from_ = taken_from(session, operator, device, now)
    return MovesPage(
        task=MovesHead(),
        last=last,
        taken_from=from_,
        cart=cart_code(session, operator),
        handed=handed.untold(session, task.id, operator.id, device) if task else "",
        lines=hand_of(session, operator, hidden),
        after=after_scan(session, last.seq if last else None, operator),
        unknown=ledger.unlinked_unknown(session, task.id) if task else [],
        known=known(session, operator, from_.code, hidden),
    )


@dataclass(frozen=True, slots=True)
class _By:
    operator_id: int
    device: str


def taken_from(session: Session, operator: OperatorView, device: str, now: datetime) -> TakenFrom:
    """Where a person on a device takes goods from now."""
    task = tasks.get_task(session, MOVES)
    before = ledger.last_scan(session, task.id, operator.id, device) if task else None
    if task is None or before is None or before.place is None or before.place.kind == LocationKind.DOCK:
        return TakenFrom()
    if source.ended(session, task.id, _By(operator.id, device), before, now):
        return TakenFrom()
    return TakenFrom(code=before.place.code, ends_in=source.seconds_left(session, before, now))


def cart_code(session: Session, operator: OperatorView) -> str:
    """The label of a person's own cart; empty for one who never took anything."""
    cart = carts.find_cart(session, operator.id)
    return cart.code if cart else ""


def told_before(session: Session, seqs: list[int], operator: OperatorView, device: str) -> str:
    """What others took out of the person's hand, where an answer before the last one says it: the page shows the last alone."""
    task = tasks.get_task(session, MOVES) if len(seqs) > 1 else None
    return handed.untold(session, task.id, operator.id, device, seqs[0]) if task else ""


def hand_of(session: Session, operator: OperatorView, hidden: frozenset[int]) -> list[HandLine]:
    """What a person has in hand. Who may not see the record of the dock is not told what stands there."""
    cart = carts.find_cart(session, operator.id)
    held = carts.in_hand(session, cart.id) if cart else []
    if not held:
        return []
    ids, dock = [each.item_id for each in held], catalogue.standard_places(session)[LocationKind.DOCK]
    lives = _lives(session, ids, operator, hidden)
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
        photo_of=scan.id if (graded and not sent) or asks or _took(scan) else "",
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


def overview(session: Session, operator: OperatorView, hidden: frozenset[int]) -> Overview:
    """What waits to be put away, the longest first, and what others have in hand."""
    operator.demand(Right.MOVE)
    kinds = (*_TO_PUT_AWAY, *_UNSOLD)
    rows = _unclaimed(session, waiting.standing(session, kinds))
    sees = operator.may(Right.SEE_STOCK)
    untold = frozenset(hidden) if sees else frozenset(row.location_id for row in rows)
    lives = _lives(session, (row.item_id for row in rows), operator, hidden)
    since = waiting.since(session, kinds)
    found = [_waits(row, since, lives, told=row.location_id not in untold) for row in rows]
    found.sort(key=lambda each: (each.since is None, each.since or 0))
    return Overview(
        put_away=[each for each in found if each.kind in _TO_PUT_AWAY],
        unsold=[each for each in found if each.kind in _UNSOLD],
        hands=_others(session, operator, sees=sees),
    )


def _waits(
    row: AtPlace, since: Mapping[tuple[int, int], datetime], lives: Mapping[int, str | None], *, told: bool
) -> Waits:  # fmt: skip
    """Goods at a place. Since when they stand there follows from how many do."""
    return Waits(
        place=row.code, kind=row.kind, sku=row.sku, name=row.name, units=row.units if told else None,
        home=lives[row.item_id], since=since.get((row.location_id, row.item_id)) if told else None,
    )  # fmt: skip


def _lives(
    session: Session, item_ids: Iterable[int], operator: OperatorView, hidden: frozenset[int]
) -> dict[int, str | None]:  # fmt: skip
    """The code of the shelf of each item, as far as it is told that person."""
    ids, nowhere = set(item_ids), None if homes.is_blind(operator, hidden) else ""
    shelves = homes.homes_for(session, ids, operator, hidden)
    return {each: shelves[each].code if each in shelves else nowhere for each in ids}


def due(session: Session) -> int:
    """How many items wait to be put away."""
    return len(_unclaimed(session, waiting.standing(session, _TO_PUT_AWAY)))


def units_in_hand(session: Session, operator: OperatorView) -> int:
    """How many units a person has in hand."""
    return carts.units_in_hand(session, operator.id)


def _unclaimed(session: Session, rows: Iterable[AtPlace]) -> list[AtPlace]:
    """What stands there, without what open orders have at the place of picked goods."""
    rows = list(rows)
    picked = [row.item_id for row in rows if row.kind == LocationKind.PACKING]
    claimed = picked_for_orders(session, picked) if picked else {}
    free = {row.item_id: row.units - claimed.get(row.item_id, 0) for row in rows if row.kind == LocationKind.PACKING}
    left = (row._replace(units=free[row.item_id]) if row.kind == LocationKind.PACKING else row for row in rows)
    return [row for row in left if row.units > 0]


def _others(session: Session, operator: OperatorView, *, sees: bool) -> list[OtherHand]:
    held: dict[str, list[store.Held]] = {}
    for each in store.hands(session):
        if each.operator_id != operator.id:
            held.setdefault(each.cart, []).append(each)
    return [
        OtherHand(
            name=rows[0].operator,
            cart=cart,
            items=[row.item.name for row in rows],
            units=sum(row.item.units for row in rows) if sees else None,
        )
        for cart, rows in held.items()
    ]
