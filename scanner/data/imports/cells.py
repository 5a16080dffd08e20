"""Parsers of cells. A parser raises ValueError with what it expected, and where it helps, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from scanner.data.imports.codes import bare, doubt, is_error, is_plain, no_code, whole_gtin
from scanner.money import to_e4
from scanner.spelling import Ambiguous, numeral, without_currency

Parser = Callable[..., Any]
"""Takes a cell without white space around it; that of a number takes the decimal sign of the file, too."""

MOST_UNITS = 1_000_000_000
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_GUARDED = re.compile(r"'+[=+\-@]")
_WHOLE = re.compile(r"[0-9]{1,12}")
_MIDNIGHT = re.compile(r"([0-9-]{10})[ T]00:00(?::00(?:\.0+)?)?Z?")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_YES = frozenset({"yes", "true", "1", "1.0", "1,0", "y", "ja", "wahr", "oui", "vrai", "si", "sí", "verdadero", "vero", "waar"})
_NO = frozenset({"no", "false", "0", "0.0", "0,0", "n", "nein", "falsch", "non", "faux", "falso", "nee", "onwaar"})
"""Also what spreadsheets write for true and false in other languages."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of file may have.

    `required`: every row must say something in it. `is_number`: its cells can tell which sign is the decimal one.
    `is_secret`: it holds keys, so that nothing of its cells is ever shown or kept, however wrong they are.
    """

    name: str
    parse: Parser
    required: bool = False
    is_number: bool = False
    is_secret: bool = False


def text(longest: int) -> Parser:
    """Any text of at most so many characters. The `'` is taken off that an export puts before what looks like a formula."""

    def parse(cell: str) -> str:
        if cell[0] == "'" and _GUARDED.match(cell):
            cell = cell[1:]
        if len(cell) > longest:
            raise ValueError(f"at most {longest} characters")
        if is_error(cell):
            raise ValueError("a text, not the error of a formula (mend the formula, or leave the cell blank)")
        return cell

    return parse


def code(longest: int) -> Parser:
    """A code that a label can have, of at most so many characters."""

    def parse(cell: str) -> str:
        text = possible_code(cell)
        if not is_plain(text):
            text = whole_gtin(text)
            if expected := doubt(text):
                raise ValueError(expected)
        if not text.isprintable():  # no label could show it, and nobody signs in with it
            raise ValueError("characters that can be printed")
        return _at_most(longest, text)

    return parse


def any_code(longest: int) -> Parser:
    """The same, and a code that is doubtful as well: whoever takes it asks `codes.doubt`."""
    return lambda cell: _at_most(longest, possible_code(cell))


def possible_code(cell: str) -> str:
    """The code of a cell, without marks. Raises ValueError for what can be no code."""
    if is_plain(cell):
        return cell
    text = bare(cell)
    if expected := no_code(text):
        raise ValueError(expected)
    return text


def _at_most(longest: int, text: str) -> str:
    if len(text) > longest:
        raise ValueError(f"at most {longest} characters")
    return text


def whole(least: int, most: int = MOST_UNITS) -> Parser:
    """A whole number, also with signs between thousands or with decimals that are all zeros."""
    expected = whole_from(least, most)

    def parse(cell: str, decimal: str | None = None) -> int:
        digits = cell if _WHOLE.fullmatch(cell) else _whole_digits(cell, decimal, expected)
        if not least <= int(digits) <= most:
            raise ValueError(expected)
        return int(digits)

    return parse


def whole_from(least: int, most: int = MOST_UNITS) -> str:
    """The words for a whole number that is expected."""
    return f"a whole number from {least} to {most}"


def signed(most: int = MOST_UNITS) -> Parser:
    """A whole number that may be below zero, where whoever takes it knows whether it makes sense."""
    positive = whole(0, most)

    def parse(cell: str, decimal: str | None = None) -> int:
        digits = cell if _WHOLE.fullmatch(cell) else bare(cell)
        if not digits.startswith("-"):
            return int(positive(cell, decimal))
        units = int(positive(digits[1:], decimal)) if digits[1:2].isdigit() else 0
        if not units:
            raise ValueError(whole_from(0, most))
        return -units

    return parse


def _whole_digits(cell: str, decimal: str | None, expected: str) -> str:
    try:
        read = numeral(bare(cell).removeprefix("+"), decimal)
    except Ambiguous as two:
        raise Ambiguous(f"{expected}; this may be {two}: write it without a sign in it") from None
    except ValueError:
        raise ValueError(expected) from None
    if read.decimals.strip("0") or len(read.whole.lstrip("0")) > 12:
        raise ValueError(expected)
    return read.whole


def amount(cell: str, decimal: str | None = None) -> int:
    """Money in ten-thousandths, also with the plain sign of a currency at it."""
    return to_e4(without_currency(cell if cell[0].isdigit() else bare(cell)), decimal)


def day(cell: str) -> date:
    """A date of ISO 8601, also with the time of midnight behind it."""
    said = bare(cell)
    said = at[1] if (at := _MIDNIGHT.fullmatch(said)) else said
    try:
        if len(said) == 10:
            return date.fromisoformat(said)
    except ValueError:
        pass
    how = "; this is a spreadsheet's number of a day: format the column as YYYY-MM-DD" if _SERIAL.fullmatch(said) else ""
    raise ValueError(f"a date such as 2026-11-30{how}")


def yes_no(cell: str) -> bool:
    """yes, true, 1 or no, false, 0."""
    word = bare(cell).lower()
    if word not in _YES and word not in _NO:
        raise ValueError("yes or no")
    return word in _YES


def one_of(words: type[StrEnum] | tuple[str, ...], *, upper: bool = False) -> Parser:
    """One word of a list, in upper or lower case; gives it in the case that is stored."""
    known = tuple(words)

    def parse(cell: str) -> str:
        word = bare(cell).upper() if upper else bare(cell).lower()
        if word not in known:
            raise ValueError("one of " + ", ".join(known))
        return str(word)

    return parse


def pin(cell: str) -> str:
    """4 to 12 digits."""
    digits = bare(cell)
    if not re.fullmatch(r"[0-9]{4,12}", digits):
        raise ValueError("a PIN of 4 to 12 digits (where zeros in front are lost, format the column as text)")
    return digits
