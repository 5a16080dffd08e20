"""Tables of people, their devices and their tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, false, true
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref


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
    of_house: bool = Field(default=True, sa_column_kwargs={"server_default": true()})  # whether that made the device known

    __table_args__ = (Index("ix_sign_in_device_operator_id", "device", "operator_id"),)


class WrongTries(SQLModel, table=True):
    """How often something was tried wrongly, by what it counts against ("device:…", "address:…"), and when last.

    `owed`: it is waited off in full, however long that takes.
    """

    __tablename__ = "wrong_tries"
    key: str = Field(primary_key=True, max_length=120)
    level: float
    at: datetime = moment()
    owed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DeviceSession(SQLModel, table=True):
    """A person who is signed in on a device. A session that is over has no row."""

    __tablename__ = "device_session"
    digest: str = Field(primary_key=True, max_length=64)  # the SHA-256 of what the cookie holds
    operator_id: int = ref("operator.id", index=True)
    device: str = Field(max_length=64, index=True)
    address: str = Field(max_length=64)
    browser: str = Field(max_length=200)
    began_at: datetime = moment()
    seen_at: datetime = moment()
    locked_at: datetime | None = moment(null=True)
    confirmed_at: datetime | None = moment(null=True)  # when the person gave the PIN again


class ApiToken(SQLModel, table=True):
    """A token of the API. Only its SHA-256 is kept. `name`: what it is for; `seen_at`: when it was last used, about."""

    __tablename__ = "api_token"
    id: int | None = identity()
    digest: str = Field(unique=True, max_length=64)
    operator_id: int = ref("operator.id")
    name: str = Field(default="", max_length=80, sa_column_kwargs={"server_default": ""})
    created_at: datetime = moment()
    seen_at: datetime | None = moment(null=True)
    revoked_at: datetime | None = moment(null=True)
