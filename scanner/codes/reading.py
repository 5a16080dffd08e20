"""From the payload of a barcode to what it says: item, carton, lot, expiry, serial, count, or a plain code.

Each kind of label has a module of its own: numbers, GS1 elements and their separators, envelopes of ISO 15434, HIBC, GS1 Digital
Links. A code that the catalogue has as it is always wins over what its digits may mean.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date

from scanner.codes.commands import Command, find_command
from scanner.codes.elements import Elements, Unreadable, date_of, read_elements
from scanner.codes.envelopes import ITEMS, expiry_of, is_envelope, read_envelope
from scanner.codes.hibc import read_hibc
from scanner.codes.links import read_link
from scanner.codes.numbers import (
    GTIN_LENGTHS,
    SSCC_LENGTH,
    check_digit,
    gtin_of_isbn,
    gtin_of_upce,
    has_check_digit,
    is_gtin,
    spellings_of,
    unparted,
    without_supplement,
)
from scanner.codes.pharmacy import spellings_of_pharmacy
from scanner.codes.separators import spelled_out
from scanner.codes.typed import CONTROL, GS, STORED_LENGTH, as_scanned
from scanner.errors import BadRequest

_GS1_AIMS = ("]C1", "]e0", "]d2", "]Q3", "]J1", "]z1")
_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_BRACKETED = re.compile(r"^\((\d{2,4})\)")
_BRACKETED_PARTS = re.compile(r"\((\d{2,4})\)([^()]+)")
_LOOKS_GS1 = re.compile(r"^(?:(?:01|02)\d{14}|00\d{18})")
_ITEM_LATER = re.compile(r"^(?:1[1-7]\d{6}|10[^\x1d]{1,20}\x1d)+0[12](\d{14})")
_LOOKS_OF_LAST = re.compile(r"^(?:1[1-7]\d{6})+(?:10|21)(?=.*[A-Za-z])[!-~]{1,20}$")  # digits alone may be a shop's own
_OF_LAST = frozenset({"10", "11", "12", "13", "15", "16", "17", "21", "30", "37", "7003"})
_FRAME = "\x02\x03"  # STX and ETX, which some scanners send around a code
_MOST_FIELD = 20


@dataclass(frozen=True, slots=True)
class Code:
    """What one scan's payload says."""

    raw: str
    keys: tuple[str, ...]  # to look it up by, the likeliest first: 14 digits of a GTIN, 18 of an SSCC, and last the text
    _: KW_ONLY
    gtin: str | None = None  # the item's own (AI 01), or that of what is inside (AI 02)
    sscc: str | None = None
    lot: str | None = None
    expiry: date | None = None
    serial: str | None = None
    count: int | None = None  # multiplies what the barcode stands for (AI 30, 37)
    command: Command | None = None
    problem: str | None = None  # what is wrong with it; it is looked up anyway
    unreadable: tuple[Unreadable, ...] = ()  # elements of the label
    of_last: bool = False  # it names no item: its lot and dates are of the item scanned before

    @property
    def key(self) -> str:
        """The spelling that a scan is recorded under."""
        return self.keys[0]

    @property
    def text(self) -> str:
        """The payload without what the scanner put around it, to look up labels by."""
        return self.keys[-1]


def clean(raw: str) -> str:
    """`raw` without white space around it. Raises BadRequest for a text that is empty, too long or unprintable.

    For what is typed and imported. What is scanned is recorded whatever it is (`typed.as_scanned`).
    """
    text = raw.strip(" \t\r\n")
    if not text.replace(GS, "").strip():
        raise BadRequest("Expected a code, got nothing.", "code")
    if len(text) > STORED_LENGTH:
        raise BadRequest(f"Expected a code of at most {STORED_LENGTH} characters, got {len(text)}.", "code")
    if found := CONTROL.search(text):
        raise BadRequest(f"Expected a printable code, got the character U+{ord(found[0]):04X} in it.", "code")
    return text


