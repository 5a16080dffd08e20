"""The rows of one file while they are checked: in a file of this process alone, so that nobody waits and no memory fills."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import Any

from scanner.data.imports.sheet import Row
from scanner.db.engine import sqlite

PAGE = 1_000
"""Rows that are checked at a time."""
_DAY = "a day"


def pack(rows: Iterable[Row]) -> str:
    """Rows as JSON."""
    return json.dumps([[row.line, row.values] for row in rows], default=_packed_day, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> list[Row]:
    """The rows of such JSON."""
    return [Row(line, values) for line, values in json.loads(text, object_hook=_unpacked_day)]


class Scratch:
    """Rows in the order of the file or of what they are about. What it holds is gone when it is closed, or its process dies."""

    def __init__(self, about: str) -> None:
        self._about = about
        self._file = sqlite.connect("", isolation_level=None)  # an unnamed file that SQLite deletes by itself
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("CREATE TABLE sheet (line INTEGER PRIMARY KEY, about TEXT NOT NULL, content TEXT NOT NULL)")

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    def add(self, rows: list[Row]) -> None:
        """Keep rows."""
        self._write("INSERT INTO sheet (line, about, content) VALUES (?1, ?2, ?3)", rows)

    def change(self, rows: list[Row]) -> None:
        """Keep what was noted on rows that are here."""
        self._write("UPDATE sheet SET content = ?3 WHERE line = ?1", rows)

    def in_order(self) -> Iterator[list[Row]]:
        """All rows as the file has them, by pages."""
        after = -1
        while found := self._file.execute(
            "SELECT line, content FROM sheet WHERE line > ? ORDER BY line LIMIT ?", (after, PAGE)
        ).fetchall():
            after = found[-1][0]
            yield [row for _, content in found for row in unpack(content)]

    def together(self, at_once: int) -> Iterator[tuple[list[Row], bool]]:
        """All rows by what they are about: about `at_once` of them, and whether they go on with what the ones before are about.

        What more rows are about than five times `at_once` comes in parts.
        """
        found = self._file.execute("SELECT about, content FROM sheet ORDER BY about, line")
        rows: list[Row] = []
        goes_on = False
        for _, group in groupby(iter(found.fetchone, None), key=lambda row: row[0]):
            for place, part in enumerate(_parts(group, 5 * at_once)):
                if rows and (place or len(rows) + len(part) > at_once):
                    yield rows, goes_on
                    rows, goes_on = [], place > 0
                rows += part
        if rows:
            yield rows, goes_on

    def _write(self, statement: str, rows: list[Row]) -> None:
        self._file.execute("BEGIN")
        self._file.executemany(statement, ((row.line, str(row.values[self._about]), pack([row])) for row in rows))
        self._file.execute("COMMIT")


def _parts(group: Iterator[tuple[str, str]], most: int) -> Iterator[list[Row]]:
    while part := [row for _, content in islice(group, most) for row in unpack(content)]:
        yield part


def _packed_day(value: object) -> Any:
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"expected a value of a row, got {value!r}")


def _unpacked_day(values: dict[str, Any]) -> Any:
    return date.fromisoformat(values[_DAY]) if _DAY in values else values
