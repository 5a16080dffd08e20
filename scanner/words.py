"""Small phrases for the messages of all rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scanner.codes.reading import as_printed
from scanner.codes.typed import shown

LONGEST_CODE = 40
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plural(number: int, noun: str) -> str:
    """`1 unit`, `1,200 units`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def signed(units: int) -> str:
    """`+3`, `−1,200`. The minus is a real one, as wide as the plus."""
    return f"{'+' if units > 0 else '−'}{abs(units):,}"


def day(of: date | None) -> str:
    """`28 Nov 2026`: the one way in which pages write a day, in English on every machine; empty where there is none."""
    return f"{of.day} {MONTHS[of.month - 1]} {of.year}" if of else ""


def units_wait(units: int) -> str:
    """`1 waits`, `1,200 wait`."""
    return f"{units:,} {'waits' if units == 1 else 'wait'}"


def some(things: Iterable[str], most: int = 3, apart: str = ", ") -> str:
    """`PO-1, PO-2, PO-3 and 2 more`."""
    things = list(things)
    more = len(things) - most
    return apart.join(things[:most]) + (f" and {more} more" if more > 0 else "")


def shortened(code: str, longest: int = LONGEST_CODE) -> str:
    """A code as it is printed, shortened for a message, with control characters as pictures."""
    code = shown(as_printed(code))
    return code if len(code) <= longest else code[: longest - 1].rstrip() + "…"
