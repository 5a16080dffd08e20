"""What is asked and told of drift, its budget and its journal."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from scanner.drift.budget.rules import Budget
from scanner.drift.budget.service import Page, SectionBudget
from scanner.drift.budget.store import COLUMNS, UsedRow
from scanner.drift.journal.dialects import Dialect
from scanner.money import in_cents
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, PercentOrNone, Printable, Seq, Words


class Month(Body):
    """A month such as `2026-11`; the one that goes on where none is named."""

    period: Words = ""


class Movements(Body):
    """The movements behind a number of a month: of a line, a section, a cause, a supplier, a class."""

    line: Annotated[str, Printable(12, least=0)] | None = None
    section: Annotated[str, Printable(64, least=0)] | None = None
    cause: Annotated[str, Printable(32, least=0)] | None = None
    supplier: Annotated[str, Printable(200, least=0)] | None = None
    abc_class: Annotated[str, Printable(1, least=0)] | None = None
    before: Seq = 0

    def wanted(self) -> dict[str, str]:
        """What is asked for, by the names of the columns."""
        said = self.model_dump(exclude={"before"}, exclude_none=True)
        return {
            "class" if name == "abc_class" else name: value for name, value in said.items() if name in {*COLUMNS, "abc_class"}
        }

    def again(self) -> dict[str, Any]:
        """The same, as arguments of a link."""
        return self.model_dump(exclude={"before"}, exclude_none=True)


class JournalFile(Body):
    """Whose columns a journal has."""

    dialect: Annotated[str, OneOf(tuple(each.value for each in Dialect))] = Dialect.PLAIN.value


class Rate(Body):
    """How much may drift a year, in per cent: of the house where no section is named. Empty: as usual."""

    section: Annotated[str, Printable(64, least=0)] = ""
    rate: PercentOrNone = None


class SavedRate(SavedAnswer):
    """The rate as it is now, in basis points a year; None for the usual one."""

    section: str
    rate_bp: int | None


class ClosedAnswer(SavedAnswer):
    """Which months were closed."""

    periods: list[str]


class OfKey(Answer):
    """What was lost and gained of one kind: gross adds both up, net takes the one from the other."""

    gross: float
    net: float


class OfCause(OfKey):
    """Of a cause; it is empty where none was named."""

    cause: str


class OfSection(OfKey):
    """Of a section; it is empty for places that are in none."""

    section: str
    rate_bp: int
    inventory_value: float
    budget: float
    left: float
    expected_loss: float


class BudgetAnswer(Answer):
    """A month at a glance, with money at the cost when it was booked."""

    period: str
    days: int
    rate_bp: int = Field(description="Of the house: basis points a year of the inventory's value.")
    inventory_value: float = Field(description="The mean of its days so far.")
    budget: float = Field(description="Of the whole month.")
    gross: float = Field(description="Gross drift: what was too little and what was too much, added up.")
    net: float = Field(description="Net shrink: what was too little less what was too much.")
    left: float = Field(description="Budget less gross drift.")
    burn: float | None = Field(description="(used / budget) / (days gone / days): 1 is on course. null without a budget.")
    closed: bool
    by_cause: list[OfCause]
    by_section: list[OfSection]
    forecast: float | None = Field(description="Gross drift at the month's end, if it goes on like this.")
    expected_loss: float = Field(description="What a count of everything would find missing today.")
    currency: str = Field(description="Three letters; empty where none is set.")


def told(page: Page, *, closed: bool, currency: str) -> BudgetAnswer:
    """A month as programs are told of it."""
    house = page.house
    return BudgetAnswer(
        period=str(page.period), days=house.days, rate_bp=house.rate_bp, inventory_value=_money(house.inventory_e4),
        budget=_money(house.budget_e4), **_of(house), left=_money(house.left_e4),
        burn=None if house.burn_bp is None else house.burn_bp / 10_000, closed=closed,
        by_cause=[_of_cause(row) for row in page.causes], by_section=[_of_section(each) for each in page.sections],
        forecast=None if house.forecast_e4 is None else _money(house.forecast_e4), expected_loss=_money(page.expected_e4),
        currency=currency,
    )  # fmt: skip


def _of(budget: Budget) -> dict[str, float]:
    return {"gross": _money(budget.used.gross_e4), "net": _money(budget.used.net_e4)}


def _of_cause(row: UsedRow) -> OfCause:
    return OfCause(cause=row.key, gross=_money(row.used.gross_e4), net=_money(row.used.net_e4))


def _of_section(each: SectionBudget) -> OfSection:
    budget = each.budget
    return OfSection(
        section=each.section, rate_bp=budget.rate_bp, inventory_value=_money(budget.inventory_e4),
        budget=_money(budget.budget_e4), left=_money(budget.left_e4), expected_loss=_money(each.shrink.expected_e4),
        **_of(budget),
    )  # fmt: skip


def _money(amount_e4: int) -> float:
    return float(in_cents(amount_e4))
