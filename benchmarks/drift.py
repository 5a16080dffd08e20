"""What drift costs over a long record: carrying its sums on, the page of a month, what to order, the day's signals.

    python -m benchmarks.drift [--movements 1000000] [--items 10000] [--rounds 9] [--postgresql]

A year of receipts, picks, shipments and counts. The floor of each is a bare `SELECT` of what it cannot do without: for the page
the month's adjustments and the values of its days, for what to order the stock of each item. Prints the median of the rounds of
each, by the clock, and over its floor. Carrying on is of the whole record, once, as after an upgrade.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import insert, select, text
from sqlmodel import Session

from benchmarks.desk import _database
from benchmarks.plan import read
from scanner.app import create_app
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.tables import CountResult, Visit
from scanner.counting.visits import note_counted
from scanner.db.engine import Database
from scanner.db.sql import connection_of, run, table_of
from scanner.drift import daily
from scanner.drift.fold import service as fold
from scanner.drift.periods import period_of
from scanner.scans.tables import Movement, Scan, Task
from scanner.server import keep_what_stays
from scanner.settings import Settings
from tests.people.test_pages import Device
from tests.support.warehouse import fill

DRIFT_MS, REORDER_MS, SIGNALS_S = 300, 500, 5
DAYS, IN_SECTION, AT_ONCE, FIRST = 365, 8, 20_000, 100_000
CAUSES = ("theft", "damage not logged", "receiving miscount", "unknown", "return not logged")
_MONTH = """
SELECT cause, section, sum(value_e4) FROM drift_entry WHERE period = :period AND line = 'drift' GROUP BY cause, section
"""
_VALUES = "SELECT section, sum(value_e4) FROM value_day WHERE day BETWEEN :first AND :last GROUP BY section"
_STOCK = """
SELECT stock.item_id, sum(stock.units) FROM stock JOIN location ON location.id = stock.location_id WHERE location.kind = 'shelf'
GROUP BY stock.item_id
"""
_tables = {model: table_of(model) for model in (Item, Location, Stock, Movement, Task, Visit, CountResult, Scan)}


def main() -> None:
    """Build the warehouse, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--movements", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with _database(postgresql=arguments.postgresql) as database:
        _measure(database, arguments.movements, arguments.items, arguments.rounds)


