"""The table of reasons."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from scanner.db.columns import identity


class ReturnReason(SQLModel, table=True):
    """A reason why goods cannot be sold. One that was ever used is switched off, never deleted."""

    __tablename__ = "return_reason"
    id: int | None = identity()
    code: str = Field(unique=True, max_length=24)
    name: str = Field(max_length=120)
    active: bool = True
