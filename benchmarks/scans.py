"""What recording a scan costs, against the floor (`floor.py`), in one run.

    python -m benchmarks.scans [--seconds 5] [--rounds 3] [--ledger 1000000]

Prints the floor, a scan with an empty ledger, and a scan with so many scans in the ledger, from 1 and from 8 clients,
each the median of the rounds; and the ratios that are to hold: a scan at least half as many a second as the floor, and
within a tenth the same with a full ledger as with an empty one.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from benchmarks.load import Load, post_from, server
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.warehouse import MUG, fill

CLIENTS = (1, 8)
HUGE = 1_000_000_000


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty.db", Path(folder) / "full.db"
        token = _warehouse(empty, 0), _warehouse(full, arguments.ledger)
        found: dict[tuple[str, int], list[Load]] = {}
        for number in range(arguments.rounds):
            for clients in CLIENTS:
                _measure(found, "floor", clients, arguments.seconds, Path(folder) / f"floor{number}-{clients}.db", None)
                _measure(found, "scan, empty ledger", clients, arguments.seconds, empty, token[0])
                _measure(found, f"scan, {arguments.ledger:,} scans", clients, arguments.seconds, full, token[1])
    _report(found)


def _measure(
    found: dict[tuple[str, int], list[Load]], name: str, clients: int, seconds: float, database: Path, token: str | None
) -> None:
    command = ("-m", "benchmarks.serve", str(database)) if token else ("-m", "benchmarks.floor", str(database))
    path, headers = ("/api/v1/scans", {"Authorization": f"Bearer {token}"}) if token else ("/", {})
    with server(*command) as port:
        post_from(clients, 0.5, port, path, headers, _scan)
        found.setdefault((name, clients), []).append(post_from(clients, seconds, port, path, headers, _scan))


def _scan() -> dict[str, str]:
    return {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}


def _report(found: dict[tuple[str, int], list[Load]]) -> None:
    rounds = len(next(iter(found.values())))
    for clients in CLIENTS:
        print(f"\n{clients} client{'s' if clients > 1 else ''}: the round with the median rate of {rounds}")
        rates = []
        for (name, number), loads in found.items():
            if number == clients:
                middle = sorted(loads, key=lambda load: load.per_second)[rounds // 2]
                rates.append(statistics.median(load.per_second for load in loads))
                print(f"  {name:24} {middle}")
        floor, empty, full = rates
        print(f"  scan : floor {empty / floor:.2f} (wanted 0.50)   full : empty {full / empty:.2f} (wanted 0.90)")


def _warehouse(path: Path, scans: int) -> str:
    """A warehouse with one open line that never fills and so many scans of it; gives a token."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    warehouse = fill(database)
    warehouse.add_receipt("PO-BIG", [("MUG-B", HUGE)])
    if scans:
        warehouse.scan(MUG, task="PO-BIG")
        database.transact(lambda session: _multiply(session, scans))
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


def _multiply(session: object, scans: int) -> None:
    """Copy the one scan with its tally and movement, each copy with an id of its own, and move the counters along."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :scans)"
    connection = session.connection()  # type: ignore[attr-defined]
    columns = [row[1] for row in connection.execute(text("PRAGMA table_info(scan)"))]
    chosen = ", ".join({"seq": "i", "id": "lower(hex(randomblob(16)))"}.get(name, f'scan."{name}"') for name in columns)
    for statement in (
        f"INSERT INTO scan {numbers} SELECT {chosen} FROM n, scan WHERE scan.seq = 1",
        f"INSERT INTO tally (scan_seq, line_id, units) {numbers} SELECT i, line_id, units FROM n, tally WHERE scan_seq = 1",
        "INSERT INTO movement (at, item_id, units, source_id, target_id, scan_seq, operator_id, cause) "
        f"{numbers} SELECT at, item_id, units, source_id, target_id, i, operator_id, cause FROM n, movement WHERE scan_seq = 1",
    ):
        connection.execute(text(statement), {"scans": scans})
    connection.execute(text("UPDATE line SET scanned = scanned * :scans"), {"scans": scans})
    connection.execute(text("UPDATE stock SET units = units * :scans"), {"scans": scans})


if __name__ == "__main__":
    main()
