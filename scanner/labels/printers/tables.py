"""The table of label printers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment


class Printer(SQLModel, table=True):
    """A label printer in the shop's network. `roll` is what is loaded, a name of `labels.rules.ROLLS`; `dpi` its dots an inch."""

    id: int | None = identity()
    name: str = Field(unique=True, max_length=40)
    host: str = Field(max_length=253)
    port: int = 9100
    roll: str = Field(max_length=24)
    dpi: int
    created_at: datetime = moment()

    __table_args__ = (
        CheckConstraint("port BETWEEN 9100 AND 9109 OR port = 6101", name="port"),
        CheckConstraint("dpi IN (203, 300)", name="dpi"),
    )
