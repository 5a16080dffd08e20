"""The kinds of tasks of this app, and the addresses of their pages."""

from __future__ import annotations

from flask import current_app, url_for

from scanner.people.rules import OperatorView
from scanner.people.session import current_operator, signed_in
from scanner.scans import homes
from scanner.scans.task_page import TaskPage
from scanner.scans.waiting import WaitingGoods, waiting_goods_of
from scanner.scans.workflow import Workflows
from scanner.web.context import read
from scanner.web.device import device_id


def workflows() -> Workflows:
    """The kinds of tasks of this app."""
    found: Workflows = current_app.extensions["workflows"]()
    return found


def page_of(kind: str) -> TaskPage:
    """The pages of a kind of task."""
    return workflows()[kind].page


def task_url(kind: str, reference: str) -> str:
    """The address of the page of a task."""
    return url_for(page_of(kind).task, reference=reference)


def waiting_on(reference: str, *, by_place: bool = False) -> list[WaitingGoods]:
    """What waits for an answer on a task, for the person and device of the request. `by_place`: a yes is about one place."""
    return read(waiting_goods_of, reference, signed_in().id, device_id(), by_place=by_place)


def own_waiting_on(reference: str) -> list[WaitingGoods]:
    """The same without what others hold, for a task on which nobody is told what others scanned."""
    return [each for each in waiting_on(reference, by_place=True) if each.mine]


def hidden_places() -> frozenset[int]:
    """Ids of the locations whose record is kept from the person of the request."""
    return read(workflows().hidden_places, signed_in())


def is_blind() -> bool:
    """Whether the person of the request is kept from what the record has."""
    return homes.is_blind(signed_in(), hidden_places())


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
