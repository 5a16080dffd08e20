"""Tables of returns: what each returned unit was graded, why, with what to show for it; and who else is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_of, moment, ref
from scanner.db.types import Sequence


class ReturnReason(SQLModel, table=True):
    """Why returned goods cannot be sold. One that was ever used is switched off, never deleted."""

    __tablename__ = "return_reason"
    id: int | None = identity()
    code: str = Field(unique=True, max_length=24)
    name: str = Field(max_length=120)
    active: bool = True


class Grade(SQLModel, table=True):
    """What a scan graded: units of an item that came by one arrival, on one line. Append-only.

    `disposition` is one of `domain.dispositions`, or `missing` for a kit's part that did not come. A second grade of the
    same units names the scan whose grade it `replaces`. A grade whose scan was undone never stood, and what it replaced
    stands again. `location_id` is where the units went.
    """

    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    line_id: int = Field(foreign_key="line.id", primary_key=True, sa_type=Sequence, index=True)
    arrival_seq: int = ref("scan.seq", index=True)
    units: int
    disposition: str = Field(max_length=16)
    reason_id: int | None = ref("return_reason.id", null=True)
    location_id: int = ref("location.id")
    replaces: int | None = ref("scan.seq", null=True)

    __table_args__ = (CheckConstraint("units > 0", name="units"), index_of("grade", "replaces"))


class TaskEvent(SQLModel, table=True):
    """What people in the office did with a task, by whom and when. Append-only."""

    __tablename__ = "task_event"
    id: int | None = identity()
    task_id: int = ref("task.id", index=True)
    at: datetime = moment()
    operator_id: int = ref("operator.id")
    action: str = Field(max_length=16)
    detail: str = Field(default="", max_length=1000)
