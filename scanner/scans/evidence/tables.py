"""The table of photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref


class Evidence(SQLModel, table=True):
    """A photo of returned goods, and its thumbnail, kept with a scan. Append-only."""

    id: int | None = identity()
    uuid: str = Field(unique=True, max_length=36)
    scan_seq: int = ref("scan.seq", index=True)
    operator_id: int = ref("operator.id")
    at: datetime = moment()
    media_type: str = Field(max_length=32)
    photo: bytes = Field(sa_type=LargeBinary)
    thumbnail: bytes = Field(sa_type=LargeBinary)
