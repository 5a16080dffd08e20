"""Values in JSON answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def time_text(moment: datetime | None) -> str | None:
    """A time in ISO 8601."""
    return moment.isoformat() if moment else None


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
