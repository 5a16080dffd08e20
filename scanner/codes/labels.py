"""What a label says beside its code, and the labels of the commands that every kind of task obeys."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.codes.commands import QUANTITY_PREFIX, Command


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says."""

    code: str
    title: str
    subtitle: str = ""


UNDO = Label(Command.UNDO.value, "Undo", "Takes your last scan back")
CONFIRM = Label(Command.CONFIRM.value, "Yes", "Takes in what waits, or does what was asked")
LEAVE = Label(Command.LEAVE.value, "Leave out", "Says no to what waits, and notes it")
DONE = Label(Command.DONE.value, "Done", "Finishes the task")
TIMES = tuple(
    Label(f"{QUANTITY_PREFIX}{times}", f"Times {times}", "The next scan counts so often")
    for times in (2, 3, 4, 5, 6, 10, 12, 20, 24, 50, 100)
)
