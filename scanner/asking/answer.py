"""What is answered to somebody who scans a code outside a task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.asking.store import Counted
from scanner.scans.history.service import StockRow
from scanner.scans.history.store import MovementRow


class AnswerKind(StrEnum):
    """What a code stands for."""

    ITEM = "item"
    LOCATION = "location"
    TASK = "task"
    PERSON = "person"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """An item, and the units that one scan of the code stands for. `can_make`: kits, of sellable parts; None: it is not a kit."""

    sku: str
    name: str
    units: int
    retired: bool = False
    can_make: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPlace:
    """A location. `holder`: in whose hands it is, of a cart; `on_floor`: whether goods can lie there at all."""

    code: str
    name: str
    kind: str
    section: str
    holder: str | None = None
    on_floor: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTask:
    """A task. `may`: whether who asks may open it. How far it is in units; None where that is not told."""

    reference: str
    kind: str
    state: str = "open"
    may: bool = True
    came: int | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a code is, and where that is. `hidden`: why there are no numbers; `words`: what else there is to say."""

    kind: AnswerKind
    code: str
    item: AskedItem | None = None
    place: AskedPlace | None = None
    task: AskedTask | None = None
    person: str | None = None
    stock: tuple[StockRow, ...] = ()
    home: str | None = None
    section: str = ""  # that can be counted: of the place, or of the item's home
    tasks: tuple[AskedTask, ...] = ()
    counted: Counted | None = None
    moved: MovementRow | None = None
    hidden: str = ""
    words: str = ""

    @property
    def on_hand(self) -> int | None:
        """Units in all places; None where numbers are hidden."""
        return None if self.hidden else sum(row.units for row in self.stock)

    @property
    def sellable(self) -> int | None:
        """Units in places that are sold from; None where numbers are hidden."""
        return None if self.hidden else sum(row.units for row in self.stock if row.sellable)
