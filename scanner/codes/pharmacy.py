"""Numbers of pharmacies: Italy's Code 32 and Germany's Pharmazentralnummer, in the spellings that scanners send.

Code 32 is `A` and nine digits, or the six characters of the Code 39 that carries it. A Pharmazentralnummer is `-` and eight
digits, printed with `PZN` in front. Sources: Farmadati's description of Code 32; IFA's specification of PZN8.
"""

from __future__ import annotations

import re

BASE_32 = "0123456789BCDFGHJKLMNPQRSTUVWXYZ"
CODE_32_LENGTH = 6
_PZN = re.compile(r"(?:PZN)?[ -]*(\d{8})", re.IGNORECASE)


def code_32(characters: str) -> str:
    """`A` and nine digits, the last of them the check digit, of six characters; "" where they are none."""
    if len(characters) != CODE_32_LENGTH or not set(characters) <= set(BASE_32):
        return ""
    value = 0
    for character in characters:
        value = 32 * value + BASE_32.index(character)
    digits = f"{value:09}"
    return f"A{digits}" if len(digits) == 9 and _checks(digits) else ""


def characters_of(number: str) -> str:
    """The six characters of `A` and nine digits."""
    value, found = int(number[1:]), ""
    for _ in range(CODE_32_LENGTH):
        value, digit = divmod(value, 32)
        found = BASE_32[digit] + found
    return found


def is_pzn(digits: str) -> bool:
    """Whether eight digits are a Pharmazentralnummer: the last checks the others modulo 11."""
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return False
    return sum(place * int(digit) for place, digit in enumerate(digits[:7], 1)) % 11 == int(digits[7])


def spellings_of_pharmacy(text: str) -> tuple[str, ...]:
    """The ways in which a catalogue may write the number of a pharmacy's label, the text among them; () for any other text."""
    upper = text.upper()
    if not upper.isdigit() and (number := code_32(upper)):
        return (number, number[1:], text)
    if re.fullmatch(r"A\d{9}", upper) and _checks(upper[1:]):
        return (upper, upper[1:], characters_of(upper), text)
    said = _PZN.fullmatch(text)
    if said and text != said[1] and is_pzn(said[1]):
        return (f"-{said[1]}", said[1], text)
    return ()


def _checks(digits: str) -> bool:
    sums = (sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit) for place, digit in enumerate(digits[:8]))
    return sum(sums) % 10 == int(digits[8])
