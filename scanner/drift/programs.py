"""Drift as programs ask for it."""

from __future__ import annotations

from scanner.drift import contract
from scanner.drift.budget import service
from scanner.drift.contract import BudgetAnswer
from scanner.drift.fold import service as fold
from scanner.drift.journal import store
from scanner.drift.journal.closing import begun
from scanner.drift.periods import period_of
from scanner.errors import Overloaded
from scanner.people.rules import OperatorView, Right
from scanner.scans.pages import workflows
from scanner.web.context import database, now, read, settings, today


def budget(operator: OperatorView, period: str) -> BudgetAnswer:
    """A month against its budget; the one that goes on where none is named. Raises BadRequest for one that has not begun."""
    operator.demand(Right.SEE_DRIFT)
    read(workflows().refuse_stock, operator)
    month = begun(period, now()) if period else period_of(today())
    if not fold.fresh(database(), now()):
        raise Overloaded("The record is still being added up. Try again in a minute.")
    page = read(service.page, month, today())
    return contract.told(page, closed=read(store.closed, month) is not None, currency=settings().currency)
