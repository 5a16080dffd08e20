"""What defines one kind of task, and what a room does after scans of every kind.

Recording, pages and API get these, and know no kind of task by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from flask import Blueprint
from sqlmodel import Session

from scanner.catalogue.locations import Place
from scanner.codes.commands import Command
from scanner.codes.labels import Label
from scanner.codes.reading import Code
from scanner.errors import BadRequest
from scanner.people.rules import OperatorView, Right
from scanner.scans import listings, tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import Decision, Effect, Fate, Opened
from scanner.scans.held import Waiting
from scanner.scans.ledger import LastScan, StoredScan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import LineCount, Reason
from scanner.scans.rooms import Entry, Group
from scanner.scans.task_page import TaskPage
from scanner.scans.tasks import TaskRow
from scanner.scans.waiting import HeldLine
from scanner.web.contract import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One scan before it is decided."""

    request: ScanRequest
    code: Code
    quantity: int
    here: Place | None  # where goods go now; None: at the start of the workflow
    now: datetime
    confirmed: bool = False
    confirms: int | None = None  # the held scan that this one says yes to
    yes_to: tuple[Waiting, ...] = ()  # all held scans that it says yes to
    links: int | None = None  # the scan of an unknown code that this one counts
    hidden_places: Callable[[], frozenset[int]] = frozenset  # ids of the locations whose record is kept from who scans

    @property
    def happened_at(self) -> datetime:
        """When the scan was made, by the server's clock."""
        return self.request.happened_at(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recorded scan, and the decision about it."""

    seq: int
    task: TaskRow
    attempt: Attempt
    decision: Decision


E = TypeVar("E", bound=Effect)


@dataclass(frozen=True, slots=True)
class Carrier(Generic[E]):
    """Carries out effects of one type, in the transaction of their scan; not for a repeated scan."""

    effect: type[E]
    carry_out: Callable[[Session, E, Recorded], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What a room does after scans of every kind, in their transaction."""

    carries: tuple[Carrier[Any], ...] = ()
    after: Callable[[Session, Recorded], None] | None = None
    keeps: Callable[[Session, int], str | None] | None = None  # why a scan cannot be taken back any more
    takes_back: Callable[[Session, int, Recorded], None] | None = None  # the scan that was taken back
    linked: Callable[[Session, str, int, datetime], tuple[str, ...]] | None = None  # gives what is due again
    bars_merge: Callable[[Session, int], str | None] | None = None  # why an item cannot be merged into another now
    merged: Callable[[Session, int, int], None] | None = None  # an item was merged into the second one


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What a kind of task hides from some people; by default nothing."""

    hidden_tasks: Callable[[Session, OperatorView | None], frozenset[int]] = lambda _session, _person: frozenset()
    own_only: Callable[[OperatorView | None], bool] = lambda _person: False  # whether only one's own scans and lines are shown
    hidden_places: Callable[[Session, OperatorView | None], frozenset[int]] = lambda _session, _person: frozenset()
    hidden_discrepancies: Callable[[OperatorView | None], frozenset[str]] = lambda _person: frozenset()  # while open
    refuse_stock: Callable[[Session, OperatorView], None] = lambda _session, _person: None  # raises NotAllowed


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item of which less came than was ordered."""

    sku: str
    name: str
    expected: int
    scanned: int

    @property
    def missing(self) -> int:
        """Units that did not come."""
        return self.expected - self.scanned

    @property
    def untouched(self) -> bool:
        """Nobody scanned any of it: not looked at, rather than zero."""
        return self.scanned == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The result of finishing a task."""

    reference: str
    state: str
    short: list[Shortage] = field(default_factory=list)
    needs_confirm: bool = False  # so far nothing was done
    back_order: str | None = None
    unlinked: int = 0  # unknown codes, which will not count any more
    lacking: str = ""  # what must be confirmed, in words
    uncounted: tuple[str, ...] = ()  # locations of a count that nobody counted
    held: list[HeldLine] = field(default_factory=list)  # what waits for an answer, as far as the person may see it
    waits: bool = False  # something waits, and nobody said what becomes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """Who wants to finish a task, or to come to it."""

    reference: str
    operator: OperatorView
    device: str
    now: datetime
    confirm: bool = False
    back_order: bool = False
    held: Fate | None = None  # what becomes of goods that wait; None: not said

    @property
    def answer(self) -> ScanRequest:
        """The scan that answers what waits."""
        return self.scan(Command.LEAVE if self.held is Fate.LEFT else Command.CONFIRM)

    def scan(self, code: str, source: Source = Source.TYPED, *, confirm: bool = False) -> ScanRequest:
        """A scan that the server makes for the person, such as that of CMD-DONE."""
        return ScanRequest(
            id=uuid4(), task=self.reference, code=code, source=source, scanned_at=self.now, operator_id=self.operator.id,
            device=self.device, confirm=confirm,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Started:
    """The number of a task, and whether it was not there before."""

    reference: str
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a program starts a task of a kind: what it sends, `kind` among it, and what comes of that."""

    body: type[Body]
    begin: Callable[[Session, Any, OperatorView, datetime], Started]


Finisher = Callable[[Session, TaskRequest, "Workflows"], Finish]
Opener = Callable[[Session, str, OperatorView], Opening]


def no_differences(_session: Session, _task_id: int, _item_id: int) -> tuple[Opened, ...]:
    """For a kind whose discrepancies do not follow from its counts."""
    return ()


def on_its_lines(session: Session, task_id: int, item_id: int) -> LineCount | None:
    """How far an item is on its task, by the lines of the task; None where it has none."""
    lines = tasks.lines_for_item(session, task_id, item_id)
    return LineCount(sum(line.expected for line in lines), sum(line.scanned for line in lines)) if lines else None


def undone_as_usual(_session: Session, _task: TaskRow, _attempt: Attempt, _undone: StoredScan) -> Decision | None:
    """For a kind whose undo takes back only counts and movements."""
    return None


def never_ends(_session: Session, _task: int, _operator: int, _device: str, _before: LastScan, _at: datetime) -> bool:
    """For a kind whose place in hand holds until another one is scanned."""
    return False


def nothing_given(_session: Session, _task: TaskRow, _attempt: Attempt, _after: int) -> StoredScan | None:
    """For a kind whose undo takes back only what counted."""
    return None


def nothing_in_hand(_session: Session, _task: TaskRow, _attempt: Attempt, _item_id: int) -> int | None:
    """For a kind whose goods are never in hand."""
    return None


def everybody(_session: Session, _task: TaskRow, _operator_id: int) -> None:
    """For a kind whose tasks are open to everybody with the right."""


def no_endless_task(_session: Session, _reference: str, _now: datetime) -> TaskRow | None:
    """For a kind whose tasks must be opened first."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One kind of task. `endless`, `finish` and `start` write; the others only read."""

    kind: str
    right: Right  # to scan such tasks
    page: TaskPage
    blueprints: tuple[Blueprint, ...]
    open: Opener
    decide: Callable[[Session, TaskRow, Attempt], Decision]
    undo: Callable[[Session, TaskRow, Attempt, StoredScan], Decision | None] = undone_as_usual  # None: as usual
    gave: Callable[[Session, TaskRow, Attempt, int], StoredScan | None] = (
        nothing_given  # what undo takes back, and counted nothing
    )
    so_far: Callable[[Session, int, int], LineCount | None] = on_its_lines  # how far an item is on a task
    differences: Callable[[Session, int, int], tuple[Opened, ...]] = no_differences  # the discrepancies that follow from a count
    differences_after: frozenset[Reason] = frozenset()  # reasons of scans after which `differences` is asked
    admit: Callable[[Session, TaskRow, int], None] = everybody  # raises for a person whom the task is hidden from
    endless: Callable[[Session, str, datetime], TaskRow | None] = no_endless_task  # a task without an end, made at need
    left_out: Callable[[int, int], Opened] | None = None  # the discrepancy of an item's units that are left out
    put_aside: Callable[[Session, TaskRow, Attempt, int], int | None] = nothing_in_hand  # the arrival then in hand, by the item
    place_ended: Callable[[Session, int, int, str, LastScan, datetime], bool] = never_ends  # the place of the scan before
    holds_expired: bool = False  # whether goods past their date wait for an answer
    places: frozenset[str] = frozenset()  # kinds of places that no other tasks know: carts, the place of picked goods
    brings_goods: bool = False  # goods come with such tasks: everybody is told how many came of how many
    commands: tuple[Label, ...] = ()  # printed with the commands of every task
    labels: Mapping[str, Callable[[Session], list[Label]]] = field(default_factory=dict)  # further groups to print
    finish: Finisher | None = None
    once_finished: str = "A count of the shelf puts its number right."  # what is done about a slip in a task that is over
    start: Start | None = None  # None: programs start none
    lines: Callable[[Session, list[int], OperatorView | None], list[listings.ListedLine]] = listings.lines
    visibility: Visibility = Visibility()
    entries: tuple[Entry, ...] = ()  # the ways to its rooms beside the one where it is scanned

    @property
    def entry(self) -> Entry:
        """The way to where such tasks are scanned."""
        page = self.page
        return Entry(
            endpoint=page.index, title=page.title, words=page.words, right=self.right, group=Group.FLOOR,
            number=page.due, note=page.note,
        )  # fmt: skip


class Workflows(Mapping[str, Workflow]):
    """All kinds of tasks, by kind, and what rooms do after scans."""

    def __init__(self, workflows: Iterable[Workflow], followers: Iterable[Follower] = ()) -> None:
        self._by_kind = {each.kind: each for each in workflows}
        self.followers = tuple(followers)
        self._carriers = {each.effect: each for follower in self.followers for each in follower.carries}

    def __getitem__(self, kind: str) -> Workflow:
        return self._by_kind[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_kind)

    def __len__(self) -> int:
        return len(self._by_kind)

    def of(self, kind: str) -> Workflow:
        """The workflow of a kind. Raises BadRequest for an unknown kind."""
        if kind not in self._by_kind:
            raise BadRequest(f"Expected one of {', '.join(self)}, got {kind[:40]!r}.", "kind")
        return self._by_kind[kind]

    def startable(self, kind: Any) -> Start:
        """How a program starts tasks of a kind. Raises BadRequest for what is none that it may start."""
        starts = {each.kind: each.start for each in self.values() if each.start is not None}
        if not isinstance(kind, str) or kind not in starts:
            raise BadRequest(f"Expected one of {', '.join(starts)}, got {str(kind)[:40]!r}: other tasks are imported.", "kind")
        return starts[kind]

    def with_(self, *more: Workflow) -> Workflows:
        """A copy with further kinds of tasks."""
        return Workflows([*self.values(), *more], self.followers)

    def carry_out(self, session: Session, effect: Effect, recorded: Recorded) -> None:
        """Have its room carry out an effect."""
        self._carriers[type(effect)].carry_out(session, effect, recorded)

    def hidden_tasks(self, session: Session, person: OperatorView | None) -> frozenset[int]:
        """Ids of the tasks that are hidden from a person."""
        return frozenset().union(*(each.visibility.hidden_tasks(session, person) for each in self.values()))

    def hidden_places(self, session: Session, person: OperatorView | None) -> frozenset[int]:
        """Ids of the locations whose stock is hidden from a person."""
        return frozenset().union(*(each.visibility.hidden_places(session, person) for each in self.values()))

    def hidden_discrepancies(self, person: OperatorView | None) -> frozenset[str]:
        """Kinds of discrepancies that are hidden from a person while they are open."""
        return frozenset().union(*(each.visibility.hidden_discrepancies(person) for each in self.values()))

    def refuse_stock(self, session: Session, person: OperatorView) -> None:
        """Raise NotAllowed for a person who may not see the total stock of an item now."""
        for each in self.values():
            each.visibility.refuse_stock(session, person)

    def endless_task(self, session: Session, reference: str, now: datetime) -> TaskRow | None:
        """A task that never ends, made when it is first asked for; None for any other reference."""
        found = (each.endless(session, reference, now) for each in self.values())
        return next((task for task in found if task is not None), None)
