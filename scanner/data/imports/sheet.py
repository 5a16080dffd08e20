"""A CSV file as rows of values: UTF-8 with a header, commas or semicolons, as spreadsheets write it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from typing import IO, Any, Protocol

from scanner.data.imports.cells import UNPRINTABLE, Column
from scanner.data.imports.report import ImportProgress

_LONGEST_HEADER = 10_000


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


@contextmanager
def open_sheet(stream: IO[bytes], columns: Sequence[Column], progress: ImportProgress) -> Iterator[CsvFile]:
    """Read a file from its start. Every row is checked: the sound ones come out, what is wrong is noted in `progress`."""
    if stream.seekable():
        stream.seek(0)
    # A byte that is not UTF-8 becomes a lone surrogate, so that the cell can be named later.
    text = TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield _read(text, columns, progress)
    finally:
        text.detach()


def _read(text: TextIOWrapper, columns: Sequence[Column], progress: ImportProgress) -> CsvFile:
    first = text.readline(_LONGEST_HEADER)
    separator = ";" if first.count(";") > first.count(",") else ","
    lines = csv.reader(chain([first], text), delimiter=separator, strict=True)
    known = {column.name: column for column in columns}
    header = [_name(cell) for cell in next(_counted(lines, progress), (1, []))[1]]
    ignored = tuple(name for name in header if name and name not in known)
    if not _header_fits(header, columns, progress):
        return CsvFile(iter(()), ignored)
    return CsvFile(_rows(lines, [known.get(name) for name in header], columns, progress), ignored)


def _name(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_")


def _header_fits(header: list[str], columns: Sequence[Column], progress: ImportProgress) -> bool:
    before = progress.bad
    for column in columns:
        if column.required and column.name not in header:
            progress.problem(1, column.name, "this column in the header", ", ".join(filter(None, header)))
        if header.count(column.name) > 1:
            progress.problem(1, column.name, "this column once", f"{header.count(column.name)} of them")
    return progress.bad == before


def _counted(lines: _Lines, progress: ImportProgress) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which they begin. A fault in the quoting ends the file."""
    while True:
        begins = lines.line_num + 1
        try:
            yield begins, next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            progress.problem(begins, "(all)", "cells in matching quotes", str(error))
            return


def _rows(lines: _Lines, order: list[Column | None], columns: Sequence[Column], progress: ImportProgress) -> Iterator[Row]:
    required = [column.name for column in columns if column.required]
    for line, cells in _counted(lines, progress):
        if not any(cells):
            continue
        progress.rows += 1
        before = progress.bad
        if any(cells[len(order) :]):
            progress.problem(line, "(all)", f"{len(order)} cells", f"{len(cells)}: quote a cell that has the separator in it")
        values = _values(line, cells, order, progress)
        for name in required:
            if progress.bad == before and name not in values:
                progress.problem(line, name, "something", "")
        if progress.bad == before:
            yield Row(line, values)


def _values(line: int, cells: list[str], order: list[Column | None], progress: ImportProgress) -> dict[str, Any]:
    values = {}
    for column, cell in zip(order, cells, strict=False):
        cell = cell.strip()
        if column is None or not cell:
            continue
        if UNPRINTABLE.search(cell):
            progress.problem(line, column.name, "printable text in UTF-8", cell)
            continue
        try:
            values[column.name] = column.parse(cell)
        except ValueError as error:
            progress.problem(line, column.name, str(error), cell)
    return values
