"""The tables. Scan, Tally, Movement and DiscrepancyEvent are append-only; the counters beside them can be folded anew.

Units are whole eaches. Money is a whole number of ten-thousandths of the currency (`…_e4`), so that no sum is rounded.
A table model does not validate: what comes from outside is checked before, and the CHECK constraints hold the rest.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from scanner.store.types import Sequence, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=Sequence)


def _ref(target: str, *, null: bool = False, **more: Any) -> Any:
    default = {"default": None} if null else {}
    return Field(foreign_key=target, sa_type=Sequence, nullable=null, **default, **more)


def _at(*, null: bool = False) -> Any:
    return Field(sa_type=UtcDateTime, nullable=null, **({"default": None} if null else {}))


def _index_where(name: str, column: str, condition: str, *, unique: bool = False) -> Index:
    """An index over some rows only: the others cost a scan nothing."""
    return Index(name, column, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


class Item(SQLModel, table=True):
    """One SKU."""

    id: int | None = _id()
    sku: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=300)
    unit_cost_e4: int = Field(default=0, sa_type=BigInteger)
    abc_class: str = Field(default="C", max_length=1)
    reorder_point: int = 0
    critical: bool = False

    __table_args__ = (
        CheckConstraint("unit_cost_e4 >= 0", name="cost"),
        CheckConstraint("abc_class IN ('A', 'B', 'C')", name="class"),
        CheckConstraint("reorder_point >= 0", name="reorder"),
    )


class Barcode(SQLModel, table=True):
    """A code that stands for an item; `code` is the key of `domain.codes` (a GTIN as GTIN-14, else the text)."""

    code: str = Field(primary_key=True, max_length=512)
    item_id: int = _ref("item.id", index=True)
    units: int = 1

    __table_args__ = (CheckConstraint("units > 0", name="units"),)


class KitPart(SQLModel, table=True):
    """`units` of a part are in one kit."""

    __tablename__ = "kit_part"
    kit_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    part_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence, index=True)
    units: int

    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("kit_id <> part_id", name="itself"),
    )


class Location(SQLModel, table=True):
    """A place, real or virtual; its kind says whether goods there can be sold (`domain.locations`)."""

    id: int | None = _id()
    code: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=16, index=True)
    section: str = Field(default="", max_length=64, index=True)


class Stock(SQLModel, table=True):
    """A counter: units of an item at a location. Over all locations, the virtual ones too, an item sums to zero."""

    location_id: int = Field(foreign_key="location.id", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence, index=True)
    units: int = Field(default=0, sa_type=BigInteger)


class Operator(SQLModel, table=True):
    """A person with a badge. `roles` are parted by `;`."""

    id: int | None = _id()
    badge: str = Field(unique=True, max_length=128)
    name: str = Field(max_length=120)
    roles: str = Field(default="", max_length=120)
    pin_hash: str | None = Field(default=None, max_length=256)
    active: bool = True


class SignIn(SQLModel, table=True):
    """That a person signed in on a device: only then may the device send scans in that person's name."""

    __tablename__ = "sign_in"
    id: int | None = _id()
    device: str = Field(max_length=64)
    operator_id: int = _ref("operator.id")
    at: datetime = _at()

    __table_args__ = (Index("ix_sign_in_device_operator_id", "device", "operator_id"),)


class SignInFailure(SQLModel, table=True):
    """A wrong badge (no operator) or PIN. Guesses are limited by device, by address and by person."""

    __tablename__ = "sign_in_failure"
    id: int | None = _id()
    device: str = Field(max_length=64, index=True)
    address: str = Field(max_length=64, index=True)
    operator_id: int | None = _ref("operator.id", null=True, index=True)
    at: datetime = _at()


class ApiToken(SQLModel, table=True):
    """A token of the API, known by its SHA-256 alone."""

    __tablename__ = "api_token"
    id: int | None = _id()
    digest: str = Field(unique=True, max_length=64)
    operator_id: int = _ref("operator.id")
    created_at: datetime = _at()
    revoked_at: datetime | None = _at(null=True)


class Task(SQLModel, table=True):
    """A piece of floor work with an expected result: a receipt, a return or a count."""

    id: int | None = _id()
    reference: str = Field(unique=True, max_length=64)
    kind: str = Field(max_length=16)
    state: str = Field(default="open", max_length=16)
    partner: str = Field(default="", max_length=200)
    asn: str | None = Field(default=None, max_length=64, index=True)
    order_ref: str = Field(default="", max_length=64)
    due_on: date | None = None
    back_order_of: int | None = _ref("task.id", null=True)
    created_at: datetime = _at()
    finished_at: datetime | None = _at(null=True)
    finished_by: int | None = _ref("operator.id", null=True)

    __table_args__ = (
        Index("ix_task_kind_state", "kind", "state"),
        CheckConstraint("kind IN ('receiving', 'return', 'count')", name="kind"),
        CheckConstraint("state IN ('open', 'finished')", name="state"),
    )


class Line(SQLModel, table=True):
    """One item of a task. `scanned` is a counter: the sum of the line's tallies."""

    id: int | None = _id()
    task_id: int = _ref("task.id")
    position: int
    item_id: int = _ref("item.id")
    location_id: int | None = _ref("location.id", null=True)
    expected: int
    scanned: int = 0
    reason: str = Field(default="", max_length=300)

    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        Index("ix_line_task_id_item_id", "task_id", "item_id"),
        Index("ix_line_item_id_task_id", "item_id", "task_id"),
        CheckConstraint("expected >= 0", name="expected"),
    )


