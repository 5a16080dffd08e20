"""The table of the audit."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref


class Audit(SQLModel, table=True):
    """One change by an administrator. `before` and `after` are JSON of what changed; `link` holds on to the row before."""

    seq: int | None = identity()
    at: datetime = moment()
    operator_id: int | None = ref("operator.id", null=True)
    who: str = Field(max_length=120)
    via: str = Field(max_length=80)
    action: str = Field(max_length=40)
    kind: str = Field(max_length=24)
    subject: str = Field(max_length=200)
    before: str
    after: str
    link: str = Field(max_length=64)
