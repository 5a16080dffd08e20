"""A file as it came: its header and rows, whatever the encoding and the separator. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice

from scanner.data.imports.encoding import SAVE_AS, Unreadable, encoding_of
from scanner.errors import BadRequest

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 200
"""Rows that are looked at to guess what a file is."""
TITLES = 5
"""Rows in which the header is looked for: titles may stand above it."""
MOST_COLUMNS = 400
_SAYS_SEPARATOR = re.compile(r'\s*"?sep=([^\w\s"\x00]|\t)"?\s*', re.IGNORECASE)
Line = tuple[int, list[str]]
"""A row with the line on which it begins, from 1."""


class Unquoted(ValueError):
    """The quoting of a file ends it at `line`."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


@dataclass(frozen=True, slots=True)
class Theirs:
    """A file whose header was found. `header`: as it stands there; `first`: some rows of it."""

    data: bytes
    encoding: str
    separator: str
    header: tuple[str, ...]
    begins: int  # the line of the header
    first: tuple[Line, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called, each otherwise."""
        return tuple(_named(self.header, at) for at in range(len(self.header)))

    def rows(self, most: int | None = None) -> Iterator[Line]:
        """The rows with something in them. Raises Unquoted."""
        return islice(_after(self.begins, _read(self.data, self.encoding, self.separator)), most)


def open_theirs(data: bytes, knows: Callable[[str], bool] = lambda _name: False) -> Theirs:
    """Find the header of a file; `knows` says whether a name is that of a column. Raises BadRequest for what is no table."""
    try:
        encoding = encoding_of(data)
    except Unreadable as error:
        raise BadRequest(f"Expected {SAVE_AS}, got {error.got}.", "file") from None
    if (said := _said_separator(data, encoding)) is not None:
        read = _open(data, encoding, said)
    else:
        tried = [_open(data, encoding, each) for each in SEPARATORS]
        read = max(tried, key=lambda each: _fits(each, knows))
    if not read.header:
        raise BadRequest("Expected a file with a header and rows, got one with nothing in it.", "file")
    if len(read.header) > MOST_COLUMNS:
        raise BadRequest(f"Expected at most {MOST_COLUMNS} columns, got {len(read.header)}.", "file")
    if not read.first:
        raise BadRequest("Expected rows below the header, got none.", "file")
    return read


def _named(header: tuple[str, ...], at: int) -> str:
    name = header[at] or f"column {at + 1}"
    before = header[:at].count(header[at])
    return f"{name} ({before + 1})" if header[at] and before else name


def _said_separator(data: bytes, encoding: str) -> str | None:
    """What a first line such as `sep=;` says."""
    first = next(iter(TextIOWrapper(BytesIO(data[:4096]), encoding=encoding, errors="ignore", newline="")), "")
    said = _SAYS_SEPARATOR.fullmatch(first.rstrip("\r\n"))
    return said[1] if said else None


def _open(data: bytes, encoding: str, separator: str) -> Theirs:
    rows: list[Line] = []
    with suppress(Unquoted):  # which is said of the row, once the file is mapped
        rows.extend(islice(_read(data, encoding, separator), SAMPLE + TITLES))
    if not rows:
        return Theirs(data, encoding, separator, (), 1, ())
    widest = max(map(_filled, rows[:TITLES]))
    at = next(at for at, row in enumerate(rows) if 2 * _filled(row) >= widest)
    line, cells = rows[at]
    names = [_cell(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return Theirs(data, encoding, separator, tuple(names), line, tuple(rows[at + 1 :][:SAMPLE]))


def _fits(theirs: Theirs, knows: Callable[[str], bool]) -> tuple[int, float, int]:
    """How well a separator parts a file: known names, rows that are as wide as the header, columns."""
    width = len(theirs.header)
    even = sum(len(cells) >= width for _, cells in theirs.first) / max(1, len(theirs.first)) if width > 1 else 0.0
    return sum(map(knows, theirs.header)), round(even, 1), width


def _read(data: bytes, encoding: str, separator: str) -> Iterator[Line]:
    lines = csv.reader(TextIOWrapper(BytesIO(data), encoding=encoding, newline=""), delimiter=separator, strict=True)
    while True:
        begins = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unquoted(begins, str(error)) from None
        if any(map(str.strip, cells)) and not (begins == 1 and _SAYS_SEPARATOR.fullmatch(separator.join(cells))):
            yield begins, cells


def _after(line: int, rows: Iterator[Line]) -> Iterator[Line]:
    return (row for row in rows if row[0] > line)


def _filled(row: Line) -> int:
    return sum(bool(cell.strip()) for cell in row[1])


def _cell(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").split())[:120]
