"""Orders as a file: brought in, and taken out in the same form. A row is a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import ClassVar, Final

from sqlalchemy import exists, select
from sqlmodel import Session

from scanner.data.dumps import Cells
from scanner.data.exports import Export
from scanner.data.imports.catalogue import SKU, Items
from scanner.data.imports.cells import Column, code, day, text, whole
from scanner.data.imports.importer import Importer
from scanner.data.imports.report import ImportProgress, InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Rehearsal, Writes
from scanner.db.bulk import paged
from scanner.db.sql import run
from scanner.errors import Conflict
from scanner.orders.intake import store
from scanner.orders.intake.adopting import adopt
from scanner.orders.intake.rules import (
    LONGEST,
    MOST_LINES,
    MOST_UNITS,
    NO_CHANNEL,
    NO_VERSION,
    PARTS_CHANNEL,
    GivenLine,
    GivenOrder,
    Version,
)
from scanner.orders.intake.store import Key
from scanner.orders.intake.taking import Found, change_of, find, take_all

CHANNEL: Final = "csv"
"""The shop of a file that names none."""
NTH = "nth of its item"
"""Noted with a row that names no line: how many such rows of its order before it have the same SKU."""
PARTS = 1_000
"""Parts in which one file may bring one order: each is a version of its own, a microsecond later."""


def channel(cell: str) -> str:
    """The name of a channel."""
    if PARTS_CHANNEL in cell:
        raise ValueError(NO_CHANNEL)
    return str(text(LONGEST["channel"])(cell))


class Orders(Importer):
    """`channel, reference, placed_on, due_on, sku, ordered`, and `customer`, `line`.

    What a file changes is a newer version by the time of the import. An unknown SKU is kept. A line that is not in the file stays
    as it is; `ordered` 0 cancels it.
    """

    columns = (
        Column("reference", code(LONGEST["reference"]), required=True),
        Column("channel", channel),
        Column("placed_on", day),
        Column("due_on", day),
        SKU,
        Column("ordered", whole(0, MOST_UNITS), required=True, is_number=True),
        Column("customer", text(LONGEST["customer"])),
        Column("line", text(LONGEST["line"])),
    )
    heads: ClassVar = ("placed_on", "due_on", "customer")
    together = True
    notes_on_rows = True

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._seen: Counter[tuple[Key, str]] = Counter()
        self._said: dict[tuple[Key, str], tuple[object, int]] = {}

    def take(self, rows: list[Row]) -> None:
        rehearses = isinstance(self.writes, Rehearsal)
        by_order: dict[Key, list[Row]] = {}
        for row in rows:
            by_order.setdefault(key_of_order(row), []).append(row)
        found = find(self.session, list(by_order), held=not rehearses)
        given = [order for key, mine in by_order.items() if (order := self._order(key, mine, found.get(key)))]
        if not rehearses:
            take_all(self.session, given, self.operator_id, self.now)

    def forget(self) -> None:
        """Let go of the orders so far. No later row is of one of them."""
        self._seen.clear()
        self._said.clear()

    def _order(self, key: Key, rows: list[Row], there: Found | None) -> GivenOrder | None:
        """The next version of an order; None where nothing changes or can change."""
        lines: dict[str, GivenLine] = {}
        changed: list[Row] = []
        for row in rows:
            if not self._same_head(key, row):
                continue
            line = self._line(key, row, there, lines)
            if not self.first_time(row, "line", (key, line.name), line.name):
                continue
            lines[line.name] = line
            if there is None or there.known.lines.get(line.name) != line:
                changed.append(row)
        head = self._head(key, there, tuple(lines.values()))
        if not lines or (not changed and not _head_differs(head, there)):
            self.progress.unchanged += len(lines)
            return None
        if not self._may_change(rows[0], head, there, changed):
            return None
        new = sum(there is None or name not in there.lines for name in lines)
        self.progress.added += new
        self.progress.changed += (len(changed) or len(lines)) - new
        self.progress.unchanged += len(lines) - (len(changed) or len(lines))
        return head

    def _same_head(self, key: Key, row: Row) -> bool:
        for column in self.heads:
            if (value := row.get(column)) is None:
                continue
            first, line = self._said.setdefault((key, column), (value, row.line))
            if first != value:
                self.bad(row, column, f"the same as on line {line}: {first}", str(value))
                return False
        return True

    def _line(self, key: Key, row: Row, there: Found | None, lines: dict[str, GivenLine]) -> GivenLine:
        old = self._stored(key, row, there)
        name = row.get("line") or (old.name if old else _free_name(row, there, lines))
        ordered = row["ordered"]
        if old is not None and ordered <= old.ordered:
            return GivenLine(name, row["sku"], old.ordered, old.ordered - ordered)
        return GivenLine(name, row["sku"], ordered)

    def _stored(self, key: Key, row: Row, there: Found | None) -> GivenLine | None:
        """The line that a row is about: by its name, else the nth of its SKU."""
        known = there.known.lines if there else {}
        if name := row.get("line"):
            return known.get(name)
        nth = row.values.setdefault(NTH, self._seen[key, row["sku"]])
        self._seen[key, row["sku"]] += 1
        same = [line for line in known.values() if line.sku == row["sku"]]
        return same[nth] if nth < len(same) else None

    def _head(self, key: Key, there: Found | None, lines: tuple[GivenLine, ...]) -> GivenOrder:
        placed, due, customer = (self._said.get((key, column), (None, 0))[0] for column in self.heads)
        return GivenOrder(
            channel=key[0], reference=key[1], version=self._version(there), lines=lines,
            placed_at=_at(placed, there.row.placed_at if there else None),
            due_at=_at(due, there.row.due_at if there else None, END_OF_DAY),
            customer=str(customer) if customer is not None else None,
            cancelled=there is not None and there.row.cancelled_at is not None, whole=False,
        )  # fmt: skip

    def _version(self, there: Found | None) -> Version:
        mine = Version.at(self.now)
        if there is not None and there.row.version_is_time and 0 <= there.row.version - mine.number < PARTS:
            return Version(there.row.version + 1, is_time=True)  # another part of the same file
        return mine

    def _may_change(self, row: Row, head: GivenOrder, there: Found | None, changed: list[Row]) -> bool:
        if len(set(there.lines if there else ()) | {line.name for line in head.lines}) > MOST_LINES:
            self.bad(row, "reference", f"an order of at most {MOST_LINES:,} lines", f"{head.reference} with more")
            return False
        if there is None:
            return True
        if there.row.version == NO_VERSION:
            return self._leaves_what_went(there, head, changed)
        if not there.row.version_is_time:
            self.bad(row, "reference", "an order that comes by file: the versions of this one are numbers", head.reference)
            return False
        if head.version.number <= there.row.version:
            self.progress.note(row.line, "reference", f"a newer version of {head.reference} is here, so this row changed nothing")
            self.progress.unchanged += len(head.lines)
            return False
        return self._leaves_what_went(there, head, changed)

    def _leaves_what_went(self, there: Found, head: GivenOrder, changed: list[Row]) -> bool:
        """Whether what changes of an order is what has not gone of it."""
        if not changed:
            return True
        if there.row.shipped_at and there.rest is None:
            self.bad(changed[0], "ordered", "no change, as this order is shipped", str(changed[0]["ordered"]))
            return False
        try:
            change_of(self.session, head, there)
        except Conflict as problem:
            self.bad(changed[0], "ordered", "no less than went of this order", InWords(problem.message))
            return False
        return True


def key_of_order(row: Row) -> Key:
    """Channel and reference of the order of a row."""
    return row.get("channel") or CHANNEL, row["reference"]


def _free_name(row: Row, there: Found | None, lines: dict[str, GivenLine]) -> str:
    """A name for a new line: its SKU, with a number where that is a line's already."""
    taken = {*lines, *(there.lines if there else ())}
    wanted = row["sku"]
    number = 2
    while wanted in taken:
        wanted, number = f"{row['sku'][:58]}#{number}", number + 1
    return str(wanted)


