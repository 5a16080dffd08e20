"""Tables of people, their devices and their tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, moment, ref


class Operator(SQLModel, table=True):
    """A person with a badge. `roles` are separated by `;`."""

    id: int | None = identity()
    badge: str = Field(unique=True, max_length=128)
    name: str = Field(max_length=120)
    roles: str = Field(default="", max_length=120)
    pin_hash: str | None = Field(default=None, max_length=256)
    active: bool = True


class SignIn(SQLModel, table=True):
    """A person signed in on a device. From then on the device may send scans in that name."""

    __tablename__ = "sign_in"
    id: int | None = identity()
    device: str = Field(max_length=64)
    operator_id: int = ref("operator.id")
    at: datetime = moment()

    __table_args__ = (Index("ix_sign_in_device_operator_id", "device", "operator_id"),)


class SignInFailure(SQLModel, table=True):
    """A wrong badge (no operator) or PIN. Failures are limited by device, by address and by person."""

    __tablename__ = "sign_in_failure"
    id: int | None = identity()
    device: str = Field(max_length=64, index=True)
    address: str = Field(max_length=64, index=True)
    operator_id: int | None = ref("operator.id", null=True)
    at: datetime = moment()

    __table_args__ = (index_of("sign_in_failure", "operator_id"),)


class ApiToken(SQLModel, table=True):
    """A token of the API. Only its SHA-256 is kept."""

    __tablename__ = "api_token"
    id: int | None = identity()
    digest: str = Field(unique=True, max_length=64)
    operator_id: int = ref("operator.id")
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(null=True)
