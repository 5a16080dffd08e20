"""One search: a whole code is answered at once, words are looked for in every group that the person may see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from scanner.asking import service
from scanner.asking.answer import Answer, AnswerKind
from scanner.asking.search import rules, store
from scanner.asking.search.store import Found
from scanner.errors import BadRequest
from scanner.orders import KIND as ORDER
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Workflows

FEW, MANY = 5, 100
"""Rows of a group beside others, and of one group by itself."""
MOST_NAMES = 20_000
"""Items whose names are compared with what was typed."""
_DIRECT = (AnswerKind.ITEM, AnswerKind.LOCATION, AnswerKind.TASK)


class Group(StrEnum):
    """What is found; the value stands in the address."""

    ITEMS = "items"
    ORDERS = "orders"
    TASKS = "tasks"
    PLACES = "places"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Results:
    """What was found of a group, and whether there is more of it."""

    group: Group
    rows: list[Found]
    more: bool


def exact(session: Session, text: str, workflows: Workflows, by: OperatorView) -> Answer | None:
    """What has exactly that code. A badge is a key and none: whoever types one here is told nothing of it."""
    try:
        found = service.where(session, text, workflows, by)
    except BadRequest:
        return None
    return found if found.kind in _DIRECT else None


def search(
    session: Session, text: str, workflows: Workflows, by: OperatorView, *, kinds: Collection[str], only: Group | None = None
) -> list[Results]:  # fmt: skip
    """What has every word of a text somewhere, by group. `kinds`: the kinds of tasks that the person can open."""
    by.demand(Right.SEE_TASKS)
    words, limit = text.split()[:8], MANY if only else FEW
    if not words:
        return []
    found = []
    for group, find in _finders(session, words, workflows, by, kinds).items():
        if only in (None, group) and (rows := find(limit + 1)):
            found.append(Results(group, rows[:limit], len(rows) > limit))
    return found


def near(session: Session, text: str, by: OperatorView) -> list[Found]:
    """Items that are called nearly so, for where nothing has these words. Of a very large catalogue none are looked through."""
    by.demand(Right.SEE_TASKS)
    known = {each.key: each for each in store.named_items(session, MOST_NAMES)}
    return [known[key] for key in rules.near(text, [(each.key, each.name) for each in known.values()], FEW)]


def _finders(
    session: Session, words: list[str], workflows: Workflows, by: OperatorView, kinds: Collection[str]
) -> dict[Group, Callable[[int], list[Found]]]:
    finders: dict[Group, Callable[[int], list[Found]]] = {Group.ITEMS: lambda limit: store.items(session, words, limit)}
    if by.may(Right.SEE_ORDERS):
        finders[Group.ORDERS] = lambda limit: store.orders(session, words, limit)
    hidden = workflows.hidden_tasks(session, by)
    others = set(kinds) - {ORDER}
    finders[Group.TASKS] = lambda limit: store.tasks(session, words, limit, kinds=others, hidden=hidden)
    finders[Group.PLACES] = lambda limit: store.places(session, words, limit)
    if by.may(Right.KEEP_PEOPLE):
        finders[Group.PEOPLE] = lambda limit: store.people(session, words, limit)
    return finders
