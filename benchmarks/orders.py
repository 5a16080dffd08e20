"""What the list of orders and the plan of a cart cost, against a floor, in one run.

    python -m benchmarks.orders [--rounds 9] [--orders 10000] [--items 2000] [--database URL]

Each order has three lines. The floors are bare `SELECT`s of what each is made of: the page's orders with their lines, and the
lines of the cart with the stock of their items. Prints the medians of the rounds, on SQLite or on a database of its own that is
made on the server of the URL and dropped at the end: by the clock, and of the processor time of this process, which others on
the machine do not hold up. Each is to take under 300 ms.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from benchmarks.databases import fresh
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of, run, table_of
from scanner.orders.office import service as office
from scanner.orders.office.rules import Show
from scanner.orders.planning import rules, store
from scanner.orders.tables import Order, OrderLine, OrderPart
from scanner.people.rules import OperatorView
from scanner.scans.tables import Line, Task
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import fill

WANTED_MS = 300
LINES, CART, PAGE = 3, 20, 50
FIRST = 1_000
SAM = OperatorView(4, "Sam", frozenset({"supervisor"}))
_OPEN = "FROM shop_order JOIN task ON task.id = shop_order.task_id WHERE task.kind = 'order' AND task.state = 'open'"
_PAGE = f"SELECT task.id, task.partner, shop_order.due_at {_OPEN} ORDER BY shop_order.due_at, task.id LIMIT {PAGE + 1}"
_LINES_OF = "SELECT line.id, line.item_id, line.expected, line.scanned FROM line WHERE line.task_id IN ({tasks})"
_STOCK_OF = """
SELECT stock.location_id, stock.item_id, stock.units FROM stock JOIN location ON location.id = stock.location_id
WHERE location.kind = 'shelf' AND stock.item_id IN ({items})
"""


def main() -> None:
    """Build the warehouse, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--database", help="measure on the PostgreSQL server of this URL")
    arguments = parser.parse_args()
    with _database(arguments.database) as database:
        migrate(database)
        fill(database)
        database.transact(_build, arguments.orders, arguments.items)
        if not database.is_sqlite:
            analyze(database)
        print(f"{arguments.orders:,} open orders of {LINES} lines, {arguments.items:,} items; the median of {arguments.rounds}")
        _measure(database, arguments.rounds)


@contextmanager
def _database(url: str | None) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        if url is None:
            database = Database(f"sqlite:///{Path(folder) / 'warehouse.db'}")
            yield database
            database.dispose()
            return
    with fresh(make_url(url)) as made:
        database = Database(made)
        yield database
        database.dispose()


def analyze(database: Database) -> None:
    """What the server does by itself a minute after so many rows came."""
    with database.read() as session:
        connection_of(session).execute(text("ANALYZE"))
        connection_of(session).commit()


def _measure(database: Database, rounds: int) -> None:
    cart = [FIRST + number * 7 for number in range(CART)]
    page = _median(database, rounds, _bare_page)
    _print("the list, to do", _median(database, rounds, lambda session: _list(session, Show.TO_DO)), page)
    _print("the list, late", _median(database, rounds, lambda session: _list(session, Show.LATE)), page)
    _print("the list, cannot be filled", _median(database, rounds, lambda session: _list(session, Show.LACKING)), page)
    bare = _median(database, rounds, lambda session: _bare(session, cart))
    _print("the plan of a cart", _median(database, rounds, lambda session: _plan(session, cart)), bare)


def _print(what: str, taken: Taken, floor: Taken) -> None:
    ratio = taken.clock / floor.clock
    print(
        f"  {what:28} {taken.clock:8.1f} ms ({taken.processor:.1f} of the processor), "
        f"{ratio:6.2f} of the floor, {floor.clock:.1f} ms (wanted under {WANTED_MS} ms)"
    )


def _list(session: Session, show: Show) -> int:
    rows, _ = office.orders(session, SAM, WORKFLOWS, datetime.now(UTC), show=show)
    return len(rows)


def _plan(session: Session, cart: list[int]) -> int:
    needs = store.needs(session, cart)
    return len(rules.plan(needs, store.shelves(session, {need.item_id for need in needs})).stops)


def _bare_page(session: Session) -> int:
    return _bare(session, [row.id for row in connection_of(session).execute(text(_PAGE))])


