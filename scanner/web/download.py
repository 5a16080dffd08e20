"""Files that are sent while a person waits, at whatever pace the network has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial

from flask import Response

PIECE = 64 * 1024


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
