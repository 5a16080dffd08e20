"""Tables of cycle counting: the policy, visits, results, and what pulls a count forward."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_where, moment, ref
from scanner.db.types import Sequence


class CountClass(SQLModel, table=True):
    """How often an ABC class is counted, and which variance of it needs no recount (`variances.rules.Tolerance`)."""

    __tablename__ = "count_class"
    abc_class: str = Field(primary_key=True, max_length=1)
    every_days: int
    tolerance_units: int = 0
    tolerance_bp: int = 0  # hundredths of a per cent of what is on hand
    tolerance_value_e4: int = Field(default=0, sa_type=BigInteger)

    __table_args__ = (
        CheckConstraint("abc_class IN ('A', 'B', 'C')", name="class"),
        CheckConstraint("every_days > 0", name="days"),
        CheckConstraint("tolerance_units >= 0 AND tolerance_bp >= 0 AND tolerance_value_e4 >= 0", name="tolerance"),
    )


class CountPolicy(SQLModel, table=True):
    """What else can be set about counting, in one row."""

    __tablename__ = "count_policy"
    id: int | None = identity()
    cut_a_bp: int = 8000  # Pareto cuts, hundredths of a per cent of the value moved
    cut_b_bp: int = 9500
    period_days: int = 90  # over which the value moved is added up
    approval_value_e4: int = Field(default=0, sa_type=BigInteger)  # above it a supervisor decides
    seconds_a_line: int = 20  # what counting a line is thought to take
    minutes_a_day: int = Field(default=60, sa_column_kwargs={"server_default": "60"})  # that people have for counting

    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("0 < cut_a_bp AND cut_a_bp <= cut_b_bp AND cut_b_bp <= 10000", name="cuts"),
    )


class Visit(SQLModel, table=True):
    """One person with one device at one location of a count, from the scan of its label to the scan that leaves it.

    An abandoned visit counts nothing: nobody counted the location in it, or somebody counted it again.
    """

    id: int | None = identity()
    task_id: int = ref("task.id")
    location_id: int = ref("location.id")
    operator_id: int = ref("operator.id")
    device: str = Field(max_length=64)
    state: str = Field(default="open", max_length=12)
    said_empty: bool = False  # a scan said that nothing is there
    opened_seq: int = ref("scan.seq")
    closed_seq: int | None = ref("scan.seq", null=True)
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(null=True)

    __table_args__ = (
        Index("ix_visit_task_id_location_id", "task_id", "location_id"),
        Index("ix_visit_location_id_closed_at", "location_id", "closed_at"),
        index_where("uq_visit_open", ("task_id", "location_id"), "state = 'open'", unique=True),
        CheckConstraint("state IN ('open', 'closed', 'abandoned')", name="state"),
    )


class CountResult(SQLModel, table=True):
    """One item at one location, as a visit counted it, against on hand at that moment. Append-only."""

    __tablename__ = "count_result"
    id: int | None = identity()
    task_id: int = ref("task.id")
    visit_id: int = ref("visit.id")
    location_id: int = ref("location.id")
    item_id: int = ref("item.id")
    operator_id: int = ref("operator.id")
    round: int = 1  # 1 for the first count, 2 for the first recount, 0 for opening stock
    counted: int
    on_hand: int
    variance: int  # counted - on_hand
    cost_e4: int = Field(sa_type=BigInteger)  # of one unit
    abc_class: str = Field(max_length=1)
    section: str = Field(default="", max_length=64)
    verdict: str = Field(max_length=12)
    moved: bool = False  # stock of it moved between its first and its last scan
    scan_seq: int | None = ref("scan.seq", null=True)
    started_at: datetime = moment()
    counted_at: datetime = moment()
    evaluated_at: datetime = moment()

    __table_args__ = (
        UniqueConstraint("visit_id", "item_id"),
        Index("ix_count_result_task_id", "task_id"),
        Index("ix_count_result_location_id_item_id_id", "location_id", "item_id", "id"),
        Index("ix_count_result_counted_at", "counted_at"),
        CheckConstraint("verdict IN ('matched', 'within', 'outside')", name="verdict"),
        CheckConstraint("variance = counted - on_hand", name="variance"),
    )


class RecountLine(SQLModel, table=True):
    """What a recount asks for again: an item at a location, and the result that was outside tolerance."""

    __tablename__ = "recount_line"
    task_id: int = Field(foreign_key="task.id", primary_key=True, sa_type=Sequence)
    location_id: int = Field(foreign_key="location.id", primary_key=True, sa_type=Sequence)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=Sequence)
    result_id: int = ref("count_result.id")


class CountPull(SQLModel, table=True):
    """Why a location is to be counted before its day."""

    __tablename__ = "count_pull"
    id: int | None = identity()
    location_id: int = ref("location.id", index=True)
    item_id: int | None = ref("item.id", null=True)
    cause: str = Field(max_length=32)  # pulls.rules.Pull
    scan_seq: int | None = ref("scan.seq", null=True)
    at: datetime = moment()
    answered_by: int | None = ref("task.id", null=True)  # the count that came of it

    __table_args__ = (index_where("ix_count_pull_waiting", ("location_id",), "answered_by IS NULL"),)


class SectionStake(SQLModel, table=True):
    """What a count of a section is worth, as it was worked out for a day: see `drift.ranking`."""

    __tablename__ = "section_stake"
    section: str = Field(primary_key=True, max_length=64)
    day: date
    value_e4: int = Field(sa_type=BigInteger)
    sales_e4: int = Field(sa_type=BigInteger)


class PlannedCount(SQLModel, table=True):
    """A section that was on the plan of a day, and why: what the ways of choosing find is compared by it."""

    __tablename__ = "planned_count"
    day: date = Field(primary_key=True)
    section: str = Field(primary_key=True, max_length=64)
    why: str = Field(max_length=8)
    minutes: int
