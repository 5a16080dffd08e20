"""What a digest says, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scanner.money import written
from scanner.words import day, plural

NEVER = ("off", "never")
AGAIN = timedelta(minutes=15)
"""How long after an e-mail that could not be sent it is tried again. No try takes as long."""
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """An open signal in a line."""

    title: str
    owner: str
    opened_on: date
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The day's message. `signals` has the new ones first."""

    day: date
    house: str
    signals: tuple[Line, ...]
    discrepancies: int
    cost: Decimal  # of what is open
    counts_due: int
    currency: str = ""  # three letters, where one is set
    address: str = ""  # of the server's pages, where it is known

    @property
    def new(self) -> int:
        """How many signals opened since the last digest, and are open still."""
        return sum(line.is_new for line in self.signals)

    @property
    def subject(self) -> str:
        """What of it matters, in a line."""
        signals = f"{plural(len(self.signals), 'signal')} open, {self.new:,} new" if self.signals else "no signal is open"
        return f"{self.house or 'Warehouse'}: {signals}"

    @property
    def text(self) -> str:
        """All of it, in plain text."""
        off = f"{self.discrepancies:,} {'discrepancy is' if self.discrepancies == 1 else 'discrepancies are'} open"
        parts = [
            f"{day(self.day)}\n",
            *self._signals(),
            f"{off}, worth {written(self.cost, self.currency)} at cost.",
            f"{plural(self.counts_due, 'section')} to count today.",
            *([f"\n{self.address}"] if self.address else []),
        ]
        return "\n".join(parts) + "\n"

    def _signals(self) -> list[str]:
        if not self.signals:
            return ["No signal is open.\n"]
        shown = [f"- {_line(line)}" for line in self.signals[:MOST_LINES]]
        more = len(self.signals) - len(shown)
        return ["Signals that are open:", *shown, *([f"- and {more:,} more"] if more else []), ""]

    @property
    def data(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "day": self.day.isoformat(),
            "signals": {
                "open": len(self.signals), "new": self.new,
                "first": [
                    {"title": line.title, "owner": line.owner, "opened_on": line.opened_on.isoformat(), "new": line.is_new}
                    for line in self.signals[:MOST_LINES]
                ],
            },
            "discrepancies": {"open": self.discrepancies, "value": float(self.cost), "currency": self.currency},
            "counts_due": self.counts_due,
        }  # fmt: skip


def _line(line: Line) -> str:
    return f"{'New: ' if line.is_new else ''}{line.title} ({line.owner}, since {day(line.opened_on)})"


def is_due(at: str, now: datetime) -> bool:
    """Whether it is late enough in the day, by a time such as 07:00 or 7 of the house's clock; never where it is off."""
    if at.strip().lower() in NEVER:
        return False
    hour, _, minute = at.partition(":")
    return now.astimezone().time() >= time(int(hour), int(minute or 0))
