"""Closing a month: a named person says that it is done. Its journal stays; what comes late is booked in the next one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.drift.budget import service as budgets
from scanner.drift.fold import store as folds
from scanner.drift.journal import accounts, months, store
from scanner.drift.journal.dialects import money
from scanner.drift.journal.months import Month
from scanner.drift.journal.rules import cents_of
from scanner.drift.periods import Period, check_begun, day_of, period_named
from scanner.drift.tables import ClosedPeriod
from scanner.errors import BadRequest, Conflict
from scanner.people.rules import OperatorView, Right
from scanner.webhooks import service as webhooks
from scanner.words import day

EVENT = "period.closed"


@dataclass(frozen=True, slots=True)
class ClosedNow:
    """The months that were closed, the earliest first: those before it were open, too."""

    periods: tuple[str, ...]

    @property
    def message(self) -> str:
        """What to tell who closed them."""
        *earlier, last = self.periods
        if not earlier:
            return f"{last} is closed."
        return f"{last} is closed, and so {'is' if len(earlier) == 1 else 'are'} {', '.join(earlier)} before it."


def asked(text: str) -> Period:
    """The month that is meant. Raises BadRequest."""
    try:
        return period_named(text)
    except ValueError as error:
        raise BadRequest(f"Expected {error}, got {text[:20]!r}.", "period") from None


def begun(text: str, now: datetime) -> Period:
    """The month that is meant, which has begun. Raises BadRequest."""
    period = asked(text)
    try:
        check_begun(period, day_of(now))
    except ValueError as error:
        raise BadRequest(f"Expected {error}.", "period") from None
    return period


def close(session: Session, text: str, operator: OperatorView, now: datetime) -> ClosedNow:
    """Close a month that is over, and each before it that is open. Call it with the sums up to date.

    Raises BadRequest for what is no month that has begun, Conflict for one that goes on or is closed.
    """
    operator.demand(Right.CLOSE_MONTHS)
    audit.take_turn(session)
    period, today = begun(text, now), day_of(now)
    if period.last >= today:
        raise Conflict(f"{period} goes on until {day(period.last)}. Close it after that day.", "period")
    folds.mark(session, hold=True)  # nothing is added to it meanwhile, and nobody else closes it
    before = store.closed(session, period)
    if before:
        raise Conflict(f"{period} is closed: {before.by} closed it on {day(day_of(before.closed_at))}.", "period")
    first = months.first_open(session, today)
    if period < first:
        raise Conflict(f"There is nothing to close in {period}: the first month that is open is {first}.", "period")
    closed = [_close(session, month, operator, now) for month in list(months.open_months(session, period, today))]
    return ClosedNow(tuple(closed))


def _close(session: Session, month: Month, operator: OperatorView, now: datetime) -> str:
    budget = budgets.whole(session, month.period, month.period.last)
    row = ClosedPeriod(
        period=str(month.period), closed_at=now, closed_by=operator.id, value_before_e4=month.before_e4,
        value_after_e4=month.after_e4, rate_bp=budget.rate_bp, mean_value_e4=budget.inventory_e4, budget_e4=budget.budget_e4,
        rates=json.dumps(budgets.rates_of(session, month.period), sort_keys=True),
    )  # fmt: skip
    store.keep(session, row, month.reserves, month.entries, accounts.codes(session))
    told = {
        "period": row.period, "closed_by": operator.name, "inventory_value": _money(row.value_after_e4),
        "budget": _money(budget.budget_e4), "gross": _money(budget.used.gross_e4), "net": _money(budget.used.net_e4),
    }  # fmt: skip
    webhooks.tell(session, EVENT, lambda: told, now)
    audit.note(session, operator, Action.MONTH_CLOSED, "month", row.period, after=told, at=now)
    return row.period


def _money(amount_e4: int) -> str:
    return money(cents_of(amount_e4))
