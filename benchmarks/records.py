"""What a page of the API's list of records costs, against a floor, in one run.

    python -m benchmarks.records [--rounds 99] [--items 10000] [--limit 100]

The floor is one bare `SELECT` of as many items, from the middle of them, in the order of their SKUs.
Prints the use case and the whole answer to a request, each the median of the rounds, and both over the floor.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import insert, text
from sqlmodel import Session

from benchmarks.plan import median, read
from scanner.app import create_app
from scanner.catalogue.tables import Item
from scanner.data.records import rules, service
from scanner.data.records.kinds import KINDS
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of, run, table_of
from scanner.settings import Settings
from tests.support.program import Program
from tests.support.warehouse import fill

FLOOR = """
SELECT sku, name, unit_cost_e4, abc_class, reorder_point, critical, abc_pinned, supplier, lead_days, order_multiple, cover_days
FROM item WHERE sku > :sku ORDER BY sku LIMIT :n
"""


def main() -> None:
    """Build the warehouse, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=99)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), arguments.items, arguments.limit, arguments.rounds)


def _measure(folder: Path, items: int, limit: int, rounds: int) -> None:
    database = Database(f"sqlite:///{folder / 'warehouse.db'}")
    migrate(database)
    warehouse = fill(database)
    database.transact(_build, items)
    app = create_app(Settings(str(database.url), secret_key="for a benchmark"), database)
    program, middle = Program(app, "Sam"), f"SKU-{items // 2:06d}"
    mark, by = rules.mark_of([middle]), warehouse.operators["Sam"]
    floor = median(rounds, lambda: read(database, _floor, middle, limit))
    use_case = median(rounds, lambda: read(database, service.page, KINDS["items"], mark, limit, by))
    whole = median(rounds, lambda: len(program.get("/items", after=mark, limit=limit).json["records"]) == limit)
    print(f"\n{limit} of {items:,} items; the median of {rounds}")
    print(f"  floor: one SELECT            {floor:8.2f} ms")
    print(f"  the use case                 {use_case:8.2f} ms   {use_case / floor:.2f} of the floor")
    print(f"  the answer to a request      {whole:8.2f} ms   {whole / floor:.2f} of the floor")
    app.extensions["decoder"].close()
    database.dispose()


def _floor(session: Session, sku: str, most: int) -> int:
    return len(connection_of(session).execute(text(FLOOR), {"sku": sku, "n": most}).all())


def _build(session: Session, items: int) -> None:
    rows = [{"sku": f"SKU-{n:06d}", "name": f"Item {n}", "unit_cost_e4": 10_000, "abc_class": "C"} for n in range(items)]
    run(session, insert(table_of(Item)), rows)


if __name__ == "__main__":
    main()
