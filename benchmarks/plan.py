"""What the counting plan costs, against a floor, in one run.

    python -m benchmarks.plan [--rounds 9] [--items 10000 100000] [--locations 2000] [--counts 52]

The floor is one bare `SELECT` that reads the stock the plan is made of, row by row, with each item's class and section.
Prints the plan as the service makes it and as the page is served, each the median of the rounds, and both over the floor.
The plan of 10,000 items on 2,000 locations is to appear in under 300 ms.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text
from sqlmodel import Session

from scanner.app import create_app
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.plan import service as plan
from scanner.counting.tables import CountPull, CountResult, Visit
from scanner.counting.visits import note_counted
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of, run, table_of
from scanner.scans.tables import Task
from scanner.settings import Settings
from tests.people.test_pages import Device
from tests.support.warehouse import fill

WANTED_MS = 300
PLACES_A_SECTION = 8
FLOOR = """
SELECT location.section, item.abc_class, stock.units
FROM location JOIN stock ON stock.location_id = location.id JOIN item ON item.id = stock.item_id
WHERE location.section <> ''
"""


def main() -> None:
    """Build each warehouse, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--items", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--locations", type=int, default=2_000)
    parser.add_argument("--counts", type=int, default=52)
    arguments = parser.parse_args()
    for items in arguments.items:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), items, arguments.locations, arguments.counts, arguments.rounds)


def _measure(folder: Path, items: int, locations: int, counts: int, rounds: int) -> None:
    database = Database(f"sqlite:///{folder / 'warehouse.db'}")
    migrate(database)
    fill(database)
    database.transact(build, items, locations, counts)
    app = create_app(Settings(str(database.url), secret_key="for a benchmark"), database)
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    today = datetime.now(UTC).astimezone().date()
    floor = median(rounds, lambda: read(database, _floor))
    service = median(rounds, lambda: read(database, plan.plan, today))
    page = median(rounds, lambda: desk.get("/plan").status_code == 200)
    print(f"\n{items:,} items on {locations:,} locations, each counted {counts} times; the median of {rounds}")
    print(f"  floor: one SELECT of the stock in them {floor:8.1f} ms")
    print(f"  plan, as the service makes it        {service:8.1f} ms   {service / floor:.2f} of the floor")
    print(
        f"  plan, as the page is served          {page:8.1f} ms   {page / floor:.2f} of the floor (wanted under {WANTED_MS} ms)"
    )
    app.extensions["decoder"].close()
    database.dispose()


def read(database: Database, query: Callable[..., object], *arguments: object) -> object:
    with database.read() as session:
        return query(session, *arguments)


def _floor(session: Session) -> int:
    return len(connection_of(session).execute(text(FLOOR)).all())


def median(rounds: int, work: Callable[[], object]) -> float:
    """Milliseconds, after one round that is not measured."""
    work()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        assert work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def build(session: Session, items: int, locations: int, counts: int, a_section: int = PLACES_A_SECTION) -> None:
    """Shelves, so many in a section, items on them (every tenth on two), weekly counts of every place, some pulls."""
    now = datetime.now(UTC)
    shelves = [
        {"id": 100 + n, "code": f"S-{n:05d}", "name": f"Shelf {n}", "kind": "shelf", "section": f"S-{n // a_section:04d}",
         "position": n}
        for n in range(locations)
    ]  # fmt: skip
    goods = [
        {"id": 100 + n, "sku": f"SKU-{n:06d}", "name": f"Item {n}", "unit_cost_e4": 10_000, "abc_class": "CCCCCCCBBA"[n % 10]}
        for n in range(items)
    ]
    on_hand = [{"location_id": 100 + n % locations, "item_id": 100 + n, "units": 5} for n in range(items)]
    on_hand += [{"location_id": 100 + (n + 7) % locations, "item_id": 100 + n, "units": 5} for n in range(0, items, 10)]
    for model, rows in ((Location, shelves), (Item, goods), (Stock, on_hand)):
        run(session, insert(table_of(model)), rows)
    scan = _one_scan(session, now)
    for week in range(counts):
        _count_all(session, week, locations, a_section, scan, now - timedelta(weeks=week + 1))
    pulled = [{"location_id": 100 + n, "item_id": 100 + n, "cause": "short pick", "at": now} for n in range(0, locations, 40)]
    run(session, insert(CountPull.__table__), pulled)  # type: ignore[attr-defined]


def _one_scan(session: Session, now: datetime) -> int:
    """A scan for visits to name: which one says nothing here."""
    moments = dict.fromkeys(("scanned_at", "received_at", "happened_at"), now.isoformat(" "))
    values = {
        "id": "benchmark", "task_id": 1, "operator_id": 1, "device": "d", "code": "c", "key": "k", "source": "wedge",
        "quantity": 1, "outcome": "accepted", "reason": "located", "message": "", "units": 0, "fingerprint": "f", **moments,
    }  # fmt: skip
    names = ", ".join(values)
    statement = f"INSERT INTO scan ({names}) VALUES ({', '.join(':' + name for name in values)}) RETURNING seq"
    return int(connection_of(session).execute(text(statement), values).scalar_one())


def _count_all(session: Session, week: int, locations: int, a_section: int, scan: int, at: datetime) -> None:
    """One count of each section, in which every place was seen and one item of it counted."""
    sections = range(-(-locations // a_section))
    base, number = 1_000 + week * len(sections), 1 + week * locations
    tasks = [
        {"id": base + n, "reference": f"C-{week:03d}-{n:05d}", "kind": "count", "state": "finished", "section": f"S-{n:04d}",
         "created_at": at, "finished_at": at}
        for n in sections
    ]  # fmt: skip
    visits = [
        {"id": number + n, "task_id": base + n // a_section, "location_id": 100 + n, "operator_id": 1, "device": "d",
         "state": "closed", "opened_seq": scan, "closed_seq": scan, "opened_at": at, "closed_at": at}
        for n in range(locations)
    ]  # fmt: skip
    results = [
        {"task_id": visit["task_id"], "visit_id": visit["id"], "location_id": visit["location_id"], "item_id": 100 + n,
         "operator_id": 1, "counted": 5, "on_hand": 5, "variance": 0, "cost_e4": 10_000, "abc_class": "C", "verdict": "matched",
         "started_at": at, "counted_at": at, "evaluated_at": at}
        for n, visit in enumerate(visits)
    ]  # fmt: skip
    for model, rows in ((Task, tasks), (Visit, visits), (CountResult, results)):
        run(session, insert(table_of(model)), rows)
    for task in tasks:
        note_counted(session, int(str(task["id"])))


if __name__ == "__main__":
    main()
