"""What a scanner types, as it is stored and shown. Whatever it can type is recorded, control characters too."""

from __future__ import annotations

import re

from scanner.errors import BadRequest

GS = "\x1d"
MAX_LENGTH = 4_296
"""Most characters of a payload: those of the largest QR code (ISO/IEC 18004, table 7)."""
STORED_LENGTH = 512
"""Characters of a payload that are stored. The rest of a longer one says nothing that is looked up."""
CUT = "…"
CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What has no place in a code but GS, which parts the elements of a label."""
_BLANK = " \t\r\n"
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_PICTURES |= {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
_PICTURES |= {code: f"\\u{code:04x}" for code in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x206F), 0xFEFF)}


def as_scanned(raw: str) -> str:
    """A payload without the white space around it. Raises BadRequest for nothing, and for more than any symbol holds."""
    text = raw.strip(_BLANK)
    if not text.replace(GS, "").strip():
        raise BadRequest("Expected a code, got nothing.", "code")
    if len(text) > MAX_LENGTH:
        raise BadRequest(f"Expected a code of at most {MAX_LENGTH:,} characters, got {len(text):,}.", "code")
    return storable(text)


def storable(text: str) -> str:
    """The text with what no database stores replaced: U+0000 by its picture, halves of a character by U+FFFD."""
    text = text.replace("\0", _PICTURES[0])
    return text if text.isascii() else "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)


def stored(text: str) -> str:
    """As much of a payload as is stored."""
    text = storable(text)
    return text if len(text) <= STORED_LENGTH else text[: STORED_LENGTH - 1] + CUT


def shown(text: str) -> str:
    """A payload for people: control characters by their pictures, invisible ones by their numbers."""
    return text if text.isprintable() else text.translate(_PICTURES)
