"""Returns by grade, reason, item, supplier and week, with the value lost to damage, and the scans behind each number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from scanner.codes.dispositions import Disposition
from scanner.errors import BadRequest
from scanner.returns.reports import store

LOST = frozenset({Disposition.DAMAGED, Disposition.SCRAP})
"""Dispositions whose goods are worth nothing any more."""
MOST_NAMED = 10
NOBODY = "not known"
BY = ("grade", "reason", "given", "item", "supplier", "week")


@dataclass(frozen=True, slots=True)
class Graded:
    """Units of an item that one scan graded. `lost_e4`: what they cost, where they are worth nothing any more."""

    scan_seq: int
    at: datetime
    reference: str
    operator: str
    sku: str
    name: str
    units: int
    disposition: str
    reason: str
    given: str
    supplier: str
    lost_e4: int

    @property
    def week(self) -> date:
        """The Monday of its week."""
        day = self.at.date()
        return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Group:
    """Grades that have something in common, in units: those that can be sold again, those that are lost, and the others."""

    key: str
    name: str
    sellable: int
    other: int
    lost: int
    lost_e4: int

    @property
    def units(self) -> int:
        """All of them."""
        return self.sellable + self.other + self.lost


@dataclass(frozen=True, slots=True)
class Report:
    """Returns of a period, grouped in each way; groups are in the order of their units, weeks in that of time."""

    total: Group
    groups: dict[str, list[Group]]


def report(session: Session, since: datetime, until: datetime) -> Report:
    """All grades of a period that stand."""
    grades = _grades(session, since, until)
    groups = {by: _largest(_grouped(grades, by)) for by in BY if by != "week"}
    groups["week"] = _every_week(_grouped(grades, "week"), since, until)
    return Report(_group("", "all", grades), groups)


def behind(session: Session, since: datetime, until: datetime, by: str, key: str) -> list[Graded]:
    """The grades behind one bar, the newest first."""
    if by not in BY:
        raise BadRequest(f"Expected one of {', '.join(BY)}, got {by[:40]!r}.", "by")
    return [grade for grade in _grades(session, since, until) if _KEYS[by](grade)[0] == key]


def _grades(session: Session, since: datetime, until: datetime) -> list[Graded]:
    return [
        Graded(
            row.scan_seq, row.at, row.reference, row.operator, row.sku, row.name, row.units, row.disposition,
            row.reason or "", row.said, row.supplier or NOBODY,
            row.units * row.unit_cost_e4 if row.disposition in LOST else 0,
        )
        for row in store.grades(session, since, until)
    ]  # fmt: skip


_KEYS: dict[str, Callable[[Graded], tuple[str, str]]] = {
    "grade": lambda grade: (grade.disposition, grade.disposition),
    "reason": lambda grade: (grade.reason, grade.reason or "none was asked for"),
    "given": lambda grade: (grade.given, grade.given or "none was given"),
    "item": lambda grade: (grade.sku, f"{grade.name} ({grade.sku})"),
    "supplier": lambda grade: (grade.supplier, grade.supplier),
    "week": lambda grade: (grade.week.isoformat(), f"week of {grade.week.isoformat()}"),
}
"""What a grade is grouped by: a key, and what a person calls it."""


def _grouped(grades: Iterable[Graded], by: str) -> list[Group]:
    found: dict[tuple[str, str], list[Graded]] = {}
    for grade in grades:
        found.setdefault(_KEYS[by](grade), []).append(grade)
    return [_group(key, name, some) for (key, name), some in found.items()]


def _group(key: str, name: str, grades: list[Graded]) -> Group:
    sellable = sum(grade.units for grade in grades if grade.disposition == Disposition.RESTOCK)
    lost = sum(grade.units for grade in grades if grade.disposition in LOST)
    units = sum(grade.units for grade in grades)
    return Group(key, name, sellable, units - sellable - lost, lost, sum(grade.lost_e4 for grade in grades))


def _largest(groups: list[Group]) -> list[Group]:
    """Where the money went first, then the units."""
    return sorted(groups, key=lambda group: (-group.lost_e4, -group.units, group.name))[:MOST_NAMED]


def _every_week(groups: list[Group], since: datetime, until: datetime) -> list[Group]:
    """A week in which nothing came is a week, too."""
    known = {group.key: group for group in groups}
    first, last = since.date() - timedelta(days=since.weekday()), (until - timedelta(microseconds=1)).date()
    mondays = [(first + timedelta(days=7 * nth)).isoformat() for nth in range((last - first).days // 7 + 1)]
    return [known.get(key) or Group(key, f"week of {key}", 0, 0, 0, 0) for key in mondays]
