"""Printed barcodes that command the page, so that nobody in gloves needs the screen.

Only letters, digits and hyphens: most keyboard layouts type them alike. `CMD-QTY-12` is obeyed on the device: it makes
the next scan stand for 12, and is never sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scanner.codes.dispositions import Disposition


class Command(StrEnum):
    """A command that the server obeys as a scan of the task. BACK_ORDER is DONE that keeps the rest on order.

    EMPTY says that nothing is at a location, or none of what a recount asks for; MISSING that a returned kit lacks a part.
    """

    UNDO = "CMD-UNDO"
    DONE = "CMD-DONE"
    BACK_ORDER = "CMD-BACKORDER"
    CONFIRM = "CMD-CONFIRM"
    EMPTY = "CMD-EMPTY"
    MISSING = "CMD-MISSING"


PREFIX = "CMD-"
FINISHING = frozenset({Command.DONE, Command.BACK_ORDER})
QUANTITY_PREFIX = "CMD-QTY-"
NO_PAPER = "CMD-NOPAPER"
"""Starts a return that nobody announced: it belongs to no task, so a page obeys it and no scan is made of it."""
GRADE_CODES: dict[Disposition, str] = {
    Disposition.RESTOCK: "CMD-RESTOCK",
    Disposition.REFURBISH: "CMD-REFURBISH",
    Disposition.QUARANTINE: "CMD-QUARANTINE",
    Disposition.DAMAGED: "CMD-DAMAGED",
    Disposition.VENDOR: "CMD-VENDOR",
    Disposition.SCRAP: "CMD-SCRAP",
}

_BY_CODE = {command.value: command for command in Command}
_BY_GRADE = {code: disposition for disposition, code in GRADE_CODES.items()}
_GRADE = re.compile(rf"({'|'.join(_BY_GRADE)})(?:-([A-Z0-9]{{1,24}}))?")
_REASON = re.compile(r"CMD-REASON-([A-Z0-9]{1,24})")
_SELECT = re.compile(r"CMD-(LINE|ARRIVAL)-([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class GradeSaid:
    """A grade, or a reason, or both, as one label says them (`CMD-DAMAGED`, `CMD-REASON-DOA`, `CMD-DAMAGED-DOA`)."""

    disposition: Disposition | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class GoodsSaid:
    """Goods that came earlier, to be taken in hand again: those of a line, or of one arrival (a scan's number)."""

    line_id: int | None = None
    arrival_seq: int | None = None


def find_command(text: str) -> Command | None:
    """The command that `text` is, in either case of its letters (Caps Lock inverts what a wedge types)."""
    return _BY_CODE.get(text.upper())


def find_grade(text: str) -> GradeSaid | None:
    """The grade or the reason that `text` is, None where it is neither."""
    if said := _GRADE.fullmatch(text.upper()):
        return GradeSaid(_BY_GRADE[said[1]], said[2])
    if said := _REASON.fullmatch(text.upper()):
        return GradeSaid(None, said[1])
    return None


def find_goods(text: str) -> GoodsSaid | None:
    """The goods that `text` takes in hand, None where it says nothing of the kind."""
    said = _SELECT.fullmatch(text.upper())
    if said is None:
        return None
    number = int(said[2])
    return GoodsSaid(line_id=number) if said[1] == "LINE" else GoodsSaid(arrival_seq=number)


def grade_code(disposition: Disposition, reason: str | None = None) -> str:
    """What the label of a grade says."""
    return GRADE_CODES[disposition] + (f"-{reason}" if reason else "")


def reason_code(reason: str) -> str:
    """What the label of a reason says."""
    return f"CMD-REASON-{reason}"
