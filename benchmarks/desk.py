"""What the home page and one search cost in a warehouse of many rows, against a floor, in one run.

    python -m benchmarks.desk [--rounds 21] [--rows 10000] [--postgresql]

There are as many items, sections and open orders, and five receipt lines for each. The floor of each is a bare `SELECT` of
what it cannot do without: the last visit of each place (and for the home page the units that orders want of each item), the item
of a SKU, the tasks with a word, the lines of a page of receipts.
Prints the median of the rounds of each, by the clock, and over its floor. On SQLite, or on a PostgreSQL server of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text
from sqlmodel import Session

from benchmarks import orders, plan
from benchmarks.plan import median, read
from scanner.app import create_app
from scanner.asking.search import service as searching
from scanner.catalogue.tables import Barcode
from scanner.counting.plan import service as planning
from scanner.data.records import rules
from scanner.data.records import service as records
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of, run, table_of
from scanner.receiving import KIND as RECEIPT
from scanner.receiving.records import RECORDS
from scanner.scans.tables import Line, Task
from scanner.settings import Settings
from scanner.workflows import WORKFLOWS
from tests.people.test_pages import Device
from tests.support.postgres import ADVICE, cluster
from tests.support.program import Program
from tests.support.warehouse import fill

HOME_MS, SEARCH_MS = 100, 80
LINES, PAGE = 5, 100
FIRST = 500_000
_SECTIONS = "SELECT location_id, max(closed_at) FROM visit WHERE state = 'closed' GROUP BY location_id"
_TO_PICK = """
SELECT line.item_id, sum(line.expected - line.scanned) FROM line JOIN task ON task.id = line.task_id
WHERE task.kind = 'order' AND task.state = 'open' GROUP BY line.item_id
"""
_ITEM = "SELECT id, name FROM item WHERE sku = :code"
_WORDS = "SELECT reference, partner FROM task WHERE lower(partner) LIKE :word OR lower(reference) LIKE :word"
_RECEIPTS = """
SELECT task.reference, item.sku, line.expected FROM line JOIN task ON task.id = line.task_id JOIN item ON item.id = line.item_id
WHERE task.kind = 'receiving' AND task.reference > :after ORDER BY task.reference LIMIT :most
"""


def main() -> None:
    """Build the warehouse, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with _database(postgresql=arguments.postgresql) as database:
        _measure(database, arguments.rows, arguments.rounds)


@contextmanager
def _database(*, postgresql: bool) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        server = cluster() if postgresql else None
        if postgresql and server is None:
            raise SystemExit(ADVICE)
        database = Database(server.fresh_database() if server else f"sqlite:///{Path(folder) / 'warehouse.db'}")
        migrate(database)
        yield database
        database.dispose()


def _measure(database: Database, rows: int, rounds: int) -> None:
    warehouse = fill(database)
    database.transact(_build, rows)
    if not database.is_sqlite:
        orders.analyze(database)
    app = create_app(Settings(str(database.url), secret_key="for a benchmark"), database)
    desk, program = Device(app), Program(app, "Sam")
    desk.post("/sign-in", badge="BADGE-SAM")
    sam, middle = warehouse.operators["Sam"], f"{rows // 2:06d}"
    mark = rules.mark_of([f"PO-{middle}", "", 0])
    receipts, today = RECORDS["receipts"], datetime.now(UTC).astimezone().date()
    print(f"{rows:,} sections, items and open orders, {rows * LINES:,} lines of receipts; the median of {rounds}")

    floor = _bare(database, rounds, _SECTIONS)
    _print("sections due", floor, median(rounds, lambda: read(database, planning.count_due, today)))
    floor += _bare(database, rounds, _TO_PICK)
    _print("the home page", floor, median(rounds, lambda: desk.get("/").status_code == 200), HOME_MS)
    floor = _bare(database, rounds, _ITEM, code=f"SKU-{middle}")
    _print("what a SKU is", floor, median(rounds, lambda: read(database, searching.exact, f"SKU-{middle}", WORKFLOWS, sam)))
    _print("the search of it", floor, median(rounds, lambda: desk.get(f"/search?q=SKU-{middle}").status_code == 303), SEARCH_MS)
    floor = _bare(database, rounds, _WORDS, word="%77%")
    _print("the search of words", floor, median(rounds, lambda: desk.get("/search?q=item+77").status_code == 200), SEARCH_MS)
    floor = _bare(database, rounds, _RECEIPTS, after=f"PO-{middle}", most=PAGE)
    _print("a page of receipts", floor, median(rounds, lambda: read(database, records.page, receipts, mark, PAGE, sam)))
    _print("the answer to a program", floor, median(rounds, lambda: len(_page_of(program, mark)) == PAGE))
    app.extensions["decoder"].close()


def _page_of(program: Program, mark: str) -> list[object]:
    found: list[object] = program.get("/receipts", after=mark, limit=PAGE).json["records"]
    return found


def _bare(database: Database, rounds: int, statement: str, **values: object) -> float:
    return median(rounds, lambda: read(database, lambda session: connection_of(session).execute(text(statement), values).all()))


def _print(what: str, floor: float, taken: float, wanted: int | None = None) -> None:
    under = f" (wanted under {wanted} ms)" if wanted else ""
    print(f"  {what:24} {taken:8.1f} ms, {taken / floor:7.1f} of the floor, {floor:.1f} ms{under}")


def _build(session: Session, rows: int) -> None:
    now = datetime.now(UTC)
    plan.build(session, rows, rows, counts=2, a_section=1)
    orders.add_orders(session, rows, rows, now, first=FIRST, first_item=100)
    codes = [{"code": f"{4_000_000_000_000 + n:014d}", "item_id": 100 + n, "units": 1} for n in range(rows)]
    tasks = [
        {"id": 2 * FIRST + n, "reference": f"PO-{n:06d}", "kind": RECEIPT, "state": "open", "partner": f"Supplier {n % 50}",
         "asn": f"ASN-{n:06d}", "due_on": (now + timedelta(days=n % 30)).date(), "created_at": now}
        for n in range(rows)
    ]  # fmt: skip
    lines = [
        {"id": 2 * FIRST + n * LINES + place, "task_id": 2 * FIRST + n, "position": place + 1,
         "item_id": 100 + (n * 7 + place * 13) % rows, "expected": 10, "scanned": 0, "reason": ""}
        for n in range(rows) for place in range(LINES)
    ]  # fmt: skip
    for model, added in ((Barcode, codes), (Task, tasks), (Line, lines)):
        run(session, insert(table_of(model)), added)


if __name__ == "__main__":
    main()
