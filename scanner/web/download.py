"""Files that are sent while a person waits, at whatever pace the network has."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import StringIO

from flask import Response

PIECE = 64 * 1024
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def csv_download(lines: Callable[[], Iterator[str]], name: str) -> Response:
    """A CSV file as a download.

    It is written to the disk first: a slow reader would hold a connection to the database for as long as the file takes. Where
    that fails, it does so before the answer has begun.
    """
    pieces = _by_way_of_the_disk(lines)
    next(pieces)
    response = Response(pieces, mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _by_way_of_the_disk(lines: Callable[[], Iterator[str]]) -> Iterator[bytes]:
    """Nothing, once all is on the disk; then all of it."""
    with tempfile.TemporaryFile() as file:
        for line in lines():
            file.write(line.encode())
        file.seek(0)
        yield b""
        yield from iter(partial(file.read, PIECE), b"")


def csv_lines(header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The lines of a file with these columns, the header first.

    A cell that a spreadsheet would take for a formula gets a `'` in front (OWASP, CSV Injection).
    """
    yield ",".join(header) + "\r\n"
    buffer = StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in header])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return "" if value is None else str(value)
