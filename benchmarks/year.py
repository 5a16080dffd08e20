"""A year of a warehouse whose truth is kept outside: how far the record drifts by each way of counting, and what that costs.

    python -m benchmarks.year [--days 365] [--seeds 3] [--policies none,yearly,abc,ranked] [--minutes 3] [--json FILE]

192 items on as many shelves are sold, ordered and received; what customers want is drawn by Poisson. The record is the product's
own, on SQLite: sales and receipts are movements, short picks and counts are scans. The truth is a table of this program. It goes
another way than the record where goods are lost unseen, are picked from the neighbour's shelf, are put there, or come in another
number than was received. A count finds what is there by the truth; of a hundred lines it gets one wrong by a unit.

The ways of counting: none; yearly, which is all of it after half of the days; abc, those that are due first, then those whose day
comes next; ranked, the plan of the product's day. The last two have the same minutes a day. All meet the same days of a seed.

Prints for each way: drift, gross, as a share of what is there, as the mean of the ends of the months and at the last of them; the
share of records that are right then; of the units that the record promised to customers, those that were not found; hours of
counting; what is missing by the truth at the end, and what the product expected without seeing it. `--json`: each run, with its
months. The way without counts is what the others are held against.
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
from scanner.money import from_e4
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.picking.rules import PickTask
from scanner.scans import ledger, tasks
from scanner.scans.decision import Move
from tests.support.counting_floor import Floor
from tests.support.warehouse import fill

SHELVES = 8
SECTIONS_BY_CLASS = {"A": 5, "B": 7, "C": 12}
SOLD_A_DAY = {"A": 2.0, "B": 0.5, "C": 0.1}
LEAD_DAYS, COVER_DAYS, SAFETY = 7, 30, 1.65
LOST, WRONG_SHELF, PUT_WRONG, MISCOUNTED = 0.006, 0.003, 0.002, 0.03
"""Unseen: units stolen or broken for each one sold; then chances of a pick, of a receipt put away, and of a receipt counted."""
WRONG_COUNT = 0.01
SECONDS_A_SCAN = 14
AGAIN = ("Cem", "Ada", "Ben", "Kim", "Lou")
"""Who counts again what Carla counted, one after the other, until two counts agree."""
BEGUN = datetime(2025, 1, 1, 12, tzinfo=UTC)
MONTH = 30
_item, _location, _stock, _policy, _operator = (table_of(model) for model in (Item, Location, Stock, CountPolicy, Operator))


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
    value: float  # of what is there
    gross: float
    net: float  # what the record has too much
    expected: float  # what the product thinks is missing
    right: float  # share of the records

    @property
    def drift(self) -> float:
        """Gross, as a share of what is there."""
        return self.gross / self.value if self.value else 0.0


@dataclass(slots=True)
class Year:
    """One run."""

    policy: str
    seed: int
    months: list[Month] = field(default_factory=list)
    wanted: int = 0  # units, by customers
    promised: int = 0  # of these, what the record had
    not_found: int = 0  # of those
    counts: int = 0
    scans: int = 0  # of counts

    @property
    def hours(self) -> float:
        """Of counting."""
        return self.scans * SECONDS_A_SCAN / 3600


Booked = tuple[Good, LocationKind, int, str]
"""An item, the place beyond the shelf, units (negative: from the shelf), and the shelf."""


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
        people = [{"badge": f"BADGE-{name}", "name": name, "roles": "counter", "active": True} for name in AGAIN[1:]]
        for row in run(session, insert(_operator).values(people).returning(_operator.c.id, _operator.c.name)):
            self.floor.warehouse.operators[row.name] = OperatorView(row.id, row.name, frozenset({"counter"}))
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

    def _move(self, good: Good, kind: LocationKind, units: int, place: str = "") -> Move:
        """From one of the standard places to a shelf, or with negative units from it; to that of the item where none is named."""
        ends = (self.standard[kind], self.places[place or good.place])
        return Move(self.items[good.sku], abs(units), *(ends if units > 0 else reversed(ends)))

    def book(self, moved: list[Booked]) -> None:
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
        """The counting plan, those that are due first."""
        with self.database.read() as session:
            return list(plans.plan(session, self.today).sections)


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
        drawn = {good.sku: _Drawn.of(self.year.seed, day, good) for good in self.house.goods}
        moved = [self._receive(good, units, drawn[good.sku]) for good, units in self._coming.pop(day, ())]
        record = defaultdict[str, Counter[str]](Counter)
        for (place, sku), units in self.house.record().items():
            record[sku][place] = units
        for good, _, units, place in moved:
            record[good.sku][place] += units
        short = list[tuple[Good, str]]()
        for good in self.house.goods:
            there = record[good.sku]
            taken, not_there = self._sell(good, there, drawn[good.sku])
            moved += taken
            short += [(good, place) for place in not_there]
            self._lose(good, drawn[good.sku].lost)
            self._order(day, good, max(sum(there.values()) + sum(units for _, _, units, _ in taken), 0))
        self.house.book(moved)
        for good, place in short:
            self._tell_short(good, place)

    def _receive(self, good: Good, units: int, drawn: _Drawn) -> Booked:
        """By the record it is on its own shelf."""
        self._on_order[good.sku] -= units
        place = self._neighbour(good).place if drawn.put_wrong < PUT_WRONG else good.place
        self.house.truth[place, good.sku] += units + (drawn.miscount if drawn.miscounted < MISCOUNTED else 0)
        return good, LocationKind.SUPPLIER, units, good.place

    def _sell(self, good: Good, there: Counter[str], drawn: _Drawn) -> tuple[list[Booked], list[str]]:
        """Take what is wanted from where the record has some, its own shelf first; and where some of that was not found."""
        left = min(drawn.wanted, sum(max(units, 0) for units in there.values()))
        self.year.wanted += drawn.wanted
        self.year.promised += left
        moved, short = list[Booked](), list[str]()
        for place in sorted(there, key=lambda each: (each != good.place, each)):
            asked = min(left, max(there[place], 0))
            taken = min(asked, self.house.truth[place, good.sku])
            if taken:
                self._pick(good, place, taken, drawn)
                moved.append((good, LocationKind.CUSTOMER, -taken, place))
            if taken < asked:
                short.append(place)
                self.year.not_found += asked - taken
            left -= asked
        return moved, short

    def _pick(self, good: Good, place: str, taken: int, drawn: _Drawn) -> None:
        """Now and then one of them is the neighbour's."""
        truth, other = self.house.truth, self._neighbour(good)
        wrong = 1 if drawn.picked_wrong < WRONG_SHELF and truth[other.place, other.sku] else 0
        truth[place, good.sku] -= taken - wrong
        truth[other.place, other.sku] -= wrong

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

    def _tell_short(self, good: Good, place: str) -> None:
        """A picker says that goods are not there; until the place is counted, only the first time."""
        if (place, good.sku) not in self._short:
            self._short.add((place, good.sku))
            self.house.floor.scan(good.sku, PickTask.SHORT_PICKS, "Carla", location=place)

    def count(self, section: str) -> None:
        """Count a section; what differs is counted again by others, and settled by a supervisor who counted nothing."""
        floor = self.house.floor
        task = floor.start("Carla", section)
        shelves = [good.place for good in self.house.goods if _section_of(good.place) == section]
        self._walk(task, dict.fromkeys(shelves), "Carla")
        for nth, by in enumerate(AGAIN, 1):
            if (recount := f"{task}-R{nth}") in floor.open_tasks():
                self._walk(recount, self._asked(recount), by)
        assert not floor.open_tasks(), "nobody is left who could count again"
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
            self.house.database.transact(decisions.settle, number, Cause.UNKNOWN, sia, floor.tick())

    def measure(self, day: int) -> None:
        """Hold the record against the truth."""
        record, truth = self.house.record(), self.house.truth
        costs = {good.sku: good.cost_e4 for good in self.house.goods}
        keys = {key for key in record.keys() | truth.keys() if key[1] in costs and (record.get(key) or truth[key])}
        off = {key: (record.get(key, 0) - truth[key]) * costs[key[1]] for key in keys}
        value = sum(units * costs[sku] for (_, sku), units in truth.items())
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
        wanted, lost = poisson(draw, a_day), poisson(draw, a_day * LOST)
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
        if (needed := min(section.minutes, minutes)) <= left:
            left -= needed
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
            if simulation.house.floor.now.weekday() < 5:
                simulation.live(day)
                POLICIES[policy](simulation, day, days, minutes)
            if day % MONTH == 0 or (day == days and not year.months):
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
    names = ("drift, mean", "last", "right", "not found", "hours", "missing", "expected")
    print("way      " + " ".join(f"{name:>11}" for name in names))
    years = list[Year]()
    for name in wanted:
        runs = [simulate(name, seed, arguments.days, arguments.minutes) for seed in range(1, arguments.seeds + 1)]
        years += runs
        _print(name, runs)
    if arguments.json:
        arguments.json.write_text(json.dumps([_told(year) for year in years], indent=1))


def _told(year: Year) -> dict[str, Any]:
    months = [asdict(month) | {"drift": month.drift} for month in year.months]
    return asdict(year) | {"hours": year.hours, "months": months}


def _print(name: str, runs: list[Year]) -> None:
    last = [run.months[-1] for run in runs]
    shares = (
        fmean(month.drift for run in runs for month in run.months), fmean(month.drift for month in last),
        fmean(month.right for month in last), sum(run.not_found for run in runs) / max(sum(run.promised for run in runs), 1),
    )  # fmt: skip
    amounts = (fmean(run.hours for run in runs), fmean(month.net for month in last), fmean(month.expected for month in last))
    told = [f"{100 * share:9.2f} %" for share in shares] + [f"{amount:11,.1f}" for amount in amounts]
    print(f"{name:8} " + " ".join(told), flush=True)


if __name__ == "__main__":
    main()
