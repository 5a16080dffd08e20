"""A year of a warehouse whose truth is kept outside: how far the record drifts by each way of counting, and what that costs.

    python -m benchmarks.year [--days 365] [--seeds 3] [--policies none,yearly,abc,ranked] [--minutes 3] [--json FILE]

192 items on as many shelves are sold, ordered and received; orders are drawn by Poisson. The record is the product's own, on
SQLite: sales and receipts are movements, short picks and counts are scans. The truth is a table of this program. It goes another
way than the record where goods are taken unseen, break, are picked from the neighbour's shelf, are put there, or come in another
number than was received. A count finds what is there by the truth; of a hundred lines it gets one wrong by a unit.

The ways of counting: none; yearly, which is all of it after half of the days; abc, those that are due first, then those that wait
longest; ranked, the plan of the product's day. The last two have the same minutes a day. All meet the same days of a seed.

Prints for each the mean and the last gross drift (of the value on record), the share of records that are right, units ordered as
available and not found, what was picked though it was not sold, and the hours of counting. The floor is the way without counts.
Beside the drift that is real stands what the product expected without seeing the truth. `--json`: each run, with its months.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from benchmarks.signals import poisson
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting import visits
from scanner.counting.plan import service as plans
from scanner.counting.plan.service import SectionPlan
from scanner.counting.tables import CountPolicy
from scanner.counting.variances import decisions
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import run, table_of
from scanner.discrepancies.rules import Cause
from scanner.discrepancies.service import discrepancies
from scanner.drift import daily
from scanner.drift.budget import service as budgets
from scanner.drift.exports import MANY
from scanner.drift.fold import service as fold
from scanner.drift.periods import period_of
from scanner.errors import Conflict, NotAllowed
from scanner.money import from_e4
from scanner.picking.rules import PickTask
from scanner.scans import ledger, tasks
from scanner.scans.decision import Move
from tests.support.counting_floor import Floor
from tests.support.warehouse import fill

SHELVES = 8
SECTIONS_BY_CLASS = {"A": 5, "B": 7, "C": 12}
SOLD_A_DAY = {"A": 2.0, "B": 0.5, "C": 0.1}
LEAD_DAYS, COVER_DAYS, SAFETY = 7, 30, 1.65
STOLEN, BROKEN, WRONG_SHELF, PUT_WRONG, MISCOUNTED = 0.004, 0.002, 0.003, 0.002, 0.03
"""Unseen: units stolen and broken for each one sold; then chances of a pick, of a receipt put away, and of a receipt counted."""
WRONG_COUNT = 0.01
SECONDS_A_SCAN = 14
AGAIN = ("Cem", "Sam")
"""Who counts again what Carla counted; where they differ, too, it waits."""
BEGUN = datetime(2025, 1, 1, 12, tzinfo=UTC)
MONTH = 30
_item, _location, _stock, _policy = (table_of(model) for model in (Item, Location, Stock, CountPolicy))


@dataclass(frozen=True, slots=True)
class Good:
    """An item, and the shelf where it belongs."""

    sku: str
    place: str
    abc_class: str
    cost_e4: int


@dataclass(frozen=True, slots=True)
class Month:
    """How far record and truth are apart at the end of a month. Values are at cost, with two decimals."""

    day: int
    value: float
    gross: float
    net: float  # what the record has too much
    expected: float  # what the product thinks is missing
    right: float  # share of the records

    @property
    def drift(self) -> float:
        """Gross, as a share of the value on record."""
        return self.gross / self.value if self.value else 0.0


@dataclass(slots=True)
class Year:
    """One run."""

    policy: str
    seed: int
    months: list[Month] = field(default_factory=list)
    ordered: int = 0  # units that customers ordered and that were available by the record
    not_found: int = 0  # of these
    counts: int = 0
    scans: int = 0  # of counts

    @property
    def hours(self) -> float:
        """Of counting."""
        return self.scans * SECONDS_A_SCAN / 3600


class House:
    """A warehouse and its truth: (shelf, item) -> units that are there."""

    def __init__(self, database: Database, begun: datetime, minutes: int) -> None:
        self.floor = Floor(fill(database))
        self.database, self.floor.now, self._minutes = database, begun, minutes
        self.truth: Counter[tuple[str, str]] = Counter()
        self.goods = list(_goods())
        self.database.transact(self._build)

    def _build(self, session: Session) -> None:
        run(session, update(_policy).values(minutes_a_day=self._minutes))
        run(session, update(_location).values(section=""))  # nobody counts the shelves that were there
        rows = [
            {
                "sku": good.sku, "name": good.sku, "unit_cost_e4": good.cost_e4, "abc_class": good.abc_class, "reorder_point": 0,
                "critical": False,
            }
            for good in self.goods
        ]  # fmt: skip
        run(session, insert(_item), rows)
        shelves = [
            {"code": good.place, "name": "", "kind": "shelf", "section": _section_of(good.place), "position": nth}
            for nth, good in enumerate(self.goods)
        ]
        run(session, insert(_location), shelves)
        self.items = {row.sku: row.id for row in run(session, select(_item.c.sku, _item.c.id))}
        self.places = {row.code: row.id for row in run(session, select(_location.c.code, _location.c.id))}
        self.standard = {str(kind): place.id for kind, place in catalogue.standard_places(session).items()}
        start = [(good, round(SOLD_A_DAY[good.abc_class] * COVER_DAYS) + 10) for good in self.goods]
        moves = [self._move(good, LocationKind.ADJUSTMENT, units) for good, units in start]
        ledger.move(session, moves, at=self.floor.now, operator_id=None, cause="opening stock")
        self.truth.update({(good.place, good.sku): units for good, units in start})

    def _move(self, good: Good, kind: LocationKind, units: int) -> Move:
        """From one of the standard places to the shelf, or with negative units from it."""
        ends = (self.standard[kind], self.places[good.place])
        return Move(self.items[good.sku], abs(units), *(ends if units > 0 else reversed(ends)))

    def book(self, moved: list[tuple[Good, LocationKind, int]]) -> None:
        """Have the record know of movements."""
        moves = [self._move(*each) for each in moved]
        self.database.transact(lambda session: ledger.move(session, moves, at=self.floor.now, operator_id=None))

    def record(self) -> dict[tuple[str, str], int]:
        """(shelf, item) -> units by the record."""
        wanted = (
            select(_location.c.code, _item.c.sku, _stock.c.units)
            .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
            .join(_item, _stock.c.item_id == _item.c.id)
            .where(_location.c.section != "", _stock.c.units != 0)
        )
        with self.database.read() as session:
            return {(row.code, row.sku): row.units for row in run(session, wanted)}

    @property
    def today(self) -> date:
        """By the warehouse's calendar."""
        return self.floor.now.astimezone().date()

    def look(self) -> None:
        """The day's work on drift, as a server does it."""
        fold.complete(self.database, self.floor.now, MANY)
        for work in daily.WORKS:
            work.do(self.database, self.today, self.floor.now)

    def expected(self) -> float:
        """What the product thinks is missing today."""
        fold.complete(self.database, self.floor.now, MANY)
        with self.database.read() as session:
            return float(from_e4(budgets.page(session, period_of(self.today), self.today).expected_e4))

    def sections(self) -> list[SectionPlan]:
        """The counting plan, without what waits for one more recount; those that are due first."""
        with self.database.read() as session:
            rows = plans.plan(session, self.today).sections
        return [row for row in rows if not row.count]


