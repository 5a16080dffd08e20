"""Tables of orders. An order is a task; what it has beside a task is here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, index_where, moment, ref
from scanner.db.types import Sequence


class Order(SQLModel, table=True):
    """What a shop sold. Its task is open until the order is shipped or cancelled; the customer is the partner of the task.

    `channel` and `reference` are the shop's own words for it. A rest, which was kept when a part was shipped, has those of the
    order that it is a rest of (`rest_of`), and is found by its task alone.

    `version` is the shop's: a whole number, or microseconds since 1970 where `version_is_time`. `choice` is what the supervisor
    has decided of an order that is short: wait for the rest, or split it. `assumed`: shipped without being picked by scans.
    """

    __tablename__ = "shop_order"
    task_id: int = Field(foreign_key="task.id", primary_key=True, sa_type=Sequence)
    channel: str = Field(max_length=40)
    reference: str = Field(max_length=64)
    placed_at: datetime | None = moment(null=True)
    due_at: datetime | None = moment(null=True)
    version: int = Field(sa_type=BigInteger)
    version_is_time: bool = False
    cancelled_at: datetime | None = moment(null=True)
    shipped_at: datetime | None = moment(null=True)
    choice: str = Field(default="", max_length=8)
    assumed: bool = False
    rest_of: int | None = ref("task.id", null=True)

    __table_args__ = (
        index_where("ix_shop_order_of_shop", ("channel", "reference"), "rest_of IS NULL", unique=True),
        index_of("shop_order", "rest_of"),
        CheckConstraint("choice IN ('', 'wait', 'split')", name="choice"),
    )


class OrderLine(SQLModel, table=True):
    """A line as the shop wrote it. `name` is the shop's word for it. Without an item its SKU is unknown: it is kept, and waits.

    Picked and packed are its parts: lines of the task, one for an item, several for a kit.
    """

    __tablename__ = "order_line"
    id: int | None = identity()
    task_id: int = ref("task.id")
    position: int
    name: str = Field(max_length=64)
    sku: str = Field(max_length=64)
    item_id: int | None = ref("item.id", null=True)
    ordered: int
    cancelled: int = 0

    __table_args__ = (
        UniqueConstraint("task_id", "name"),
        index_of("order_line", "item_id"),
        index_where("ix_order_line_unknown", ("sku",), "item_id IS NULL"),
        CheckConstraint("ordered >= 0 AND cancelled >= 0 AND cancelled <= ordered", name="units"),
    )


class OrderPart(SQLModel, table=True):
    """A line of the task that is picked for a line of the order. `units` of its item are in one unit of what was ordered."""

    __tablename__ = "order_part"
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence)
    order_line_id: int = ref("order_line.id", index=True)
    units: int = 1

    __table_args__ = (CheckConstraint("units > 0", name="units"),)


class Packed(SQLModel, table=True):
    """Units that a scan put into the parcel (negative: took out again). Append-only."""

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence, index=True)
    units: int

    __table_args__ = (CheckConstraint("units <> 0", name="units"),)


class ShortPick(SQLModel, table=True):
    """Units that a picker did not find at a place (negative: found after all), and why. Append-only."""

    __tablename__ = "short_pick"
    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence, index=True)
    location_id: int | None = ref("location.id", null=True)
    units: int
    why: str = Field(max_length=16)

    __table_args__ = (CheckConstraint("units <> 0", name="units"),)


class Tote(SQLModel, table=True):
    """An order on a picker's cart, and the label of the box that its goods go into, once one was scanned."""

    cart_id: int = Field(foreign_key="task.id", primary_key=True, sa_type=Sequence)
    order_id: int = Field(foreign_key="task.id", primary_key=True, sa_type=Sequence, index=True)
    position: int
    label: str | None = Field(default=None, max_length=64, index=True)

    __table_args__ = (UniqueConstraint("cart_id", "label"),)