END_OF_DAY = time(23, 59, 59)
"""An order that is due on a day is late when the day is over."""


def _at(said: object, stored: datetime | None, at: time = time()) -> datetime | None:
    """A time on a day, its start if not told otherwise; the moment that is stored, where it is on that day."""
    if not isinstance(said, date) or (stored and stored.astimezone(UTC).date() == said):
        return stored
    return datetime.combine(said, at, UTC)


def _head_differs(head: GivenOrder, there: Found | None) -> bool:
    if there is None:
        return True
    row = there.row
    return (head.placed_at, head.due_at, row.customer if head.customer is None else head.customer) != (
        row.placed_at, row.due_at, row.customer,
    )  # fmt: skip


class ItemsThatOrdersWaitFor(Items):
    """Items as ever. Lines of orders with their SKUs, unknown so far, are picked from then on."""

    def take(self, rows: list[Row]) -> None:
        before = self.progress.added
        super().take(rows)
        if self.progress.added > before and not isinstance(self.writes, Rehearsal):
            adopt(self.session)


def _orders(session: Session) -> Iterator[Cells]:
    """Every line of every order of a shop, with the units that are still wanted. A rest is in what the shop ordered already."""
    order, line, task = store.order, store.order_line, store.task
    wanted = (
        select(
            order.c.channel, order.c.reference, line.c.position, order.c.placed_at, order.c.due_at, line.c.sku,
            (line.c.ordered - line.c.cancelled).label("ordered"), task.c.partner.label("customer"), line.c.name.label("line"),
        )
        .join_from(order, line, line.c.task_id == order.c.task_id)
        .join(task, task.c.id == order.c.task_id)
        .where(order.c.rest_of.is_(None))
    )  # fmt: skip
    for row in paged(session, wanted, order.c.channel, order.c.reference, line.c.position):
        days = {"placed_on": _day(row.placed_at), "due_on": _day(row.due_at)}
        yield {**row._mapping, **days}


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _any_customer(session: Session) -> bool:
    """Whether an order has a customer."""
    named = exists().where(store.order.c.task_id == store.task.c.id, store.task.c.partner != "")
    return bool(run(session, select(named)).scalar_one())


def _any_name(session: Session) -> bool:
    """Whether a line has a name of its own."""
    return bool(run(session, select(exists().where(store.order_line.c.name != store.order_line.c.sku))).scalar_one())


IMPORTS: dict[str, type[Importer]] = {"items": ItemsThatOrdersWaitFor, "orders": Orders}
EXPORTS = {
    "orders": Export(
        ("channel", "reference", "placed_on", "due_on", "sku", "ordered"), _orders, {"customer": _any_customer, "line": _any_name}
    )
}
