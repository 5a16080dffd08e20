"""The spellings of one code: retail numbers (GS1 General Specifications 5.2), and what else is written in several ways."""

import re
from collections.abc import Iterator

from scanner.codes.numbers import expand_upce

from . import code39
from .symbologies import family

_GTIN_ALONE = re.compile(r"01\d{14}", re.ASCII)


def compress_upca(number: str) -> str:
    """The eight digits of the UPC-E that stands for a UPC-A number of twelve; "" when none does."""
    for last in "0123456789":
        for body in (number[1:6], number[1:5] + number[10:11], number[1:4] + number[9:11], number[1:3] + number[8:11]):
            short = number[0] + (body + last)[:6] + number[11]
            if number[0] in "01" and len(short) == 8 and expand_upce(short) == number:
                return short
    return ""


def spellings(text: str, symbology: str) -> Iterator[str]:
    """The payload itself, then every other way in which a catalogue may write the same number."""
    kind = family(symbology)
    yield from code39.spellings(text, symbology) if kind == "Code 39" else (text,)
    if kind == "DataBar" and _GTIN_ALONE.fullmatch(text):
        text = text[2:]
        yield text
    elif kind not in ("retail", "ITF"):
        return
    if text.isdigit():
        bare = text.lstrip("0")
        yield from (bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length != len(text))


def key(text: str, symbology: str) -> str:
    """A GTIN in 14 digits, whatever the symbology; other payloads as they are."""
    if family(symbology) == "retail" and text.isdigit():
        return text.zfill(14)
    return text
