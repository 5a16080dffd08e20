"""What the pages of sessions show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInOn:
    """A device on which a person is signed in."""

    digest: str
    name: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_locked: bool
    is_this: bool
