"""From the payload of a barcode to what it says: GTIN, SSCC, lot, expiry, serial, count, or a plain code.

Sources: GS1 General Specifications, 3 (application identifiers), 7.8 (element strings), 7.9 (check digits), 5.2.2.4 (UPC-E).
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from datetime import date

from biip import ParseError
from biip.gs1_messages import GS1Message

from scanner.codes.commands import Command, find_command
from scanner.errors import BadRequest

GS = "\x1d"
MAX_LENGTH = 512
SSCC_LENGTH = 18

_GTIN_LENGTHS = (8, 12, 13, 14)
_GS1_AIMS = ("]C1", "]e0", "]d2", "]Q3", "]J1")
_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BRACKETED = re.compile(r"^\((\d{2,4})\)")
_BRACKETED_PARTS = re.compile(r"\((\d{2,4})\)([^()]+)")
_LOOKS_GS1 = re.compile(r"^(?:(?:01|02)\d{14}(?:\d{2,4}.+)?|00\d{18}.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Code:
    """What one scan's payload says."""

    raw: str
    keys: tuple[str, ...]  # to look it up by, the likeliest first: 14 digits of a GTIN, 18 of an SSCC, else the text
    _: KW_ONLY
    gtin: str | None = None  # the item's own (AI 01), or that of what is inside (AI 02)
    sscc: str | None = None
    lot: str | None = None
    expiry: date | None = None
    serial: str | None = None
    count: int | None = None  # multiplies what the barcode stands for (AI 30, 37)
    command: Command | None = None
    problem: str | None = None  # what is wrong with it; it is looked up all the same

    @property
    def key(self) -> str:
        """The spelling that a scan is recorded under."""
        return self.keys[0]


def check_digit(digits: str) -> str:
    """The GS1 check digit of `digits` without it (General Specifications 7.9.1)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of `digits` is the check digit of the others."""
    return digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


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


def clean(raw: str) -> str:
    """`raw` without white space around it. Raises BadRequest for a text that is empty, too long or unprintable."""
    text = raw.strip(" \t\r\n")
    if not text.replace(GS, "").strip():
        raise BadRequest("Expected a code, got nothing.", "code")
    if len(text) > MAX_LENGTH:
        raise BadRequest(f"Expected a code of at most {MAX_LENGTH} characters, got {len(text)}.", "code")
    if found := _CONTROL.search(text):
        raise BadRequest(f"Expected a printable code, got the character U+{ord(found[0]):04X} in it.", "code")
    return text


def parse_code(raw: str, aim: str = "") -> Code:
    """Read one payload. `aim` is its symbology identifier (`]C1`), where the reader reports it separately.

    Raises BadRequest for what cannot be a code. A code that breaks a rule of its standard has a `problem`: codes of a shop may
    look like anything.
    """
    text = clean(raw)
    if not aim and _AIM.match(text) and len(text) > 3:
        aim, text = text[:3], text[3:]
    if command := find_command(text):
        return Code(raw, (command.value,), command=command)
    bracketed = bool(_BRACKETED.match(text))
    elements = _without_brackets(text) if bracketed else text.lstrip(GS)
    if bracketed or aim in _GS1_AIMS or GS in text or _LOOKS_GS1.match(text):
        certain = bracketed or aim in _GS1_AIMS
        if code := _element_string(raw, elements, certain):
            return code
    if text.isascii() and text.isdigit() and len(text) in _GTIN_LENGTHS:
        return _gtin(raw, text)
    if len(text) == SSCC_LENGTH and has_check_digit(text):  # an SSCC without its identifier (00)
        return Code(raw, (text,), sscc=text)
    return Code(raw, (text.replace(GS, ""),))


def barcode_key(text: str) -> str:
    """How the catalogue spells a barcode: a valid GTIN as 14 digits, any other text as it is."""
    text = clean(text)
    if len(text) in _GTIN_LENGTHS and has_check_digit(text):
        return text.zfill(14)
    return text


def as_printed(key: str) -> str:
    """A barcode of the catalogue as its symbol has it: a GTIN without the zeros in front."""
    if len(key) != 14 or not has_check_digit(key):
        return key
    padding = next((zeros for zeros in ("000000", "00", "0") if key.startswith(zeros)), "")
    return key.removeprefix(padding)


def _gtin(raw: str, digits: str) -> Code:
    if not has_check_digit(digits):
        if upca := _upce(digits):
            return Code(raw, (upca, digits), gtin=upca)
        expected = check_digit(digits[:-1])
        return Code(raw, (digits,), problem=f"the check digit is {digits[-1]}, expected {expected}: scan it again")
    gtin = digits.zfill(14)
    spellings = [gtin, digits]
    if upca := _upce(digits):  # eight digits may be a GTIN-8 or a UPC-E: the GTIN-8 comes first
        spellings.insert(1, upca)
    return Code(raw, tuple(dict.fromkeys(spellings)), gtin=gtin)


def _upce(digits: str) -> str | None:
    """The GTIN-14 of eight digits read as UPC-E; None where they cannot be one."""
    if len(digits) != 8 or digits[0] not in "01":
        return None
    upca = expand_upce(digits)
    return upca.zfill(14) if has_check_digit(upca) else None


def _without_brackets(text: str) -> str:
    """An element string typed with brackets, `(01)0950…(10)A(17)…`, as symbols have it: GS after every element."""
    return GS.join(ai + value for ai, value in _BRACKETED_PARTS.findall(text))


def _element_string(raw: str, text: str, certain: bool) -> Code | None:
    """Read a GS1 element string. None where it is none and no identifier said that it is one."""
    try:
        elements = {element.ai.ai: element for element in GS1Message.parse(text).element_strings}
    except (ParseError, ValueError) as error:
        return Code(raw, (text.replace(GS, ""),), problem=f"not a GS1 element string: {error}") if certain else None
    identified = [elements[ai] for ai in ("01", "02", "00") if ai in elements]
    problem = next((wrong for e in identified if (wrong := e.gtin_error or e.sscc_error)), None)
    if not identified or (problem and not certain):
        return Code(raw, (text.replace(GS, ""),), problem=problem) if certain else None

    def value(*ais: str) -> str | None:
        return next((elements[ai].value for ai in ais if ai in elements), None)

    gtin, sscc, count = value("01", "02"), value("00"), value("37", "30")
    expiry = elements["17"].date if "17" in elements else None
    keys = tuple(key for key in (gtin, sscc) if key)
    return Code(
        raw, keys, gtin=gtin, sscc=sscc, lot=value("10"), expiry=expiry, serial=value("21"),
        count=int(count) if count else None, problem=problem,
    )  # fmt: skip
