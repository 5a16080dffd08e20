"""The numbers of the home page, computed in one place: nine small reads at most, and only those that the person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.counting.plan import service as plan
from scanner.counting.variances.standing import not_decided_by
from scanner.desk import rules, store
from scanner.desk.rules import Facts, Next, Worth
from scanner.discrepancies.desk import rules as discrepancy_rules
from scanner.discrepancies.desk import service as discrepancies
from scanner.discrepancies.desk.rules import Wanted
from scanner.drift.signals import service as signals
from scanner.drift.signals.service import Told
from scanner.moves import service as moves
from scanner.orders import service as orders
from scanner.people.rules import OperatorView, Right
from scanner.receiving import KIND as RECEIPT
from scanner.returns import KIND as RETURN
from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True)
class Home:
    """What a home page says: what is next, how many wait in which room, and what is off, and which signals, for who is told."""

    next: tuple[Next, ...]
    numbers: dict[str, int]
    off: Worth | None
    signals: Told | None


def home(session: Session, person: OperatorView, workflows: Workflows, now: datetime) -> Home:
    """The numbers of a person's home page."""
    facts = _facts(session, person, workflows, now)
    told_all = rules.is_told_all(person)
    told_of = signals.at_home(session, person) if person.may(Right.SEE_SIGNALS) else None
    return Home(rules.next_for(facts, person), rules.numbers(facts), facts.off if told_all else None, told_of)


def _facts(session: Session, person: OperatorView, workflows: Workflows, now: datetime) -> Facts:
    today = now.astimezone().date()
    tasks = store.open_tasks(session, (RECEIPT, RETURN), today)
    receipts = tasks.get(RECEIPT, store.Waiting(RECEIPT, 0, 0, 0))
    returns = tasks.get(RETURN, store.Waiting(RETURN, 0, 0, 0))
    sees_orders, sees_off = person.may(Right.SEE_ORDERS), person.may(Right.SEE_DISCREPANCIES)
    sold = store.open_orders(session, now) if sees_orders else store.Orders(0, 0)
    mine = Wanted(owners=discrepancy_rules.owners_of(person), but=not_decided_by(session, person) if sees_off else frozenset())
    return Facts(
        receipts=receipts.tasks, receipts_due=receipts.due, receipts_late=receipts.late, returns=returns.tasks,
        on_bench=store.units_on_benches(session) if person.may(Right.RETURN) else 0,
        counts_due=plan.count_due(session, today, person) if person.may(Right.COUNT) else 0,
        to_put_away=moves.due(session) if person.may(Right.MOVE) else 0,
        orders=sold.orders, orders_late=sold.late,
        pickable=orders.count_pickable(session) if person.may(Right.PICK) else 0,
        mine=_worth(session, mine, person, workflows) if sees_off else Worth(),
        off=_worth(session, Wanted(), person, workflows) if sees_off and rules.is_told_all(person) else Worth(),
    )  # fmt: skip


def _worth(session: Session, wanted: Wanted, person: OperatorView, workflows: Workflows) -> Worth:
    found = discrepancies.total(session, wanted, person, workflows)
    return Worth(number=found.discrepancies, gross=found.gross, net=found.net, oldest=found.oldest)
