"""Tables of what other systems are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_where, moment, ref


class Webhook(SQLModel, table=True):
    """Another system's address that is told of grades. The secret signs what is sent.

    One that is removed stays for the log of what was sent there; its secret is forgotten.
    """

    id: int | None = identity()
    url: str = Field(max_length=1000)
    secret: str = Field(max_length=128)
    active: bool = True
    created_at: datetime = moment()
    removed_at: datetime | None = moment(null=True)


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
