"""One section of the plan: its places, and the counts that it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from scanner.counting.plan import store
from scanner.counting.plan.service import SectionRow, plan
from scanner.errors import NotFound


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of a section and when it was counted last; never, where None."""

    code: str
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count of the section, or a recount of `recount_of`; `person` finished it."""

    reference: str
    state: str
    created_at: datetime
    finished_at: datetime | None
    person: str | None
    recount_of: str | None


@dataclass(frozen=True, slots=True)
class SectionPage:
    """The section as the plan has it, its places in walking order, its last counts, the newest first."""

    row: SectionRow
    places: tuple[PlaceRow, ...]
    counts: tuple[CountRow, ...]


def section(session: Session, code: str, today: date, limit: int = 20) -> SectionPage:
    """Everything on the page of a section; NotFound where no place is in it."""
    row = next((each for each in plan(session, today).sections if each.code == code), None)
    if row is None:
        raise NotFound(f"There is no section {code[:40]}.", "section")
    return SectionPage(
        row,
        tuple(PlaceRow(place.code, place.counted_at) for place in store.places_of(session, code)),
        tuple(CountRow(*count) for count in store.counts_of(session, code, limit)),
    )