def parse_code(raw: str, aim: str = "") -> Code:
    """Read one payload. `aim` is its symbology identifier (`]C1`), where the reader reports it separately.

    Raises BadRequest for nothing, and for more than a symbol holds. A code that breaks a rule of its standard has a `problem`:
    codes of a shop may look like anything.
    """
    typed = as_scanned(raw)
    framed = typed.strip(_FRAME)
    text = framed if framed.strip(f"{GS} ") else typed
    if not aim and _AIM.match(text) and text[3:].strip(f"{GS} "):
        aim, text = text[:3], text[3:]
    if command := find_command(text):
        return Code(raw, (command.value,), command=command)
    if text.isascii() and text.isdigit() and len(text) in GTIN_LENGTHS and aim not in _GS1_AIMS:
        return _gtin(raw, text)
    return _structured(raw, text, aim) or _plain(raw, text.replace(GS, "") or text)


def barcode_key(text: str) -> str:
    """How the catalogue spells a barcode: a valid GTIN as 14 digits, in whichever spelling it came; any other text as it is."""
    text = clean(text)
    digits = unparted(text)
    if is_gtin(digits):
        return digits.zfill(14)
    if upca := gtin_of_upce(digits):
        return upca
    if (isbn := gtin_of_isbn(digits)) and not text.isdigit():
        return isbn
    if pharmacy := spellings_of_pharmacy(text):
        return pharmacy[0]
    hibc = read_hibc(text) if text.startswith("+") else None
    return hibc.primary if hibc and hibc.primary else text


def as_printed(key: str) -> str:
    """A barcode of the catalogue as its symbol has it: a GTIN without the zeros in front."""
    if len(key) != 14 or not has_check_digit(key):
        return key
    padding = next((zeros for zeros in ("000000", "00", "0") if key.startswith(zeros)), "")
    return key.removeprefix(padding)


def _structured(raw: str, text: str, aim: str) -> Code | None:
    """What a label says that has more in it than one number; None where it is no such label."""
    if is_envelope(text):
        return _enveloped(raw, text)
    if text.startswith(("+", "*+")) and (hibc := read_hibc(text)):
        keys = (hibc.primary, text) if hibc.primary else (text,)
        return Code(
            raw, keys, lot=hibc.lot, serial=hibc.serial, expiry=hibc.expiry, count=hibc.count, unreadable=hibc.unreadable,
            of_last=hibc.primary is None,
        )  # fmt: skip
    if text[:4].lower() == "http" and (link := read_link(text)):
        read, words = link
        return _of_elements(raw, text, read, problem=words or None)
    return _element_string(raw, text, aim)


def _element_string(raw: str, text: str, aim: str) -> Code | None:
    bracketed = bool(_BRACKETED.match(text))
    marked = aim in _GS1_AIMS or text.startswith(GS)
    bare = text.lstrip(GS)
    if marked and is_gtin(bare) and not _names_or_dates(bare):
        return _gtin(raw, bare)
    later = _ITEM_LATER.match(bare)
    certain = bracketed or marked or bool(later and has_check_digit(later[1]))
    if not certain and not _LOOKS_GS1.match(bare):
        return _code_of_last(raw, bare) if _LOOKS_OF_LAST.match(bare) else None
    read = read_elements(_without_brackets(text)) if bracketed else _elements(bare)
    if certain:
        return _of_elements(raw, bare, read, problem=None if read.values else "it begins as a GS1 label and is none")
    first = read.first("01", "02", "00")
    if first is None:
        return None
    code = _of_elements(raw, bare, read)
    if bare == bare[:2] + first or _goes_on(bare, first):
        return code
    # It may as well be a shop's own code: that comes first, and is what is linked.
    return replace(code, keys=(bare, *code.keys[:-1]), gtin=None, sscc=None)


def _names_or_dates(bare: str) -> bool:
    """Whether digits that could be a GTIN are a lot, a date or a serial: FNC1 in front of them says element string."""
    read = read_elements(bare)
    return read.is_whole and set(read.values) <= _OF_LAST | {"00", "01", "02"}


def _elements(bare: str) -> Elements:
    return spelled_out(bare) or read_elements(bare)


def _goes_on(bare: str, first: str) -> bool:
    """Whether another element comes after the first one. A plain article code does not become GS1 by chance."""
    rest = bare[2 + len(first) :].lstrip(GS)
    return bool(read_elements(rest).values) or any(each.ai for each in read_elements(rest).unreadable)


def _code_of_last(raw: str, text: str) -> Code | None:
    read = _elements(text)
    return _of_elements(raw, text, read) if read.is_whole and set(read.values) <= _OF_LAST else None


