"""The labels that there are to print, or to scan from a screen: by group, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from scanner.codes.labels import CONFIRM, DONE, LEAVE, TIMES, UNDO, Label
from scanner.codes.reading import as_printed
from scanner.labels import store
from scanner.labels.store import ItemLabel, PlainLabel
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Workflows

BADGES, COMMANDS = "badges", "commands"
PAGE = 48
"""Labels on one page of the screen: two sheets of A4."""


@dataclass(frozen=True, slots=True)
class LabelPage:
    """Labels of a group; `more`: another page follows."""

    labels: list[Label]
    more: bool


def groups_for(operator: OperatorView | None, workflows: Workflows, *, trial: bool) -> list[str]:
    """The groups whose labels somebody may see. Badges are keys, so few see them; in a `trial` everybody does."""
    sees_badges = trial or (operator is not None and operator.may(Right.SEE_BADGES))
    return [group for group in all_groups(workflows) if sees_badges or group != BADGES]


def all_groups(workflows: Workflows) -> list[str]:
    """The groups of labels, those that rooms bring too."""
    return [BADGES, COMMANDS, *_brought(workflows), *_STORED]


def labels_of(session: Session, group: str, workflows: Workflows, page: int = 1, code: str = "") -> LabelPage:
    """The labels on a page of a group, counted from 1; those of one item or place alone where its code is given."""
    if code and group in _OF_ONE:
        return LabelPage(_OF_ONE[group](session, code), False)
    if group == COMMANDS:
        return LabelPage(_commands(workflows), False)
    if brought := _brought(workflows).get(group):
        return LabelPage(brought(session), False)
    labels = _KEPT[group](session, PAGE + 1, (page - 1) * PAGE)
    return LabelPage(labels[:PAGE], len(labels) > PAGE)


def _commands(workflows: Workflows) -> list[Label]:
    """Those of every task, those that rooms bring, and quantities."""
    return [UNDO, CONFIRM, LEAVE, DONE, *(label for each in workflows.values() for label in each.commands), *TIMES]


def _brought(workflows: Workflows) -> dict[str, Callable[[Session], list[Label]]]:
    return {group: labels for each in workflows.values() for group, labels in each.labels.items()}


def _plain(rows: list[PlainLabel]) -> list[Label]:
    return [Label(row.code, row.title, row.subtitle.replace(";", ", ")) for row in rows]


def _badges(session: Session, limit: int, offset: int) -> list[Label]:
    return _plain(store.badges(session, limit, offset))


def _orders(session: Session, limit: int, offset: int) -> list[Label]:
    return _plain(store.orders(session, limit, offset))


def _items(session: Session, limit: int, offset: int) -> list[Label]:
    rows = store.items(session, limit, offset)
    return [_item_label(row) for row in rows]


def _item_label(row: ItemLabel) -> Label:
    return Label(as_printed(row.code), row.name, f"Case of {row.units}" if row.units > 1 else "")


def _locations(session: Session, limit: int, offset: int) -> list[Label]:
    return _plain(store.locations(session, limit, offset))


def _labels_of_item(session: Session, sku: str) -> list[Label]:
    return [_item_label(row) for row in store.items(session, PAGE, 0, sku)]


def _label_of_place(session: Session, code: str) -> list[Label]:
    return _plain(store.locations(session, 1, 0, code))


def _cartons(session: Session, limit: int, offset: int) -> list[Label]:
    return [Label(f"(00){row.sscc}", f"Carton on {row.reference}", row.partner) for row in store.cartons(session, limit, offset)]


_STORED = {"orders": _orders, "items": _items, "locations": _locations, "cartons": _cartons}
_OF_ONE = {"items": _labels_of_item, "locations": _label_of_place}
_KEPT = {BADGES: _badges, **_STORED}
