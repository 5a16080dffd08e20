"""What finishing a count costs, by the length of the record, against a floor, in one run.

    python -m benchmarks.counts [--movements 0 1000000] [--rounds 5] [--postgresql] [--without-index]

Eight shelves with 100 items are counted, one unit short each, and the count is finished: every line is judged against what
was on hand then, and the likely cause of what differs is looked for. Half of the movements on record are of one item. The
floor is the same on an empty record. `--without-index` drops the index that is there for it, to show what it is worth.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting import service as counting
from scanner.counting.finish import finish
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of, run, table_of
from scanner.scans.workflow import TaskRequest
from scanner.workflows import WORKFLOWS
from tests.support.postgres import cluster
from tests.support.warehouse import Warehouse, fill

SHELVES, ITEMS, DAYS, PICKED = 8, 100, 365, 1_000
NOW = datetime.now(UTC)
SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :number)",
    "postgresql": "WITH series(n) AS (SELECT generate_series(1, CAST(:number AS integer)))",
}
HISTORY = """
INSERT INTO movement (at, item_id, units, source_id, target_id, scan_seq, cause, cost_e4)
{series}
SELECT {at}, CASE WHEN n % 2 = 0 THEN 1000 ELSE 1000 + n % 100 END, 1, 1000 + n % 8, :customer, :scan, '', 10000 FROM series
"""
# Oldest first, spread over a year, up to one hour ago.
AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :now, '-' || CAST(3600 + (:number - n) * :step AS integer) || ' seconds')",
    "postgresql": "CAST(:now AS timestamptz) - make_interval(secs => 3600 + (:number - n) * :step)",
}


def main() -> None:
    """Build each warehouse, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--movements", type=int, nargs="+", default=[0, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--without-index", action="store_true")
    arguments = parser.parse_args()
    floor = 0.0
    for movements in arguments.movements:
        with _database(postgresql=arguments.postgresql) as database:
            taken = _measure(database, movements, arguments.rounds, without_index=arguments.without_index)
        floor = floor or taken
        print(f"{movements:>10,} movements: finishing takes {taken:8.1f} ms, {taken / floor:.2f} of the floor", flush=True)


@contextmanager
def _database(*, postgresql: bool) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        server = cluster() if postgresql else None
        database = Database(server.fresh_database() if server else f"sqlite:///{Path(folder) / 'warehouse.db'}")
        migrate(database)
        yield database
        database.dispose()


def _measure(database: Database, movements: int, rounds: int, *, without_index: bool) -> float:
    """Milliseconds of finishing, the median of the rounds."""
    warehouse = fill(database)
    scan = warehouse.scan("A-01-1").seq
    database.transact(_build)
    if movements:
        database.transact(_history, movements, scan)
    with database.engine.connect() as connection:
        if without_index:
            connection.exec_driver_sql("DROP INDEX ix_movement_item_id_at")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return statistics.median(_count(warehouse, number) for number in range(rounds))


def _build(session: Session) -> None:
    shelves = [
        {"id": 1000 + n, "code": f"S-{n}", "name": f"Shelf {n}", "kind": "shelf", "section": "S", "position": n}
        for n in range(SHELVES)
    ]
    goods = [{"id": 1000 + n, "sku": f"SKU-{n}", "name": f"Item {n}", "unit_cost_e4": 10_000} for n in range(ITEMS)]
    on_hand = [{"location_id": 1000 + n % SHELVES, "item_id": 1000 + n, "units": 50} for n in range(ITEMS)]
    for model, rows in ((Location, shelves), (Item, goods), (Stock, on_hand)):
        run(session, insert(table_of(model)), rows)


def _history(session: Session, number: int, scan: int) -> None:
    name = connection_of(session).dialect.name
    location = table_of(Location)
    customer = run(session, select(location.c.id).where(location.c.code == "CUSTOMER")).scalar_one()
    values = {
        "number": number, "customer": customer, "scan": scan, "step": DAYS * 86_400 / number,
        "now": NOW.replace(tzinfo=None).isoformat(" ") if name == "sqlite" else NOW,
    }  # fmt: skip
    connection_of(session).execute(text(HISTORY.format(series=SERIES[name], at=AT[name])), values)


def _count(warehouse: Warehouse, number: int) -> float:
    """Count every item one unit short of what is on hand, and time the end of it."""
    carla, now = warehouse.operators["Carla"], NOW + timedelta(hours=number)
    task = warehouse.database.transact(counting.start, "S", carla, now)
    for shelf in range(SHELVES):
        warehouse.scan(f"S-{shelf}", "Carla", task, now=now, scanned_at=now)
        for item in range(shelf, ITEMS, SHELVES):
            warehouse.scan(f"SKU-{item}", "Carla", task, now=now, scanned_at=now, quantity=49 - number)
    asked = TaskRequest(reference=task, operator=carla, device="handheld-1", now=now, confirm=True)
    begun = time.perf_counter()
    warehouse.database.transact(finish, asked, WORKFLOWS)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
