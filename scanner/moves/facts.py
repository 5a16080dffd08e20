"""Gathers what the rules of moves need to know of a scan, and asks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import BY_PLACE, SELLABLE, LocationKind, Place
from scanner.codes.commands import Command, GradeSaid, find_grade, find_taken_over
from scanner.codes.dispositions import NEED_REASON, parse_disposition
from scanner.db.sql import settle
from scanner.moves import KIND, MOVES, rules, store
from scanner.moves.hand import (
    Holder,
    Home,
    InHand,
    MoveScan,
    Part,
    ReasonFact,
    Trail,
    graded_good,
    pending_grade,
)
from scanner.moves.handed import told, untold
from scanner.people import store as people
from scanner.people.rules import OperatorView, Right
from scanner.reasons import store as reasons
from scanner.scans import carts, homes, tasks
from scanner.scans.attempts import Brought, brought_by, whose
from scanner.scans.decision import Decision, TaskState
from scanner.scans.goods import Goods
from scanner.scans.picked import picked_for_orders
from scanner.scans.request import ScanRequest
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt


def own_only(person: OperatorView | None) -> bool:
    """Whether a person sees only one's own scans: those of others say what the record has."""
    return person is not None and not person.may(Right.SEE_STOCK)


def endless_task(session: Session, reference: str, now: datetime) -> TaskRow | None:
    """The task of moves, made when it is first asked for; None for any other reference."""
    if reference != MOVES:
        return None
    tasks.add_task(session, {"reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "created_at": now}, [])
    return tasks.lock_task(session, reference)


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide one scan on the task of moves. What others took out of the person's hand meanwhile is said first."""
    settle(session)  # before stock is read: other scans of this transaction may change it still
    request = attempt.request
    return told(_decide(session, task, attempt), untold(session, task.id, request.operator_id, request.device))


def _decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    key, text = attempt.code.key, attempt.code.text
    said, cart_code = find_grade(key), find_taken_over(key)
    labelled = text == MOVES
    commanded = bool(labelled or said or cart_code or attempt.code.command)
    brought = Brought(attempt.code) if commanded else brought_by(session, task.id, attempt)
    scan = _basics(session, attempt, brought, said, labelled=labelled)
    if brought.goods:
        return rules.decide(_with_goods(session, task, attempt, scan))
    label = catalogue.find_location(session, cart_code or text) if cart_code or not commanded else None
    if label is not None:
        scan = _with_label(session, replace(scan, label=label, takes_over=bool(cart_code)))
    if cart_code:
        own = carts.cart_of(session, attempt.request.operator_id)
        return rules.decide(replace(scan, cart=own, takes_over=True, times=attempt.quantity))
    return rules.decide(_with_hand(session, task, attempt, scan))


def _basics(session: Session, attempt: Attempt, brought: Brought, said: GradeSaid | None, *, labelled: bool) -> MoveScan:
    places = catalogue.standard_places(session)
    cart = carts.find_cart(session, whose(session, attempt))
    return MoveScan(
        code=brought.code,
        places=places,
        here=attempt.here or places[LocationKind.DOCK],
        cart=cart,
        hand=_on(session, cart),
        labelled=labelled,
        goods=brought.goods,
        times=brought.times,
        said=said,
    )


def _on(session: Session, cart: Place | None) -> tuple[InHand, ...]:
    """What is on a cart."""
    return tuple(InHand(*each) for each in carts.in_hand(session, cart.id)) if cart else ()


def _with_label(session: Session, scan: MoveScan) -> MoveScan:
    """The scan, with whose cart its label is and what stands there."""
    label = scan.label
    if label is None or label.kind != LocationKind.CART:
        return scan
    return replace(scan, holder=_holder(session, label), stands=_on(session, label))


def _holder(session: Session, place: Place | None) -> Holder | None:
    """Whose cart a place is; None where it is none."""
    found = carts.holder_of(session, place.id) if place is not None and place.kind == LocationKind.CART else None
    if found is None:
        return None
    person = people.person(session, found.operator_id)
    may = person is not None and person.may(Right.MOVE) and store.is_active(session, found.operator_id)
    return Holder(found.name, may)


def _with_hand(session: Session, task: TaskRow, attempt: Attempt, scan: MoveScan) -> MoveScan:
    """The scan, with where the goods in hand came from and what was said of them."""
    goes = scan.label or scan.said or scan.code.command is Command.SENT
    if scan.cart is None or not scan.hand or not goes:
        return scan
    held = [each.item_id for each in scan.hand]
    by_item = {each: came_from(session, scan.cart, (each,)) for each in held}
    request, cart_id = attempt.request, scan.cart.id
    earlier = store.earlier(session, task.id, request.operator_id, request.device)

    def stands(seq: int | None) -> bool:  # it is about what was in hand then
        return seq is not None and not store.came_after(session, cart_id, held, seq)

    scan = replace(
        scan,
        origins=frozenset().union(*by_item.values()),
        by_item=by_item,
        graded=stands(graded_good(earlier)),
        agreed=attempt.confirmed,
        pending=pending_grade(earlier),
        lives=_lives(session, attempt, held) if scan.label and scan.label.kind in SELLABLE else {},
    )
    return _with_reason(session, scan, scan.said.reason if scan.said else None)


def _lives(session: Session, attempt: Attempt, item_ids: list[int]) -> Mapping[int, Home]:
    """Where the items live, as far as it is told who scans. Who is blind for any place is told no number of another, too."""
    person, hidden = people.person(session, attempt.request.operator_id), attempt.hidden_places()
    shelves = homes.homes_for(session, item_ids, person, hidden)
    if homes.is_blind(person, hidden):
        return {each: Home(place) for each, place in shelves.items()}
    return {each: Home(place, store.units_at(session, place.id, [each]).get(each, 0)) for each, place in shelves.items()}


def _with_reason(session: Session, scan: MoveScan, code: str | None) -> MoveScan:
    row = reasons.find_reason(session, code.upper()) if code else None
    found = ReasonFact(row.id, row.code, row.name, row.active) if row else None
    needed = scan.said or scan.as_ or (scan.label and BY_PLACE.get(scan.label.kind) in NEED_REASON)
    listed = tuple(each.code for each in reasons.reasons(session, active_only=True)) if needed else ()
    return replace(scan, asked=code, reason=found, reasons=listed)


def _with_goods(session: Session, task: TaskRow, attempt: Attempt, scan: MoveScan) -> MoveScan:
    """The scan, with what stands where its goods are taken from, and where they live or go."""
    request = attempt.request
    person, hidden = people.person(session, request.operator_id), attempt.hidden_places()
    sees = person is not None and person.may(Right.SEE_STOCK)
    scan = replace(
        scan,
        parts=_parts(session, scan.goods, scan.here),
        told=sees and scan.here.id not in hidden,
        blind=homes.is_blind(person, hidden),
    )
    if request.to is not None or request.disposition is not None:
        return _as_program_says(session, request, scan)
    shelves = homes.homes_for(session, (part.item_id for part in scan.parts), person, hidden)
    parts = tuple(replace(part, home=shelves.get(part.item_id)) for part in scan.parts)
    earlier = store.earlier(session, task.id, request.operator_id, request.device) if scan.hand else []
    cart = carts.cart_of(session, whose(session, attempt))
    return replace(scan, parts=parts, cart=cart, pending=pending_grade(earlier))


def _parts(session: Session, goods: tuple[Goods, ...], here: Place) -> tuple[Part, ...]:
    """The goods as they are in stock, an entry an item."""
    units: Counter[int] = Counter()
    for each in goods:
        units.update(dict(each.contents))
    there = store.units_at(session, here.id, units)
    promised = picked_for_orders(session, list(units)) if here.kind == LocationKind.PACKING else {}
    names = {each.item_id: each.name for each in goods}
    if any(item_id not in names for item_id in units):
        names |= catalogue.names_by_id(session, units)
    return tuple(
        Part(item_id, names[item_id], count, there.get(item_id, 0), promised.get(item_id, 0)) for item_id, count in units.items()
    )


def _as_program_says(session: Session, request: ScanRequest, scan: MoveScan) -> MoveScan:
    """The scan, with where its goods go at once. Raises BadRequest for a disposition that is none."""
    to = catalogue.find_location(session, request.to) if request.to else None
    origins = frozenset({scan.here})
    if scan.here.kind == LocationKind.CART:
        origins = came_from(session, scan.here, (part.item_id for part in scan.parts))
    as_ = parse_disposition(request.disposition) if request.disposition else None
    scan = replace(scan, direct=True, wanted=request.to or "", to=to, to_holder=_holder(session, to), origins=origins, as_=as_)
    return _with_reason(session, scan, request.reason)


def came_from(session: Session, cart: Place, item_ids: Iterable[int]) -> frozenset[Place]:
    """Where the goods on a cart were taken from, since it was last empty of each."""
    found: set[Place] = set()
    for item_id in item_ids:
        trail = Trail(cart.id, Counter(store.on_carts(session, item_id)))
        for steps in store.steps(session, item_id):
            if not trail.follow(steps):
                break
        found |= trail.found
    return frozenset(found)
