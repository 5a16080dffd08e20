"""Tables of moves."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from scanner.db.columns import ref
from scanner.db.types import Sequence


class GradedMove(SQLModel, table=True):
    """What a scan said of goods in hand: that they are damaged, say, and why. Append-only. One that was undone does not stand."""

    __tablename__ = "graded_move"
    scan_seq: int = Field(foreign_key="scan.seq", primary_key=True, sa_type=Sequence)
    disposition: str = Field(max_length=16)
    reason_id: int | None = ref("return_reason.id", null=True)
