"""Tables of returns: grades, and the events of the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, moment, ref
from scanner.db.types import Sequence


class Grade(SQLModel, table=True):
    """Units of an item of one arrival and line, as a scan graded them. Append-only.

    A grade whose scan was undone does not stand; the grade that it replaced stands again.
    """

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence, index=True)
    arrival_seq: int = ref("scan.seq", index=True)  # the scan that brought the goods
    units: int
    disposition: str = Field(max_length=16)  # or `missing`, for a part of a kit that did not come
    reason_id: int | None = ref("return_reason.id", null=True)
    location_id: int = ref("location.id")  # where the units went
    replaces: int | None = ref("scan.seq", null=True)  # the scan of the grade that this one replaces

    __table_args__ = (CheckConstraint("units > 0", name="units"), index_of("grade", "replaces"))


class TaskEvent(SQLModel, table=True):
    """What somebody in the office did with a task, and when. Append-only."""

    __tablename__ = "task_event"
    id: int | None = identity()
    task_id: int = ref("task.id", index=True)
    at: datetime = moment()
    operator_id: int = ref("operator.id")
    action: str = Field(max_length=16)
    detail: str = Field(default="", max_length=1000)
