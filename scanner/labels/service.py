"""The labels that there are to print, or to scan from a screen: by group, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from scanner.codes.commands import NO_PAPER, QUANTITY_PREFIX, Command, grade_code, reason_code
from scanner.codes.dispositions import NEED_REASON, Disposition
from scanner.codes.reading import as_printed
from scanner.labels import store
from scanner.labels.sheet import Label
from scanner.labels.store import CartonLabel, ItemLabel, PlainLabel
from scanner.people.rules import OperatorView, Right
from scanner.picking.rules import PickTask
from scanner.returns.reasons import service as return_reasons
from scanner.returns.store import ReasonRow

PAGE = 48
"""Labels on one page of the screen: two sheets of A4."""


class LabelGroup(StrEnum):
    """What labels are for."""

    BADGES = "badges"
    COMMANDS = "commands"
    GRADES = "grades"
    ORDERS = "orders"
    ITEMS = "items"
    LOCATIONS = "locations"
    CARTONS = "cartons"


@dataclass(frozen=True, slots=True)
class LabelPage:
    """Labels of a group; `more`: another page follows."""

    labels: list[Label]
    more: bool


_WORDS = {
    Command.UNDO: ("Undo", "Takes your last scan back"),
    Command.CONFIRM: ("Confirm", "Says yes to what is held"),
    Command.DONE: ("Done", "Finishes the task"),
    Command.BACK_ORDER: ("Done, back order", "Finishes; the rest stays on order"),
    Command.EMPTY: ("Nothing here", "The shelf is empty, or none of it is there"),
}
_GRADES = {
    Disposition.RESTOCK: "Goes to its shelf, to be sold again",
    Disposition.REFURBISH: "To be mended",
    Disposition.QUARANTINE: "To be looked at",
    Disposition.DAMAGED: "Cannot be sold; then why",
    Disposition.VENDOR: "The vendor's fault; then why",
    Disposition.SCRAP: "Worth nothing; then why",
}
_PICKING = {
    PickTask.PICKS: ("Picked", "What is scanned next is taken from its shelf"),
    PickTask.SHORT_PICKS: ("Not here", "What is scanned next could not be picked"),
}
_TIMES = (2, 3, 4, 5, 6, 10, 12, 20, 24, 50, 100)


def groups_for(operator: OperatorView | None, *, trial: bool) -> list[LabelGroup]:
    """The groups whose labels somebody may see. Badges are keys, so few see them; in a `trial` everybody does."""
    sees_badges = trial or (operator is not None and operator.may(Right.SEE_BADGES))
    return [group for group in LabelGroup if sees_badges or group is not LabelGroup.BADGES]


def labels_of(session: Session, group: LabelGroup, page: int = 1) -> LabelPage:
    """The labels on a page of a group, counted from 1."""
    if group is LabelGroup.COMMANDS:
        return LabelPage(_commands(), False)
    if group is LabelGroup.GRADES:
        return LabelPage(_grades(return_reasons.reasons(session, active_only=True)), False)
    labels = _stored(session, group, PAGE + 1, (page - 1) * PAGE)
    return LabelPage(labels[:PAGE], len(labels) > PAGE)


def _stored(session: Session, group: LabelGroup, limit: int, offset: int) -> list[Label]:
    if group is LabelGroup.ITEMS:
        return [_item(row) for row in store.items(session, limit, offset)]
    if group is LabelGroup.CARTONS:
        return [_carton(row) for row in store.cartons(session, limit, offset)]
    return [_plain(row) for row in _PLAIN[group](session, limit, offset)]


def _commands() -> list[Label]:
    spoken = [Label(command.value, *_WORDS[command]) for command in Command if command in _WORDS]
    spoken += [Label(task.value, *_PICKING[task]) for task in PickTask]
    return spoken + [Label(f"{QUANTITY_PREFIX}{times}", f"Times {times}", "The next scan counts so often") for times in _TIMES]


def _grades(reasons: list[ReasonRow]) -> list[Label]:
    """The sheet of the returns bench: grades, its commands, grades with their reason in one label, and reasons."""
    plain = [Label(grade_code(each), each.capitalize(), words) for each, words in _GRADES.items()]
    beside = [
        Label(Command.MISSING.value, "Part is missing", "Of the kit in hand; then the part"),
        Label(NO_PAPER, "No paper with it", "Begins a return that nobody announced"),
        Label(Command.UNDO.value, *_WORDS[Command.UNDO]),
        Label(Command.CONFIRM.value, *_WORDS[Command.CONFIRM]),
        Label(Command.DONE.value, *_WORDS[Command.DONE]),
    ]
    both = [
        Label(grade_code(each, reason.code), f"{each.capitalize()}: {reason.name}", "Grade and reason in one scan")
        for each in Disposition
        if each in NEED_REASON
        for reason in reasons
    ]
    return [*plain, *beside, *both, *(Label(reason_code(each.code), each.name, "The reason alone") for each in reasons)]


def _plain(row: PlainLabel) -> Label:
    return Label(row.code, row.title, row.subtitle.replace(";", ", "))


def _item(row: ItemLabel) -> Label:
    return Label(as_printed(row.code), row.name, f"Case of {row.units}" if row.units > 1 else "")


def _carton(row: CartonLabel) -> Label:
    return Label(f"(00){row.sscc}", f"Carton on {row.reference}", row.partner)


_PLAIN: dict[LabelGroup, Callable[[Session, int, int], list[PlainLabel]]] = {
    LabelGroup.BADGES: store.badges,
    LabelGroup.ORDERS: store.orders,
    LabelGroup.LOCATIONS: store.locations,
}
