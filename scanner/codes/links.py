"""GS1 Digital Link: an item's number, lot and dates in a web address, of any domain.

Source: GS1 Digital Link Standard, URI Syntax 1.3; short names of the keys are those of 1.1. Of a compressed one
(Compression 1.1) the GTIN is read where it comes first.
"""

from __future__ import annotations

import base64
import re
from binascii import Error
from urllib.parse import parse_qsl, unquote, urlsplit

from scanner.codes.elements import Elements, Unreadable, read_elements
from scanner.codes.numbers import check_digit, has_check_digit

_NAMES = {"gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "sscc": "00", "exp": "17", "expdt": "17"}
_KEYS = ("01", "00", "8006", "8013", "8010", "414", "417", "8017", "8018", "253", "255", "401", "402", "8003", "8004")
_GTIN_BITS = 47
COMPRESSED = "a compressed GS1 Digital Link: of it only the GTIN is read"


def read_link(text: str) -> tuple[Elements, str] | None:
    """The elements of a Digital Link, and what is to be said of it; None where the address is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    path = [unquote(each) for each in parts.path.split("/") if each]
    start = next((place for place, each in enumerate(path) if _ai(each) in _KEYS and place + 1 < len(path)), None)
    if start is None:
        return _compressed(path)
    pairs = [*zip(path[start::2], path[start + 1 :: 2], strict=False), *parse_qsl(parts.query.replace(";", "&"))]
    read = Elements()
    for name, value in pairs:
        ai = _ai(name)
        if not re.fullmatch(r"\d{2,4}", ai):
            continue  # of the shop's own, not of GS1
        one = read_elements(ai + (value.zfill(14) if ai == "01" else value))
        read.values |= one.values
        read.unreadable += [Unreadable(ai, value, each.why) for each in one.unreadable]
    return read, ""


def _ai(name: str) -> str:
    return _NAMES.get(name.lower(), name)


def _compressed(path: list[str]) -> tuple[Elements, str] | None:
    """The GTIN of a compressed link: eight bits 01, then the number in 47."""
    if not path or not re.fullmatch(r"[A-Za-z0-9_-]{10,}", path[-1]):
        return None
    try:
        data = base64.urlsafe_b64decode(path[-1] + "=" * (-len(path[-1]) % 4))
    except (Error, ValueError):
        return None
    if len(data) < 7 or data[0] != 0x01:
        return None
    gtin = str(int.from_bytes(data[1:7], "big") >> (48 - _GTIN_BITS)).zfill(14)
    if len(gtin) > 14 or not has_check_digit(gtin) or gtin == check_digit("0").zfill(14):
        return None
    return Elements({"01": gtin}), COMPRESSED
