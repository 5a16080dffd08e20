"""What several app processes on one PostgreSQL record a second, against one process, in one run.

    python -m benchmarks.processes --database postgresql+psycopg://USER@HOST/EMPTY [--processes 1,3] [--clients 1,8] [--seconds 5]

The database must be empty, and be lost. Each client posts to one process, the clients divided among them; no proxy is between,
since the one of the tests would be what is measured. `own lines`: each scan is for one of a hundred lines by chance; `one line`:
all are for the same. Prints the median of the rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import random
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import inspect

from benchmarks.load import Load, post_from, server
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.warehouse import MUG, fill

HUGE = 1_000_000_000
LINES = 100
KINDS = ("own lines", "one line")


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", required=True)
    parser.add_argument("--processes", default="1,3")
    parser.add_argument("--clients", default="1,8")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    token = _fill(arguments.database)
    found: dict[tuple[int, int, str], list[Load]] = {}
    for _ in range(arguments.rounds):
        for processes in map(int, arguments.processes.split(",")):
            with contextlib.ExitStack() as running:
                command = ("-m", "benchmarks.serve", arguments.database)
                ports = [running.enter_context(server(*command)) for _ in range(processes)]
                for clients in map(int, arguments.clients.split(",")):
                    for kind in KINDS:
                        _post(clients, 0.5, ports, token, kind)
                        load = _post(clients, arguments.seconds, ports, token, kind)
                        found.setdefault((clients, processes, kind), []).append(load)
    for (clients, processes, kind), loads in sorted(found.items()):
        middle = sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]
        print(f"{clients} clients, {processes} processes, {kind:9}  {middle}")


def _post(clients: int, seconds: float, ports: list[int], token: str, kind: str) -> Load:
    def scan() -> dict[str, str]:
        at = datetime.now(UTC).isoformat()
        code = f"ITEM-{random.randrange(LINES):03}" if kind == "own lines" else MUG
        return {"id": str(uuid4()), "task": "PO-BIG", "code": code, "source": "wedge", "scanned_at": at}

    return post_from(clients, seconds, ports, "/api/v1/scans", {"Authorization": f"Bearer {token}"}, scan)


def _fill(url: str) -> str:
    """A warehouse with lines that never fill; gives a token."""
    database = Database(url)
    with database.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise SystemExit(f"Expected an empty database, got one with tables: {database.url.render_as_string()}")
    migrate(database)
    warehouse = fill(database)
    items = [f"ITEM-{number:03}" for number in range(LINES)]
    warehouse.add_items(items)
    warehouse.add_receipt("PO-BIG", [("MUG-B", HUGE), *((sku, HUGE) for sku in items)])
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


if __name__ == "__main__":
    main()
