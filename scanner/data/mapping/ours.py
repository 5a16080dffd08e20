"""A file of theirs as one of ours: each row on the line where it stands in theirs, so that what is wrong is found there. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import StringIO

from scanner.data.imports.cells import Column, day
from scanner.data.imports.report import MOST_LISTED, ImportProblem
from scanner.data.mapping.days import Order, written
from scanner.data.mapping.rules import Plan, Source
from scanner.data.mapping.theirs import Theirs, Unquoted

_HAS_SEVERAL = {("barcodes", "code"), ("products", "barcode")}
"""Columns with barcodes, of which a cell may have several."""
_SEVERAL = re.compile(r"[0-9]{8,14}(?:[,;|\s]+[0-9]{8,14})+[,;|\s]*")
_OF_A_BARCODE = frozenset({"sku", "code", "barcode", "units", "own"})
"""What the row of a further barcode says: nothing else of the item."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What can be brought in: a CSV file, how many rows they have, and what of the rows themselves is wrong.

    `asked`: by column, a date of which nothing tells whether the day stands first. `further`: by line, the line of theirs that
    a row at the end comes from.
    """

    content: bytes
    rows: int
    problems: tuple[ImportProblem, ...] = ()
    bad: int = 0
    asked: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[int, int] = field(default_factory=dict)

    def where(self, problem: ImportProblem) -> ImportProblem:
        """A problem, with the line of theirs."""
        return replace(problem, line=self.further.get(problem.line, problem.line))


def as_ours(theirs: Theirs, plan: Plan, columns: Sequence[Column], most: int | None = None) -> Ours:
    """The first rows of a file, or all of them, by the plan."""
    problems: list[ImportProblem] = []
    bad, rows = 0, 0
    fed = [column for column in columns if column.name in plan.sources]
    names = [column.name for column in fed]
    orders = _orders(theirs, plan, fed)
    first = {name: order.told or plan.sources[name].order for name, order in orders.items()}
    several = next((column.name for column in fed if (plan.kind, column.name) in _HAS_SEVERAL), "")
    more: list[tuple[int, list[str]]] = []
    further: dict[int, int] = {}

    def lines() -> Iterator[tuple[int, list[str]]]:
        nonlocal bad, rows
        below = 2
        try:
            for line, cells in theirs.rows(most):
                rows += 1
                if any(map(str.strip, cells[len(theirs.header) :])):
                    bad += 1
                    got = f"{len(cells)}: quote a cell that has the separator in it"
                    problems.append(ImportProblem(line, "(all)", f"{len(theirs.header)} cells", got))
                found = [_cell(plan.sources[column.name], column, cells, first.get(column.name, "")) for column in fed]
                if several:
                    more.extend((line, each) for each in _parted(found, names, several))
                if not any(map(str.strip, found)):  # ours would take it for a blank row
                    bad += 1
                    problems.append(ImportProblem(line, fed[0].name if fed else "(all)", "something", "nothing"))
                yield line, found
                below = max(below, line) + 1 + sum(map(_breaks, found))
        except Unquoted as error:
            bad += 1
            problems.append(ImportProblem(error.line, "(all)", "cells in matching quotes", str(error)))

        for at, (line, found) in enumerate(more, below):
            further[at] = line
            yield at, found

    content = on_their_lines(names, lines())
    asked = {name: order.seen for name, order in orders.items() if order.is_asked}
    return Ours(content, rows, tuple(problems[:MOST_LISTED]), bad, asked, further)


def _orders(theirs: Theirs, plan: Plan, fed: Sequence[Column]) -> dict[str, Order]:
    """By column, what stands first in its dates, by all rows of the file."""
    found = {column.name: Order() for column in fed if column.parse is day and plan.sources[column.name].at is not None}
    if found:
        with suppress(Unquoted):
            for _, cells in theirs.rows():
                for name, order in found.items():
                    order.hear(_text(plan.sources[name], cells))
    return found


def _parted(found: list[str], names: Sequence[str], several: str) -> Iterator[list[str]]:
    """Where a cell has several barcodes: leave the first one there, and give a row for each of the others."""
    at = names.index(several)
    if _SEVERAL.fullmatch(found[at].strip()):
        found[at], *others = dict.fromkeys(re.findall("[0-9]+", found[at]))
        for each in others:
            said = dict(zip(names, found, strict=True)) | {several: each}
            yield [cell if name in _OF_A_BARCODE else "" for name, cell in said.items()]


def on_their_lines(names: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> bytes:
    """A CSV file with each row on its line; those between are blank, which a file of ours may have."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    at = 2
    for line, cells in rows:
        out.write("\n" * (line - at))
        writer.writerow(cells)
        at = max(at, line) + 1 + sum(_breaks(cell) for cell in cells)
    return out.getvalue().encode("utf-8", "replace")


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _cell(source: Source, column: Column, cells: Sequence[str], order: str) -> str:
    cell = _text(source, cells)
    return written(cell, order) if column.parse is day else cell


def _text(source: Source, cells: Sequence[str]) -> str:
    if source.at is None:
        return source.fixed
    return cells[source.at] if source.at < len(cells) else ""
