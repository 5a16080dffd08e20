"""The table of what the shop chose."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class HouseFact(SQLModel, table=True):
    """One thing that holds for the whole house, by its name."""

    __tablename__ = "house_fact"
    key: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=400)
