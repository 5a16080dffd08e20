"""What is asked of the list of what to order, and answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from scanner.drift.reorder.service import Show
from scanner.web.contract import Answer, Body
from scanner.web.field_types import MOST_NUMBER, Between, OneOf, Ticked, Words

MOST_PAGES = 100_000


def _page(value: object) -> int:
    asked = value if isinstance(value, str) else ""
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


class ReorderList(Body):
    """Which items a page shows."""

    show: Annotated[str, OneOf(tuple(Show), Show.DUE)] = Show.DUE
    supplier: Words = ""
    page: Annotated[int, BeforeValidator(_page)] = 1


class ReorderRows(Body):
    """Which items a program is told of."""

    due: Ticked = Field(False, description="Only those to order now.")
    limit: Annotated[int, Between(0, MOST_NUMBER)] = Field(MOST_NUMBER, description="So many at most; all unless it is given.")
    offset: Annotated[int, Between(0, MOST_NUMBER)] = 0


class ReorderAnswer(Answer):
    """An item, and what to order of it now. Units are eaches."""

    sku: str
    sellable: int = Field(description="Units on shelves, by the record.")
    expected_on_shelf: int = Field(description="The same with drift allowed for: what is there most likely.")
    on_order: int = Field(description="Units that open receipts still bring, and those that came and are on no shelf yet.")
    for_orders: int = Field(description="Units that open orders of customers still take: the rest is there for who buys next.")
    per_day: Annotated[float, BeforeValidator(lambda rate: round(rate, 3))] = Field(
        description="Units sold a day of the calendar: days on which the house is closed are days, too."
    )
    lead_days: Annotated[float, BeforeValidator(lambda days: round(days, 1))] = Field(
        description="As the shop says, else as receipts measured it."
    )
    reorder_point: int = Field(description="Without drift; the shop's own where it set one.")
    raised: int = Field(serialization_alias="raise", description="Units that are added for what goes missing.")
    effective: int = Field(description="The point with both.")
    suggested: int = Field(description="Units to order now, in whole cases; 0 where none.")
    count_first: bool = Field(description="Counting its shelves may spare the order, or some of it.")
    reason: str = Field(description="The point in a sentence.")
