"""What to order now, how many, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from scanner.drift.reorder import due, store
from scanner.drift.reorder.due import Ordering
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Workflows

PAGE = 50
REMEMBERED = 20_000
"""So many items are remembered as they were on the last page; 10,000 take 12 MB."""


class Show(StrEnum):
    """Which items a list shows."""

    DUE = "due"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items, and of which supplier; of any where it is empty."""

    show: Show = Show.DUE
    supplier: str = ""

    def has(self, item: Ordering) -> bool:
        """Whether an item is among them."""
        return (item.is_due or self.show is Show.ALL) and self.comes_from(item)

    def comes_from(self, item: Ordering) -> bool:
        """Whether an item is of the supplier."""
        return self.supplier in ("", item.supplier)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """A page of the list. `due` of `total` items of the supplier are due, and `due_elsewhere` of others.

    `sections`: by item those to count, where counting comes first.
    """

    rows: Sequence[Ordering]
    found: int
    due: int
    total: int
    due_elsewhere: int
    more: bool
    suppliers: Sequence[str]
    sections: dict[int, list[str]]


def plan(session: Session, today: date) -> list[Ordering]:
    """Every item that is sold or has a point of its own: what is due first, and of that what runs out first."""
    ranked = sorted(_ranked(row, today) for row in store.rows(session))  # no two have one SKU
    return [each for *_, each in ranked]


@lru_cache(REMEMBERED)
def _ranked(row: tuple[Any, ...], today: date) -> tuple[bool, float, str, Ordering]:
    """An item by its row, after what it is sorted by. All are asked for with each page, and of few anything changes meanwhile."""
    item = due.ordering(*store.listed(row), today)
    return not item.is_due, item.days_left, item.sku, item


def listed(session: Session, wanted: Wanted, by: OperatorView, workflows: Workflows, today: date) -> list[Ordering]:
    """What a person asks for. Raises NotAllowed."""
    demand(session, by, workflows)
    return [each for each in plan(session, today) if wanted.has(each)]


def page(
    session: Session, wanted: Wanted, by: OperatorView, workflows: Workflows, today: date, *, number: int = 1, size: int = PAGE
) -> OrderPage:  # fmt: skip
    """A page of the list, the first one being 1."""
    demand(session, by, workflows)
    every = plan(session, today)
    theirs = [each for each in every if wanted.comes_from(each)]
    found = [each for each in theirs if wanted.has(each)]
    rows = found[(number - 1) * size : number * size]
    return OrderPage(
        rows=rows, found=len(found), due=sum(each.is_due for each in theirs), total=len(theirs),
        due_elsewhere=sum(each.is_due and not wanted.comes_from(each) for each in every), more=number * size < len(found),
        suppliers=sorted({each.supplier for each in every if each.supplier}),
        sections=store.sections(session, [each.item_id for each in rows if each.count_first]),
    )  # fmt: skip


def demand(session: Session, by: OperatorView, workflows: Workflows) -> None:
    """Raise NotAllowed for who may not see what to order, and for who counts while anything is counted."""
    by.demand(Right.SEE_REORDER)
    workflows.refuse_stock(session, by)
