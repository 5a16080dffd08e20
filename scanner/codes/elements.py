"""GS1 element strings. An element that cannot be read is named, and the rest of the label stands.

Sources: GS1 General Specifications 3 (application identifiers), 7.8 (element strings), 7.12 (dates). The table of
application identifiers, with the pattern of each, is biip's.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS as IDENTIFIERS

from scanner.codes.numbers import has_check_digit
from scanner.codes.typed import GS

CHARACTERS = re.compile(r"[!\"%-?A-Z_a-z]*")
"""The character set that values of elements are made of (General Specifications 7.11)."""
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_LONG_DATES = frozenset({"4324", "4325", "4326", "7003", "7006", "7007", "8008"})  # with a time, or a second date, behind
_CHECKED = frozenset({"00", "01", "02", "03", "402", "8017", "8018"})
_LONGEST_AI = 4
NO_SEPARATOR = "the separator of the scanner is not set"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An element that cannot be read: its application or data identifier, what came, and why."""

    ai: str
    text: str
    why: str

    @property
    def words(self) -> str:
        """`(8008) 260431: no such date`."""
        return f"({self.ai}) {self.text[:20]}: {self.why}" if self.ai else f"{self.text[:20]}: {self.why}"


@dataclass(slots=True)
class Elements:
    """The elements of a label, by identifier, and those that cannot be read."""

    values: dict[str, str] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether all of the label was read."""
        return bool(self.values) and not self.unreadable

    def first(self, *ais: str) -> str | None:
        """The value of the first of these identifiers that there is."""
        return next((self.values[ai] for ai in ais if ai in self.values), None)


def read_elements(text: str) -> Elements:
    """Read an element string; GS ends an element of variable length."""
    found = Elements()
    for ai, value in _parted(text):
        if not ai:
            found.unreadable.append(Unreadable("", value, "nobody knows what this part means"))
        elif why := _wrong(ai, value):
            found.unreadable.append(Unreadable(ai, value, why))
        elif found.values.setdefault(ai, value) != value:
            found.unreadable.append(Unreadable(ai, value, "said twice, and not alike"))
    return found


def date_of(digits: str) -> date | None:
    """The date of YYMMDD; a day of 00 is the last of the month (General Specifications 7.12). None where there is none."""
    year, month, day = _year(int(digits[:2])), int(digits[2:4]), int(digits[4:6])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def _year(short: int) -> int:
    """The year of two digits: at most 49 years back, or 50 ahead (General Specifications 7.12)."""
    now = datetime.now().astimezone().year
    century = now - now % 100
    away = short - now % 100
    if away >= 51:
        return century - 100 + short
    return century + 100 + short if away <= -50 else century + short


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """(identifier, value) of each element; an empty identifier where there is none that is known."""
    place = 0
    while place < len(text):
        if text[place] == GS:
            place += 1
            continue
        ai = _identifier(text, place)
        end = _end(text, place, ai)
        yield ai, text[place + len(ai) : end]
        place = end


def _identifier(text: str, place: int) -> str:
    candidates = (text[place : place + length] for length in range(_LONGEST_AI, 1, -1))
    return next((ai for ai in candidates if ai in IDENTIFIERS), "")


def _end(text: str, place: int, ai: str) -> int:
    if ai and not IDENTIFIERS[ai].separator_required:
        end = place + len(ai) + _length(ai)
        cut = text.find(GS, place, end)
        return cut if cut >= 0 else min(end, len(text))
    end = text.find(GS, place)
    return end if end >= 0 else len(text)


@cache
def _length(ai: str) -> int:
    """Characters of a value of fixed length."""
    return sum(int(number) for number in re.findall(r"\+[NX](\d+)", IDENTIFIERS[ai].format))


@cache
def _pattern(ai: str) -> re.Pattern[str]:
    return re.compile(IDENTIFIERS[ai].pattern)


def _form(pattern: str) -> str:
    """What the standard's `N6`, `X..20` or `N3+X..30` means, in words."""
    kinds = {"N": "digits", "X": "letters or digits", "Y": "letters or digits", "Z": "letters or digits"}
    parts = re.findall(r"([NXYZ])(\.\.)?(\d+)", pattern)
    return ", then ".join(f"{'up to ' if most else ''}{number} {kinds[kind]}" for kind, most, number in parts)


def _wrong(ai: str, value: str) -> str:
    """Why a value cannot be read; empty where it can."""
    if ai in _DATES and re.fullmatch(r"\d{6}", value) and date_of(value) is None:
        return "no such date"
    if ai in _LONG_DATES and re.fullmatch(r"\d{6,12}", value) and (not int(value[4:6]) or date_of(value) is None):
        return "no such date"
    if not CHARACTERS.fullmatch(value):
        return NO_SEPARATOR
    if not _pattern(ai).match(ai + value):
        return f"expected {_form(IDENTIFIERS[ai].format.split('+', 1)[1])}"
    if ai in _CHECKED and not has_check_digit(value):
        return "its check digit is wrong"
    if ai in ("30", "37") and not int(value or 0):
        return "a count of nothing"
    return ""
