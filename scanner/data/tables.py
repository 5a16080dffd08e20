"""That a warehouse was put back from a copy."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment


class Restoration(SQLModel, table=True):
    """That the warehouse was put back from a backup. Devices that see a mark they do not know send again what they have."""

    id: int | None = identity()
    mark: str = Field(unique=True, max_length=32)
    at: datetime = moment()
