"""Returns by grade, reason, item, supplier and week, with the value lost and the scans behind each number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from scanner.codes.dispositions import LOST, Disposition
from scanner.errors import BadRequest
from scanner.returns.reports import store
from scanner.returns.reports.store import GradedUnits
from scanner.words import day

MOST_NAMED = 10
BY = ("grade", "reason", "given", "item", "supplier", "week")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeGroup:
    """Grades with something in common, in units."""

    key: str
    name: str
    sellable: int = 0
    other: int = 0
    lost: int = 0  # damaged or scrap
    lost_e4: int = 0  # what these cost

    @property
    def units(self) -> int:
        """All of them."""
        return self.sellable + self.other + self.lost


@dataclass(frozen=True, slots=True)
class Report:
    """Returns of a period, in groups of each kind. The costliest group is first; weeks are in order."""

    total: GradeGroup
    groups: dict[str, list[GradeGroup]]


def report(session: Session, since: datetime, until: datetime) -> Report:
    """The standing grades of a period, in groups."""
    grades = store.grades(session, since, until)
    groups = {by: _largest(_grouped(grades, by)) for by in BY if by != "week"}
    groups["week"] = _every_week(_grouped(grades, "week"), since, until)
    return Report(_group("", "all", grades), groups)


def behind(session: Session, since: datetime, until: datetime, by: str, key: str) -> list[GradedUnits]:
    """The grades behind one bar, the newest first."""
    if by not in BY:
        raise BadRequest(f"Expected one of {', '.join(BY)}, got {by[:40]!r}.", "by")
    return [grade for grade in store.grades(session, since, until) if _KEYS[by](grade)[0] == key]


_KEYS: dict[str, Callable[[GradedUnits], tuple[str, str]]] = {
    "grade": lambda grade: (grade.disposition, grade.disposition),
    "reason": lambda grade: (grade.reason, grade.reason or "none was asked for"),
    "given": lambda grade: (grade.given, grade.given or "none was given"),
    "item": lambda grade: (grade.sku, f"{grade.name} ({grade.sku})"),
    "supplier": lambda grade: (grade.supplier, grade.supplier),
    "week": lambda grade: (grade.week.isoformat(), f"week of {day(grade.week)}"),
}
"""How grades are grouped: the key, and its name for people."""


def _grouped(grades: Iterable[GradedUnits], by: str) -> list[GradeGroup]:
    found: dict[tuple[str, str], list[GradedUnits]] = {}
    for grade in grades:
        found.setdefault(_KEYS[by](grade), []).append(grade)
    return [_group(key, name, some) for (key, name), some in found.items()]


def _group(key: str, name: str, grades: list[GradedUnits]) -> GradeGroup:
    sellable = sum(grade.units for grade in grades if grade.disposition == Disposition.RESTOCK)
    lost = sum(grade.units for grade in grades if grade.disposition in LOST)
    units = sum(grade.units for grade in grades)
    cost = sum(grade.lost_e4 for grade in grades)
    return GradeGroup(key=key, name=name, sellable=sellable, other=units - sellable - lost, lost=lost, lost_e4=cost)


def _largest(groups: list[GradeGroup]) -> list[GradeGroup]:
    """The groups that cost most, then those with most units."""
    return sorted(groups, key=lambda group: (-group.lost_e4, -group.units, group.name))[:MOST_NAMED]


def _every_week(groups: list[GradeGroup], since: datetime, until: datetime) -> list[GradeGroup]:
    """Every week of the period, also those without a grade."""
    known = {group.key: group for group in groups}
    first, last = since.date() - timedelta(days=since.weekday()), (until - timedelta(microseconds=1)).date()
    mondays = [(first + timedelta(days=7 * nth)).isoformat() for nth in range((last - first).days // 7 + 1)]
    return [known.get(key) or GradeGroup(key=key, name=f"week of {day(date.fromisoformat(key))}") for key in mondays]
