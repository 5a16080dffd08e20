"""A CSV file as rows of values, as spreadsheets and programs write it: any usual encoding, separator and line end."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import IO, Any, Protocol

from scanner.data.imports.cells import UNPRINTABLE, Column
from scanner.data.imports.codes import bare
from scanner.data.imports.encoding import SAVE_AS, Unreadable, encoding_of
from scanner.data.imports.report import ImportProgress, InWords
from scanner.spelling import Ambiguous, currency_of, decimal_sign, legible, without_currency

_SEPARATORS = (",", ";", "\t", "|")
_SAYS_SEPARATOR = re.compile(r'"?sep=([^\w\s"\x00]|\t)"?', re.IGNORECASE)
_LONGEST_HEADER = 10_000
_BLANK = frozenset(["", "'", "''", '""', '=""'])
"""How a cell with nothing in it may be spelled."""


class _Lines(Protocol):
    """What `csv.reader` gives."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: by column what its parser gave. Blank cells, and columns that are not there, are left out."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str, default: Any = None) -> Any:
        """What the row says in a column, the default where that is nothing."""
        return self.values.get(column, default)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file whose header was read, and whose rows are read one by one."""

    rows: Iterator[Row]
    ignored: tuple[str, ...]  # columns that nobody knows
    lines: int = 0  # of the file, about


@contextmanager
def open_sheet(stream: IO[bytes], columns: Sequence[Column], progress: ImportProgress) -> Iterator[CsvFile]:
    """Read a file from its start. Every row is checked: the sound ones come out, what is wrong is noted in `progress`."""
    if stream.seekable():
        stream.seek(0)
    data = stream.read()
    progress.hide(column.name for column in columns if column.is_secret)
    try:
        encoding = encoding_of(data)
    except Unreadable as error:
        progress.problem(error.line, "(all)", SAVE_AS, InWords(error.got))
        yield CsvFile(iter(()), ())
        return
    yield _Sheet(data, encoding, columns, progress).read()


class _Sheet:
    """The rows of one file, checked one by one."""

    def __init__(self, data: bytes, encoding: str, columns: Sequence[Column], progress: ImportProgress) -> None:
        self._data, self._encoding, self._columns, self._progress = data, encoding, columns, progress
        self._known = {column.name: column for column in columns}
        self._required = [column.name for column in columns if column.required]
        self._signs: dict[str, set[str]] | None = None
        self._currencies: dict[str, str] = {}  # by column, the first that it names
        self._separator = self._find_separator()

    def read(self) -> CsvFile:
        """Read the header; the rows are read one by one."""
        rows = self._counted(self._lines(), self._progress)
        header = _header(rows)
        named = (name or f"column {at}, which has no name" for at, name in enumerate(header, 1))
        ignored = tuple(name for name in named if name not in self._known)
        if not self._header_fits(header):
            return CsvFile(iter(()), ignored)
        lines = self._data.count(b"\n") or self._data.count(b"\r")
        return CsvFile(self._rows(rows, [self._known.get(name) for name in header]), ignored, lines)

    def _text(self) -> TextIOWrapper:
        return TextIOWrapper(BytesIO(self._data), encoding=self._encoding, newline="")

    def _lines(self) -> _Lines:
        return csv.reader(self._text(), delimiter=self._separator, strict=True)

    def _find_separator(self) -> str:
        """The one that the first line says (`sep=;`), else the one by which the header has most columns that are known."""
        lines = self._text()
        first = next(filter(str.strip, iter(lambda: lines.readline(_LONGEST_HEADER), "")), "")
        if said := _SAYS_SEPARATOR.match(first.strip(" \r\n")):
            return said[1]
        parted = {each: [_name(cell) for cell in first.split(each)] for each in _SEPARATORS}
        return max(_SEPARATORS, key=lambda each: (sum(name in self._known for name in parted[each]), len(parted[each])))

    def _header_fits(self, header: list[str]) -> bool:
        before = self._progress.bad
        for column in self._columns:
            if column.required and column.name not in header:
                self._progress.problem(1, column.name, "this column in the header", ", ".join(filter(None, header)))
            if header.count(column.name) > 1:
                self._progress.problem(1, column.name, "this column once", f"{header.count(column.name)} of them")
        return self._progress.bad == before

    @staticmethod
    def _counted(lines: _Lines, progress: ImportProgress | None) -> Iterator[tuple[int, list[str]]]:
        """Rows with the line on which they begin. A fault in the quoting ends the file."""
        while True:
            begins = lines.line_num + 1
            try:
                yield begins, next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                if progress:
                    progress.problem(begins, "(all)", "cells in matching quotes", str(error))
                return

    def _rows(self, rows: Iterator[tuple[int, list[str]]], order: list[Column | None]) -> Iterator[Row]:
        progress = self._progress
        for line, cells in rows:
            if not any(map(str.strip, cells)):
                continue
            progress.rows += 1
            before = progress.bad
            if any(map(str.strip, cells[len(order) :])):
                got = f"{len(cells)}: quote a cell that has the separator in it"
                progress.problem(line, "(all)", f"{len(order)} cells", InWords(got) if progress.secrets else got)
            values = self._values(line, cells, order)
            for name in self._required:
                if progress.bad == before and name not in values:
                    progress.problem(line, name, "something", "")
            if progress.bad == before:
                yield Row(line, values)

    def _values(self, line: int, cells: list[str], order: list[Column | None]) -> dict[str, Any]:
        values = {}
        for column, cell in zip(order, cells, strict=False):
            cell = cell.strip()
            if column is None or cell in _BLANK or not (cell.isascii() or legible(cell)):
                continue
            try:
                values[column.name] = column.parse(cell)
                self._demand_one_currency(column, cell)
                if UNPRINTABLE.search(cell):
                    raise ValueError(_in_print(cell))
            except Ambiguous as error:
                self._settle(line, column, cell, values, error)
            except ValueError as error:
                self._progress.problem(line, column.name, str(error), cell)
        return values

    def _demand_one_currency(self, column: Column, cell: str) -> None:
        """Amounts are kept without their currency, so that all of a column must be of one."""
        if column.is_number and not cell.isdigit() and (currency := currency_of(cell)):
            first = self._currencies.setdefault(column.name, currency)
            if first != currency:
                raise ValueError(f"every amount of the column in one currency, {first} as above")

    def _settle(self, line: int, column: Column, cell: str, values: dict[str, Any], problem: Ambiguous) -> None:
        """Read a number that can be two by the decimal sign of the file, where that shows."""
        sign = self._decimal_sign(column.name)
        try:
            if sign is None:
                raise problem
            values[column.name] = column.parse(cell, sign)
            self._demand_one_currency(column, cell)
        except ValueError as error:
            self._progress.problem(line, column.name, str(error), cell)

    def _decimal_sign(self, column: str) -> str | None:
        """The decimal sign of the column's other cells, else that of all cells with numbers; None where they do not agree."""
        if self._signs is None:
            self._signs = self._signs_of_columns()
        shown = self._signs.get(column) or set().union(*self._signs.values())
        return next(iter(shown)) if len(shown) == 1 else None

    def _signs_of_columns(self) -> dict[str, set[str]]:
        """What the whole file shows, by column."""
        rows = self._counted(self._lines(), None)
        numbers = [(at, name) for at, name in enumerate(_header(rows)) if name in self._known and self._known[name].is_number]
        signs: dict[str, set[str]] = {name: set() for _, name in numbers}
        for _, cells in rows:
            for at, name in numbers:
                if at < len(cells) and not cells[at].isdigit() and (sign := decimal_sign(without_currency(_unmarked(cells[at])))):
                    signs[name].add(sign)
        return signs


def _header(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The names of the columns: of the first row with something in it that says no separator. None are named at the end."""
    for _, cells in rows:
        names = [_name(cell) for cell in cells]
        if any(names) and not (cells[0].strip().lower().startswith("sep=") and not any(names[1:])):
            while not names[-1]:
                names.pop()
            return names
    return []


def _in_print(cell: str) -> str:
    return "printable text" + (" in one line (use a row for each)" if "\n" in cell or "\r" in cell else "")


def _name(cell: str) -> str:
    return _unmarked(cell).lower().replace(" ", "_").replace("-", "_")


def _unmarked(cell: str) -> str:
    try:
        return bare(cell)
    except ValueError:
        return cell.strip()
