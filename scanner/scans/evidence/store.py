"""Statements on photos of goods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.scans.evidence.tables import Evidence
from scanner.scans.tables import Scan

_evidence, _scan = (table_of(model) for model in (Evidence, Scan))


class PhotoScan(NamedTuple):
    """The scan that a photo is kept with."""

    scan_seq: int


class PhotoBytes(NamedTuple):
    """The bytes of a photo or of its thumbnail."""

    media_type: str
    photo: bytes


class PhotoRow(NamedTuple):
    """A photo, and the scan that brought the goods which it shows."""

    uuid: str
    arrival_seq: int


_FIND = select(_evidence.c.scan_seq).where(_evidence.c.uuid == bindparam("photo_uuid"))
_PHOTO = select(_evidence.c.media_type, _evidence.c.photo).where(_evidence.c.uuid == bindparam("photo_uuid"))
_THUMBNAIL = select(_evidence.c.media_type, _evidence.c.thumbnail.label("photo")).where(
    _evidence.c.uuid == bindparam("photo_uuid")
)
_OF_TASK = (
    select(_evidence.c.uuid, func.coalesce(_scan.c.handles, _scan.c.seq).label("arrival_seq"))
    .join_from(_evidence, _scan, _evidence.c.scan_seq == _scan.c.seq)
    .where(_scan.c.task_id == bindparam("task"))
    .order_by(_evidence.c.id)
)


def find(session: Session, uuid: str) -> PhotoScan | None:
    """The scan of the photo with that id; None where there is no such photo."""
    return fetch_one(session, PhotoScan, _FIND, {"photo_uuid": uuid})


def picture(session: Session, uuid: str, *, thumbnail: bool) -> PhotoBytes | None:
    """The photo with that id, or its thumbnail."""
    return fetch_one(session, PhotoBytes, _THUMBNAIL if thumbnail else _PHOTO, {"photo_uuid": uuid})


def of_task(session: Session, task_id: int) -> list[PhotoRow]:
    """Photos of a task, the first taken first."""
    return fetch(session, PhotoRow, _OF_TASK, {"task": task_id})


def by_scan(session: Session, scan_seqs: Iterable[int]) -> dict[int, list[str]]:
    """Scan -> ids of the photos that are kept with it; without scans that have none."""
    wanted = (
        select(_evidence.c.scan_seq, _evidence.c.uuid).where(_evidence.c.scan_seq.in_(list(scan_seqs))).order_by(_evidence.c.id)
    )
    found: dict[int, list[str]] = {}
    for row in run(session, wanted):
        found.setdefault(row.scan_seq, []).append(row.uuid)
    return found


def add(
    session: Session, uuid: str, *, scan_seq: int, operator_id: int, at: datetime, photo: bytes, thumbnail: bytes, media_type: str
) -> None:
    """Keep a photo."""
    values = {
        "uuid": uuid,
        "scan_seq": scan_seq,
        "operator_id": operator_id,
        "at": at,
        "media_type": media_type,
        "photo": photo,
        "thumbnail": thumbnail,
    }
    run(session, insert(_evidence), values)
