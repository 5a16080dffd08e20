"""Reading records: some of a long list, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, tuple_
from sqlmodel import Session

from scanner.data.records.kinds import Kind, as_key
from scanner.data.records.rules import Cells
from scanner.data.store import barcode, item, merged_item
from scanner.db.sql import run


def listed(session: Session, kind: Kind, words: str, most: int) -> tuple[list[Cells], int, int]:
    """The first rows with every one of these words, how many there are of them, and how many without words."""
    base = kind.rows().subquery()
    wanted = and_(True, *(_has(base.c, kind, word) for word in words.lower().split()))
    order = [base.c[name] for name in kind.order]
    rows = run(session, select(base).where(wanted).order_by(*order).limit(most))
    found, total = (
        run(session, select(func.count()).select_from(base).where(each)).scalar_one() for each in (wanted, and_(True))
    )
    return [kind.shown(row._asdict()) for row in rows], int(found), int(total)


def after(session: Session, kind: Kind, position: Sequence[str | int], most: int) -> list[dict[str, Any]]:
    """The rows that follow a place in the list, as the database has them; from its start where that is empty."""
    base = kind.rows().subquery()
    order = [base.c[name] for name in kind.order]
    wanted = select(base).order_by(*order).limit(most)
    if position:
        place = [literal(value, column.type) for value, column in zip(position, order, strict=True)]
        wanted = wanted.where(tuple_(*order) > tuple_(*place) if len(order) > 1 else order[0] > place[0])
        wanted = wanted.where(order[0] >= place[0])  # follows from it, and an index of the first column is used for this alone
    return [row._asdict() for row in run(session, wanted)]


def _has(columns: Any, kind: Kind, word: str) -> ColumnElement[bool]:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(func.lower(cast(columns[name], String)).like(f"%{escaped}%", escape="\\") for name in kind.found_by))


def first_of(session: Session, kind: Kind, key: str) -> Cells | None:
    """The first record with the first part of its key."""
    base = kind.rows().subquery()
    column = base.c[kind.key[0]]
    row = run(session, select(base).where(column == kind.stored(kind.key[0], key)).limit(1)).first()
    return kind.shown(row._asdict()) if row else None


def sku_of(session: Session, said: str) -> str:
    """The SKU of the item that is meant: by its SKU in any case, a barcode, or a name that no other has; else as said."""
    wanted = select(item.c.sku).where(~exists().where(merged_item.c.item_id == item.c.id)).limit(2)
    lower = said.lower()
    by_barcode = wanted.join_from(item, barcode, barcode.c.item_id == item.c.id)
    for each in (
        wanted.where(item.c.sku == said),
        wanted.where(func.lower(item.c.sku) == lower),
        by_barcode.where(barcode.c.code == as_key(said)),
        wanted.where(func.lower(item.c.name) == lower),
    ):
        if len(found := run(session, each).scalars().all()) == 1:
            return str(found[0])
    return said


def find(session: Session, kind: Kind, key: Mapping[str, str], nth: int = 0) -> Cells | None:
    """The record with this key."""
    base = kind.rows().subquery()
    by_key = [base.c[name] == kind.stored(name, key.get(name, "")) for name in kind.key]
    if kind.nth:
        by_key.append(base.c.nth == nth)
    row = run(session, select(base).where(*by_key)).first()
    return kind.shown(row._asdict()) if row else None
