"""The rooms that a person can go to: beside every page on a desk, as cards of the home page on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanner.people.rules import OperatorView, Right


class Group(StrEnum):
    """What rooms have in common; the value is the heading over them."""

    FLOOR = "The floor"
    OFF = "What is off"
    HOUSE = "The warehouse"


ONLY_DEVICE = "This device"
"""The heading over rooms that are there for everybody, whatever they may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The way to a room, as the room itself says it."""

    endpoint: str
    title: str
    words: str
    right: Right | None = None  # None: everybody who is signed in
    group: Group = Group.HOUSE
    also: tuple[str, ...] = ()  # further blueprints whose pages are in this room
    number: Callable[[], int] | None = None  # how many wait there, for the home page
    note: Callable[[], str] | None = None  # what the person must not forget, for the home page

    def is_for(self, person: OperatorView) -> bool:
        """Whether a person may go there."""
        return self.right is None or person.may(self.right)

    @property
    def blueprint(self) -> str:
        """The blueprint of its first page."""
        return self.endpoint.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of one group that a person may go to."""

    heading: str
    key: str
    entries: tuple[Entry, ...]


def grouped(entries: Iterable[Entry], person: OperatorView) -> tuple[Rooms, ...]:
    """The rooms of a person by group, in the order of the groups. A group without any is left out."""
    mine = [entry for entry in entries if entry.is_for(person)]
    found = ((group, tuple(entry for entry in mine if entry.group is group)) for group in Group)
    return tuple(Rooms(_heading(group, those), group.name.lower(), those) for group, those in found if those)


def present(entries: Iterable[Entry], endpoint: str | None, blueprint: str | None) -> Entry | None:
    """The room that a page is in: the one that begins with it, else the first one that has its blueprint."""
    there = list(entries)
    exact = (entry for entry in there if entry.endpoint == endpoint)
    within = (entry for entry in there if blueprint and blueprint in (entry.blueprint, *entry.also))
    return next(exact, None) or next(within, None)


def _heading(group: Group, entries: tuple[Entry, ...]) -> str:
    for_all = group is Group.HOUSE and all(entry.right is None for entry in entries)
    return ONLY_DEVICE if for_all else group.value
