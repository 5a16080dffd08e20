"""Columns that tables share, how constraints are named, and sums as whole numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Index, cast, text
from sqlmodel import Field, SQLModel

from scanner.db.types import Sequence, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def whole(total: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as a 64-bit integer. PostgreSQL gives a decimal for a sum of sums."""
    return cast(total, BigInteger)


def identity() -> Any:
    """The primary key, a number."""
    return Field(default=None, primary_key=True, sa_type=Sequence)


def ref(target: str, *, null: bool = False, **more: Any) -> Any:
    """A foreign key."""
    default = None if null else ...
    return Field(default=default, foreign_key=target, sa_type=Sequence, nullable=null, **more)


def moment(*, null: bool = False) -> Any:
    """A time with its zone."""
    return Field(default=None if null else ..., sa_type=UtcDateTime, nullable=null)


def index_of(table: str, column: str) -> Index:
    """A partial index for a column that is mostly empty."""
    return index_where(f"ix_{table}_{column}", (column,), f"{column} IS NOT NULL")


def index_where(name: str, columns: tuple[str, ...], condition: str, *, unique: bool = False) -> Index:
    """A partial index, so that other rows cost nothing at a scan."""
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))
