"""Tables of drift. Those up to `SaleDay` are sums over the record, carried on as it grows and never changed by hand; see
`scanner/drift/fold`. The rest is what people chose, closed and were told.

A day is one of the house's calendar. A month is written `2026-11`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, index_where, moment, ref
from scanner.db.types import Sequence


def _value() -> int:
    value: int = Field(default=0, sa_type=BigInteger)
    return value


class FoldMark(SQLModel, table=True):
    """How far the sums go: one row. `snapshot_day` is the last day whose values are in `ValueDay`."""

    __tablename__ = "fold_mark"
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    movement_seq: int = Field(default=0, sa_type=BigInteger)
    change_seq: int = Field(default=0, sa_type=BigInteger)
    snapshot_day: date | None = None

    __table_args__ = (CheckConstraint("id = 1", name="one"),)


class Flow(SQLModel, table=True):
    """What moved between two kinds of places, in the month that it was booked in.

    `day` is the last of that month, or the day on which it moved, where that was in an earlier one. Moves within the inventory
    are left out, but for those to and from picked goods, whose section is where they were picked.
    """

    period: str = Field(primary_key=True, max_length=7)
    section: str = Field(primary_key=True, max_length=64)
    source_kind: str = Field(primary_key=True, max_length=16)
    target_kind: str = Field(primary_key=True, max_length=16)
    cause: str = Field(primary_key=True, max_length=32)
    day: date = Field(primary_key=True)
    units: int = _value()
    value_e4: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class Revaluation(SQLModel, table=True):
    """What changes of costs added to the value of a section, in the month that they were booked in. `day` as of a `Flow`."""

    period: str = Field(primary_key=True, max_length=7)
    section: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    value_e4: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class SectionMonth(SQLModel, table=True):
    """Of the flows of a section in a month: what was shipped of it, and its net shrink by counts."""

    __tablename__ = "section_month"
    period: str = Field(primary_key=True, max_length=7)
    section: str = Field(primary_key=True, max_length=64)
    shipped_e4: int = _value()
    shrink_e4: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class ShippedDay(SQLModel, table=True):
    """Units that were picked from a section on a day, or shipped from it, and what they cost; less what was put back."""

    __tablename__ = "shipped_day"
    section: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    units: int = _value()
    value_e4: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class DriftEntry(SQLModel, table=True):
    """A movement by which the inventory lost or gained goods other than by trade: see `entries.Line` for the kinds."""

    __tablename__ = "drift_entry"
    seq: int = Field(primary_key=True, foreign_key="movement.seq", sa_type=Sequence)
    period: str = Field(max_length=7)
    day: date
    line: str = Field(max_length=12)
    section: str = Field(max_length=64)
    item_id: int = ref("item.id")
    supplier: str = Field(max_length=200)  # of the item when this was added to the sums; empty where none was named
    abc_class: str = Field(max_length=1)  # as well
    cause: str = Field(max_length=32)
    units: int = _value()  # negative where goods were lost
    value_e4: int = _value()

    __table_args__ = (
        Index("ix_drift_entry_period_line", "period", "line"),
        Index("ix_drift_entry_section_day", "section", "day"),
    )


class PlaceValue(SQLModel, table=True):
    """What the goods at a place are worth, as far as the sums go."""

    __tablename__ = "place_value"
    location_id: int = Field(primary_key=True, foreign_key="location.id", sa_type=Sequence)
    value_e4: int = _value()


class ValueDay(SQLModel, table=True):
    """What a section was worth at the end of a day, as the record said when that day was over."""

    __tablename__ = "value_day"
    day: date = Field(primary_key=True)
    section: str = Field(primary_key=True, max_length=64)
    value_e4: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class SaleDay(SQLModel, table=True):
    """Units of an item that went to customers on a day."""

    __tablename__ = "sale_day"
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=Sequence)
    day: date = Field(primary_key=True)
    units: int = _value()

    __table_args__ = ({"sqlite_with_rowid": False},)


class OpenDay(SQLModel, table=True):
    """A day on which anything was sold, and how many units."""

    __tablename__ = "open_day"
    day: date = Field(primary_key=True)
    units: int = _value()


class ItemTrace(SQLModel, table=True):
    """How low the record of an item on shelves went: since goods last came, and in the time before that."""

    __tablename__ = "item_trace"
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=Sequence)
    on_hand: int = _value()
    low: int = _value()
    low_before: int | None = Field(default=None, sa_type=BigInteger)


class RecordMoves(SQLModel, table=True):
    """How often goods of an item moved to or from a place on a day."""

    __tablename__ = "record_moves"
    location_id: int = Field(primary_key=True, foreign_key="location.id", sa_type=Sequence)
    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=Sequence)
    day: date = Field(primary_key=True)
    moves: int

    __table_args__ = ({"sqlite_with_rowid": False},)


class DriftRate(SQLModel, table=True):
    """How much may drift: basis points of the inventory's value a year. The section is empty for the whole house."""

    __tablename__ = "drift_rate"
    section: str = Field(primary_key=True, max_length=64)
    rate_bp: int

    __table_args__ = (CheckConstraint("rate_bp BETWEEN 100 AND 300", name="rate"),)


