"""Tables of returns: what each returned unit was graded, why, with what to show for it; and who else is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, index_where, moment, ref
from scanner.db.types import Sequence


class ReturnReason(SQLModel, table=True):
    """Why returned goods cannot be sold. One that was ever used is switched off, never deleted."""

    __tablename__ = "return_reason"
    id: int | None = identity()
    code: str = Field(unique=True, max_length=24)
    name: str = Field(max_length=120)
    active: bool = True


class Grade(SQLModel, table=True):
    """What a scan graded: units of an item that came by one arrival, on one line. Append-only.

    `disposition` is one of `domain.dispositions`, or `missing` for a kit's part that did not come. A second grade of the
    same units names the scan whose grade it `replaces`. A grade whose scan was undone never stood, and what it replaced
    stands again. `location_id` is where the units went.
    """

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence, index=True)
    arrival_seq: int = ref("scan.seq", index=True)
    units: int
    disposition: str = Field(max_length=16)
    reason_id: int | None = ref("return_reason.id", null=True)
    location_id: int = ref("location.id")
    replaces: int | None = ref("scan.seq", null=True)

    __table_args__ = (CheckConstraint("units > 0", name="units"), index_of("grade", "replaces"))


class Evidence(SQLModel, table=True):
    """A photo of returned goods, kept with the scan that graded them: shrunk, and smaller still for lists. Append-only."""

    id: int | None = identity()
    uuid: str = Field(unique=True, max_length=36)
    scan_seq: int = ref("scan.seq", index=True)
    operator_id: int = ref("operator.id")
    at: datetime = moment()
    media_type: str = Field(max_length=32)
    photo: bytes = Field(sa_type=LargeBinary)
    thumbnail: bytes = Field(sa_type=LargeBinary)


class TaskEvent(SQLModel, table=True):
    """What people in the office did with a task, by whom and when. Append-only."""

    __tablename__ = "task_event"
    id: int | None = identity()
    task_id: int = ref("task.id", index=True)
    at: datetime = moment()
    operator_id: int = ref("operator.id")
    action: str = Field(max_length=16)
    detail: str = Field(default="", max_length=1000)


class Webhook(SQLModel, table=True):
    """Another system's address that is told of grades. The secret signs what is sent."""

    id: int | None = identity()
    url: str = Field(max_length=1000)
    secret: str = Field(max_length=128)
    active: bool = True
    created_at: datetime = moment()


class Delivery(SQLModel, table=True):
    """One message to one address: written with what it tells of, sent until it is taken. `uuid` is the same each time.

    What was delivered long ago is dropped: the record itself is the scans and grades that it told of.
    """

    id: int | None = identity()
    uuid: str = Field(unique=True, max_length=36)
    webhook_id: int = ref("webhook.id")
    event: str = Field(max_length=32)
    payload: str
    state: str = Field(default="waiting", max_length=12)
    attempts: int = 0
    created_at: datetime = moment()
    next_at: datetime = moment()
    last_at: datetime | None = moment(null=True)
    last_status: int | None = None
    last_error: str = Field(default="", max_length=300)
    delivered_at: datetime | None = moment(null=True)

    __table_args__ = (
        index_where("ix_delivery_waiting", ("next_at",), "state = 'waiting'"),
        index_where("ix_delivery_delivered", ("delivered_at",), "state = 'delivered'"),
        Index("ix_delivery_webhook_id_state", "webhook_id", "state", "delivered_at"),
        CheckConstraint("state IN ('waiting', 'delivered', 'given up')", name="state"),
    )
