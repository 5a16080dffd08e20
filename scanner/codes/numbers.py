"""Numbers of GS1 and of books in all their spellings, and their check digits.

Sources: GS1 General Specifications 7.9.1 (check digits), 5.2.2.4 (UPC-E), 5.2.6 (supplements); ISO 2108 (ISBN).
"""

from __future__ import annotations

import re

GTIN_LENGTHS = (8, 12, 13, 14)
SSCC_LENGTH = 18
_SUPPLEMENTS = {15: 13, 17: 12, 18: 13}  # digits of UPC or EAN with its supplement of 2 or 5 -> without it
_PARTED = re.compile(r"\d(?:[ -]?\d)*(?:[ -]?[Xx])?")  # as printed under the bars


def check_digit(digits: str) -> str:
    """The GS1 check digit of `digits` without it (General Specifications 7.9.1)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of `digits` is the check digit of the others."""
    return digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def is_gtin(digits: str) -> bool:
    """Whether these are the 8, 12, 13 or 14 digits of a GTIN."""
    return len(digits) in GTIN_LENGTHS and has_check_digit(digits)


def expand_upce(digits: str) -> str:
    """The 12 digits of the UPC-A that 8 digits of UPC-E stand for (General Specifications 5.2.2.4)."""
    system, body, check = digits[0], digits[1:7], digits[7]
    last = body[5]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    return system + middle + check


def upce_of(upca: str) -> str | None:
    """The 8 digits of UPC-E for the 12 of a UPC-A; None where it has none."""
    if upca[0] not in "01":
        return None
    maker, item = upca[1:6], upca[6:11]
    short = (
        (maker[2] in "012" and maker[3:] == "00" and item[:2] == "00", maker[:2] + item[2:] + maker[2]),
        (maker[3:] == "00" and item[:3] == "000", maker[:3] + item[3:] + "3"),
        (maker[4] == "0" and item[:4] == "0000", maker[:4] + item[4] + "4"),
        (item[:4] == "0000" and item[4] in "56789", maker + item[4]),
    )
    bodies = (upca[0] + body + upca[11] for fits, body in short if fits)
    return next((upce for upce in bodies if expand_upce(upce) == upca), None)


def gtin_of_upce(digits: str) -> str | None:
    """The GTIN-14 of eight digits read as UPC-E; None where they cannot be one."""
    if len(digits) != 8 or digits[0] not in "01":
        return None
    upca = expand_upce(digits)
    return upca.zfill(14) if has_check_digit(upca) else None


def gtin_of_isbn(text: str) -> str | None:
    """The GTIN-14 of the ten characters of an ISBN-10; None where they are none."""
    digits = text.upper()
    if not re.fullmatch(r"\d{9}[\dX]", digits):
        return None
    if sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits)) % 11:
        return None
    body = "978" + digits[:9]
    return (body + check_digit(body)).zfill(14)


def unparted(text: str) -> str:
    """The digits of a number that has blanks or hyphens in it as printed; any other text as it is."""
    if not _PARTED.fullmatch(text):
        return text
    digits = text.replace(" ", "").replace("-", "")
    return digits if is_gtin(digits) or gtin_of_isbn(digits) or gtin_of_upce(digits) or without_supplement(digits) else text


def without_supplement(digits: str) -> str | None:
    """The UPC or EAN of digits that have its supplement behind them, as on papers and books; None where they have none."""
    length = _SUPPLEMENTS.get(len(digits))
    if length is None or not digits.isascii() or not digits.isdigit():
        return None
    return digits[:length] if has_check_digit(digits[:length]) else None


def spellings_of(gtin: str) -> tuple[str, ...]:
    """The keys under which a catalogue may have a GTIN-14: as it is, and as the UPC-E of its UPC-A."""
    short = upce_of(gtin[2:]) if gtin.startswith("00") else None
    return (gtin, short.zfill(14), short) if short else (gtin,)
