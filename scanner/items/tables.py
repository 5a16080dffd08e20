"""The table of what was changed about items."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref


class ItemChange(SQLModel, table=True):
    """What was changed about an item: by whom, when, from what to what. Append-only.

    `item_id` is the item as it stood then: of a merge, the one that stands for both from then on.
    """

    __tablename__ = "item_change"
    id: int | None = identity()
    item_id: int = ref("item.id", index=True)
    at: datetime = moment()
    operator_id: int = ref("operator.id")
    action: str = Field(max_length=12)  # rules.Action
    before: str = Field(max_length=400)
    after: str = Field(max_length=400)
    detail: str = Field(default="", max_length=1000)
