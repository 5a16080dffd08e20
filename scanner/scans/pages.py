"""The pages of each kind of task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, url_for

from scanner.people.rules import OperatorView
from scanner.people.session import current_operator
from scanner.scans.opening.choices import Opening
from scanner.scans.result import ScanResult

if TYPE_CHECKING:
    from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """The pages of one kind of task. `index`, `task` and `finish` are endpoints; the last two take a reference."""

    title: str
    words: str  # for the home page
    tasks: str  # the plural, for lists
    index: str
    task: str
    finish: str
    reply: Callable[[list[ScanResult]], str]  # the parts of the page that scans changed
    choose: Callable[[Opening | None], str]  # the page to choose a task, with the result of opening one
    opens_by: str = ""  # what to scan to open one, in words
    due: Callable[[], int] | None = None  # how many wait, for the home page
    offline: bool = True  # whether a device keeps its pages
    arrive: Callable[[Opening, str], Opening] | None = None  # after a code on `choose` was looked up
    leads_to: Callable[[str], str | None] | None = None  # the address of a code that opens no task
    elsewhere: Callable[[str], str | None] | None = None  # the page of a task for a person who does not scan it
    photo_reply: Callable[[str, int], str] | None = None  # the parts that a photo changed; None: no photos are kept


def workflows() -> Workflows:
    """The kinds of tasks of this app."""
    found: Workflows = current_app.extensions["workflows"]
    return found


def page_of(kind: str) -> TaskPage:
    """The pages of a kind of task."""
    return workflows()[kind].page


def task_url(kind: str, reference: str) -> str:
    """The address of the page of a task."""
    return url_for(page_of(kind).task, reference=reference)


def pages_of_person() -> list[TaskPage]:
    """The kinds of tasks that the person signed in may scan."""
    operator = current_operator()
    return [each.page for each in workflows().values() if operator is not None and operator.may(each.right)]


def demand_scanner(operator: OperatorView) -> None:
    """Raise NotAllowed for a person who may scan no kind of task."""
    operator.demand(*(each.right for each in workflows().values()))


def kept_offline() -> list[dict[str, str]]:
    """The addresses of pages that a device keeps, by how they begin."""
    pages = (each.page for each in workflows().values())
    return [{"path": url_for(page.index), "name": page.tasks} for page in pages if page.offline]
