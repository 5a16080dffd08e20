"""What is sent of orders at the desk."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from scanner.orders.office.rules import Show
from scanner.orders.scanned import Choice
from scanner.web.contract import Body
from scanner.web.field_types import OneOf

MOST_PAGES = 100_000


def _page(value: object) -> int:
    asked = value if isinstance(value, str) else ""
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


class OrderList(Body):
    """A page of orders."""

    show: Annotated[str, OneOf(tuple(Show), Show.TO_DO)] = Show.TO_DO
    page: Annotated[int, BeforeValidator(_page)] = 1


class Decided(Body):
    """What becomes of a short order."""

    choice: Annotated[Choice, OneOf(tuple(Choice))]