def _bare(session: Session, tasks: list[int]) -> int:
    """The lines of these tasks, and the stock of their items."""
    lines = connection_of(session).execute(text(_LINES_OF.format(tasks=", ".join(map(str, tasks))))).all()
    items = ", ".join(str(row.item_id) for row in lines)
    return len(lines) + len(connection_of(session).execute(text(_STOCK_OF.format(items=items))).all())


class Taken(NamedTuple):
    """Milliseconds by the clock, and of this process's processor time."""

    clock: float
    processor: float


def _median(database: Database, rounds: int, work: Callable[[Session], int]) -> Taken:
    """The medians of the rounds, after one that is not measured."""
    taken = []
    for number in range(rounds + 1):
        begun, busy = time.perf_counter(), time.process_time()
        with database.read() as session:
            assert work(session)
        if number:
            taken.append((time.perf_counter() - begun, time.process_time() - busy))
    clock, processor = (statistics.median(each) * 1_000 for each in zip(*taken, strict=True))
    return Taken(clock, processor)


def _build(session: Session, orders: int, items: int) -> None:
    """Items on a shelf each, every tenth on two and every twentieth at the dock; so many orders that a part lacks something."""
    now = datetime.now(UTC)
    shelves = [
        {
            "id": FIRST + n,
            "code": f"S-{n:05d}",
            "name": f"Shelf {n}",
            "kind": "shelf",
            "section": f"S-{n // 8:04d}",
            "position": n,
        }
        for n in range(items)
    ]
    goods = [
        {"id": FIRST + n, "sku": f"SKU-{n:06d}", "name": f"Item {n}", "unit_cost_e4": 10_000, "abc_class": "C"}
        for n in range(items)
    ]
    usual = 2 * LINES * orders // items
    stock = [{"location_id": FIRST + n, "item_id": FIRST + n, "units": usual if n % 20 else 1} for n in range(items)]
    stock += [{"location_id": FIRST + (n + 7) % items, "item_id": FIRST + n, "units": 5} for n in range(1, items, 10)]
    dock = int(connection_of(session).execute(text("SELECT id FROM location WHERE code = 'DOCK'")).scalar_one())
    stock += [{"location_id": dock, "item_id": FIRST + n, "units": 40} for n in range(0, items, 20)]
    for model, rows in ((Location, shelves), (Item, goods), (Stock, stock)):
        run(session, insert(table_of(model)), rows)
    add_orders(session, orders, items, now)


def add_orders(
    session: Session, orders: int, items: int, now: datetime, *, first: int = FIRST, first_item: int = FIRST
) -> None:  # fmt: skip
    """Open orders of some lines each. `first`: the id of the first task, and of the first line; `first_item`: of the items."""
    tasks, heads, sold, lines, parts = [], [], [], [], []
    for n in range(orders):
        task, due = first + n, now + timedelta(minutes=n - orders // 20)
        tasks.append({
            "id": task, "reference": f"SO-{n:06d}", "kind": "order", "state": "open", "partner": f"Customer {n}",
            "order_ref": f"SO-{n:06d}", "due_on": due.date(), "created_at": now,
        })  # fmt: skip
        heads.append({
            "task_id": task, "channel": "web", "reference": f"SO-{n:06d}", "placed_at": now, "due_at": due, "version": n,
            "version_is_time": False, "choice": "", "assumed": False,
        })  # fmt: skip
        for place in range(LINES):
            number, item = first + n * LINES + place, first_item + (n * 31 + place * 613) % items
            units = 1 + (n + place) % 3
            sold.append({
                "id": number, "task_id": task, "position": place + 1, "name": str(place), "sku": f"SKU-{item - first_item:06d}",
                "item_id": item, "ordered": units, "cancelled": 0,
            })  # fmt: skip
            lines.append({
                "id": number, "task_id": task, "position": place + 1, "item_id": item, "expected": units,
                "scanned": int(n % 50 == 0 and place == 0), "reason": "",
            })  # fmt: skip
            parts.append({"line_id": number, "order_line_id": number, "units": 1})
    for model, rows in ((Task, tasks), (Order, heads), (OrderLine, sold), (Line, lines), (OrderPart, parts)):
        run(session, insert(table_of(model)), rows)


if __name__ == "__main__":
    main()
