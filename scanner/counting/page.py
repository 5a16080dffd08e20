"""The page of a count: where to walk, and what was counted at the shelf in hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.counting import visits
from scanner.counting.facts import places_of
from scanner.counting.service import task_for
from scanner.counting.visits import StandingVisit
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.linking.service import UnknownScan, unknown_scans
from scanner.scans.record import last_result
from scanner.scans.result import ScanResult
from scanner.scans.tasks import WholeTask

MOST_LINES = 60
"""Items of the shelf in hand that a page shows; what was counted last is among them."""


@dataclass(frozen=True, slots=True)
class AskedView:
    """An item that a recount asks for, and whether it was found or said not to be there."""

    name: str
    sku: str
    said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A location of a count."""

    code: str
    name: str
    state: str  # to do, being counted, or done
    who: str = ""  # counts or counted there
    mine: bool = False
    asked: tuple[AskedView, ...] = ()  # what a recount asks for there


@dataclass(frozen=True, slots=True)
class LineView:
    """An item that was counted at the shelf in hand, and how much of it so far."""

    id: int
    sku: str
    name: str
    scanned: int


@dataclass(frozen=True, slots=True)
class HereView:
    """The shelf in hand, and what was counted there."""

    code: str
    lines: list[LineView]  # the last counted first
    said_empty: bool
    more: int  # items that are not listed


@dataclass(frozen=True, slots=True, kw_only=True)
class CountHead:
    """The head of the page of a count."""

    reference: str
    section: str
    state: str
    recount: bool
    finished_at: datetime | None
    finished_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPage:
    """Everything on the page of a count, for one person on one device."""

    task: CountHead
    places: list[PlaceView]
    here: HereView | None
    next: PlaceView | None  # where to walk
    last: ScanResult | None
    others: tuple[str, ...] = ()
    known: dict[str, Any] = field(default_factory=dict)  # what the device may know offline: the labels of shelves, no goods
    barred: bool = False  # it repeats what the person counted
    unknown: list[UnknownScan] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Locations that are counted."""
        return sum(place.state == "done" for place in self.places)

    @property
    def untouched(self) -> bool:
        """Whether the person stands at a shelf of which nothing was said yet."""
        return self.here is not None and not self.here.lines and not self.here.said_empty

    @property
    def to_do(self) -> list[PlaceView]:
        """Locations that nobody has counted."""
        return [place for place in self.places if place.state == "to do"]


def count_page(session: Session, reference: str, operator: OperatorView, device: str) -> CountPage:
    """The page of a count; NotFound where there is none, or where it repeats what the person counted."""
    task = task_for(session, reference, operator)
    last = ledger.last_scan(session, task.id, operator.id, device)
    standing = visits.of_task(session, task.id)
    at = last.location_id if last else None
    places = _places(session, task, standing, operator)
    here = next((v for v in standing if (v.operator_id, v.device, v.location_id) == (operator.id, device, at)), None)
    names = tasks.names_around(session, task.id)
    codes = [place.code for place in places]
    head = CountHead(
        reference=reference,
        section=task.section,
        state=task.state,
        recount=task.recount_of is not None,
        finished_at=task.finished_at,
        finished_by=names.finished_by,
    )
    return CountPage(
        task=head,
        places=places,
        here=_here(session, here) if here else None,
        next=_next(places, last.location_code if last else None),
        last=last_result(session, task.id, task.reference, task.kind, operator.id, device),
        others=tuple(dict.fromkeys(v.operator for v in standing if v.state == "open" and v.operator_id != operator.id)),
        known={"task": reference, "lines": [], "places": codes, "elsewhere": _elsewhere(session, codes)},
        barred=task.recount_of is not None and operator.id in visits.barred(session, task.id),
        unknown=unknown_scans(session, task.id) if operator.may(Right.LINK_CODES) else [],
    )


def _elsewhere(session: Session, codes: list[str]) -> list[str]:
    """The codes of places that are not of this count: to the device, offline, their labels would look like goods."""
    own = frozenset(codes)
    return [code for code in catalogue.place_codes(session, catalogue.MOST_PLACES) if code not in own]


def _places(session: Session, task: WholeTask, standing: Iterable[StandingVisit], operator: OperatorView) -> list[PlaceView]:
    by_place = {visit.location_id: visit for visit in standing}
    asked = visits.asked(session, task.id) if task.recount_of else []
    views = []
    for place in places_of(session, task):
        visit = by_place.get(place.id)
        wanted = [row for row in asked if row.location_id == place.id]
        found = visits.counted_at(session, visit.id) if visit and wanted else {}
        said = bool(visit and visit.said_empty)
        views.append(
            PlaceView(
                code=place.code, name=place.name, state=_state(visit), who=visit.operator if visit else "",
                mine=visit is not None and visit.operator_id == operator.id,
                asked=tuple(AskedView(r.name, r.sku, said or found.get(r.item_id, (0, 0))[1] > 0) for r in wanted),
            )
        )  # fmt: skip
    return views


def _state(visit: StandingVisit | None) -> str:
    if visit is None:
        return "to do"
    if visit.state == "open":
        return "being counted"
    return "done" if visit.is_done else "to do"


def _here(session: Session, visit: StandingVisit) -> HereView:
    lines = [LineView(row.id, row.sku, row.name, row.scanned) for row in visits.lines_at(session, visit.id)]
    return HereView(visit.code, lines[:MOST_LINES], visit.said_empty, max(len(lines) - MOST_LINES, 0))


def _next(places: list[PlaceView], at: str | None) -> PlaceView | None:
    """The next location to do on the walk, from where the person is. After the end, the walk begins again."""
    codes = [place.code for place in places]
    passed = codes.index(at) + 1 if at in codes else 0
    return next((place for place in places[passed:] + places[:passed] if place.state == "to do"), None)
