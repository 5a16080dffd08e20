"""What the ways of choosing sections find: wrong records an hour, and how right the record is by those drawn at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from scanner.counting.plan import store
from scanner.counting.plan.store import FinishedCount, FirstLooks, PlannedRow, VisitTime

DAYS = 90
RANDOM = "random"
WORDS = {
    "due": "due",
    "value": "wrong records are likely and dear here",
    "empty": "a shelf may be empty though it is on record",
    RANDOM: "drawn at random",
}
"""Why a section is on the plan of a day."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of choosing sections: how many were counted, with how many records, those that were wrong, and the time."""

    why: str
    sections: int
    counted: int
    wrong: int
    seconds: int

    @property
    def words(self) -> str:
        """The way in words."""
        return WORDS.get(self.why, self.why)

    @property
    def an_hour(self) -> float | None:
        """Wrong records found an hour; None where no time was measured."""
        return self.wrong * 3600 / self.seconds if self.seconds else None

    @property
    def right_percent(self) -> float | None:
        """Records that were right, in per cent; None where none was counted."""
        return (self.counted - self.wrong) * 100 / self.counted if self.counted else None


def ways(session: Session, today: date) -> list[Way]:
    """What each way of choosing found in the last three months, by the counts of a planned day or the one after it."""
    since = today - timedelta(days=DAYS)
    begun = datetime.combine(since, time()).astimezone()
    return ways_of(
        store.planned(session, since, today), store.finished_counts(session, begun), store.first_looks(session, begun),
        store.visit_times(session, begun),
    )  # fmt: skip


def ways_of(
    planned: Iterable[PlannedRow], counts: Iterable[FinishedCount], looks: Iterable[FirstLooks], visits: Iterable[VisitTime]
) -> list[Way]:
    """The same, of what was read."""
    by_task = {each.task_id: each for each in looks}
    seconds = _seconds(visits)
    done: dict[str, list[FinishedCount]] = defaultdict(list)
    for each in counts:
        done[each.section].append(each)
    sums: dict[str, list[int]] = {why: [0, 0, 0, 0] for why in WORDS}
    used: set[int] = set()
    for row in planned:
        found = next((each for each in done[row.section] if each.id not in used and _is_of(each, row.day)), None)
        if found is None or row.why not in sums:
            continue
        used.add(found.id)
        look = by_task.get(found.id)
        for nth, more in enumerate((1, look.counted if look else 0, look.wrong if look else 0, seconds.get(found.id, 0))):
            sums[row.why][nth] += more
    return [Way(why, *total) for why, total in sums.items() if total[0]]


def _seconds(visits: Iterable[VisitTime]) -> Mapping[int, int]:
    """How long people were at the places of each count."""
    total: dict[int, int] = defaultdict(int)
    for each in visits:
        total[each.task_id] += max(int((each.closed_at - each.opened_at).total_seconds()), 0)
    return total


def _is_of(count: FinishedCount, day: date) -> bool:
    return day <= count.finished_at.astimezone().date() <= day + timedelta(days=1)
