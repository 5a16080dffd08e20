"""When a warehouse was restored from a backup."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment


class Restoration(SQLModel, table=True):
    """A restore from a backup. Devices that see an unknown mark send again what they sent in the last 24 hours."""

    id: int | None = identity()
    mark: str = Field(unique=True, max_length=32)
    at: datetime = moment()
