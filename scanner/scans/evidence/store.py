"""Photos of returned goods, each kept with the scan that it was taken after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlmodel import Session

from scanner.db.sql import run
from scanner.returns.tables import Evidence
from scanner.scans.tables import Scan

_evidence, _scan = (table.__table__ for table in (Evidence, Scan))  # type: ignore[attr-defined]
_FIND = select(_evidence.c.uuid, _evidence.c.scan_seq).where(_evidence.c.uuid == bindparam("photo_uuid"))
_PHOTO = select(_evidence.c.media_type, _evidence.c.photo).where(_evidence.c.uuid == bindparam("photo_uuid"))
_THUMBNAIL = select(_evidence.c.media_type, _evidence.c.thumbnail.label("photo")).where(
    _evidence.c.uuid == bindparam("photo_uuid")
)
_OF_TASK = (
    select(_evidence.c.uuid, _evidence.c.scan_seq, func.coalesce(_scan.c.handles, _scan.c.seq).label("arrival_seq"))
    .join_from(_evidence, _scan, _evidence.c.scan_seq == _scan.c.seq)
    .where(_scan.c.task_id == bindparam("task"))
    .order_by(_evidence.c.id)
)


def find(session: Session, uuid: str) -> Row[Any] | None:
    """Which scan (scan_seq) the photo of that id is kept with; None where there is no such photo."""
    return run(session, _FIND, {"photo_uuid": uuid}).one_or_none()


def picture(session: Session, uuid: str, *, thumbnail: bool) -> Row[Any] | None:
    """(media_type, photo): the bytes of the photo, or of its small picture."""
    return run(session, _THUMBNAIL if thumbnail else _PHOTO, {"photo_uuid": uuid}).one_or_none()


def of_task(session: Session, task_id: int) -> list[Row[Any]]:
    """Photos of a return (uuid, scan_seq, arrival_seq of the goods they show), the first taken first."""
    return list(run(session, _OF_TASK, {"task": task_id}).all())


def of_scans(session: Session, scan_seqs: Iterable[int]) -> list[str]:
    """Ids of the photos that are kept with these scans."""
    wanted = select(_evidence.c.uuid).where(_evidence.c.scan_seq.in_(list(scan_seqs))).order_by(_evidence.c.id)
    return list(run(session, wanted).scalars())


def add(
    session: Session, uuid: str, scan_seq: int, operator_id: int, at: datetime, photo: bytes, thumbnail: bytes, media_type: str
) -> None:
    """Keep a photo."""
    values = {
        "uuid": uuid, "scan_seq": scan_seq, "operator_id": operator_id, "at": at, "media_type": media_type, "photo": photo,
        "thumbnail": thumbnail,
    }  # fmt: skip
    run(session, insert(_evidence), values)
