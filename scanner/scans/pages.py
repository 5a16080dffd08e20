"""How each kind of task looks: its pages, what a scan changes there, and what a device may open offline."""

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
    words: str  # what one does there, on the home page
    tasks: str  # what such tasks are called, in a list that is kept offline
    index: str
    task: str
    finish: str
    reply: Callable[[list[ScanResult]], str]  # what scans of one task changed on its page
    choose: Callable[[Opening | None], str]  # the page to choose a task on, with what came of opening one
    opens_by: str = ""  # what is scanned to open one, in words
    due: Callable[[], int] | None = None  # how many wait, for the home page
    offline: bool = True  # a device keeps its pages
    arrive: Callable[[Opening, str], Opening] | None = None  # once a code of the page `choose` was looked up
    leads_to: Callable[[str], str | None] | None = None  # the address to which a code leads that opens no task
    elsewhere: Callable[[str], str | None] | None = None  # the task's page for who does not scan it
    photo_reply: Callable[[str, int], str] | None = None  # what a photo kept with a scan changed; None: none are kept


def workflows() -> Workflows:
    """The kinds of tasks of this app."""
    found: Workflows = current_app.extensions["workflows"]
    return found


def page_of(kind: str) -> TaskPage:
    """How tasks of a kind look."""
    return workflows()[kind].page


def task_url(kind: str, reference: str) -> str:
    """Where a task's own page is."""
    return url_for(page_of(kind).task, reference=reference)


def pages_of_person() -> list[TaskPage]:
    """The pages on which whoever is signed in may scan."""
    operator = current_operator()
    return [each.page for each in workflows().values() if operator is not None and operator.may(each.right)]


def demand_scanner(operator: OperatorView) -> None:
    """Raise NotAllowed for who may scan tasks of no kind at all."""
    operator.demand(*(each.right for each in workflows().values()))


def kept_offline() -> list[dict[str, str]]:
    """The pages of tasks that a device keeps, by the path that they begin with."""
    pages = (each.page for each in workflows().values())
    return [{"path": url_for(page.index), "name": page.tasks} for page in pages if page.offline]
