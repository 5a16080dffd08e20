"""What a receiver is asked before a receipt is finished short, and told afterwards. Pure."""

from __future__ import annotations

from scanner.codes.commands import Command


def question(task: str, lacking: str, *, back_order: bool, short: bool, waits: bool) -> str:
    """The two labels that finish do two things with what did not come, so each asks for its own.

    Where goods wait, the answer is about them as well: taken in, or left out.
    """
    if waits:
        so = " and keep the rest on order" if back_order else " short" if short else ""
        return f"{lacking}. Take that in and finish {task}{so}? {Command.CONFIRM} says yes, {Command.LEAVE} leaves it out."
    if not short:
        return f"{lacking}. Finish {task} anyway? Scan {Command.CONFIRM} to say yes."
    if back_order:
        return f"{lacking}. Finish {task} and keep that on order? Scan {Command.CONFIRM} to say yes."
    return f"{lacking}. Finish {task} short, and wait for no more of it? Scan {Command.CONFIRM} to say yes."
