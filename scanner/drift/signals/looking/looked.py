"""What a look at the record knows before it judges, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from scanner.drift.periods import day_of
from scanner.drift.signals.rules import Precision, SignalKind
from scanner.drift.signals.store import About, KnownSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A pattern that was found. `item_id` and `section` are those of the subject; a house has neither."""

    kind: SignalKind
    subject: str
    evidence: dict[str, Any]
    item_id: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The day, and the signals that there are: a subject whose signal is open is not judged again.

    What was closed opens again on new evidence alone: on what happened after the day on which it was closed. An item is known by
    its number, since its SKU may change; a section, or the whole house, by its name.
    """

    today: date
    now: datetime
    open: frozenset[tuple[str, About]] = frozenset()
    closed_on: dict[tuple[str, About], date] = field(default_factory=dict)
    precision: dict[str, Precision] = field(default_factory=dict)

    def is_open(self, kind: SignalKind, about: About) -> bool:
        """Whether a signal is open already."""
        return (kind.value, about) in self.open

    def since(self, kind: SignalKind, about: About, days: int) -> date:
        """The first day that counts as evidence, of so many days until yesterday."""
        begin, closed = self.today - timedelta(days=days), self.closed_on.get((kind.value, about))
        return max(begin, closed + timedelta(days=1)) if closed else begin


def look_of(
    today: date, now: datetime, known: Iterable[KnownSignal], precision: dict[str, Precision], merged: Mapping[int, int]
) -> Look:  # fmt: skip
    """What is known before a look. `merged`: the items that stand for others, to which these' signals go."""
    opened, closed = set[tuple[str, About]](), dict[tuple[str, About], date]()
    for row in known:
        about = row.subject if row.item_id is None else merged.get(row.item_id, row.item_id)
        key = (row.kind, about)
        if row.closed_at is None:
            opened.add(key)
        elif row.is_answered:
            day = day_of(row.closed_at)
            closed[key] = max(day, closed.get(key, day))
    return Look(today, now, frozenset(opened), closed, precision)


def weeks_until(today: date, number: int) -> list[date]:
    """The first days of the last weeks that are over, the oldest first. A week begins on Monday."""
    this = today - timedelta(days=today.weekday())
    return [this - timedelta(weeks=back) for back in range(number, 0, -1)]


def week_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())
