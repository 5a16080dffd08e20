"""Which characters the bytes of a file stand for, where that is certain.

Valid UTF-8 is UTF-8, since no other text looks like it. UTF-16 says so, or has a NUL in every other place. Else it may be
Windows-1252 (Latin-1 is a part of it), if what comes out can be words of a language that is written in it.
"""

from __future__ import annotations

import codecs
import re

SAVE_AS = "a CSV file in UTF-8 (in the spreadsheet: save as “CSV UTF-8”)"
"""What to do about a file that cannot be read."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = (
    (re.compile(rb"PK\x03\x04.{0,4000}?(?:xl/|\[Content_Types\])", re.DOTALL), "an Excel workbook"),
    (re.compile(rb"PK\x03\x04.{26,60}mimetypeapplication/vnd\.oasis", re.DOTALL), "an OpenDocument file"),
    (re.compile(rb"PK\x03\x04"), "a ZIP file"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an Excel workbook of the old kind"),
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF|BM....\x00\x00\x00\x00|.{4}ftyp", re.DOTALL), "a picture"),
    (re.compile(rb"\x1f\x8b|7z\xbc\xaf|Rar!"), "a packed file"),
    (re.compile(rb"SQLite format 3"), "a database"),
    (re.compile(rb"\{\\rtf"), "a text document"),
    (re.compile(rb'\s*(?:\{\s*"|\[\s*[\[{])'), "JSON"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]"), "a web page or XML"),
)
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xc5\xce-\xd1\xd7-\xdb][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")  # of usual alphabets

_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿ]"
_OTHER_ALPHABET = re.compile(
    "|".join(
        [
            "[À-ÖØ-öø-ÿ]{3}",  # a Cyrillic or Greek word, or two bytes a character
            "[ðýþÐÝÞÿŠšŽžŸ‚ƒˆ˜†‡‰‹›¤¦¨¬¯´¸¶]",  # letters of Turkish, Mac OS, DOS and others stand here
            f"{_LETTER}[³¹º¿¡£¥ª€“‘…•–—™©®°±²µ«»¼½¾÷×„”§·]{_LETTER}",  # a sign inside a word
            f"{_LETTER}[¿¡£¥§¹„]|[£¥¹³€™…§]{_LETTER}|(?<={_LETTER})(?<![mM])³",  # a sign for a letter at an end of it
            rf"{_LETTER}{{3}}(?<!qu)(?<!ll)(?<!rd)’(?!(?:[sStTdm]|re|ve|ll)(?!{_LETTER}))(?={_LETTER})",  # no elision
            "„(?![^\r\n]*[“”])",
            "œ(?![ui])|Œ(?![UuIi])",
        ]
    )
)
_NEVER_TOGETHER = (("øØ", "ìòù"), ("õÕ", "öüûÖÜ"))
"""Letters of no one Western language: in Czech and in Hungarian files other letters stand in their places."""


class Unreadable(ValueError):
    """The bytes are no text that is certain. `got` says what they are, `line` where that shows."""

    def __init__(self, got: str, line: int = 1) -> None:
        super().__init__(got)
        self.got, self.line = got, line


def encoding_of(data: bytes) -> str:
    """The name of a file's encoding, as `open` wants it. Raises Unreadable for what is no text, or may be several."""
    for beginning, noun in _NO_TEXT:
        if beginning.match(data):
            raise Unreadable(noun)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    name = marked or _without_mark(data)
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"bytes that are not {name}", _line_of(data[: error.start])) from None
    return name


def _without_mark(data: bytes) -> str:
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) * 5 > min(len(data), 4096) and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        _demand_windows_1252(data, _line_of(data[: error.start]))
        return "cp1252"
    return "utf-8"


def _demand_windows_1252(data: bytes, line: int) -> None:
    """Raise Unreadable where the text may be of another alphabet as well."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not text or _UTF8_CHARACTER.search(data) or _OTHER_ALPHABET.search(text) or _mixes(set(text)):
        raise Unreadable("letters that are neither UTF-8 nor surely Windows-1252", line)


def _mixes(characters: set[str]) -> bool:
    return any(not characters.isdisjoint(some) and not characters.isdisjoint(others) for some, others in _NEVER_TOGETHER)


def _line_of(before: bytes) -> int:
    """The line that follows on so many bytes, with line ends of any kind."""
    return 1 + (before.count(b"\n") or before.count(b"\r"))
