"""A file of theirs as one of ours: each row on the line where it stands in theirs, so that what is wrong is found there. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from scanner.data.imports.cells import Column, day
from scanner.data.imports.report import MOST_LISTED, ImportProblem
from scanner.data.mapping.rules import Plan, Source
from scanner.data.mapping.theirs import Theirs, Unquoted

_DOTTED = re.compile(r"([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})(?: 00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class Ours:
    """What can be brought in: a CSV file, how many rows it has, and what of the rows themselves is wrong."""

    content: bytes
    rows: int
    problems: tuple[ImportProblem, ...] = ()
    bad: int = 0


def as_ours(theirs: Theirs, plan: Plan, columns: Sequence[Column], most: int | None = None) -> Ours:
    """The first rows of a file, or all of them, by the plan."""
    problems: list[ImportProblem] = []
    bad, rows = 0, 0
    fed = [column for column in columns if column.name in plan.sources]

    def lines() -> Iterator[tuple[int, list[str]]]:
        nonlocal bad, rows
        try:
            for line, cells in theirs.rows(most):
                rows += 1
                if any(map(str.strip, cells[len(theirs.header) :])):
                    bad += 1
                    got = f"{len(cells)}: quote a cell that has the separator in it"
                    problems.append(ImportProblem(line, "(all)", f"{len(theirs.header)} cells", got))
                found = [_cell(plan.sources[column.name], column, cells) for column in fed]
                if not any(map(str.strip, found)):  # ours would take it for a blank row
                    bad += 1
                    problems.append(ImportProblem(line, fed[0].name if fed else "(all)", "something", "nothing"))
                yield line, found
        except Unquoted as error:
            bad += 1
            problems.append(ImportProblem(error.line, "(all)", "cells in matching quotes", str(error)))

    content = on_their_lines([column.name for column in fed], lines())
    return Ours(content, rows, tuple(problems[:MOST_LISTED]), bad)


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


def _cell(source: Source, column: Column, cells: Sequence[str]) -> str:
    if source.at is None:
        return source.fixed
    cell = cells[source.at] if source.at < len(cells) else ""
    if column.parse is day and (dotted := _DOTTED.fullmatch(cell.strip())):  # with dots the day stands first everywhere
        return f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}"
    return cell
