"""Tables of what differs, and of what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, moment, ref


class Discrepancy(SQLModel, table=True):
    """A difference that somebody must settle. `units` are never negative: the kind gives the direction.

    Only the variance of a count has a sign. It is of one location.
    """

    id: int | None = identity()
    kind: str = Field(max_length=16)
    state: str = Field(default="open", max_length=12)
    task_id: int = ref("task.id", index=True)
    item_id: int = ref("item.id", index=True)
    location_id: int | None = ref("location.id", null=True)
    units: int
    value_e4: int = Field(sa_type=BigInteger)
    owner: str = Field(max_length=120)
    cause: str = Field(default="", max_length=32)
    opened_at: datetime = moment()
    settled_at: datetime | None = moment(null=True)

    __table_args__ = (
        Index(
            "uq_discrepancy_open", "task_id", "item_id", "kind", text("coalesce(location_id, 0)"), unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_discrepancy_state_opened_at", "state", "opened_at"),
        CheckConstraint("state IN ('open', 'settled', 'withdrawn')", name="state"),
    )  # fmt: skip


class DiscrepancyEvent(SQLModel, table=True):
    """What happened to a discrepancy, by whom and when. Append-only."""

    __tablename__ = "discrepancy_event"
    id: int | None = identity()
    discrepancy_id: int = ref("discrepancy.id", index=True)
    at: datetime = moment()
    operator_id: int = ref("operator.id")
    scan_seq: int | None = ref("scan.seq", null=True)
    action: str = Field(max_length=12)
    units: int = 0
    detail: str = Field(default="", max_length=1000)

    __table_args__ = (index_of("discrepancy_event", "scan_seq"),)
