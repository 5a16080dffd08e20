"""The labels that there are to print, or to scan from a screen: by group, a page at a time, or those that are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session

from scanner.codes.labels import CONFIRM, DONE, LEAVE, TIMES, UNDO, Label
from scanner.codes.reading import as_printed
from scanner.codes.totes import PREFIX, tote_of
from scanner.errors import NotFound
from scanner.labels import store
from scanner.labels.rules import MOST_LABELS, Chosen, check_amount, check_range, has_words, in_order, lies_in
from scanner.labels.store import CartonLabel, ItemLabel, PlainLabel
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Workflows

BADGES, COMMANDS = "badges", "commands"
LARGE = frozenset({"locations", "totes"})
"""Groups whose codes people read from afar."""
PAGE = 48
"""Labels on one page of the screen: two sheets of A4."""
EVERYTHING = Chosen()


@dataclass(frozen=True, slots=True)
class LabelPage:
    """Labels of a group; `more`: another page follows; `total`: on all pages."""

    labels: list[Label]
    more: bool
    total: int


@dataclass(frozen=True, slots=True)
class _Listed:
    """A label with the code that a range goes by."""

    place: str
    label: Label


@dataclass(frozen=True, slots=True)
class _Kept:
    """A group whose labels come out of the database: its statement, by words and by one code, and what its rows become."""

    wanted: Callable[[str, str], Select[Any]]
    listed: Callable[[Session, Select[Any], int | None, int], list[_Listed]]
    one: bool = True  # whether one of them can be asked for by its code


def groups_for(operator: OperatorView | None, workflows: Workflows, *, trial: bool) -> list[str]:
    """The groups whose labels somebody may see. Badges are keys, so few see them; in a `trial` everybody does."""
    sees_badges = trial or (operator is not None and operator.may(Right.SEE_BADGES))
    return [group for group in all_groups(workflows) if sees_badges or group != BADGES]


def all_groups(workflows: Workflows) -> list[str]:
    """The groups of labels, those that rooms bring too."""
    return [BADGES, COMMANDS, *_brought(workflows), *(group for group in _KEPT if group != BADGES)]


def labels_of(
    session: Session, group: str, workflows: Workflows, page: int = 1, code: str = "", chosen: Chosen = EVERYTHING
) -> LabelPage:
    """The labels on a page of what is chosen of a group, counted from 1; those of one item or place where its code is given.

    Raises BadRequest for a range that runs backwards.
    """
    total, some = _found(session, group, workflows, code, chosen)
    start = (page - 1) * PAGE
    return LabelPage(some(PAGE, start), total > start + PAGE, total)


def all_of(
    session: Session, group: str, workflows: Workflows, code: str = "", chosen: Chosen = EVERYTHING, copies: int = 1
) -> list[Label]:
    """All that is chosen. Raises BadRequest where that is more than is printed at once, NotFound where it is nothing."""
    total, some = _found(session, group, workflows, code, chosen)
    if not total:
        raise NotFound(nothing(group, code, chosen))
    check_amount(total, copies)
    return some(MOST_LABELS, 0)


def nothing(group: str, code: str, chosen: Chosen) -> str:
    """Why there is nothing to print."""
    if code:
        return f"There is no label of {code} among the {group}."
    return f"There are no {group} yet." if chosen.is_all else f"None of the {group} is chosen by that."


Some = Callable[[int, int], list[Label]]


def _found(session: Session, group: str, workflows: Workflows, code: str, chosen: Chosen) -> tuple[int, Some]:
    """How many labels are chosen, and what gives some of them, from a place on."""
    check_range(chosen)
    if group in _KEPT:
        kept = _KEPT[group]
        wanted = kept.wanted(chosen.words, code if kept.one else "")
        if not chosen.is_range or (code and kept.one):
            return store.counted(session, wanted), lambda most, start: _labels(kept.listed(session, wanted, most, start))
        return _some_of(_in_range(chosen, kept.listed(session, wanted, None, 0)))
    labels = _commands(workflows) if group == COMMANDS else _brought(workflows)[group](session)
    if code:
        return _some_of([label for label in labels if label.code == code] or _unlisted(group, code))
    labels = [label for label in labels if has_words(chosen, label.code, label.title)]
    return _some_of(_in_range(chosen, [_Listed(label.code, label) for label in labels]) if chosen.is_range else labels)


def _unlisted(group: str, code: str) -> list[Label]:
    """A tote may have any number, and not only those of the sheet."""
    tote = tote_of(code) if group == "totes" else None
    return [Label(tote, f"Tote {tote.removeprefix(PREFIX)}", "The box of one order")] if tote else []


def _some_of(labels: Sequence[Label]) -> tuple[int, Some]:
    return len(labels), lambda most, start: list(labels[start : start + most])


def _in_range(chosen: Chosen, listed: list[_Listed]) -> list[Label]:
    return _labels(sorted((each for each in listed if lies_in(chosen, each.place)), key=lambda each: in_order(each.place)))


def _labels(listed: Sequence[_Listed]) -> list[Label]:
    return [each.label for each in listed]


def _commands(workflows: Workflows) -> list[Label]:
    """Those of every task, those that rooms bring, and quantities."""
    return [UNDO, CONFIRM, LEAVE, DONE, *(label for each in workflows.values() for label in each.commands), *TIMES]


def _brought(workflows: Workflows) -> dict[str, Callable[[Session], list[Label]]]:
    return {group: labels for each in workflows.values() for group, labels in each.labels.items()}


def _plain(session: Session, wanted: Select[Any], limit: int | None, offset: int) -> list[_Listed]:
    return [_Listed(row.code, _plain_label(row)) for row in store.plain(session, wanted, limit, offset)]


def _plain_label(row: PlainLabel) -> Label:
    return Label(row.code, row.title, row.subtitle.replace(";", ", "))


def _people(session: Session, wanted: Select[Any], limit: int | None, offset: int) -> list[_Listed]:
    """A range of people goes by name."""
    return [_Listed(row.title, _plain_label(row)) for row in store.plain(session, wanted, limit, offset)]


def _items(session: Session, wanted: Select[Any], limit: int | None, offset: int) -> list[_Listed]:
    return [_Listed(row.sku, _item_label(row)) for row in store.of_items(session, wanted, limit, offset)]


def _item_label(row: ItemLabel) -> Label:
    return Label(as_printed(row.code), row.name, f"Case of {row.units}" if row.units > 1 else "")


def _cartons(session: Session, wanted: Select[Any], limit: int | None, offset: int) -> list[_Listed]:
    return [_Listed(row.sscc, _carton_label(row)) for row in store.of_cartons(session, wanted, limit, offset)]


def _carton_label(row: CartonLabel) -> Label:
    return Label(f"(00){row.sscc}", f"Carton on {row.reference}", row.partner)


_KEPT = {
    BADGES: _Kept(lambda words, _: store.badges(words), _people, one=False),
    "orders": _Kept(store.orders, _plain),
    "items": _Kept(store.items, _items),
    "locations": _Kept(store.locations, _plain),
    "cartons": _Kept(store.cartons, _cartons),
}
