"""One section of the plan: its places, and the counts that it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from scanner.counting.plan import store
from scanner.counting.plan.service import SectionPlan, plan
from scanner.counting.plan.store import PlannedPlace, SectionCount
from scanner.errors import NotFound


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section in the plan, its places in walking order, and its last counts, the newest first."""

    row: SectionPlan
    places: list[PlannedPlace]
    counts: list[SectionCount]


def section(session: Session, code: str, today: date, limit: int = 20) -> SectionPage:
    """Everything on the page of a section. Raises NotFound where no place is in it."""
    row = next((each for each in plan(session, today).sections if each.code == code), None)
    if row is None:
        raise NotFound(f"There is no section {code[:40]}.", "section")
    return SectionPage(row, store.places_of(session, code, today), store.counts_of(session, code, limit))
