"""What a movement is in the books: every place has an account, and goods go from one to another. Pure."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from scanner.catalogue.locations import SELLABLE, LocationKind
from scanner.discrepancies.rules import Cause


class Account(StrEnum):
    """The accounts that goods are booked to."""

    INVENTORY = "Inventory"
    RECEIVED = "Goods received, not invoiced"
    SHIPPED = "Cost of goods sold"
    RESERVE = "Shrink reserve"
    SHRINK = "Shrink expense"
    DAMAGED = "Damaged goods"
    CLAIMS = "Claims on suppliers"
    SCRAPPED = "Goods scrapped"
    MISPLACED = "Goods misplaced"
    OPENING = "Opening stock"
    MERGED = "Items made one"
    REVALUED = "Cost changes"
    ROUNDING = "Rounding"


class Journal(StrEnum):
    """What kind of event an entry is of."""

    RECEIPT = "Receipts"
    SHIPMENT = "Shipments and returns"
    COUNT = "Counts"
    DAMAGE = "Known damage"
    CLAIM = "Supplier claims"
    SCRAP = "Scrapped"
    OPENING = "Opening stock"
    MERGED = "Items made one"
    COST = "Cost changes"
    ACCRUAL = "Shrink accrual"
    TRUE_UP = "True-up"
    ROUNDING = "Rounding"


_PLACES = {
    LocationKind.SUPPLIER: (Account.RECEIVED, Journal.RECEIPT),
    LocationKind.CUSTOMER: (Account.SHIPPED, Journal.SHIPMENT),
    LocationKind.DAMAGED: (Account.DAMAGED, Journal.DAMAGE),
    LocationKind.VENDOR: (Account.CLAIMS, Journal.CLAIM),
    LocationKind.SCRAP: (Account.SCRAPPED, Journal.SCRAP),
}
_INVENTORY = (Account.INVENTORY, None)
_CAUSES = {
    "import": (Account.OPENING, Journal.OPENING),
    "opening stock": (Account.OPENING, Journal.OPENING),
    "items merged": (Account.MERGED, Journal.MERGED),
    Cause.MISPLACED: (Account.MISPLACED, Journal.COUNT),
    Cause.SUPPLIER: (Account.CLAIMS, Journal.CLAIM),
}
_COUNTED = (Account.RESERVE, Journal.COUNT)


@dataclass(frozen=True, slots=True)
class Flow:
    """Goods that went from a kind of place to another, together. Value in ten-thousandths, at the cost when it was booked."""

    source: str
    target: str
    _: KW_ONLY
    value_e4: int
    cause: str = ""
    section: str = ""
    late: date | None = None  # the day on which it happened, in an earlier period, where it was booked after that was closed


def accounts_of(flow: Flow) -> tuple[Account, Account, Journal] | None:
    """The account that goods come to, the one they come from, and the journal. None where the books see no difference."""
    return _accounts(flow.source, flow.target, flow.cause)


@cache
def _accounts(source_kind: str, target_kind: str, cause: str) -> tuple[Account, Account, Journal] | None:
    (debit, target), (credit, source) = _account(target_kind, cause), _account(source_kind, cause)
    journal = target if credit is Account.INVENTORY else source if debit is Account.INVENTORY else target or source
    return None if debit is credit or journal is None else (debit, credit, journal)


def _account(kind: str, cause: str) -> tuple[Account, Journal | None]:
    if kind == LocationKind.ADJUSTMENT:
        return _CAUSES.get(cause, _COUNTED)
    return _PLACES.get(LocationKind(kind), _INVENTORY)


class Line(StrEnum):
    """What a movement is on the page of drift. Only the first is drift; the others have lines of their own."""

    DRIFT = "drift"
    MISPLACED = "misplaced"
    DAMAGE = "damage"
    CLAIM = "claim"
    SCRAP = "scrap"


PICKED = frozenset({LocationKind.PACKING})
SOLD_FROM = SELLABLE | {LocationKind.CART, LocationKind.DOCK}
"""Where goods are taken that are sold. What leaves another place for a customer is a return whose scan was undone."""
OUT = PICKED | {LocationKind.CUSTOMER}
_LINES = {
    Account.RESERVE: Line.DRIFT,
    Account.MISPLACED: Line.MISPLACED,
    Account.DAMAGED: Line.DAMAGE,
    Account.CLAIMS: Line.CLAIM,
    Account.SCRAPPED: Line.SCRAP,
}


def is_shipped(source: str, target: str) -> int:
    """1 for goods that leave their section to be sold, -1 for those that are put back into one, else 0.

    What was picked leaves it when it is picked; that it is shipped then says no more.
    """
    if source in SOLD_FROM and target in OUT:
        return 1
    return -1 if source in OUT and target in SELLABLE else 0


NO_SHRINK = frozenset(_CAUSES)
"""Causes of adjustments that do not go against the reserve."""


def is_shrink(source: str, target: str, cause: str) -> int:
    """1 for goods that a count found missing, -1 for those that one found too many, else 0."""
    if cause in NO_SHRINK or LocationKind.ADJUSTMENT not in (source, target):
        return 0
    return 1 if target == LocationKind.ADJUSTMENT else -1


def line_of(flow: Flow) -> tuple[Line, int] | None:
    """The line of a movement by which the inventory lost (-1) or gained (1) goods other than by trade; None of all others."""
    accounts = accounts_of(flow)
    if accounts is None or Account.INVENTORY not in accounts[:2]:
        return None
    debit, credit, _ = accounts
    is_gain = debit is Account.INVENTORY
    line = _LINES.get(credit if is_gain else debit)
    return None if line is None else (line, 1 if is_gain else -1)
