"""Results of counting: how right the record was, by how much it was off and why, and how long counting takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from scanner.counting.reports import adjustments as booked
from scanner.counting.reports import store
from scanner.counting.reports.adjustments import Adjustment, CauseSums, ShortPicks
from scanner.counting.reports.rules import Accuracy, against_budget, by, drift_bp, median
from scanner.counting.reports.store import AccuracySums, CountedRecord, CountedVisit, RecordFilter
from scanner.errors import BadRequest
from scanner.money import from_e4
from scanner.words import day

MOST_WEEKS = 53
NO_CAUSE = "no cause"
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which counts are looked at, over how many weeks up to today."""

    weeks: int = 13
    section: str | None = None  # None: of any section, class or counter
    abc_class: str | None = None
    operator_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountGroup:
    """The counted records of a week, section, class or counter; units and values are sizes."""

    key: str  # names the group in an address
    label: str
    counted: int
    matched: int
    ira: Decimal | None  # per cent; None where nothing was counted
    plus_units: int  # too much on the shelf
    minus_units: int  # missing
    plus: Decimal
    minus: Decimal

    @property
    def units(self) -> int:
        """Units of variance, never net."""
        return self.plus_units + self.minus_units

    @property
    def value(self) -> Decimal:
        """Value of the variance, never net."""
        return self.plus + self.minus


@dataclass(frozen=True, slots=True)
class CauseSum:
    """Adjustments of one cause, never net."""

    cause: str
    times: int
    units: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds a counter takes for a record: the median of so many visits."""

    operator_id: int
    operator: str
    seconds: int
    visits: int


@dataclass(frozen=True, slots=True)
class Drift:
    """The value of adjustments against that of what is on hand."""

    adjusted: Decimal
    inventory: Decimal
    percent: Decimal | None  # a year, at the pace of these weeks, rounded up; None without inventory
    budget: str  # within, in, over or unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReport:
    """Everything on the page of results."""

    since: date
    until: date
    total: CountGroup
    weeks: tuple[CountGroup, ...]
    sections: tuple[CountGroup, ...]
    classes: tuple[CountGroup, ...]
    counters: tuple[CountGroup, ...]
    causes: tuple[CauseSum, ...]
    drift: Drift
    short_picks: CauseSum
    pace: tuple[Pace, ...]


def report(session: Session, asked: Asked, now: datetime) -> CountReport:
    """The results of whole weeks, the last of them this week."""
    weeks = weeks_until(now, asked.weeks)
    parts = [(week, row) for week in weeks for row in store.sums(session, _choice(asked, *_bounds(week, 1)))]
    since, until = _bounds(weeks[0], len(weeks))
    adjusted = booked.adjusted(session, since, until)
    short = booked.short_picks(session, since, until)
    together = by((week, _accuracy(row)) for week, row in parts)
    return CountReport(
        since=weeks[0],
        until=now.astimezone().date(),
        total=_group("", "All", sum(together.values(), Accuracy())),
        weeks=tuple(_group(week.isoformat(), day(week), together.get(week, Accuracy())) for week in weeks),
        sections=_groups((row.section, row.section or "no section", row) for _, row in parts),
        classes=_groups((row.abc_class, f"Class {row.abc_class}", row) for _, row in parts),
        counters=_groups((str(row.operator_id), row.operator, row) for _, row in parts),
        causes=tuple(_cause(row.cause, row) for row in adjusted),
        drift=_drift(
            sum(int(row.value_e4) for row in adjusted),
            booked.inventory_value(session),
            (now.astimezone().date() - weeks[0]).days + 1,
        ),
        short_picks=_cause("short pick", short),
        pace=_paces(store.visits(session, _choice(asked, since, until))),
    )


def lines(
    session: Session, asked: Asked, now: datetime, *, week: date | None, differing: bool, before: int | None, limit: int
) -> list[CountedRecord]:
    """The records behind a number, the newest first."""
    weeks = weeks_until(now, asked.weeks)
    since, until = _bounds(week, 1) if week else _bounds(weeks[0], len(weeks))
    return store.lines(session, _choice(asked, since, until), differing=differing, before=before, limit=limit)


def adjustments(
    session: Session, weeks: int, now: datetime, *, cause: str | None, before: int | None, limit: int
) -> list[Adjustment]:
    """The movements behind the sums of adjustments, the newest first."""
    since, until = _bounds(weeks_until(now, weeks)[0], weeks)
    cause = "" if cause == NO_CAUSE else cause
    return booked.adjustments(session, since, until, cause=cause, before=before, limit=limit)


def weeks_until(now: datetime, number: int) -> list[date]:
    """The Mondays of so many weeks in the warehouse's time zone, this week's last."""
    if not 1 <= number <= MOST_WEEKS:
        raise BadRequest(f"Expected 1 to {MOST_WEEKS} weeks, got {number:,}.", "weeks")
    today = now.astimezone().date()
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(number))]


def _bounds(monday: date, weeks: int) -> tuple[datetime, datetime]:
    """The moments at which so many weeks begin and end in the warehouse's time zone; the first starts on `monday`."""
    first, after = (datetime.combine(day, time()).astimezone() for day in (monday, monday + timedelta(weeks=weeks)))
    return first, after


def _choice(asked: Asked, since: datetime, until: datetime) -> RecordFilter:
    return RecordFilter(since, until, asked.section, asked.abc_class, asked.operator_id)


def _accuracy(row: AccuracySums) -> Accuracy:
    return Accuracy(
        row.counted,
        row.matched,
        plus_units=int(row.plus_units),
        minus_units=int(row.minus_units),
        plus_e4=int(row.plus_e4),
        minus_e4=int(row.minus_e4),
    )


def _groups(parts: Iterable[tuple[str, str, AccuracySums]]) -> tuple[CountGroup, ...]:
    """One group for each (key, label), sorted by label."""
    together = by(((key, label), _accuracy(row)) for key, label, row in parts)
    return tuple(sorted((_group(*names, found) for names, found in together.items()), key=lambda group: group.label))


def _group(key: str, label: str, found: Accuracy) -> CountGroup:
    ira = None if found.ira_bp is None else found.ira_bp / _PERCENT
    return CountGroup(
        key=key,
        label=label,
        counted=found.counted,
        matched=found.matched,
        ira=ira,
        plus_units=found.plus_units,
        minus_units=found.minus_units,
        plus=from_e4(found.plus_e4),
        minus=from_e4(found.minus_e4),
    )


def _cause(cause: str, row: CauseSums | ShortPicks) -> CauseSum:
    return CauseSum(cause or NO_CAUSE, row.times, int(row.units), from_e4(int(row.value_e4)))


def _drift(adjusted_e4: int, inventory_e4: int, days: int) -> Drift:
    found = drift_bp(adjusted_e4, inventory_e4, days)
    percent = None if found is None else found / _PERCENT
    return Drift(from_e4(adjusted_e4), from_e4(inventory_e4), percent, against_budget(found))


def _paces(visits: Iterable[CountedVisit]) -> tuple[Pace, ...]:
    """The pace of each counter, by name."""
    taken: dict[tuple[str, int], list[float]] = {}
    for visit in visits:
        seconds = (visit.closed_at - visit.opened_at).total_seconds()
        taken.setdefault((visit.operator, visit.operator_id), []).append(max(seconds, 0) / visit.lines)
    return tuple(Pace(number, name, round(median(all_of) or 0), len(all_of)) for (name, number), all_of in sorted(taken.items()))
