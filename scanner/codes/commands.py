"""Printed barcodes that give commands, so that nobody in gloves has to touch the screen.

They have only letters, digits and hyphens, which most keyboard layouts type alike. `CMD-QTY-12` stays on the device: the next
scan counts for 12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scanner.codes.dispositions import Disposition


class Command(StrEnum):
    """A command that is sent as a scan of the task."""

    UNDO = "CMD-UNDO"
    DONE = "CMD-DONE"
    BACK_ORDER = "CMD-BACKORDER"  # DONE, and the rest stays on order
    CONFIRM = "CMD-CONFIRM"  # yes to what waits
    LEAVE = "CMD-LEAVE"  # no to what waits: it is left out, and noted
    EMPTY = "CMD-EMPTY"  # nothing is at the shelf, or nothing that a recount asks for
    MISSING = "CMD-MISSING"  # a part of the returned kit is missing
    SENT = "CMD-SENT"  # the goods in hand went back to the vendor
    SHORT = "CMD-SHORT"  # the next goods of the pick list are not there
    SHORT_DAMAGED = "CMD-SHORT-DAMAGED"  # they are there, and cannot be sold
    SHORT_PLACE = "CMD-SHORT-PLACE"  # something else is in their place
    SHIP = "CMD-SHIP"  # the parcel is closed and goes
    RELEASE = "CMD-RELEASE"  # an order wants less than is picked: only the server says so, no label has it


PREFIX = "CMD-"
FINISHING = frozenset({Command.DONE, Command.BACK_ORDER})
SHORTS = frozenset({Command.SHORT, Command.SHORT_DAMAGED, Command.SHORT_PLACE})
QUANTITY_PREFIX = "CMD-QTY-"
NO_PAPER = "CMD-NOPAPER"
"""Begins a return without paper. It belongs to no task yet, so a page obeys it and no scan is recorded."""
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
_TAKE_OVER = re.compile(r"CMD-TAKE-([!-~]{1,64})")


_ORDER, _RETURN = "an order", "a return"
_WORKS_ON = {
    Command.EMPTY: "a count",
    Command.MISSING: _RETURN,
    Command.SENT: "MOVES",
    Command.SHIP: _ORDER,
    **dict.fromkeys(SHORTS, "an order or a cart"),
}


@dataclass(frozen=True, slots=True)
class GradeSaid:
    """A grade, a reason, or both from one label (`CMD-DAMAGED`, `CMD-REASON-DOA`, `CMD-DAMAGED-DOA`)."""

    disposition: Disposition | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class GoodsSaid:
    """Goods that came earlier, to take in hand again: those of a line, or of the scan that brought them."""

    line_id: int | None = None
    arrival_seq: int | None = None


def find_command(text: str) -> Command | None:
    """The command of a scanned text, in capitals or small letters: Caps Lock swaps them."""
    return _BY_CODE.get(text.upper())


def find_grade(text: str) -> GradeSaid | None:
    """The grade or reason of a scanned text; None where it is neither."""
    if said := _GRADE.fullmatch(text.upper()):
        return GradeSaid(_BY_GRADE[said[1]], said[2])
    if said := _REASON.fullmatch(text.upper()):
        return GradeSaid(None, said[1])
    return None


def find_goods(text: str) -> GoodsSaid | None:
    """The goods that a scanned text takes in hand; None where it is no such command."""
    said = _SELECT.fullmatch(text.upper())
    if said is None:
        return None
    number = int(said[2])
    return GoodsSaid(line_id=number) if said[1] == "LINE" else GoodsSaid(arrival_seq=number)


def find_taken_over(text: str) -> str | None:
    """The code of the cart whose goods a scanned text takes over, all of them; None where it is no such command."""
    said = _TAKE_OVER.fullmatch(text.upper())
    return said[1] if said else None


def works_on(text: str) -> str:
    """The tasks on which alone the command of a scanned text does something; empty where all do, or where it is no command."""
    if find_grade(text):
        return f"{_RETURN} or MOVES"
    if find_taken_over(text):
        return "MOVES"
    if find_goods(text) or text.upper() == NO_PAPER:
        return _RETURN
    command = find_command(text)
    return _WORKS_ON.get(command, "") if command else ""


def take_over_code(cart: str) -> str:
    """The command that takes over all that is on a cart."""
    return f"CMD-TAKE-{cart}"


def grade_code(disposition: Disposition, reason: str | None = None) -> str:
    """The text on the label of a grade."""
    return GRADE_CODES[disposition] + (f"-{reason}" if reason else "")


def reason_code(reason: str) -> str:
    """The text on the label of a reason."""
    return f"CMD-REASON-{reason}"