def _measure(database: Database, movements: int, items: int, rounds: int) -> None:
    fill(database)
    now = datetime.now(UTC)
    database.transact(_build_places, items)
    for rows in _year(database, movements, items, now):
        database.transact(_append, rows)
    for section in range(items // IN_SECTION):
        database.transact(_count, section, items, now)
    _analyze(database)
    print(f"{movements:,} movements, {items:,} items, {'SQLite' if database.is_sqlite else 'PostgreSQL'}")
    begun = time.perf_counter()
    fold.catch_up(database, now)
    print(f"carrying on over all of it {time.perf_counter() - begun:8.1f} s")
    for work in daily.WORKS:
        begun = time.perf_counter()
        work.do(database, now.astimezone().date(), now)
        print(f"{work.name:26} {time.perf_counter() - begun:8.2f} s")
    _analyze(database)
    _pages(database, now, rounds)


def _analyze(database: Database) -> None:
    """Have PostgreSQL know how much there is, as its own daemon sees to within a minute."""
    if not database.is_sqlite:
        database.transact(lambda session: run(session, text("ANALYZE")))


def _pages(database: Database, now: datetime, rounds: int) -> None:
    month = period_of(now.astimezone().date())
    days = {"first": month.first, "last": month.last}
    app = create_app(Settings("", secret_key="of no use"), database)
    sam = Device(app)
    sam.post("/sign-in", badge="BADGE-SAM")
    keep_what_stays()  # as before a server's first request
    pages: list[tuple[str, str, list[tuple[str, dict[str, Any]]], int]] = [
        ("/drift", "/drift", [(_MONTH, {"period": str(month)}), (_VALUES, days)], DRIFT_MS),
    ]
    pages += [("/reorder", "/reorder", [(_STOCK, {})], REORDER_MS)] if "reorder.index" in app.view_functions else []
    for name, path, floors, wanted in pages:
        taken, floor = [], []
        for _ in range(rounds):
            taken.append(_clock(lambda path=path: sam.get(path)))
            floor.append(_clock(lambda floors=floors: read(database, lambda session: _bare(session, floors))))
        ms, least = median(taken) * 1000, median(floor) * 1000
        print(f"{name:10} {ms:8.1f} ms, floor {least:8.1f} ms, ratio {ms / least:6.1f} ({wanted} ms wanted)")
    gc.unfreeze()
    app.extensions["decoder"].close()


def _clock(do: Any) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _bare(session: Session, floors: list[tuple[str, dict[str, Any]]]) -> None:
    for statement, values in floors:
        connection_of(session).execute(text(statement), values).all()


def _build_places(session: Session, number: int) -> None:
    item, location, stock = (_tables[model] for model in (Item, Location, Stock))
    ids = range(FIRST, FIRST + number)
    costs = Random(1)
    run(
        session, insert(item),
        [
            {
                "id": each, "sku": f"SKU-{each}", "name": f"Item {each}", "unit_cost_e4": costs.randint(10_000, 900_000),
                "abc_class": "ABC"[each % 3], "reorder_point": each % 5, "critical": each % 50 == 0,
            }
            for each in ids
        ],
    )  # fmt: skip
    run(
        session, insert(location),
        [
            {
                "id": each, "code": f"L-{each}", "name": "", "kind": "shelf", "position": 0,
                "section": f"S-{(each - FIRST) // IN_SECTION:05}",
            }
            for each in ids
        ],
    )  # fmt: skip
    run(session, insert(stock), [{"item_id": each, "location_id": each, "units": 20} for each in ids])


def _year(database: Database, number: int, items: int, now: datetime) -> Iterator[list[dict[str, Any]]]:
    """The movements of a year, in their order: most are picks and shipments, and busy items have most of them."""
    draw = Random(2026)
    places = _places(database)
    shelf_to = {
        "ship": (places["packing"], places["customer"]), "damage": (0, places["damaged"]), "lost": (0, places["adjustment"]),
    }  # fmt: skip
    start, step, rows = now - timedelta(days=DAYS), timedelta(days=DAYS) / number, []
    for nth in range(number):
        item = FIRST + int(items * draw.random() ** 2)
        what = draw.random()
        source, target, cause = item, places["packing"], ""
        if what < 0.4:
            source, target = shelf_to["ship"]
        elif what < 0.5:
            source, target = places["supplier"], item
        elif what < 0.505:
            target = places["damaged"]
        elif what < 0.525:
            target, cause = places["adjustment"], draw.choice(CAUSES)
        elif what < 0.535:
            source, target, cause = places["adjustment"], item, draw.choice(CAUSES)
        rows.append(
            {
                "at": start + nth * step, "item_id": item, "units": draw.randint(1, 4), "source_id": source,
                "target_id": target, "cause": cause, "cost_e4": 123_400 + item, "cost_filled": False,
            }
        )  # fmt: skip
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    yield rows


def _places(database: Database) -> dict[str, int]:
    location = _tables[Location]
    with database.read() as session:
        found = run(session, select(location.c.id, location.c.kind).where(location.c.id < FIRST))
        return {str(LocationKind(row.kind).value): row.id for row in found}


def _append(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        run(session, insert(_tables[Movement]), rows)


def _count(session: Session, section: int, items: int, now: datetime) -> None:
    """Four counts of a section, a quarter of a year apart, with what each record was found to be."""
    task, scan, visit, result = (_tables[model] for model in (Task, Scan, Visit, CountResult))
    draw = Random(section)
    for quarter in range(4):
        at = now - timedelta(days=DAYS - 80 - 90 * quarter, hours=draw.randint(0, 200))
        number = FIRST + section * 4 + quarter
        begun = {
            "id": number, "reference": f"C-{number}", "kind": "count", "state": "finished", "section": f"S-{section:05}",
            "created_at": at, "finished_at": at, "partner": "", "order_ref": "", "announced": True, "owner": "",
        }  # fmt: skip
        run(session, insert(task), begun)
        seen = {
            "seq": number, "id": f"scan-{number}", "task_id": number, "operator_id": 1, "device": "d", "code": "x", "key": "x",
            "source": "wedge", "quantity": 1, "scanned_at": at, "received_at": at, "happened_at": at, "outcome": "accepted",
            "reason": "located", "message": "", "units": 0, "fingerprint": "",
        }  # fmt: skip
        run(session, insert(scan), seen)
        places = range(FIRST + section * IN_SECTION, FIRST + (section + 1) * IN_SECTION)
        visits = [
            {
                "id": number * 10 + nth, "task_id": number, "location_id": place, "operator_id": 1, "device": "d",
                "state": "closed", "said_empty": False, "opened_seq": number, "closed_seq": number, "opened_at": at,
                "closed_at": at,
            }
            for nth, place in enumerate(places)
        ]  # fmt: skip
        run(session, insert(visit), visits)
        found = [
            {
                "task_id": number, "visit_id": number * 10 + nth, "location_id": place, "item_id": place, "operator_id": 1,
                "round": 1, "counted": 20 + off, "on_hand": 20, "variance": off, "cost_e4": 123_400, "abc_class": "C",
                "section": f"S-{section:05}", "verdict": "within" if off else "matched", "moved": False, "started_at": at,
                "counted_at": at, "evaluated_at": at,
            }
            for nth, place in enumerate(places)
            for off in [draw.choice([0, 0, 0, 0, -1, -2, 1])]
        ]  # fmt: skip
        run(session, insert(result), found)
        note_counted(session, number)


if __name__ == "__main__":
    main()
