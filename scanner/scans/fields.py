"""From the fields of a form or of JSON to a scan request; each field checked, so that nothing strange gets any further."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.codes.reading import clean
from scanner.errors import BadRequest
from scanner.scans.request import ScanRequest, Source
from scanner.web.fields import moment_of, uuid_of, whole_number

BY_DEVICE = frozenset(Source) - {Source.LINKED}
"""What a device may say it read a code with."""


def parse_scan(fields: Mapping[str, Any], operator_id: int, device: str) -> ScanRequest:
    """The request that a device froze. Raises BadRequest naming the field that is not as expected."""
    return ScanRequest(
        id=uuid_of(fields.get("id"), "id"),
        task=_text(fields, "task"),
        code=_text(fields, "code"),
        source=_source(fields.get("source")),
        scanned_at=moment_of(fields.get("scanned_at")),
        operator_id=operator_id,
        device=device,
        quantity=whole_number(fields.get("quantity", 1), "quantity"),
        location=_label(fields, "location"),
        disposition=_label(fields, "disposition"),
        confirm=_yes(fields.get("confirm", False)),
        sent_at=moment_of(fields["sent_at"], "sent_at") if fields.get("sent_at") else None,
        reason=_label(fields, "reason"),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"Expected text in {name}, got {'nothing' if not value else type(value).__name__}.", name)
    return value


def _label(fields: Mapping[str, Any], name: str) -> str | None:
    """The code of a place, a grade or a reason, None where there is none."""
    if fields.get(name) in (None, ""):
        return None
    return clean(_text(fields, name))


def _source(value: Any) -> Source:
    if isinstance(value, str) and value in BY_DEVICE:
        return Source(value)
    raise BadRequest(f"Expected one of {', '.join(sorted(BY_DEVICE))}, got {str(value)[:40]!r}.", "source")


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("", "0", "1", "true", "false", None):
        return value in ("1", "true")
    raise BadRequest(f"Expected true or false, got {str(value)[:40]!r}.", "confirm")
