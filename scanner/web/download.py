"""Files that are sent while a person waits, at whatever pace the network has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import IO

from flask import Response

PIECE = 64 * 1024


def csv_download(lines: Callable[[], Iterator[str]], name: str) -> Response:
    """A CSV file as a download.

    It is written to the disk first: a slow reader would hold a connection to the database for as long as the file takes. Where
    that fails, it does so before the answer has begun.
    """
    file = _on_disk(lines)
    response = Response(iter(partial(file.read, PIECE), b""), mimetype="text/csv; charset=utf-8")
    response.call_on_close(file.close)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _on_disk(lines: Callable[[], Iterator[str]]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        for line in lines():
            file.write(line.encode())
        file.seek(0)
    except BaseException:
        with suppress(OSError):  # what was to be written yet may find no room
            file.close()
        raise
    return file
