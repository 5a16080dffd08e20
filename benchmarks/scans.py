"""What recording a scan costs, against the floor (`floor.py`), in one run.

    python -m benchmarks.scans [--seconds 5] [--rounds 3] [--ledger 1000000] [--beside CHECKOUT]
    python -m benchmarks.scans --database URL [--seconds 5] [--rounds 3] [--beside CHECKOUT]

Prints the floor, a scan with an empty ledger, and a scan with so many scans in the ledger, from 1 and from 8 clients,
each the median of the rounds; and the ratios that are to hold: a scan at least half as many a second as the floor, and
within a tenth the same with a full ledger as with an empty one. `--beside` measures another checkout, say of the commit
before, in turn with this one: its server, its schema, its own `.venv`. With `--database` PostgreSQL and SQLite are compared
(`databases.py`).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from benchmarks import databases
from benchmarks.load import ROOT, Load, post_from, python_of, server
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.warehouse import MUG, fill

CLIENTS = (1, 8)
HUGE = 1_000_000_000
MAKE = "import sys, pathlib, benchmarks.scans as b; print(b._warehouse(pathlib.Path(sys.argv[1]), int(sys.argv[2])))"


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", type=int, default=1_000_000)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--database", help="the URL of a database of PostgreSQL, beside which others can be made")
    arguments = parser.parse_args()
    if arguments.database:
        databases.compare(arguments.database, arguments.seconds, arguments.rounds, arguments.beside)
        return
    checkouts = {"": ROOT} | ({"beside: ": arguments.beside.resolve()} if arguments.beside else {})
    with tempfile.TemporaryDirectory() as folder:
        made = [
            (f"{whose}scan, {scans:,} scans", checkout, *_made(checkout, Path(folder) / f"{whose.strip(': ')}{scans}.db", scans))
            for scans in (0, arguments.ledger)
            for whose, checkout in checkouts.items()
        ]
        found: dict[tuple[str, int], list[Load]] = {}
        for number in range(arguments.rounds):
            for clients in CLIENTS:
                empty = Path(folder) / f"floor{number}-{clients}.db"
                _measure(found, "floor", clients, seconds=arguments.seconds, database=empty, token=None)
                for name, checkout, database, token in made:
                    _measure(found, name, clients, seconds=arguments.seconds, database=database, token=token, checkout=checkout)
    _report(found, list(checkouts))


def _made(checkout: Path, database: Path, scans: int) -> tuple[Path, str]:
    """A warehouse as that checkout makes it, with a token."""
    command = [python_of(checkout), "-c", MAKE, str(database), str(scans)]
    return database, subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def _measure(
    found: dict[tuple[str, int], list[Load]], name: str, clients: int, *, seconds: float, database: Path, token: str | None,
    checkout: Path = ROOT,
) -> None:  # fmt: skip
    command = ("-m", "benchmarks.serve", str(database)) if token else ("-m", "benchmarks.floor", str(database))
    path, headers = ("/api/v1/scans", {"Authorization": f"Bearer {token}"}) if token else ("/", {})
    with server(*command, checkout=checkout) as port:
        post_from(clients, 0.5, [port], path, [headers], _scan)
        found.setdefault((name, clients), []).append(post_from(clients, seconds, [port], path, [headers], _scan))


def _scan(_client: int) -> dict[str, str]:
    return {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}


def _report(found: dict[tuple[str, int], list[Load]], checkouts: list[str]) -> None:
    rounds = len(next(iter(found.values())))
    for clients in CLIENTS:
        print(f"\n{clients} client{'s' if clients > 1 else ''}: the round with the median rate of {rounds}")
        rates = []
        for (name, number), loads in found.items():
            if number == clients:
                middle = sorted(loads, key=lambda load: load.per_second)[rounds // 2]
                rates.append(statistics.median(load.per_second for load in loads))
                print(f"  {name:28} {middle}")
        floor, *scans = rates
        for whose, empty, full in zip(checkouts, scans, scans[len(checkouts) :], strict=False):
            print(f"  {whose}scan : floor {empty / floor:.2f} (wanted 0.50)   full : empty {full / empty:.2f} (wanted 0.90)")


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
        f"INSERT INTO movement (at, item_id, units, source_id, target_id, scan_seq, operator_id, cause, cost_e4) {numbers} "
        "SELECT at, item_id, units, source_id, target_id, i, operator_id, cause, cost_e4 FROM n, movement WHERE scan_seq = 1",
    ):
        connection.execute(text(statement), {"scans": scans})
    connection.execute(text("UPDATE line SET scanned = scanned * :scans"), {"scans": scans})
    connection.execute(text("UPDATE stock SET units = units * :scans"), {"scans": scans})


if __name__ == "__main__":
    main()
