"""ABC classes from the value that moved: shown first, then applied. A class that a person pinned stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.catalogue import store as catalogue
from scanner.counting.plan import store
from scanner.counting.plan.abc import CLASSES, Cuts, Mover, changes, classify
from scanner.counting.plan.policy import MOST_DAYS, limits, within
from scanner.counting.plan.store import StockedItem
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right


@dataclass(frozen=True, slots=True)
class ClassShare:
    """What a class would be made of."""

    abc_class: str
    items: int
    items_now: int  # items that are of this class today
    value: Decimal  # of these items, what moved
    percent: Decimal  # of all the value that moved


@dataclass(frozen=True, slots=True)
class Change:
    """An item that would get another class."""

    sku: str
    name: str
    value: Decimal
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Pinned:
    """An item whose class a person chose; `computed` is the class that it would have otherwise."""

    sku: str
    name: str
    abc_class: str
    computed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What applying would do."""

    period_days: int
    cut_a: Decimal  # the cuts are in per cent of the value moved
    cut_b: Decimal
    shares: tuple[ClassShare, ...]
    changes: tuple[Change, ...]  # those of the most value first, not more than a page shows
    total_changes: int
    pinned: tuple[Pinned, ...]
    moved: bool  # anything at all


def preview(session: Session, now: datetime, *, period_days: int, cut_a_bp: int, cut_b_bp: int, limit: int = 200) -> Preview:
    """The classes that the last days would give, beside those of today. Nothing is changed."""
    movers, cuts = _movers(session, period_days, now), Cuts(cut_a_bp, cut_b_bp)
    classes, total = classify(movers.values(), cuts), sum(mover.value_e4 for mover in movers.values())
    differing = changes(movers.values(), classes)
    items = {row.id: row for row in store.stocked_items(session)}
    ranked = sorted(differing, key=lambda item: (-movers[item].value_e4, items[item].sku))
    return Preview(
        period_days=period_days,
        cut_a=Decimal(cut_a_bp) / 100,
        cut_b=Decimal(cut_b_bp) / 100,
        shares=tuple(_share(letter, movers, classes, total) for letter in CLASSES),
        changes=tuple(_change(items[item], movers[item], differing[item]) for item in ranked[:limit]),
        total_changes=len(differing),
        pinned=_pinned(items, movers, classes)[:limit],
        moved=total > 0,
    )


def apply(
    session: Session,
    operator: OperatorView,
    now: datetime,
    *,
    period_days: int,
    cut_a_bp: int,
    cut_b_bp: int,
    shown: int | None = None,
) -> int:
    """Give every item that is not pinned the class that a preview shows; gives how many changed.

    The period and the cuts are kept in the policy. Raises BadRequest where nothing moved: that would make every item a C.
    Raises Conflict where the preview that was `shown` had another number of changes: goods have moved meanwhile.
    """
    operator.demand(Right.PLAN_COUNTS)
    audit.take_turn(session)
    movers, cuts = _movers(session, period_days, now), Cuts(cut_a_bp, cut_b_bp)
    if not any(mover.value_e4 for mover in movers.values()):
        raise BadRequest(f"Nothing moved in the last {period_days} days: there is nothing to tell classes by.", "period_days")
    differing = changes(movers.values(), classify(movers.values(), cuts))
    if shown is not None and shown != len(differing):
        raise Conflict(
            f"Goods have moved meanwhile: {len(differing):,} items would change now, {shown:,} were shown. Look again."
        )
    before = limits(session)
    store.set_classes(session, differing)
    store.change_policy(session, cut_a_bp=cut_a_bp, cut_b_bp=cut_b_bp, period_days=period_days)
    after = limits(session) | {"items changed": len(differing)}
    audit.note(session, operator, Action.CLASSES_APPLIED, "policy", "classes", before=before, after=after, at=now)
    return len(differing)


def pin(session: Session, sku: str, abc_class: str, operator: OperatorView) -> None:
    """Fix the class of an item; an empty one has it computed again."""
    operator.demand(Right.PLAN_COUNTS)
    if abc_class not in (*CLASSES, ""):
        raise BadRequest(f"Expected one of {', '.join(CLASSES)}, or nothing, got {abc_class[:40]!r}.", "abc_class")
    item = catalogue.find_item(session, sku.strip())
    if item is None:
        raise NotFound(f"There is no item {sku[:40]}.", "sku")
    audit.take_turn(session)
    before = store.class_of(session, item.id)
    store.pin(session, item.id, abc_class or None)
    after = store.class_of(session, item.id)
    audit.note(session, operator, Action.CLASS_PINNED, "item", item.sku, before=before._asdict(), after=after._asdict())


def _movers(session: Session, period_days: int, now: datetime) -> dict[int, Mover]:
    within(period_days, 1, MOST_DAYS, "period_days")
    units = store.moved_units(session, now - timedelta(days=period_days))
    return {
        row.id: Mover(row.id, max(units.get(row.id, 0), 0) * row.unit_cost_e4, row.abc_class, row.abc_pinned)
        for row in store.stocked_items(session)
    }


def _change(item: StockedItem, mover: Mover, after: str) -> Change:
    return Change(item.sku, item.name, from_e4(mover.value_e4), before=mover.abc_class, after=after)


def _pinned(items: dict[int, StockedItem], movers: dict[int, Mover], classes: dict[int, str]) -> tuple[Pinned, ...]:
    return tuple(
        Pinned(items[item].sku, items[item].name, mover.abc_class, computed=classes[item])
        for item, mover in movers.items()
        if mover.pinned
    )


def _share(letter: str, movers: dict[int, Mover], classes: dict[int, str], total: int) -> ClassShare:
    chosen = [item for item, found in classes.items() if found == letter]
    value = sum(movers[item].value_e4 for item in chosen)
    percent = (Decimal(value * 100) / total).quantize(Decimal("0.1")) if total else Decimal(0)
    now = sum(mover.abc_class == letter for mover in movers.values())
    return ClassShare(letter, len(chosen), now, from_e4(value), percent)
