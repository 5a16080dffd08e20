"""Telling other systems of grades: a message is written with what it tells of, and sent by `webhooks_sender`.

Addresses are switched off, never deleted: what was sent there stays in the log.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlmodel import Session

from scanner.errors import BadRequest, Conflict, NotFound
from scanner.returns.lines import service as returned
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.lines.store import GradeRow
from scanner.webhooks import store

GRADED, TEST = "return.graded", "test"
"""What a message tells of."""
SECRET_BYTES = 32
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9a-f:.]+")
STATES = ("waiting", "delivered", "given up")


def note_grade(session: Session, task_id: int, line_id: int, scan_seq: int, now: datetime) -> None:
    """Tell every address how a return's line stands after a grade, its undoing, or its reason, in the same transaction.

    Called after the grade is written. A message says all of the line, and in `sequence` after which scan: whoever got a
    newer one already drops it.
    """
    addresses = store.active_ids(session)
    if not addresses:
        return
    (line,) = returned.of_lines(session, [line_id])
    _tell(session, addresses, GRADED, {"sequence": scan_seq, **line_view(line)}, now)


def line_view(line: ReturnedLine) -> dict[str, Any]:
    """A line of a return as JSON: the same in webhooks and in the API."""
    return {
        "return": line.reference, "order": line.order, "customer": line.customer, "announced": line.announced,
        "matched_to": line.matched_to, "line": line.id, "sku": line.sku, "name": line.name, "reason_given": line.said,
        "expected": line.expected, "arrived": line.arrived, "ungraded": line.ungraded, "missing_parts": line.missing_parts,
        "refund": line.refund, "grades": [_grade_view(grade) for grade in line.grades],
    }  # fmt: skip


def _grade_view(grade: GradeRow) -> dict[str, Any]:
    return {
        "sku": grade.sku, "units": grade.units, "disposition": grade.disposition, "reason": grade.reason,
        "reason_name": grade.reason_name, "location": grade.location, "graded_at": grade.graded_at.isoformat(),
        "operator": grade.operator, "scan": grade.scan_seq,
    }  # fmt: skip


def _tell(session: Session, addresses: list[int], event: str, data: dict[str, Any], now: datetime) -> None:
    payload = json.dumps({"type": event, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
    rows = [
        {"uuid": str(uuid4()), "webhook_id": address, "event": event, "payload": payload, "created_at": now}
        for address in addresses
    ]
    store.add_deliveries(session, rows)


@dataclass(frozen=True, slots=True)
class Added:
    """A new address. Its secret is shown this once."""

    id: int
    url: str
    secret: str


def add(session: Session, url: str, now: datetime) -> Added:
    """Tell an address from now on. Raises BadRequest for what is no http or https URL, Conflict for one that is known."""
    url = _checked(url)
    if store.find_webhook(session, url):
        raise Conflict("This address is in the list already: switch it on there.", "url")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return Added(store.add_webhook(session, url, secret, now), url, secret)


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadRequest(f"Expected an address such as https://shop.example/returns, got {url!r}.", "url") from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 1000
    if not plain or parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise BadRequest(f"Expected an address that begins with http:// or https://, got {url[:200]!r}.", "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadRequest("Expected an address without a name, a password or a #: messages are signed instead.", "url")
    if _is_of_the_machine(parts.hostname or ""):
        raise BadRequest("Expected the address of another system, got one that only machines ask about themselves.", "url")
    return url


def _is_of_the_machine(host: str) -> bool:
    """Whether a number is link-local, where hosts hand out their own secrets. Other systems in the house are meant."""
    try:
        return ip_address(host).is_link_local
    except ValueError:
        return False


def switch(session: Session, webhook_id: int, active: bool) -> None:
    """Switch an address on or off. What waits for it goes out when it is on again."""
    _known(session, webhook_id)
    store.set_active(session, webhook_id, active)


def test(session: Session, webhook_id: int, now: datetime) -> None:
    """Send a message that says nothing but that it came."""
    _known(session, webhook_id)
    _tell(session, [webhook_id], TEST, {"message": "This address is told of graded returns."}, now)


def send_again(session: Session, delivery_id: int, now: datetime) -> None:
    """Have a message go out once more, under the same number."""
    if not store.send_again(session, delivery_id, now):
        raise NotFound(f"There is no message {delivery_id}.")


def _known(session: Session, webhook_id: int) -> None:
    if store.get_webhook(session, webhook_id) is None:
        raise NotFound(f"There is no webhook {webhook_id}.")


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """An address with how many of its messages are in which state."""

    id: int
    url: str
    active: bool
    created_at: datetime
    waiting: int
    delivered: int
    given_up: int
    last_delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message on its way: `attempts` tries so far, what the last one came to, when the next one is."""

    id: int
    uuid: str
    url: str
    event: str
    payload: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    last_at: datetime | None
    last_status: int | None
    last_error: str
    delivered_at: datetime | None


def webhooks(session: Session) -> list[WebhookRow]:
    """Every address."""
    return [
        WebhookRow(row.id, row.url, row.active, row.created_at, row.waiting, row.delivered, row.given_up, row.last_delivered_at)
        for row in store.list_webhooks(session)
    ]


def deliveries(
    session: Session, webhook_id: int | None = None, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[DeliveryRow]:
    """Messages, the newest first; `before` pages by number."""
    return [
        DeliveryRow(
            row.id, row.uuid, row.url, row.event, row.payload, row.state, row.attempts, row.created_at, row.next_at,
            row.last_at, row.last_status, row.last_error, row.delivered_at,
        )
        for row in store.list_deliveries(session, webhook_id, state, before, limit)
    ]  # fmt: skip
