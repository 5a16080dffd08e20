"""Tables of what there is and where: items, their codes and parts, locations, stock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref
from scanner.db.types import Sequence


class Item(SQLModel, table=True):
    """One SKU. `abc_pinned`: a person chose its class, which computing classes does not change.

    `lead_days` and `cover_days` are None where nobody said them. It is ordered in multiples of `order_multiple`.
    """

    id: int | None = identity()
    sku: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=300)
    unit_cost_e4: int = Field(default=0, sa_type=BigInteger)
    abc_class: str = Field(default="C", max_length=1)
    abc_pinned: bool = False
    reorder_point: int = 0
    critical: bool = False
    lead_days: int | None = None
    order_multiple: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    cover_days: int | None = None
    supplier: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})

    __table_args__ = (
        Index("ix_item_sku_lower", text("lower(sku)")),
        CheckConstraint("unit_cost_e4 >= 0", name="cost"),
        CheckConstraint("abc_class IN ('A', 'B', 'C')", name="class"),
        CheckConstraint("reorder_point >= 0", name="reorder"),
    )


class OldSku(SQLModel, table=True):
    """A SKU that an item had before, or that of an item that was merged into it. It goes on scanning, and answers the item."""

    __tablename__ = "old_sku"
    sku: str = Field(primary_key=True, max_length=64)
    item_id: int = ref("item.id", index=True)


class MergedItem(SQLModel, table=True):
    """An item that turned out to be another one: what was recorded of it stays its own, and from then on `into_id` stands for it.

    `into_id` is never a merged item itself.
    """

    __tablename__ = "merged_item"
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    into_id: int = ref("item.id", index=True)

    __table_args__ = (CheckConstraint("item_id <> into_id", name="itself"),)


class RetiredItem(SQLModel, table=True):
    """An item that is sold no longer. Its barcodes and its history stay."""

    __tablename__ = "retired_item"
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    at: datetime = moment()


class Barcode(SQLModel, table=True):
    """A barcode of an item. `code` is spelled as by `barcode_key`."""

    code: str = Field(primary_key=True, max_length=512)
    item_id: int = ref("item.id", index=True)
    units: int = 1

    __table_args__ = (Index("ix_barcode_code_lower", text("lower(code)")), CheckConstraint("units > 0", name="units"))


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
    """A location, real or virtual. Its kind says whether goods there can be sold (`SELLABLE`).

    `position` is its place on the walk through its section; equal ones follow by code. `counted_at` is of the last
    finished count that reached it; recounts are none.
    """

    id: int | None = identity()
    code: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=16, index=True)
    section: str = Field(default="", max_length=64, index=True)
    position: int = 0
    counted_at: datetime | None = moment(null=True)

    __table_args__ = (Index("ix_location_code_lower", text("lower(code)")),)


class Section(SQLModel, table=True):
    """The owner of the discrepancies of a section. A section without a row has none."""

    code: str = Field(primary_key=True, max_length=64)
    owner: str = Field(default="", max_length=120)


class Stock(SQLModel, table=True):
    """A counter: units of an item at a location. Over all locations, virtual ones included, they sum to zero."""

    location_id: int = Field(foreign_key="location.id", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence, index=True)
    units: int = Field(default=0, sa_type=BigInteger)


class Supplier(SQLModel, table=True):
    """Who goods come from. Receipts name one by its name, also one that is not kept here."""

    id: int | None = identity()
    name: str = Field(unique=True, max_length=200)
    contact: str = Field(default="", max_length=120)
    email: str = Field(default="", max_length=254)
    phone: str = Field(default="", max_length=60)
    address: str = Field(default="", max_length=400)
    note: str = Field(default="", max_length=400)
