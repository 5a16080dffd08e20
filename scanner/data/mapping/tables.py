"""Files between two pages, and what the columns of files with a header were taken for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from scanner.db.columns import moment, ref


class DraftFile(SQLModel, table=True):
    """A file that somebody looks at before it is brought in. What opens it is in the address of its page alone."""

    __tablename__ = "draft_file"
    mark: str = Field(primary_key=True, max_length=64)  # SHA-256 of what is in the address, in hex
    operator_id: int = ref("operator.id")
    name: str = Field(max_length=200)
    at: datetime = moment()
    content: bytes = Field(sa_type=LargeBinary)  # packed and sealed


class MappedHeader(SQLModel, table=True):
    """What the columns of a file with this header were taken for the last time. `plan` is JSON."""

    __tablename__ = "mapped_header"
    digest: str = Field(primary_key=True, max_length=64)  # SHA-256 of the names, in hex
    plan: str
    at: datetime = moment()
