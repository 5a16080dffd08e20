"""Labels of makers of parts: the envelope of ISO/IEC 15434, with the data identifiers of ANSI MH10.8.2 in format 06.

`[)>` RS `06` GS `1P…` GS `Q50` RS EOT. The envelope is read though its control characters came as pictures or not at all.
"""

from __future__ import annotations

import re
from datetime import date

from scanner.codes.elements import Elements, Unreadable, read_elements
from scanner.codes.typed import CONTROL, GS, shown

_PICTURES = str.maketrans({"\u241e": "\x1e", "\u241d": GS, "\u2404": "\x04"})
_NAMED = re.compile(r"[<{\[](RS|GS|EOT)[>}\]]", re.IGNORECASE)
_CONTROLS = {"RS": "\x1e", "GS": GS, "EOT": "\x04"}
_ENVELOPE = re.compile(r"\[\)>\x1e?(0[56]|12)\x1d?(.*?)[\x1e\x04]*", re.DOTALL)
_FIELD = re.compile(r"(\d{0,3}[A-Z])(.*)", re.DOTALL)
_TEXT_FIELD = re.compile(r"([A-Z]{3}) (.*)", re.DOTALL)
_TEXT = {"PNO": "P", "PNR": "P", "SER": "S", "LOT": "1T", "QTY": "Q"}
"""Text element identifiers of format 12 -> the data identifier that says the same."""
ITEMS = ("1P", "P", "30P", "31P")
"""Data identifiers of an item's number: the supplier's, the customer's."""


def is_envelope(text: str) -> bool:
    """Whether the text begins as an envelope does."""
    return text.startswith("[)>")


def read_envelope(text: str) -> Elements:
    """The fields of an envelope, by data identifier; in format 05 by application identifier."""
    plain = _NAMED.sub(lambda found: _CONTROLS[found[1].upper()], text.translate(_PICTURES))
    found = _ENVELOPE.fullmatch(plain)
    if found is None:
        return Elements(unreadable=[Unreadable("", text[3:20], "a label of a kind that nobody knows here")])
    if found[1] == "05":
        return read_elements(found[2])
    return _fields(found[2], _TEXT_FIELD if found[1] == "12" else _FIELD)


def _fields(text: str, shape: re.Pattern[str]) -> Elements:
    read = Elements()
    for each in re.split(r"[\x1d\x1e]", text):
        if not each:
            continue
        said = shape.fullmatch(each)
        if said is None:
            read.unreadable.append(Unreadable("", each, "nobody knows what this part means"))
            continue
        name, value = _TEXT.get(said[1], said[1]), said[2].strip()
        if name == "Q":
            value = value.removesuffix(".0")
        if why := _wrong(name, value):
            read.unreadable.append(Unreadable(name, shown(value), why))
        elif read.values.setdefault(name, value) != value:
            read.unreadable.append(Unreadable(name, value, "said twice, and not alike"))
    return read


def _wrong(name: str, value: str) -> str:
    if name == "Q" and not (re.fullmatch(r"\d{1,9}", value) and int(value)):
        return "expected a whole number of units"
    if name == "14D" and expiry_of(value) is None:
        return "no such date"
    if CONTROL.search(value):
        return "expected printable characters"
    return "" if value else "expected a value, got nothing"


def expiry_of(digits: str) -> date | None:
    """The date of YYYYMMDD; None where there is none."""
    if not re.fullmatch(r"\d{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