class ClosedPeriod(SQLModel, table=True):
    """A month that somebody closed. Its journal stays as it is; what comes late is booked in the first month that is open."""

    __tablename__ = "closed_period"
    period: str = Field(primary_key=True, max_length=7)
    closed_at: datetime = moment()
    closed_by: int = ref("operator.id")
    value_before_e4: int = _value()  # what the inventory was worth by the books
    value_after_e4: int = _value()
    rate_bp: int
    mean_value_e4: int = _value()
    budget_e4: int = _value()
    rates: str  # JSON: basis points a year by section, of the house under an empty one


class JournalRow(SQLModel, table=True):
    """An entry of a closed month: a debit and a credit of one amount, with what the accounts were called."""

    __tablename__ = "journal_row"
    period: str = Field(primary_key=True, foreign_key="closed_period.period", max_length=7)
    position: int = Field(primary_key=True)
    day: date
    journal: str = Field(max_length=32)
    debit: str = Field(max_length=32)
    credit: str = Field(max_length=32)
    debit_code: str = Field(max_length=64)
    credit_code: str = Field(max_length=64)
    cents: int = _value()
    section: str = Field(max_length=64)
    cause: str = Field(max_length=32)
    late: date | None = None

    __table_args__ = (CheckConstraint("cents > 0", name="cents"),)


class Reserve(SQLModel, table=True):
    """What a closed month set aside for a section: booked (accrual) against verified (found by counts), and what is left."""

    period: str = Field(primary_key=True, foreign_key="closed_period.period", max_length=7)
    section: str = Field(primary_key=True, max_length=64)
    shipped_e4: int = _value()
    shrink_ppm: int = _value()
    accrual_e4: int = _value()
    found_e4: int = _value()  # net shrink that counts posted
    true_up_e4: int = _value()
    reserve_e4: int = _value()  # at the month's end


class Supply(SQLModel, table=True):
    """What is known of the demand and supply of an item, as of a day. Rates are floats: they are no money."""

    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=Sequence)
    day: date
    sold_a_day: float
    sold_deviation: float
    lead_days: float
    lead_deviation: float
    lead_measured: int  # receipts that the lead time was measured by
    lost_a_day: float
    lost_variance: float
    counted_on: date | None = None  # None: never; then `since` is when it first moved
    since: date | None = None
    sale_days: int = 0
    streak: int = 0  # open days without a sale
    is_due: bool = False


class Signal(SQLModel, table=True):
    """A pattern in the record that says: step in. It opens once, and what was found closes it."""

    id: int | None = identity()
    kind: str = Field(max_length=24)
    subject: str = Field(max_length=64)  # a SKU, a section, or empty for the house
    item_id: int | None = ref("item.id", null=True)
    section: str = Field(default="", max_length=64)
    opened_at: datetime = moment()
    owner: str = Field(max_length=120)
    state: str = Field(default="open", max_length=8)
    evidence: str  # JSON: the numbers that the rule saw
    closed_at: datetime | None = moment(null=True)
    closed_by: int | None = ref("operator.id", null=True)
    has_found: bool | None = None  # None while it is open
    note: str = Field(default="", max_length=400)

    __table_args__ = (
        index_where("uq_signal_open", ("kind", "subject"), "state = 'open'", unique=True),
        Index("ix_signal_state_opened_at", "state", "opened_at"),
        Index("ix_signal_kind_closed_at", "kind", "closed_at"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
    )


class DailyWork(SQLModel, table=True):
    """What was done for a day: its signals looked for, its digest sent."""

    __tablename__ = "daily_work"
    work: str = Field(primary_key=True, max_length=16)
    day: date = Field(primary_key=True)
    at: datetime = moment()
