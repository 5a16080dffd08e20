"""What a supervisor is shown to decide on the variance of a count: what was counted, what speaks for which cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.counting.causes import service as causes
from scanner.counting.causes.rules import Proposal
from scanner.counting.variances import decided, store
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.service import Settler
from scanner.people.rules import OperatorView
from scanner.scans.history.service import ScanRow, scans_by_seq


@dataclass(frozen=True, slots=True)
class Counting:
    """One of the counts of the line: units counted against on hand at that moment."""

    round: int
    counted: int
    on_hand: int
    variance: int
    operator: str
    at: datetime
    task: str
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be decided of an open variance. `refusal` says why this person does not decide it now; empty when they do.

    `recount` is the reference of the recount that goes on.
    """

    location: str
    proposals: tuple[Proposal, ...]
    counts: tuple[Counting, ...]
    recount: str | None
    refusal: str


def choice(session: Session, discrepancy_id: int, operator: OperatorView, now: datetime) -> Choice | None:
    """What there is to decide; None where it is no variance of a count, or is settled."""
    found = discrepancies.get_row(session, discrepancy_id)
    if found is None or found.kind != DiscrepancyKind.VARIANCE or found.state != DiscrepancyState.OPEN:
        return None
    results = store.results_since(session, found.location_id, found.item_id, found.opened_at)
    recount = store.recount_asking(session, found.location_id, found.item_id)
    return Choice(
        results[-1].location if results else "",
        causes.proposals(session, found.location_id, found.item_id, found.units, now),
        tuple(_counting(row) for row in results),
        recount,
        _refusal(operator, results, recount),
    )


def _refusal(operator: OperatorView, results: list[Row[Any]], recount: str | None) -> str:
    if any(row.operator_id == operator.id for row in results):
        return "You counted this: a supervisor who did not decides."
    return f"{recount} counts it again: decide when two counts agree." if recount else ""


def _counting(row: Row[Any]) -> Counting:
    return Counting(
        row.round, row.counted, row.on_hand, row.variance, row.operator, row.counted_at, row.reference, row.scan_seq
    )  # fmt: skip


def scans_behind(session: Session, found: discrepancies.FoundDiscrepancy) -> list[ScanRow]:
    """The scans that counted the item at the location in the counts since the variance is open, the newest first."""
    if found.location_id is None:
        return []
    return scans_by_seq(session, store.scans_behind(session, found.location_id, found.item_id, found.opened_at))


SETTLER = Settler(settle=decided.settle, scans=scans_behind, choose=choice, template="counting/reports/_choice.html")
"""The variance of a count is settled by an adjustment."""
