"""What a pick costs beside a scan of a receipt, in one run.

    python -m benchmarks.picks [--scans 1000] [--database URL]

They are posted in turn, one of each, by one client, so that both meet the same machine: on a receipt and on an order with a line
that never fills, and 20 lines besides. A pick is to cost no more than 1.3 of a receiving scan; prints the medians and the ratio.
With `--database` on PostgreSQL, in a warehouse that must be empty; else on a SQLite file.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from benchmarks.load import server
from benchmarks.scans import HUGE
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.orders import add_order, stock_up
from tests.support.warehouse import MUG, fill

OTHERS = [f"ITEM-{number:02}" for number in range(20)]
TASKS = {"receiving": "PO-BIG", "pick": "SHOP-BIG"}
WARM_UP = 50
"""Scans of each that are not counted."""
WANTED = 1.3


def main() -> None:
    """Post both in turn, and print what each took, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=1_000)
    parser.add_argument("--database")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{Path(folder) / 'picks.db'}"
        token = _warehouse(url)
        with server("-m", "benchmarks.serve", url) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for task in TASKS.values():
                _post(connection, token, task, "A-01-1")
            waits: dict[str, list[float]] = {name: [] for name in TASKS}
            for number in range(arguments.scans):
                for name, task in TASKS.items():
                    took = _post(connection, token, task, MUG)
                    if number >= WARM_UP:
                        waits[name].append(took)
    medians = {name: statistics.median(each) for name, each in waits.items()}
    for name, each in waits.items():
        print(f"  {name:10} p50 {medians[name]:6.2f} ms  p95 {sorted(each)[len(each) * 95 // 100]:6.2f}")
    print(f"pick : receiving {medians['pick'] / medians['receiving']:.2f} (wanted {WANTED})")


def _post(connection: http.client.HTTPConnection, token: str, task: str, code: str) -> float:
    """Milliseconds that one scan took."""
    said = {"id": str(uuid4()), "task": task, "code": code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    started = time.perf_counter()
    connection.request("POST", "/api/v1/scans", json.dumps(said), headers)
    answer = json.loads(connection.getresponse().read())
    took = (time.perf_counter() - started) * 1000
    if answer.get("outcome") != "accepted":
        raise RuntimeError(f"expected an accepted scan, got {answer}")
    return took


def _warehouse(url: str) -> str:
    """A warehouse with a receipt and an order that never fill, and a token."""
    database = Database(url)
    migrate(database)
    warehouse = fill(database)
    warehouse.add_items(OTHERS)
    lines = [("MUG-B", HUGE), *((sku, 1) for sku in OTHERS)]
    warehouse.add_receipt("PO-BIG", lines)
    add_order(warehouse, "SHOP-BIG", lines)
    stock_up(warehouse, "A-01-1", "MUG-B", HUGE)
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


if __name__ == "__main__":
    main()
