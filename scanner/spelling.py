"""How people and spreadsheets spell codes and numbers: `1234.5`, `1,234.50`, `1.234,50`, `1 234,5`, `1'234.50`.

A lone comma or point with three digits behind it (`1,234`) may be the decimal sign, or one between thousands. Only other
numbers of the same file can tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE = {0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: 0x20}  # full-width forms, as Unicode's NFKC has them
_UNSEEN = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_BLANKS = dict.fromkeys([0xA0, 0x2007, 0x2009, 0x200A, 0x202F], 0x20)
_LEGIBLE: dict[int, int | None] = {**_WIDE, **_UNSEEN, **_BLANKS}
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc", "'''")

_DIGITS = re.compile(r"[0-9]+")
_BLANK_GROUPS = re.compile(r"[0-9]{1,3}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?![0-9 '])")
_SIGN = (
    "[$€£¥₹₩₺₽₪฿₫₴₱]|AED|AUD|BGN|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KRW|MXN|NOK|NZD|PLN|RON|SAR|SEK|SGD|THB|TRY|TWD"
    "|UAH|USD|ZAR"
)
_CURRENCY = re.compile(
    rf"(?P<before>{_SIGN})?[ \u00a0\u202f]?(?P<amount>[0-9](?:[0-9., '\u00a0\u202f]*[0-9])?)[ \u00a0\u202f]?(?P<behind>{_SIGN})?"
)
_OTHER = {".": ",", ",": "."}
_THOUSANDS = {sign: re.compile(rf"[0-9]{{1,3}}(?:[{sign}][0-9]{{2,3}})*[{sign}][0-9]{{3}}") for sign in _OTHER}


class Ambiguous(ValueError):
    """The text can be read as two numbers."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number of zero or more: its digits before and behind the decimal sign.

    `decimal` is the decimal sign that the spelling shows. `lone` is the sign that may be it, or one between thousands.
    """

    whole: str
    decimals: str = ""
    decimal: str | None = None
    lone: str | None = None


def currency_of(text: str) -> str:
    """The currency that is written at an amount, by its sign or its three letters: `€ 1,25`, `1.25 USD`; empty without one."""
    found = _CURRENCY.fullmatch(text)
    return (found["before"] or found["behind"] or "") if found else ""


def without_currency(text: str) -> str:
    """The amount without it."""
    found = _CURRENCY.fullmatch(text)
    return found["amount"] if found and bool(found["before"]) != bool(found["behind"]) else text


def legible(text: str) -> str:
    """The text without characters that nobody sees; with plain blanks, and ASCII in place of its full-width forms."""
    return text.strip() if text.isascii() else text.translate(_LEGIBLE).strip()


def numeral(text: str, decimal: str | None = None) -> Numeral:
    """Read a number of zero or more. `decimal` is the decimal sign, where it is known from elsewhere.

    Raises Ambiguous where that is needed and not known, and ValueError for what is no such number.
    """
    read = _read(text)
    if read.lone is None or read.lone == decimal:
        return read
    if decimal is None:
        raise Ambiguous(f"{read.whole}{read.decimals} or {read.whole}.{read.decimals}")
    return Numeral(read.whole + read.decimals)


def decimal_sign(text: str) -> str | None:
    """The decimal sign that the spelling of a number shows; None where it shows none."""
    try:
        return _read(text).decimal
    except ValueError:
        return None


def _read(text: str) -> Numeral:
    text = legible(text).translate(_APOSTROPHES)
    if groups := _BLANK_GROUPS.match(text):
        text = groups[0].replace(groups[1], "") + text[groups.end() :]
    signs = [each for each in text if each in _OTHER]
    if not signs:
        return Numeral(_digits(text))
    last = signs[-1]
    other, (head, _, tail) = _OTHER[last], text.rpartition(last)
    if groups is None and signs.count(last) > 1 and _THOUSANDS[last].fullmatch(text):
        return Numeral(text.replace(last, ""), decimal=other)
    if groups is None and _THOUSANDS[other].fullmatch(head):
        return Numeral(head.replace(other, ""), _digits(tail), decimal=last)
    whole, decimals = _digits(head or "0"), _digits(tail)
    if groups is None and len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return Numeral(whole, decimals, lone=last)
    return Numeral(whole, decimals, decimal=last)


def _digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return text
