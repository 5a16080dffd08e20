"""One field of a form or of JSON to a value, checked; its name is in what is said of a mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from scanner.errors import BadRequest


def whole_number(value: Any, field: str) -> int:
    """A whole number, given as one or as its digits."""
    digits = value.strip() if isinstance(value, str) else ""
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9 and value == int(value):
        return int(value)  # 3.0 is a whole number in JSON
    raise BadRequest(f"Expected a whole number, got {str(value)[:40]!r}.", field)


def uuid_of(value: Any, field: str) -> UUID:
    """A UUID in any of its spellings."""
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        got = "nothing" if value is None else repr(str(value)[:40])
        raise BadRequest(f"Expected a UUID, got {got}.", field) from None


def moment_of(value: Any, field: str = "scanned_at") -> datetime:
    """Aware. A time without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise BadRequest(f"Expected an ISO 8601 time, got {str(value)[:40]!r}.", field) from None
    if not 1900 < moment.year < 9999:  # what no zone can carry out of the calendar
        raise BadRequest(f"Expected a time of this age, got {value[:40]!r}.", field)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
