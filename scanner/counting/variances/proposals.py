"""What a supervisor is shown of a variance to decide on: its counts, and what speaks for which cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.counting import visits
from scanner.counting.causes import service as causes
from scanner.counting.causes.rules import Proposal
from scanner.counting.variances import decisions, recounts, standing, store
from scanner.counting.variances.store import Counting
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.service import Settler
from scanner.people.rules import OperatorView, Right
from scanner.scans import tasks
from scanner.scans.history.service import scans_by_seq
from scanner.scans.history.store import ScanRow


@dataclass(frozen=True, slots=True)
class VarianceChoices:
    """What can be decided of an open variance."""

    location: str
    proposals: tuple[Proposal, ...]
    counts: list[Counting]  # the oldest first
    recount: str | None  # the reference of the open recount
    refusal: str  # why this person does not decide it now; empty when they do
    own: bool  # this person counted it
    others: tuple[str, ...]  # who else can decide it then
    counts_again: bool  # this person may make the recount


def choice(session: Session, discrepancy_id: int, operator: OperatorView, now: datetime) -> VarianceChoices | None:
    """What there is to decide; None where it is no variance of a count, or is not open."""
    found = store.get_variance(session, discrepancy_id)
    if found is None or found.kind != DiscrepancyKind.VARIANCE or found.state != DiscrepancyState.OPEN:
        return None
    counts = store.results_since(session, found.location_id, found.item_id, found.task_id)
    recount = recounts.recount_asking(session, found.location_id, found.item_id)
    counted_by = {count.operator_id for count in counts}
    own = operator.id in counted_by
    return VarianceChoices(
        location=counts[-1].location if counts else "",
        proposals=causes.proposals(session, found.location_id, found.item_id, found.units, now),
        counts=counts,
        recount=recount,
        refusal=_refusal(own, recount),
        own=own,
        others=standing.deciders(session, counted_by) if own else (),
        counts_again=recount is not None and _may_make(session, recount, operator),
    )


def _refusal(own: bool, recount: str | None) -> str:
    if own:
        return "You counted this yourself, so another supervisor must decide."
    return f"{recount} counts it again: decide when two counts agree." if recount else ""


def _may_make(session: Session, recount: str, operator: OperatorView) -> bool:
    task = tasks.get_task(session, recount)
    return task is not None and operator.may(Right.COUNT) and operator.id not in visits.barred(session, task.id)


def scans_behind(session: Session, found: discrepancies.FoundDiscrepancy) -> list[ScanRow]:
    """The scans that counted the item at the location in the counts since the variance is open, the newest first."""
    if found.location_id is None:
        return []
    return scans_by_seq(session, store.scans_behind(session, found.location_id, found.item_id, found.task_id))


SETTLER = Settler(
    settle=decisions.settle,
    scans=scans_behind,
    choose=choice,
    template="counting/reports/_choice.html",
    signed=True,
    books=True,
    barred=standing.not_decided_by,
)
"""The variance of a count is settled by an adjustment."""