def _section_of(place: str) -> str:
    return place.rpartition("-")[0]


def _goods() -> Iterator[Good]:
    draw = Random(0)
    for abc_class, number in SECTIONS_BY_CLASS.items():
        for section in range(1, number + 1):
            for shelf in range(1, SHELVES + 1):
                place = f"{abc_class}-{section + 10}-{shelf}"
                yield Good(f"SKU-{place}", place, abc_class, draw.randint(2, 80) * 10_000)


class Simulation:
    """A year of one warehouse."""

    def __init__(self, house: House, year: Year) -> None:
        self.house, self.year = house, year
        self._counts = Random(-1 - year.seed)
        self._coming: dict[int, list[tuple[Good, int]]] = defaultdict(list)
        self._on_order: Counter[str] = Counter()
        self._short: set[tuple[str, str]] = set()

    def live(self, day: int) -> None:
        """Goods come, are sold and picked, and go astray; what runs low is ordered."""
        record = self.house.record()
        drawn = {good.sku: _Drawn.of(self.year.seed, day, good) for good in self.house.goods}
        moved = [self._receive(good, units, drawn[good.sku]) for good, units in self._coming.pop(day, ())]
        for good, _, units in moved:
            record[good.place, good.sku] = record.get((good.place, good.sku), 0) + units
        short = list[Good]()
        for good in self.house.goods:
            available = max(record.get((good.place, good.sku), 0), 0)
            if sold := min(drawn[good.sku].wanted, available):
                taken = self._pick(good, sold, drawn[good.sku])
                moved += [(good, LocationKind.CUSTOMER, -taken)] if taken else []
                short += [good] if taken < sold else []
            self._lose(good, drawn[good.sku].lost)
            self._order(day, good, available - sold)
        self.house.book(moved)
        for good in short:
            self._tell_short(good)

    def _receive(self, good: Good, units: int, drawn: _Drawn) -> tuple[Good, LocationKind, int]:
        self._on_order[good.sku] -= units
        place = self._neighbour(good).place if drawn.put_wrong < PUT_WRONG else good.place
        self.house.truth[place, good.sku] += units + (drawn.miscount if drawn.miscounted < MISCOUNTED else 0)
        return good, LocationKind.SUPPLIER, units

    def _pick(self, good: Good, sold: int, drawn: _Drawn) -> int:
        truth, here = self.house.truth, (good.place, good.sku)
        taken = min(sold, truth[here])
        self.year.ordered += sold
        self.year.not_found += sold - taken
        neighbour = self._neighbour(good)
        other = (neighbour.place, neighbour.sku)
        wrong = 1 if taken and drawn.picked_wrong < WRONG_SHELF and truth[other] else 0
        truth[here] -= taken - wrong
        truth[other] -= wrong
        return taken

    def _lose(self, good: Good, units: int) -> None:
        here = (good.place, good.sku)
        self.house.truth[here] -= min(units, self.house.truth[here])

    def _order(self, day: int, good: Good, left: int) -> None:
        a_day = SOLD_A_DAY[good.abc_class]
        point = a_day * LEAD_DAYS + SAFETY * sqrt(a_day * LEAD_DAYS)
        if left + self._on_order[good.sku] <= point:
            units = max(round(a_day * COVER_DAYS), 4)
            self._on_order[good.sku] += units
            self._coming[day + LEAD_DAYS].append((good, units))

    def _neighbour(self, good: Good) -> Good:
        at = self.house.goods.index(good)
        return self.house.goods[at + 1 if (at + 1) % SHELVES else at - 1]

    def _tell_short(self, good: Good) -> None:
        """A picker says that goods are not there; until the place is counted, only the first time."""
        if (good.place, good.sku) not in self._short:
            self._short.add((good.place, good.sku))
            self.house.floor.scan(good.sku, PickTask.SHORT_PICKS, "Carla", location=good.place)

    def count(self, section: str) -> None:
        """Count a section; what differs is counted again by others, and settled by a supervisor who counted nothing."""
        floor = self.house.floor
        task = floor.start("Carla", section)
        shelves = [good.place for good in self.house.goods if _section_of(good.place) == section]
        self._walk(task, dict.fromkeys(shelves), "Carla")
        for nth, by in enumerate(AGAIN, 1):
            if (recount := f"{task}-R{nth}") in floor.open_tasks():
                self._walk(recount, self._asked(recount), by)
        self._settle()
        self._short -= {key for key in self._short if key[0] in shelves}
        self.year.counts += 1

    def _asked(self, recount: str) -> dict[str, set[str] | None]:
        with self.house.database.read() as session:
            task = tasks.get_task(session, recount)
            assert task is not None
            codes = {self.house.places[code]: code for code in self.house.places}
            asked: dict[str, set[str] | None] = {}
            for row in visits.asked(session, task.id):
                wanted = asked.setdefault(codes[row.location_id], set())
                assert wanted is not None
                wanted.add(row.sku)
            return asked

    def _walk(self, task: str, shelves: dict[str, set[str] | None], by: str) -> None:
        """Scan each shelf and what is there; of some shelves only what is asked for."""
        for shelf, only in shelves.items():
            there = [(sku, units) for (place, sku), units in self.house.truth.items() if place == shelf and units > 0]
            found = [(sku, self._seen(units)) for sku, units in there if only is None or sku in only]
            found = [each for each in found if each[1]]
            self._scan(shelf, task, by)
            for sku, units in found:
                self._scan(sku, task, by, quantity=units)
            if not found:
                self._scan("CMD-EMPTY", task, by)
        self.house.floor.finish(task, by)

    def _seen(self, units: int) -> int:
        return max(units + self._counts.choice((-1, 1)), 0) if self._counts.random() < WRONG_COUNT else units

    def _scan(self, code: str, task: str, by: str, **more: Any) -> None:
        self.house.floor.scan(code, task, by, **more)
        self.year.scans += 1

    def _settle(self) -> None:
        floor, sia = self.house.floor, self.house.floor.warehouse.operators["Sia"]
        with self.house.database.read() as session:
            numbers = [row.id for row in discrepancies(session) if row.kind == "variance"]
        for number in numbers:
            try:
                self.house.database.transact(decisions.settle, number, Cause.UNKNOWN, sia, floor.tick())
            except (Conflict, NotAllowed):  # it is counted once more: it waits for that
                continue

    def measure(self, day: int) -> None:
        """Hold the record against the truth."""
        record, truth = self.house.record(), self.house.truth
        costs = {good.sku: good.cost_e4 for good in self.house.goods}
        keys = {key for key in record.keys() | truth.keys() if key[1] in costs and (record.get(key) or truth[key])}
        off = {key: (record.get(key, 0) - truth[key]) * costs[key[1]] for key in keys}
        value = sum(units * costs[sku] for (_, sku), units in record.items() if sku in costs)
        self.year.months.append(
            Month(
                day, value / 10_000, sum(map(abs, off.values())) / 10_000, sum(off.values()) / 10_000, self.house.expected(),
                sum(not each for each in off.values()) / len(keys),
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a day brings an item, by the seed, the day and the item alone: every way of counting meets the same."""

    wanted: int
    lost: int
    picked_wrong: float
    put_wrong: float
    miscounted: float
    miscount: int

    @classmethod
    def of(cls, seed: int, day: int, good: Good) -> _Drawn:
        draw, a_day = Random(f"{seed} {day} {good.sku}"), SOLD_A_DAY[good.abc_class]
        wanted, lost = poisson(draw, a_day), poisson(draw, a_day * (STOLEN + BROKEN))
        return cls(wanted, lost, draw.random(), draw.random(), draw.random(), draw.choice((-2, -1, 1, 2)))


Policy = Callable[[Simulation, int, int, int], None]
"""Counts of a day, by the day, the days of the run, and the minutes that people have."""


def _none(_: Simulation, __: int, ___: int, ____: int) -> None:
    return


def _yearly(simulation: Simulation, day: int, days: int, _: int) -> None:
    if day >= days // 2 and not simulation.year.counts:
        for section in simulation.house.sections():
            simulation.count(section.code)


def _abc(simulation: Simulation, _: int, __: int, minutes: int) -> None:
    """Those that are due, and then those whose day comes next."""
    sections = simulation.house.sections()
    sections.sort(key=lambda row: (row.due_on is not None, row.due_on or date.min, row.code))
    left = minutes
    for section in sections:
        if section.last_count == simulation.house.today or left < section.minutes:
            break
        left -= section.minutes
        simulation.count(section.code)


def _ranked(simulation: Simulation, _: int, __: int, ___: int) -> None:
    simulation.house.look()
    for section in simulation.house.sections():
        if section.why:
            simulation.count(section.code)


POLICIES: dict[str, Policy] = {"none": _none, "yearly": _yearly, "abc": _abc, "ranked": _ranked}


def simulate(policy: str, seed: int, days: int, minutes: int) -> Year:
    """A run of so many days."""
    year = Year(policy, seed)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'warehouse.db'}")
        migrate(database)
        simulation = Simulation(House(database, BEGUN, minutes), year)
        for day in range(1, days + 1):
            simulation.house.floor.now = BEGUN + timedelta(days=day)
            if simulation.house.today.weekday() < 5:
                simulation.live(day)
                POLICIES[policy](simulation, day, days, minutes)
            if day % MONTH == 0 or day == days:
                simulation.measure(day)
        database.dispose()
    return year


def main() -> None:
    """Run every way with every seed, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--policies", default=",".join(POLICIES))
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    wanted = arguments.policies.split(",")
    if unknown := [name for name in wanted if name not in POLICIES]:
        parser.error(f"expected policies out of {', '.join(POLICIES)}, got {', '.join(unknown)}")
    print(
        f"{'policy':8} {'drift, mean':>11} {'last':>7} {'right':>7} {'not found':>10} {'hours':>6} {'missing':>9} {'expected':>9}"
    )
    years = list[Year]()
    for name in wanted:
        runs = [simulate(name, seed, arguments.days, arguments.minutes) for seed in range(1, arguments.seeds + 1)]
        years += runs
        _print(name, runs)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(year) | {"hours": year.hours} for year in years], indent=1))


def _print(name: str, runs: list[Year]) -> None:
    last = [run.months[-1] for run in runs]
    shares = (
        fmean(month.drift for run in runs for month in run.months), fmean(month.drift for month in last),
        fmean(month.right for month in last), sum(run.not_found for run in runs) / max(sum(run.ordered for run in runs), 1),
    )  # fmt: skip
    amounts = (fmean(run.hours for run in runs), fmean(month.net for month in last), fmean(month.expected for month in last))
    told = [f"{100 * share:9.2f} %" for share in shares] + [f"{amount:11,.1f}" for amount in amounts]
    print(f"{name:8} " + " ".join(told), flush=True)


if __name__ == "__main__":
    main()
