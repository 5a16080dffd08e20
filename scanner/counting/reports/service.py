"""Results of counting: how right the record was, by how much it was not, why, and how long counting takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.counting.reports import store
from scanner.counting.reports.rules import Accuracy, against_budget, by, drift_bp, median
from scanner.counting.reports.store import Choice
from scanner.errors import BadRequest
from scanner.money import from_e4

MOST_WEEKS = 53
NO_CAUSE = "no cause"
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose counts are looked at, over how many weeks up to today; None for any."""

    weeks: int = 13
    section: str | None = None
    abc_class: str | None = None
    operator_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Counted records of one week, section, class or counter. `ira` in per cent; `key` names the group in an address."""

    key: str
    label: str
    counted: int
    matched: int
    ira: Decimal | None
    plus_units: int
    minus_units: int
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
    """Seconds a record that a counter takes, the middle one of so many visits."""

    operator_id: int
    operator: str
    seconds: int
    visits: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Adjustments against what is on hand. `percent` is rounded up; `budget` is within, in, over or unknown."""

    adjusted: Decimal
    inventory: Decimal
    percent: Decimal | None
    budget: str


@dataclass(frozen=True, slots=True)
class CountReport:
    """Everything on the page of results."""

    since: date
    until: date
    total: Group
    weeks: tuple[Group, ...]
    sections: tuple[Group, ...]
    classes: tuple[Group, ...]
    counters: tuple[Group, ...]
    causes: tuple[CauseSum, ...]
    drift: Drift
    short_picks: CauseSum
    pace: tuple[Pace, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One record as it was counted; `value` is the variance's size at cost."""

    id: int
    at: datetime
    location: str
    sku: str
    name: str
    counted: int
    on_hand: int
    variance: int
    value: Decimal
    verdict: str
    moved: bool
    operator: str
    task: str
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One movement to or from adjustment; `units` is signed as the place sees it."""

    seq: int
    at: datetime
    location: str
    sku: str
    name: str
    units: int
    value: Decimal
    cause: str
    operator: str | None
    scan_seq: int | None
    discrepancy_id: int | None


def report(session: Session, asked: Asked, now: datetime) -> CountReport:
    """The results of whole weeks up to now; the first counts of records alone say how right the record was."""
    weeks = weeks_until(now, asked.weeks)
    parts = [(week, row) for week in weeks for row in store.sums(session, _choice(asked, *_bounds(week, 1)))]
    since, until = _bounds(weeks[0], len(weeks))
    adjusted = store.adjusted(session, since, until)
    short = store.short_picks(session, since, until)
    together = by((week, _accuracy(row)) for week, row in parts)
    return CountReport(
        weeks[0],
        now.astimezone().date(),
        _group("", "All", sum(together.values(), Accuracy())),
        tuple(_group(week.isoformat(), f"{week:%d %b}", together.get(week, Accuracy())) for week in weeks),
        _groups((row.section, row.section or "no section", row) for _, row in parts),
        _groups((row.abc_class, f"Class {row.abc_class}", row) for _, row in parts),
        _groups((str(row.operator_id), row.operator, row) for _, row in parts),
        tuple(_cause(row.cause, row) for row in adjusted),
        _drift(sum(int(row.value_e4) for row in adjusted), store.inventory_value(session)),
        _cause("short pick", short),
        _paces(store.visits(session, _choice(asked, since, until))),
    )


def lines(
    session: Session, asked: Asked, now: datetime, *, week: date | None, differing: bool, before: int | None, limit: int
) -> list[ResultRow]:
    """The records behind a number, the newest first."""
    weeks = weeks_until(now, asked.weeks)
    since, until = _bounds(week, 1) if week else _bounds(weeks[0], len(weeks))
    rows = store.lines(session, _choice(asked, since, until), differing=differing, before=before, limit=limit)
    return [
        ResultRow(
            row.id, row.counted_at, row.location, row.sku, row.name, row.counted, row.on_hand, row.variance,
            from_e4(abs(row.variance) * row.cost_e4), row.verdict, row.moved, row.operator, row.reference, row.scan_seq,
        )
        for row in rows
    ]  # fmt: skip


def adjustments(
    session: Session, weeks: int, now: datetime, cause: str | None, before: int | None, limit: int
) -> list[AdjustmentRow]:
    """The movements behind the sums of adjustments, the newest first."""
    first, asked = weeks_until(now, weeks)[0], "" if cause == NO_CAUSE else cause
    return [_adjustment(row) for row in store.adjustments(session, *_bounds(first, weeks), asked, before, limit)]


def weeks_until(now: datetime, number: int) -> list[date]:
    """The Mondays of so many weeks, this week's last, by the house's calendar."""
    if not 1 <= number <= MOST_WEEKS:
        raise BadRequest(f"Expected 1 to {MOST_WEEKS} weeks, got {number:,}.", "weeks")
    today = now.astimezone().date()
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(number))]


def _bounds(monday: date, weeks: int) -> tuple[datetime, datetime]:
    """The moments at which so many weeks from a Monday on begin and end, by the house's calendar."""
    first, after = (datetime.combine(day, time()).astimezone() for day in (monday, monday + timedelta(weeks=weeks)))
    return first, after


def _choice(asked: Asked, since: datetime, until: datetime) -> Choice:
    return Choice(since, until, asked.section, asked.abc_class, asked.operator_id)


def _accuracy(row: Row[Any]) -> Accuracy:
    sums = (row.counted, row.matched, row.plus_units, row.minus_units, row.plus_e4, row.minus_e4)
    return Accuracy(*(int(number) for number in sums))


def _groups(parts: Iterable[tuple[str, str, Row[Any]]]) -> tuple[Group, ...]:
    """A group a key, by its label."""
    together = by(((key, label), _accuracy(row)) for key, label, row in parts)
    return tuple(sorted((_group(*names, found) for names, found in together.items()), key=lambda group: group.label))


def _group(key: str, label: str, found: Accuracy) -> Group:
    ira = None if found.ira_bp is None else found.ira_bp / _PERCENT
    return Group(
        key, label, found.counted, found.matched, ira, found.plus_units, found.minus_units, from_e4(found.plus_e4),
        from_e4(found.minus_e4),
    )  # fmt: skip


def _cause(cause: str, row: Row[Any]) -> CauseSum:
    return CauseSum(cause or NO_CAUSE, row.times, int(row.units), from_e4(int(row.value_e4)))


def _drift(adjusted_e4: int, inventory_e4: int) -> Drift:
    found = drift_bp(adjusted_e4, inventory_e4)
    percent = None if found is None else found / _PERCENT
    return Drift(from_e4(adjusted_e4), from_e4(inventory_e4), percent, against_budget(found))


def _paces(visits: Iterable[Row[Any]]) -> tuple[Pace, ...]:
    """Seconds a record, by counter."""
    taken: dict[tuple[str, int], list[float]] = {}
    for visit in visits:
        seconds = (visit.closed_at - visit.opened_at).total_seconds()
        taken.setdefault((visit.operator, visit.operator_id), []).append(max(seconds, 0) / visit.lines)
    return tuple(Pace(number, name, round(median(all_of) or 0), len(all_of)) for (name, number), all_of in sorted(taken.items()))


def _adjustment(row: Row[Any]) -> AdjustmentRow:
    comes = row.source_kind == LocationKind.ADJUSTMENT
    return AdjustmentRow(
        row.seq, row.at, row.target if comes else row.source, row.sku, row.name, row.units if comes else -row.units,
        from_e4(row.units * row.unit_cost_e4), row.cause, row.operator, row.scan_seq, row.discrepancy_id,
    )  # fmt: skip
