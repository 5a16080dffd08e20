"""Restores from a backup, each with a mark of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.data.tables import Restoration
from scanner.db.sql import run

_restoration = Restoration.__table__  # type: ignore[attr-defined]


def add(session: Session, mark: str, at: datetime) -> None:
    """Note a restore."""
    run(session, insert(_restoration), {"mark": mark, "at": at})


def latest(session: Session) -> str | None:
    """The mark of the last restore."""
    newest = select(_restoration.c.mark).order_by(_restoration.c.id.desc()).limit(1)
    return run(session, newest).scalar_one_or_none()
