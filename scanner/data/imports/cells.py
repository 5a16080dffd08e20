"""Parsers of cells. A parser raises ValueError with what it expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Parser = Callable[[str], Any]

MOST_UNITS = 1_000_000_000
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WHOLE = re.compile(r"[0-9]{1,12}")
_YES, _NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of file may have; `required`: every row must say something in it."""

    name: str
    parse: Parser
    required: bool = False


def text(longest: int) -> Parser:
    """Any text of at most so many characters."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"at most {longest} characters")
        return cell

    return parse


def whole(least: int, most: int = MOST_UNITS) -> Parser:
    """A whole number, in plain digits."""

    def parse(cell: str) -> int:
        if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(cell)

    return parse


def day(cell: str) -> date:
    """A date of ISO 8601."""
    try:
        if len(cell) == 10:
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise ValueError("a date such as 2026-11-30")


def yes_no(cell: str) -> bool:
    """yes, true, 1 or no, false, 0."""
    word = cell.lower()
    if word not in (*_YES, *_NO):
        raise ValueError("yes or no")
    return word in _YES


def one_of(words: type[StrEnum] | tuple[str, ...], *, upper: bool = False) -> Parser:
    """One word of a list, in upper or lower case; gives it in the case that is stored."""
    known = tuple(words)

    def parse(cell: str) -> str:
        word = cell.upper() if upper else cell.lower()
        if word not in known:
            raise ValueError("one of " + ", ".join(known))
        return str(word)

    return parse


def pin(cell: str) -> str:
    """4 to 12 digits."""
    if not re.fullmatch(r"[0-9]{4,12}", cell):
        raise ValueError("a PIN of 4 to 12 digits")
    return cell
