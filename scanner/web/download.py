"""Files that are sent while a person waits, at whatever pace the network has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator

from flask import Response

PIECE = 64 * 1024


def csv_download(lines: Callable[[], Iterator[str]], name: str) -> Response:
    """A CSV file as a download.

    It is written to the disk first: a slow reader would hold a connection to the database for as long as the file takes.
    """
    response = Response(_from_disk(lines), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _from_disk(lines: Callable[[], Iterator[str]]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        for line in lines():
            file.write(line.encode())
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