def _of_elements(raw: str, text: str, read: Elements, problem: str | None = None) -> Code:
    gtin, sscc, count = read.first("01", "02"), read.first("00"), read.first("37", "30")
    expiry = read.first("17", "7003")
    keys = (*(spellings_of(gtin) if gtin else ()), *((sscc,) if sscc else ()), text)
    wrong = next((each.words for each in read.unreadable if each.ai in ("00", "01", "02")), None)
    return Code(
        raw, tuple(dict.fromkeys(keys)), gtin=gtin, sscc=sscc, lot=read.first("10"), serial=read.first("21"),
        expiry=date_of(expiry) if expiry else None, count=int(count) if count else None,
        problem=wrong or problem, unreadable=tuple(read.unreadable),
        of_last=not wrong and not gtin and not sscc and bool(read.values) and set(read.values) <= _OF_LAST,
    )  # fmt: skip


def _enveloped(raw: str, text: str) -> Code:
    read = read_envelope(text)
    if {"01", "02", "00"} & read.values.keys():
        return _of_elements(raw, text, read)
    items = tuple(read.values[name] for name in ITEMS if name in read.values)
    names_item = items or any(each.ai in ITEMS for each in read.unreadable)
    keys = tuple(dict.fromkeys(key for item in items for key in (barcode_key(item), item)))
    expiry, count, lot, serial = (read.first(name) for name in ("14D", "Q", "1T", "S"))
    return Code(
        raw, (*keys, text), lot=lot[:_MOST_FIELD] if lot else None, serial=serial[:_MOST_FIELD] if serial else None,
        expiry=expiry_of(expiry) if expiry else None, count=int(count) if count else None, unreadable=tuple(read.unreadable),
        of_last=not names_item and bool({"1T", "S", "14D", "Q"} & read.values.keys()),
    )  # fmt: skip


def _plain(raw: str, text: str) -> Code:
    """One number, in whichever way it is written, or a code of the shop."""
    if pharmacy := spellings_of_pharmacy(text):
        return Code(raw, tuple(dict.fromkeys(pharmacy)))
    digits = unparted(text)
    if digits != text:
        return _number(raw, digits, text)
    if len(text) == SSCC_LENGTH and has_check_digit(text):  # an SSCC without its identifier (00)
        supplemented = without_supplement(text)
        return Code(raw, _own_first(text, spellings_of(supplemented.zfill(14)) if supplemented else ()), sscc=text)
    return _number(raw, text, text)


def _number(raw: str, digits: str, text: str) -> Code:
    if is_gtin(digits) or gtin_of_upce(digits):
        code = _gtin(raw, digits)
        return Code(raw, tuple(dict.fromkeys((*code.keys, text))), gtin=code.gtin)
    short = gtin_of_isbn(digits) or (without_supplement(digits) or "").zfill(14)
    if not short.strip("0"):
        return Code(raw, (text,))
    if text.isdigit():  # such digits may as well be of the shop's own
        return Code(raw, _own_first(text, spellings_of(short)))
    return Code(raw, tuple(dict.fromkeys((*spellings_of(short), text))), gtin=short)


def _own_first(text: str, spellings: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of digits that may as well be a number of the shop's own: that comes first, and last, as of every code."""
    others = [key for key in dict.fromkeys(spellings) if key != text]
    return (text, *others, text) if others else (text,)


def _gtin(raw: str, digits: str) -> Code:
    upca = gtin_of_upce(digits)
    if not has_check_digit(digits):
        supplemented = without_supplement(digits)
        if gtin := upca or (supplemented and supplemented.zfill(14)):
            return Code(raw, tuple(dict.fromkeys((*spellings_of(gtin), digits))), gtin=gtin)
        expected = check_digit(digits[:-1])
        return Code(raw, (digits,), problem=f"the check digit is {digits[-1]}, expected {expected}: scan it again")
    gtin = digits.zfill(14)
    first, *others = spellings_of(gtin)
    return Code(raw, tuple(dict.fromkeys((first, *((upca,) if upca else ()), *others, digits))), gtin=gtin)


def _without_brackets(text: str) -> str:
    """An element string typed with brackets, `(01)0950…(10)A(17)…`, as symbols have it: GS after every element."""
    parts = _BRACKETED_PARTS.findall(text)
    return GS.join(ai + (value.zfill(14) if ai in ("01", "02") and is_gtin(value) else value) for ai, value in parts)
