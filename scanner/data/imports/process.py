"""The process that brings files in beside a server: what it works out must not hold up the server's own threads."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import scanner
from scanner.db.engine import Database

COMMAND = "bring-in"
_started: list[subprocess.Popen[bytes]] = []


def start_process(database: Database, *arguments: str, stdin: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start `python3 -m scanner bring-in …` on the database. It is ended with this process; what is decided waits for the next.

    The address of the database goes by the environment, since it may have a password in it.
    """
    environment = {**os.environ, "SCANNER_DATABASE": _address(database), "PYTHONPATH": _import_path()}
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", COMMAND, *arguments], env=environment, stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # what it says names cells of the file, and is kept with the import
        start_new_session=True,
    )  # fmt: skip
    _started[:] = [each for each in _started if each.poll() is None] + [process]
    return process


@atexit.register
def _end() -> None:
    for process in _started:
        if process.poll() is None:
            process.terminate()


def _address(database: Database) -> str:
    url = database.url
    if database.is_sqlite and url.database:
        url = url.set(database=str(Path(url.database).expanduser().resolve()))
    return url.render_as_string(hide_password=False)


def _import_path() -> str:
    ours = str(Path(scanner.__file__ or ".").resolve().parent.parent)
    return os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH", "")]))
