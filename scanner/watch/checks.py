"""What must hold for this server to do its work. One line in `CHECKS` adds a check."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask

from scanner.db.engine import Database
from scanner.db.migrations import newest_revision, revision_of
from scanner.db.trial import try_writing
from scanner.settings import Settings, data_folder
from scanner.watch.readiness import Check, Finding

MIB = 1024 * 1024


def disk(app: Flask) -> Finding:
    """Room where the database is; with PostgreSQL, where this machine keeps its secret and certificates. And for temporary files.

    The disk of those may be a small one: of that no more than a quarter has to be free.
    """
    settings, database = _settings(app), _database(app)
    found = shutil.disk_usage(_existing(Path(str(database.url.database)) if database.is_sqlite else data_folder()))
    wanted = settings.disk_free_mb * MIB
    words = "room enough" if found.free >= wanted else "too little room"
    share = round(found.free / found.total, 4) if found.total else 0
    well = found.free >= wanted
    if well and not _has_room_for_temporary_files(wanted):
        well, words = False, "too little room for temporary files"
    return Finding(well, words, {"free_bytes": found.free, "free_share": share, "wanted_bytes": wanted})


def _has_room_for_temporary_files(wanted: int) -> bool:
    try:
        found = shutil.disk_usage(tempfile.gettempdir())
    except OSError:  # the folder is gone, or none was ever found
        return False
    return found.free >= min(wanted, found.total // 4)


def write(app: Flask) -> Finding:
    """A real commit that changes nothing, in line with the scans that wait."""
    began = time.perf_counter()
    try_writing(_database(app))
    return Finding(True, "written", {"ms": round((time.perf_counter() - began) * 1000, 1)})


def file(app: Flask) -> Finding:
    """The files of a SQLite database are the ones that were opened."""
    well = _database(app).identity_is_kept()
    return Finding(well, "as it was opened" if well else "gone, replaced or damaged")


def schema(app: Flask) -> Finding:
    """The database is of the schema that this code was written for."""
    well = revision_of(_database(app)) == newest_revision()
    return Finding(well, "as the code expects" if well else "of another version of the code")


def decoder(app: Flask) -> Finding:
    """The processes that read photos are alive, or not needed yet."""
    well = app.extensions["decoder"].alive
    return Finding(well, "alive" if well else "has stopped")


def webhooks(app: Flask) -> Finding:
    """What sends webhooks is alive. A server that was started without it sends none: another one does."""
    sender = app.extensions.get("sender")
    if sender is None:
        return Finding(True, "sent by another process")
    return Finding(sender.alive, "alive" if sender.alive else "has stopped")


def backups(app: Flask) -> Finding:
    """Whether somebody must look at the backups. That takes no server out of work."""
    warns = app.extensions["backups"]().warns(datetime.now(UTC))
    return Finding(True, "need somebody to look" if warns else "nothing to warn of", {"warning": int(warns)})


CHECKS: dict[str, Callable[[Flask], Finding]] = {
    "disk": disk,
    "write": write,
    "file": file,
    "schema": schema,
    "decoder": decoder,
    "webhooks": webhooks,
    "backups": backups,
}
"""By name, as `/readyz` and the metric `scanner_ready` say them. One that fails takes this server out of work,
but for those of `ONLY_SAID`."""
ONLY_SAID = frozenset({"backups"})


def checks_of(app: Flask) -> dict[str, Check]:
    """The checks of one app."""
    return {name: partial(check, app) for name, check in CHECKS.items()}


def _existing(path: Path) -> Path:
    return next((each for each in (path, *path.absolute().parents) if each.exists()), Path("/"))


def _database(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found


def _settings(app: Flask) -> Settings:
    found: Settings = app.extensions["chosen"].now()
    return found