class Carton(SQLModel, table=True):
    """What the supplier announced to be in one carton or pallet: a row an item. Its label is the SSCC."""

    sscc: str = Field(primary_key=True, max_length=18)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    task_id: int = _ref("task.id", index=True)
    units: int

    __table_args__ = (CheckConstraint("units > 0", name="units"),)


class Scan(SQLModel, table=True):
    """One event, kept for ever whatever came of it. Append-only; the order is `seq`, never a time.

    `location_id` is where goods go from this scan on. `expected` and `counted` are what the answer said of the line, so
    that a retry gets the same answer. `confirms`, `undoes` and `links` name the earlier scan that this one is about.
    """

    seq: int | None = _id()
    id: str = Field(unique=True, max_length=36)
    task_id: int = _ref("task.id")
    operator_id: int = _ref("operator.id")
    device: str = Field(max_length=64)
    code: str = Field(max_length=512)
    key: str = Field(max_length=512)
    source: str = Field(max_length=8)
    quantity: int = 1
    scanned_at: datetime = _at()
    received_at: datetime = _at()
    outcome: str = Field(max_length=8)
    reason: str = Field(max_length=12)
    message: str = Field(max_length=1000)
    item_id: int | None = _ref("item.id", null=True)
    units: int = 0
    expected: int | None = None
    counted: int | None = None
    location_id: int | None = _ref("location.id", null=True)
    lot: str | None = Field(default=None, max_length=20)
    expiry: date | None = None
    serial: str | None = Field(default=None, max_length=20)
    opens: str | None = Field(default=None, max_length=64)
    confirms: int | None = _ref("scan.seq", null=True)
    undoes: int | None = _ref("scan.seq", null=True)
    links: int | None = _ref("scan.seq", null=True)
    fingerprint: str = Field(max_length=64)

    __table_args__ = (
        Index("ix_scan_task_id_operator_id_device_seq", "task_id", "operator_id", "device", "seq"),
        _index_where("ix_scan_unknown", "key", "reason = 'unknown'"),
        *(
            _index_where(f"uq_scan_{about}", about, f"{about} IS NOT NULL", unique=True)
            for about in ("confirms", "undoes", "links")
        ),
        CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name="outcome"),
    )


class Tally(SQLModel, table=True):
    """Units that a scan added to a line (negative: took back). Append-only."""

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence)
    units: int

    __table_args__ = (CheckConstraint("units <> 0", name="units"), {"sqlite_with_rowid": False})


class Movement(SQLModel, table=True):
    """Units of an item from one location to another, caused by one scan or one adjustment. Append-only."""

    seq: int | None = _id()
    at: datetime = _at()
    item_id: int = _ref("item.id")
    units: int
    source_id: int = _ref("location.id")
    target_id: int = _ref("location.id")
    scan_seq: int | None = _ref("scan.seq", null=True, index=True)
    operator_id: int | None = _ref("operator.id", null=True)
    cause: str = Field(default="", max_length=32)

    __table_args__ = (
        Index("ix_movement_item_id_seq", "item_id", "seq"),
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("source_id <> target_id", name="places"),
    )


class UniqueMark(SQLModel, table=True):
    """A number that exists once (SSCC, GTIN with serial), with the scan that took it in."""

    __tablename__ = "unique_mark"
    kind: str = Field(primary_key=True, max_length=8)
    value: str = Field(primary_key=True, max_length=64)
    scan_seq: int = _ref("scan.seq", index=True)


class Discrepancy(SQLModel, table=True):
    """Expected against actual that someone must settle. `units` is a size, its direction is in the kind."""

    id: int | None = _id()
    kind: str = Field(max_length=16)
    state: str = Field(default="open", max_length=12)
    task_id: int = _ref("task.id", index=True)
    item_id: int = _ref("item.id", index=True)
    units: int
    value_e4: int = Field(sa_type=BigInteger)
    owner: str = Field(max_length=120)
    cause: str = Field(default="", max_length=32)
    opened_at: datetime = _at()
    settled_at: datetime | None = _at(null=True)

    __table_args__ = (
        Index(
            "uq_discrepancy_open", "task_id", "item_id", "kind", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_discrepancy_state_opened_at", "state", "opened_at"),
        CheckConstraint("state IN ('open', 'settled', 'withdrawn')", name="state"),
    )  # fmt: skip


class DiscrepancyEvent(SQLModel, table=True):
    """What happened to a discrepancy, by whom and when. Append-only."""

    __tablename__ = "discrepancy_event"
    id: int | None = _id()
    discrepancy_id: int = _ref("discrepancy.id", index=True)
    at: datetime = _at()
    operator_id: int = _ref("operator.id")
    scan_seq: int | None = _ref("scan.seq", null=True, index=True)
    action: str = Field(max_length=12)
    units: int = 0
    detail: str = Field(default="", max_length=1000)


class Restoration(SQLModel, table=True):
    """That the warehouse was put back from a backup. Devices that see a mark they do not know send again what they have."""

    id: int | None = _id()
    mark: str = Field(unique=True, max_length=32)
    at: datetime = _at()
