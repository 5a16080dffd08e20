"""What is looked up when metrics are read. One line in `GAUGES` adds a gauge.

Those that ask the database are kept for some seconds, so that reading often costs nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from scanner.data.nightly.folder import last_good
from scanner.db.engine import Database
from scanner.db.sql import connection_of
from scanner.discrepancies import store as discrepancies
from scanner.webhooks import store as webhooks

KEPT_SECONDS = 10.0
_log = logging.getLogger(__name__)

Values = list[tuple[tuple[str, ...], float]]
"""The values of a gauge, each behind those of its labels."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number of the moment. `ask` gives one value for each combination of labels, none where there is nothing to say.

    Labels have values out of a closed list: never of an item, a code, a person, an order or an address.
    """

    name: str
    words: str
    ask: Callable[[Flask], Values]
    labels: tuple[str, ...] = ()
    kept_seconds: float = KEPT_SECONDS


def checks(app: Flask) -> Values:
    """1 for each check of `/readyz` that is well."""
    return [((name,), found.well) for name, found in app.extensions["readiness"].ask().items()]


def disk_free(app: Flask) -> Values:
    """Free bytes as the check of the disk finds them."""
    return [((), app.extensions["readiness"].ask()["disk"].figures.get("free_bytes", 0))]


def waiting_requests(app: Flask) -> Values:
    """Requests that have come and wait for a thread, where the server knows."""
    waiting = app.extensions.get("waiting_requests")
    return [((), waiting())] if waiting else []


def waiting_writes(app: Flask) -> Values:
    """Writes that wait for their turn on SQLite's only writer."""
    return [((), _database(app).waiting_writes)]


def database_bytes(app: Flask) -> Values:
    """The database itself, and on SQLite the log beside it."""
    database = _database(app)
    if database.is_sqlite:
        file = Path(str(database.url.database))
        return [((part,), path.stat().st_size) for part, path in _files(file).items() if path.exists()]
    with database.read() as session:
        size = connection_of(session).exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return [(("database",), float(size))]


def open_discrepancies(app: Flask) -> Values:
    """Discrepancies that nobody has settled, by kind."""
    with _database(app).read() as session:
        return [((total.kind,), total.discrepancies) for total in discrepancies.open_totals(session)]


def messages(app: Flask) -> Values:
    """Messages of webhooks that are still to be sent, and those that were given up."""
    with _database(app).read() as session:
        return [((state,), number) for state, number in webhooks.standing(session).items()]


def oldest_message(app: Flask) -> Values:
    """The age of the oldest message that waits; 0 where none does."""
    with _database(app).read() as session:
        since = webhooks.oldest_waiting(session)
    return [((), (datetime.now(UTC) - since).total_seconds() if since else 0)]


def last_backup(app: Flask) -> Values:
    """When the last good backup was made, where there is one."""
    last = last_good(_database(app).url, app.extensions["chosen"].now(), datetime.now(UTC))
    return [((), last.at.timestamp())] if last else []


GAUGES: Sequence[Gauge] = (
    Gauge("scanner_ready", "1 where a check of /readyz is well.", checks, ("check",), 0),
    Gauge("scanner_disk_free_bytes", "Room where the database is.", disk_free, (), 0),
    Gauge("scanner_requests_waiting", "Requests that wait for a thread.", waiting_requests, (), 0),
    Gauge("scanner_writes_waiting", "Writes that wait for their turn.", waiting_writes, (), 0),
    Gauge("scanner_database_bytes", "Size of the database and of its log.", database_bytes, ("part",), 60),
    Gauge("scanner_discrepancies_open", "Discrepancies that nobody has settled.", open_discrepancies, ("kind",)),
    Gauge("scanner_webhook_messages", "Messages of webhooks by state.", messages, ("state",)),
    Gauge("scanner_webhook_oldest_seconds", "Age of the oldest message that waits.", oldest_message),
    Gauge("scanner_backup_last_seconds", "When the last good backup was made, in Unix time.", last_backup, (), 60),
)
"""Those of the database are the same from each process: take their maximum, not their sum."""


class Asked:
    """A gauge with its last values. Thread-safe: of several that ask at once, one looks up."""

    def __init__(self, gauge: Gauge, app: Flask) -> None:
        self.gauge = gauge
        self._app = app
        self._state = threading.Lock()
        self._at = float("-inf")
        self._values: Values | None = None

    def values(self) -> Values | None:
        """The values; None where they cannot be had."""
        with self._state:
            if time.monotonic() - self._at > self.gauge.kept_seconds:
                self._values, self._at = self._look_up(), time.monotonic()
            return self._values

    def _look_up(self) -> Values | None:
        try:
            return self.gauge.ask(self._app)
        except Exception:
            _log.exception("A gauge cannot be read", extra={"check": self.gauge.name})
            return None


def asked_gauges(app: Flask) -> list[Asked]:
    """The gauges of one app."""
    return [Asked(gauge, app) for gauge in GAUGES]


def _files(file: Path) -> dict[str, Path]:
    return {"database": file, "log": file.with_name(f"{file.name}-wal")}


def _database(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found
