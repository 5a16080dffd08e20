"""Printed barcodes that command the page, so that nobody in gloves needs the screen.

Only letters, digits and hyphens: most keyboard layouts type them alike. `CMD-QTY-12` is obeyed on the device: it makes
the next scan stand for 12, and is never sent.
"""

from __future__ import annotations

from enum import StrEnum


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

_BY_CODE = {command.value: command for command in Command}


def find_command(text: str) -> Command | None:
    """The command that `text` is, in either case of its letters (Caps Lock inverts what a wedge types)."""
    return _BY_CODE.get(text.upper())
