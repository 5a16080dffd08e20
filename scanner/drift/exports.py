"""Drift as files: the journal of a month, the movements behind a number, the sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from scanner.db.engine import Database
from scanner.drift.budget.service import SectionBudget
from scanner.drift.budget.store import EntryRow
from scanner.drift.fold import service as fold
from scanner.drift.journal import closing, dialects, months
from scanner.drift.journal.dialects import Dialect
from scanner.drift.journal.store import ReserveRow
from scanner.drift.periods import Period, day_of
from scanner.money import from_e4, in_cents
from scanner.web.download import csv_lines

ENTRY_COLUMNS = (
    "movement", "at", "day", "month", "line", "section", "cause", "supplier", "class", "sku", "units", "unit_cost", "value",
    "from", "to", "by", "task", "discrepancy",
)  # fmt: skip
SECTION_COLUMNS = (
    "section", "inventory_value", "rate_percent", "budget", "gross", "net", "left", "expected_loss", "shrink_percent",
    "shipped_since_count", "counted_on",
)  # fmt: skip
RESERVE_COLUMNS = ("month", "section", "shipped", "shrink_percent", "booked", "verified", "true_up", "reserve")
_AMOUNTS = ("debit", "credit", "Debit", "Credit", "Amount")
_OPEN = "open"
MANY = 10_000
"""So often a command tries to have all of the record added up: it has the time that it needs."""


def reference_of(period: Period, *, is_closed: bool) -> str:
    """What a journal is called in the books. One of a month that is open says so: it is not the last word."""
    return f"SCANNER-{period}" if is_closed else f"SCANNER-{period}-{_OPEN}"


def journal(session: Session, period: Period, dialect: Dialect, today: date) -> Iterator[Mapping[str, object]]:
    """The rows of a journal. Amounts are numbers, so that none is taken for a formula."""
    found = months.journal_of(session, period, today)
    reference = reference_of(period, is_closed=found.is_closed)
    for row in dialects.rows(found.entries, dialect, reference, found.codes):
        yield {name: Decimal(cell) if name in _AMOUNTS and cell else cell for name, cell in row.items()}


def journal_lines(database: Database, period: str, dialect: Dialect, now: datetime) -> list[str]:
    """The lines of a journal as a CSV file, the header first. Raises BadRequest for what is no month that has begun."""
    month = closing.begun(period, now)
    fold.complete(database, now, MANY)
    with database.read() as session:
        return list(csv_lines(dialects.columns(dialect), journal(session, month, dialect, day_of(now))))


def cells_of_entry(row: EntryRow) -> Mapping[str, object]:
    """A movement behind a number."""
    return {
        "movement": row.seq, "at": row.at.isoformat(), "day": row.day.isoformat(), "month": row.period, "line": row.line,
        "section": row.section, "cause": row.cause, "supplier": row.supplier, "class": row.abc_class, "sku": row.sku,
        "units": row.units, "unit_cost": "" if row.cost_e4 is None else from_e4(row.cost_e4), "value": from_e4(row.value_e4),
        "from": row.source, "to": row.target, "by": row.operator or "", "task": row.task or "",
        "discrepancy": row.discrepancy_id or "",
    }  # fmt: skip


def cells_of_section(each: SectionBudget) -> Mapping[str, object]:
    """The month of a section."""
    budget, shrink = each.budget, each.shrink
    return {
        "section": each.section, "inventory_value": in_cents(budget.inventory_e4), "rate_percent": Decimal(budget.rate_bp) / 100,
        "budget": in_cents(budget.budget_e4), "gross": in_cents(budget.used.gross_e4), "net": in_cents(budget.used.net_e4),
        "left": in_cents(budget.left_e4), "expected_loss": in_cents(shrink.expected_e4),
        "shrink_percent": Decimal(shrink.ppm) / 10_000, "shipped_since_count": in_cents(shrink.shipped_since_e4),
        "counted_on": shrink.counted_on.isoformat() if shrink.counted_on else "",
    }  # fmt: skip


def cells_of_reserve(row: ReserveRow) -> Mapping[str, object]:
    """What a month set aside for a section."""
    return {
        "month": row.period, "section": row.section, "shipped": in_cents(row.shipped_e4),
        "shrink_percent": Decimal(row.shrink_ppm) / 10_000, "booked": in_cents(row.accrual_e4),
        "verified": in_cents(row.found_e4), "true_up": in_cents(row.true_up_e4), "reserve": in_cents(row.reserve_e4),
    }  # fmt: skip
