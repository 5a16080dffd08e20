"""Lists that a person takes out as files. Each is on record: who took which, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from flask import Response
from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, Facts
from scanner.people.session import signed_in
from scanner.web.context import database, transact
from scanner.web.download import csv_download, csv_lines


def file_of(
    name: str, columns: Sequence[str], rows: Callable[[Session], Iterable[Mapping[str, object]]], *, after: Facts | None = None
) -> Response:
    """A list as a CSV file. `rows` are read once the taking out is on record; `after` says which of them were asked for."""
    transact(audit.note, signed_in(), Action.FILE_OUT, "file", name, after=after)
    source = database()

    def lines() -> Iterator[str]:
        with source.read() as session:
            yield from csv_lines(columns, rows(session))

    return csv_download(lines, f"{name.replace(' ', '-')}.csv")


def cells(row: object, columns: Sequence[str]) -> dict[str, object]:
    """The values of a row by their columns; days and moments in ISO 8601, several words in one cell."""
    return {name: _cell(getattr(row, name)) for name in columns}


def _cell(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value
