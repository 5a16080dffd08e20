"""ABC classes from the value that moved: shown first, then applied; what a person pinned stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.counting.plan import store
from scanner.counting.plan.abc import CLASSES, Cuts, Mover, changes, classify
from scanner.counting.plan.policy import MOST_DAYS, require_planner, within
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView


@dataclass(frozen=True, slots=True)
class ClassShare:
    """What a class would be made of: items, and the value of them that moved. `items_now` are of that class today."""

    abc_class: str
    items: int
    items_now: int
    value: Decimal
    percent: Decimal


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
    """An item whose class a person chose; `computed` is what it would be otherwise."""

    sku: str
    name: str
    abc_class: str
    computed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying would do; the changes of the most value first, at most `limit` of `total_changes`."""

    period_days: int
    cut_a: Decimal
    cut_b: Decimal
    shares: tuple[ClassShare, ...]
    changes: tuple[Change, ...]
    total_changes: int
    pinned: tuple[Pinned, ...]
    moved: bool


def preview(session: Session, period_days: int, cut_a_bp: int, cut_b_bp: int, now: datetime, limit: int = 200) -> Preview:
    """The classes that a period up to now would give, beside those of today. Nothing is changed."""
    movers, cuts = _movers(session, period_days, now), Cuts(cut_a_bp, cut_b_bp)
    classes, total = classify(movers.values(), cuts), sum(mover.value_e4 for mover in movers.values())
    differing = changes(movers.values(), classes)
    names = {row.id: row for row in store.stocked_items(session)}
    ranked = sorted(differing, key=lambda item: (-movers[item].value_e4, names[item].sku))
    return Preview(
        period_days,
        Decimal(cut_a_bp) / 100,
        Decimal(cut_b_bp) / 100,
        tuple(_share(letter, movers, classes, total) for letter in CLASSES),
        tuple(
            Change(names[item].sku, names[item].name, from_e4(movers[item].value_e4), movers[item].abc_class, differing[item])
            for item in ranked[:limit]
        ),
        len(differing),
        tuple(
            Pinned(names[item].sku, names[item].name, mover.abc_class, classes[item])
            for item, mover in movers.items()
            if mover.pinned
        )[:limit],
        total > 0,
    )


def apply(
    session: Session, period_days: int, cut_a_bp: int, cut_b_bp: int, operator: OperatorView, now: datetime,
    shown: int | None = None,
) -> int:  # fmt: skip
    """Give every item that is not pinned the class of a preview of the same period and cuts; gives how many changed.

    The period and the cuts stay the policy's. Raises BadRequest where nothing moved: that says nothing of any item; Conflict
    where the preview `shown` had another number of changes, since goods have moved meanwhile.
    """
    require_planner(operator)
    movers, cuts = _movers(session, period_days, now), Cuts(cut_a_bp, cut_b_bp)
    if not any(mover.value_e4 for mover in movers.values()):
        raise BadRequest(f"Nothing moved in the last {period_days} days: there is nothing to tell classes by.", "period_days")
    differing = changes(movers.values(), classify(movers.values(), cuts))
    if shown is not None and shown != len(differing):
        raise Conflict(
            f"Goods have moved meanwhile: {len(differing):,} items would change now, {shown:,} were shown. Look again."
        )
    store.set_classes(session, differing)
    store.change_policy(session, cut_a_bp=cut_a_bp, cut_b_bp=cut_b_bp, period_days=period_days)
    return len(differing)


def pin(session: Session, sku: str, abc_class: str, operator: OperatorView) -> None:
    """Have an item keep a class; an empty one lets it go with what moves again."""
    require_planner(operator)
    if abc_class not in (*CLASSES, ""):
        raise BadRequest(f"Expected one of {', '.join(CLASSES)}, or nothing, got {abc_class[:40]!r}.", "abc_class")
    item = catalog.find_item(session, sku.strip())
    if item is None:
        raise NotFound(f"There is no item {sku[:40]}.", "sku")
    store.pin(session, item.id, abc_class or None)


def _movers(session: Session, period_days: int, now: datetime) -> dict[int, Mover]:
    within(period_days, 1, MOST_DAYS, "period_days")
    units = store.moved_units(session, now - timedelta(days=period_days))
    return {
        row.id: Mover(row.id, max(units.get(row.id, 0), 0) * row.unit_cost_e4, row.abc_class, row.abc_pinned)
        for row in store.stocked_items(session)
    }


def _share(letter: str, movers: dict[int, Mover], classes: dict[int, str], total: int) -> ClassShare:
    chosen = [item for item, found in classes.items() if found == letter]
    value = sum(movers[item].value_e4 for item in chosen)
    percent = (Decimal(value * 100) / total).quantize(Decimal("0.1")) if total else Decimal(0)
    now = sum(mover.abc_class == letter for mover in movers.values())
    return ClassShare(letter, len(chosen), now, from_e4(value), percent)
