"""Restores from a backup, each with its own mark."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.data.tables import Restoration
from scanner.db.sql import run, table_of

_restoration = table_of(Restoration)


def add(session: Session, mark: str, at: datetime) -> None:
    """Note a restore."""
    run(session, insert(_restoration), {"mark": mark, "at": at})


def latest(session: Session) -> str | None:
    """The mark of the last restore; None where there never was one."""
    newest = select(_restoration.c.mark).order_by(_restoration.c.id.desc()).limit(1)
    mark: str | None = run(session, newest).scalar_one_or_none()
    return mark
