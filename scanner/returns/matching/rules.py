"""What came for an announced return: its own goods, and those of returns matched to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans.decision import Opened


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the item, of the announced return or of one matched to it, where nothing is expected."""

    line_id: int
    task_id: int
    expected: int
    scanned: int


@dataclass(frozen=True, slots=True)
class Came:
    """One item of an announced return, in units. `beyond` are unannounced units, by the return that they came under."""

    item_id: int
    sku: str
    name: str
    parts: tuple[Part, ...] = ()
    beyond: Mapping[int, int] = field(default_factory=dict)

    @property
    def announced(self) -> int:
        """Announced units."""
        return sum(part.expected for part in self.parts)

    @property
    def arrived(self) -> int:
        """Units that came, under any number."""
        return sum(part.scanned for part in self.parts)

    @property
    def lacking(self) -> int:
        """Units that did not come."""
        return max(self.announced - self.arrived, 0)

    def elsewhere(self, task_id: int) -> int:
        """Units that came under the numbers of other returns."""
        return sum(part.scanned for part in self.parts if part.task_id != task_id)

    def beyond_on(self, line_id: int) -> int:
        """Unannounced units of a line. They are on the last lines of a return."""
        (task_id,) = (part.task_id for part in self.parts if part.line_id == line_id)
        left = self.beyond.get(task_id, 0)
        for part in reversed([part for part in self.parts if part.task_id == task_id]):
            here = min(left, part.scanned)
            if part.line_id == line_id:
                return here
            left -= here
        return 0

    def differs(self, told: int, *, finished: bool) -> tuple[Opened, ...]:
        """The discrepancies on each of the returns. `told` is the announced one."""
        kind = DiscrepancyKind.EXTRA if self.announced else DiscrepancyKind.OTHER_ITEM
        tasks = dict.fromkeys(part.task_id for part in self.parts)
        found = [Opened(kind=kind, item_id=self.item_id, units=self.beyond.get(task_id, 0), task_id=task_id) for task_id in tasks]
        if finished:
            found.append(Opened(kind=DiscrepancyKind.MISSING, item_id=self.item_id, units=self.lacking, task_id=told))
        return tuple(found)


def beyond(announced: int, arrivals: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Unannounced units by return, from arrivals (return, units) in the order in which they came for it.

    The first arrivals are the announced ones, so that later goods or matches withdraw no refund.
    """
    left, found = announced, dict[int, int]()
    for task_id, units in arrivals:
        over = max(units - left, 0)
        left -= units - over
        if over:
            found[task_id] = found.get(task_id, 0) + over
    return found
