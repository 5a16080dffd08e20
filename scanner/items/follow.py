"""What merged items mean for scans: those of before are not taken back, since their goods have another name now."""

from __future__ import annotations

from sqlmodel import Session

from scanner.items import store
from scanner.scans.workflow import Follower


def _why_kept(session: Session, scan_seq: int) -> str | None:
    sku = store.merged_since(session, scan_seq)
    return f"{sku} was merged into another item since: the last scan cannot be taken back. Count the shelf." if sku else None


FOLLOWER = Follower(keeps=_why_kept)
