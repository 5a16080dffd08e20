"""Which code is asked about, and what a program is told of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scanner.asking.answer import Answer as Told
from scanner.asking.answer import AnswerKind, AskedTask
from scanner.asking.search.service import Group
from scanner.scans.contract import Kind, StockAnswer, Text
from scanner.scans.pages import task_url
from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, Search, Time, Words


class CodeToFind(Body):
    """What a program asks about."""

    code: Text = Field(description="The payload as in the symbol; GS is U+001D.")


class PageToFind(Body):
    """What a page asks about; empty where it only waits for a scan."""

    code: Words = ""


class ToSearch(Body):
    """What is looked for, in one group or in all."""

    q: Search = ""
    group: Annotated[str, OneOf(tuple(Group), "")] = ""


class ItemThere(Answer):
    """An item, and what one scan of the code stands for."""

    sku: str
    name: str
    units: int = Field(description="What one scan of the code stands for.")
    retired: bool = Field(False, description="It is sold no longer.")
    can_make: int | None = Field(None, description="Of a kit: how many its sellable parts make.")


class PlaceThere(Answer):
    """A location."""

    code: str
    name: str
    kind: str
    section: str
    holder: str | None = Field(None, description="Of a cart: in whose hands it is.")


class TaskThere(Answer):
    """A task. Units are left out where they are not told."""

    reference: str
    kind: Kind
    state: str
    came: int | None = None
    expected: int | None = None
    address: str | None = Field(None, description="Of its page, for who may open it.")

    @classmethod
    def of_task(cls, task: AskedTask) -> TaskThere:
        """With the address of its page."""
        address = task_url(task.kind, task.reference) if task.may else None
        return cls(
            reference=task.reference, kind=task.kind, state=str(task.state), came=task.came, expected=task.expected,
            address=address,
        )  # fmt: skip


class PersonThere(Answer):
    """Whose badge it is. No more is told of people."""

    name: str


class CountedThere(Answer):
    """Where and when it was counted last."""

    location: str
    at: Time


class MovedThere(Answer):
    """The last movement of an item."""

    at: Time
    units: int
    from_: str = Field(validation_alias="source", serialization_alias="from")
    to: str = Field(validation_alias="target")
    operator: str | None


class WhereAnswer(Answer):
    """What a code is, and where that is."""

    kind: AnswerKind
    code: str = Field(description="As it was read; empty for a badge.")
    item: ItemThere | None = None
    location: PlaceThere | None = None
    task: TaskThere | None = None
    person: PersonThere | None = None
    stock: list[StockAnswer] = Field(description="Of an item by place; of a location by item.")
    sellable: int | None = Field(None, description="Units of an item that can be sold.")
    home: str | None = Field(None, description="The shelf where the item lives.")
    tasks: list[TaskThere] | None = Field(None, description="Open tasks that it stands on.")
    last_counted: CountedThere | None = None
    last_moved: MovedThere | None = None
    hidden: str | None = Field(None, description="Why there are no numbers.")
    message: str | None = Field(None, description="What else there is to say.")

    @classmethod
    def of_answer(cls, told: Told) -> WhereAnswer:
        """The answer to a program."""
        return cls(
            kind=told.kind,
            code=told.code,
            item=ItemThere.of(told.item) if told.item else None,
            location=PlaceThere.of(told.place) if told.place else None,
            task=TaskThere.of_task(told.task) if told.task else None,
            person=PersonThere(name=told.person) if told.person else None,
            stock=[StockAnswer.of(row) for row in told.stock],
            sellable=told.sellable if told.item else None,
            home=told.home,
            tasks=[TaskThere.of_task(each) for each in told.tasks] or None,
            last_counted=CountedThere.of(told.counted) if told.counted else None,
            last_moved=MovedThere.of(told.moved) if told.moved else None,
            hidden=told.hidden or None,
            message=told.words or None,
        )
