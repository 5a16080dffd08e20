"""Reads what the order of scans follows from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, table_of
from scanner.scans.order.rules import Came, Place, elapsed, places
from scanner.scans.tables import Scan

_scan = table_of(Scan)
_CAME = select(*(_scan.c[name] for name in Came._fields))
BATCH = 500


class _Received(NamedTuple):
    seq: int
    received_at: datetime


def order_of(session: Session, seqs: Collection[int]) -> dict[int, Place]:
    """Sequence number -> where the scan stands among these; see `rules`. Only places of one call can be compared.

    Where one of them waited on its device, every scan from the first to the last of them is read.
    """
    scans = _came(session, set(seqs))
    linked = {each.links for each in scans if each.links is not None}
    scans += _came(session, linked - {each.seq for each in scans})
    if not any(each.waited for each in scans):
        return places(scans, {})
    every = [each.seq for each in scans]
    between = select(_scan.c.seq, _scan.c.received_at).where(_scan.c.seq.between(min(every), max(every)))
    return places(scans, elapsed(fetch(session, _Received, between.order_by(_scan.c.seq))))


def reached_back(session: Session, seq: int) -> int:
    """The sequence number of the first scan that came after this one was made: its own, or a lower one where it waited."""
    scan = fetch_one(session, Came, _CAME.where(_scan.c.seq == seq))
    assert scan is not None
    if scan.links is not None:
        return reached_back(session, scan.links)
    if not scan.waited:
        return seq
    left, after = scan.waited, scan.received_at
    for earlier, at in _backwards(session, seq):
        left -= max(after - at, timedelta(0))
        if left < timedelta(0):
            break
        seq, after = earlier, at
    return seq


def _backwards(session: Session, seq: int) -> Iterator[_Received]:
    """The scans before that one, the newest first."""
    earlier = select(_scan.c.seq, _scan.c.received_at).order_by(_scan.c.seq.desc()).limit(BATCH)
    while rows := fetch(session, _Received, earlier.where(_scan.c.seq < seq)):
        yield from rows
        seq = rows[-1].seq


def _came(session: Session, seqs: Collection[int]) -> list[Came]:
    wanted = sorted(seqs)
    return [
        row
        for start in range(0, len(wanted), BATCH)
        for row in fetch(session, Came, _CAME.where(_scan.c.seq.in_(wanted[start : start + BATCH])))
    ]
