"""Tables of tasks and of the record. Scan, Tally, Movement and CostChange are append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, index_where, moment, ref
from scanner.db.types import Sequence


class Task(SQLModel, table=True):
    """A piece of floor work with an expected result: a receipt, a return or a count. Tasks of picking and of moves never end."""

    id: int | None = identity()
    reference: str = Field(unique=True, max_length=64)
    kind: str = Field(max_length=16)
    state: str = Field(default="open", max_length=16)
    partner: str = Field(default="", max_length=200)
    asn: str | None = Field(default=None, max_length=64)
    order_ref: str = Field(default="", max_length=64, index=True)
    due_on: date | None = None
    back_order_of: int | None = ref("task.id", null=True)
    announced: bool = True  # customer service told of the return before it came
    matched_to: str | None = Field(default=None, max_length=64)  # the announced return that the goods were for
    owner: str = Field(default="", max_length=120)  # works the return down
    handled_at: datetime | None = moment(null=True)  # when customer service was done with the return
    section: str = Field(default="", max_length=64)  # that a count is of
    recount_of: int | None = ref("task.id", null=True)  # the count that is repeated
    created_at: datetime = moment()
    finished_at: datetime | None = moment(null=True)
    finished_by: int | None = ref("operator.id", null=True)

    __table_args__ = (
        Index("ix_task_kind_state", "kind", "state"),
        Index("ix_task_kind_reference", "kind", "reference"),
        *(index_of("task", column) for column in ("asn", "matched_to", "recount_of")),
        CheckConstraint("state IN ('open', 'finished')", name="state"),
    )


class Line(SQLModel, table=True):
    """One item of a task. `scanned` is a counter: the sum of the tallies of the line.

    A line of a count is of a location and a visit, and is made when something is found.
    """

    id: int | None = identity()
    task_id: int = ref("task.id")
    position: int
    item_id: int = ref("item.id")
    location_id: int | None = ref("location.id", null=True)
    visit_id: int | None = ref("visit.id", null=True)
    expected: int
    scanned: int = 0
    reason: str = Field(default="", max_length=300)

    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        Index("ix_line_task_id_item_id", "task_id", "item_id"),
        Index("ix_line_item_id_task_id", "item_id", "task_id"),
        index_of("line", "visit_id"),
        CheckConstraint("expected >= 0", name="expected"),
    )


class HandCart(SQLModel, table=True):
    """The location of what a person has in hand."""

    __tablename__ = "hand_cart"
    operator_id: int = Field(foreign_key="operator.id", primary_key=True, sa_type=Sequence)
    location_id: int = ref("location.id", unique=True)


class Carton(SQLModel, table=True):
    """What a supplier announced in one carton or pallet: a row for each item. The label is the SSCC."""

    sscc: str = Field(primary_key=True, max_length=18)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    task_id: int = ref("task.id", index=True)
    units: int

    __table_args__ = (CheckConstraint("units > 0", name="units"),)


class Scan(SQLModel, table=True):
    """One scan, kept for ever, counted or not. Append-only. `seq` gives the order, never a time."""

    seq: int | None = identity()
    id: str = Field(unique=True, max_length=36)
    task_id: int = ref("task.id")
    operator_id: int = ref("operator.id")
    device: str = Field(max_length=64)
    code: str = Field(max_length=512)
    key: str = Field(max_length=512)
    source: str = Field(max_length=8)
    quantity: int = 1
    scanned_at: datetime = moment()  # by the clock of the device
    received_at: datetime = moment()
    happened_at: datetime = moment()  # `scanned_at` by the clock of the server
    outcome: str = Field(max_length=8)
    reason: str = Field(max_length=12)
    message: str = Field(max_length=1000)
    item_id: int | None = ref("item.id", null=True)
    units: int = 0
    expected: int | None = None  # with `counted`: what the answer said of the line, for a retry
    counted: int | None = None
    location_id: int | None = ref("location.id", null=True)  # where goods go after this scan
    lot: str | None = Field(default=None, max_length=20)
    expiry: date | None = None
    serial: str | None = Field(default=None, max_length=20)
    opens: str | None = Field(default=None, max_length=64)
    handles: int | None = ref("scan.seq", null=True)  # the arrival whose goods are in hand
    confirms: int | None = ref("scan.seq", null=True)  # the earlier scan that this one confirms
    undoes: int | None = ref("scan.seq", null=True)  # the earlier scan that this one takes back
    links: int | None = ref("scan.seq", null=True)  # the earlier scan of an unknown code that this one counts
    fingerprint: str = Field(max_length=64)

    __table_args__ = (
        Index("ix_scan_task_id_operator_id_device_seq", "task_id", "operator_id", "device", "seq"),
        index_where("ix_scan_unknown", ("key",), "reason = 'unknown'"),
        index_where("ix_scan_assumed", ("task_id",), "source = 'assumed'"),
        index_of("scan", "confirms"),
        *(index_where(f"uq_scan_{about}", (about,), f"{about} IS NOT NULL", unique=True) for about in ("undoes", "links")),
        CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name="outcome"),
    )


class Tally(SQLModel, table=True):
    """Units that a scan added to a line (negative: took back). Append-only."""

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence)
    units: int

    __table_args__ = (CheckConstraint("units <> 0", name="units"), {"sqlite_with_rowid": False})


class Movement(SQLModel, table=True):
    """Units of an item that moved, by one scan or one adjustment. Append-only.

    `cost_e4` is what one unit cost when it was booked. Of movements from before that was kept it is what one cost on the day of
    the upgrade: `cost_filled`.
    """

    seq: int | None = identity()
    at: datetime = moment()
    item_id: int = ref("item.id")
    units: int
    source_id: int = ref("location.id")
    target_id: int = ref("location.id")
    scan_seq: int | None = ref("scan.seq", null=True)
    operator_id: int | None = ref("operator.id", null=True)
    cause: str = Field(default="", max_length=32)
    discrepancy_id: int | None = ref("discrepancy.id", null=True)  # that it settles
    cost_e4: int | None = Field(default=None, sa_type=BigInteger)  # None: the item had no cost
    cost_filled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})

    __table_args__ = (
        Index("ix_movement_item_id_seq", "item_id", "seq"),
        Index("ix_movement_item_id_at", "item_id", "at"),
        index_of("movement", "scan_seq"),
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("source_id <> target_id", name="places"),
    )


class CostChange(SQLModel, table=True):
    """An item costs something else from then on, at one place of the inventory where it was. Append-only; who is in the audit.

    What was there was worth `units` times `before_e4`, and is worth `units` times `after_e4`.
    """

    __tablename__ = "cost_change"
    seq: int | None = identity()
    at: datetime = moment()
    item_id: int = ref("item.id")
    location_id: int = ref("location.id")
    units: int  # never 0; below it where more went than came
    before_e4: int | None = Field(default=None, sa_type=BigInteger)  # None: no cost
    after_e4: int | None = Field(default=None, sa_type=BigInteger)

    __table_args__ = (
        Index("ix_cost_change_item_id_seq", "item_id", "seq"),
        Index("ix_cost_change_at", "at"),
    )


class Held(SQLModel, table=True):
    """A held scan of goods, and the answer to it: none while it waits for an answer.

    Held scans of one item add up. One yes takes in all that one person holds of an item on one device.
    """

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    task_id: int = ref("task.id")
    operator_id: int = ref("operator.id")
    device: str = Field(max_length=64)
    item_id: int | None = ref("item.id", null=True)  # None: a carton with several items in it
    doubt: str = Field(max_length=12)  # what the yes is asked for
    units: int
    answer: str | None = Field(default=None, max_length=8)
    answered_by: int | None = ref("scan.seq", null=True)  # the scan that gave the answer

    __table_args__ = (
        Index("ix_held_task_id_item_id", "task_id", "item_id"),
        index_of("held", "answered_by"),
        CheckConstraint("answer IN ('taken', 'left', 'aside')", name="answer"),
        CheckConstraint("units > 0", name="units"),
    )


class Dismissal(SQLModel, table=True):
    """A scan of an unknown code that counts for nothing, as a person said: misread, or scanned again."""

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    operator_id: int = ref("operator.id")
    at: datetime = moment()
    reason: str = Field(max_length=200)


class UniqueMark(SQLModel, table=True):
    """A unique number (SSCC, GTIN with serial), with the scan that took it in."""

    __tablename__ = "unique_mark"
    kind: str = Field(primary_key=True, max_length=8)
    value: str = Field(primary_key=True, max_length=64)
    scan_seq: int = ref("scan.seq", index=True)
