"""Labels of health products by the HIBC supplier standard (ANSI/HIBC 2.6): a primary code, and a secondary joined to it or alone.

The primary is `+`, maker, product, unit of measure and a check character over all of it (modulo 43).
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from datetime import date, timedelta

from scanner.codes.elements import Unreadable

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_PRIMARY = re.compile(r"\+[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}\d")
_SECONDARY = re.compile(r"(\$\$\+|\$\$|\$\+|\$|(?=\d{5}))(.*)", re.DOTALL)
_QUANTITY = re.compile(r"8(\d{2})|9(\d{5})")
_FORMATS = {"2": ("MDY", 6), "3": ("YMD", 6), "4": ("YMD", 8), "5": ("YJ", 5), "6": ("YJ", 7), "7": ("", 0)}
"""The digit before a date -> the order of its parts, and its digits with those of the hour."""


@dataclass(frozen=True, slots=True)
class Hibc:
    """What an HIBC label says. Without a primary it belongs to the item that was scanned before."""

    primary: str | None = None
    _: KW_ONLY
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    count: int | None = None
    unreadable: tuple[Unreadable, ...] = ()


def check_character(text: str) -> str:
    """The check character of a text without it (ANSI/HIBC 2.6, appendix B)."""
    return _CHARACTERS[sum(_CHARACTERS.index(each) for each in text) % 43]


def read_hibc(text: str) -> Hibc | None:
    """Read a label; None where it is none of HIBC, which its check character shows."""
    text = text.upper().strip("*")
    if len(text) < 4 or text[0] != "+" or any(each not in _CHARACTERS for each in text):
        return None
    if check_character(text[:-1]) == text[-1]:
        body = text[:-1]
    elif check_character(text) == " ":  # a blank at the end is lost on the way
        body = text
    else:
        return None
    if not body[1].isalpha():
        return _secondary(None, body[1:-1])  # the last character links it to its primary
    primary, *further = body.split("/")
    if not _PRIMARY.fullmatch(primary):
        return None
    return _secondary(primary + check_character(primary), "/".join(further))


def _secondary(primary: str | None, text: str) -> Hibc | None:
    text, *more = text.split("/")
    said = _SECONDARY.fullmatch(text) if text else None
    if said is None:
        wrong = (Unreadable("", text, "nobody knows what this part means"),) if text else ()
        return Hibc(primary, unreadable=wrong) if primary else None
    flag, rest = said[1], said[2]
    count = expiry = None
    unreadable: tuple[Unreadable, ...] = ()
    if flag.startswith("$$") and (many := _QUANTITY.match(rest)):
        count, rest = int(many[1] or many[2]), rest[many.end() :]
    if flag.startswith("$$") or not flag:
        digits, expiry, rest = _dated(rest, flag)
        if digits and expiry is None:
            unreadable = (Unreadable("expiry", digits, "no such date"),)
    serial = rest if "+" in flag else next((each[1:] for each in more if each[:1] == "S"), None)
    expiry = expiry or next((day for each in more if each[:3] == "14D" and (day := _whole_date(each[3:]))), None)
    return Hibc(
        primary, lot=None if "+" in flag else rest[:20] or None, serial=serial[:20] if serial else None, expiry=expiry,
        count=count or None, unreadable=unreadable,
    )  # fmt: skip


def _dated(text: str, flag: str) -> tuple[str, date | None, str]:
    """(the digits of the date, the date, what comes after them)."""
    if not flag:
        return text[:5], _date("YJ", text[:5]), text[5:]
    if text[:1] in _FORMATS:
        order, length = _FORMATS[text[0]]
        return text[1 : 1 + length], _date(order, text[1 : 1 + length]), text[1 + length :]
    if re.match(r"\d{4}", text):
        return text[:4], _date("MY", text[:4]), text[4:]
    return "", None, text


def _date(order: str, digits: str) -> date | None:
    parts = {part: digits[2 * place : 2 * place + 2] for place, part in enumerate(order.replace("J", ""))}
    try:
        year = 2000 + int(parts["Y"])
        if order == "YJ":
            day = date(year, 1, 1) + timedelta(days=int(digits[2:5]) - 1)
            return day if day.year == year and int(digits[2:5]) else None
        if order == "MY":
            month = int(parts["M"])
            return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return date(year, int(parts["M"]), int(parts["D"]))
    except (KeyError, ValueError):
        return None


def _whole_date(digits: str) -> date | None:
    """The date of YYYYMMDD."""
    return _date("YMD", digits[2:]) if re.fullmatch(r"20\d{6}", digits) else None
