"""Telling other systems of grades. A message is written in the transaction of the grade; `sender` sends it.

Addresses are switched off, never deleted: what was sent there stays in the log.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.webhooks import store
from scanner.webhooks.store import DeliveryRow, WebhookRow

TEST = "test"
SECRET_BYTES = 32
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9a-f:.]+")
STATES = ("waiting", "delivered", "given up")


def tell(session: Session, event: str, data: Callable[[], dict[str, Any]], now: datetime) -> None:
    """Write a message to every address, in the transaction of what it tells of. `data` is asked for where there is one."""
    if addresses := store.active_ids(session):
        _tell(session, addresses, event, data(), now)


def _tell(session: Session, addresses: list[int], event: str, data: dict[str, Any], now: datetime) -> None:
    payload = json.dumps({"type": event, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
    store.add_deliveries(session, addresses, event=event, payload=payload, at=now)


@dataclass(frozen=True, slots=True)
class Added:
    """A new address, with its secret, which is shown only now."""

    id: int
    url: str
    secret: str


def add(session: Session, url: str, operator: OperatorView, now: datetime) -> Added:
    """Add an address. Raises BadRequest for what is no http or https URL, Conflict for one that is known."""
    operator.demand(Right.CONNECT)
    url = _checked(url)
    store.hold_addresses(session)
    if store.is_known(session, url):
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
    """Whether it is a link-local IP address, at which machines of a cloud get their own secrets. Private addresses are fine."""
    try:
        return ip_address(host).is_link_local
    except ValueError:
        return False


def switch(session: Session, webhook_id: int, operator: OperatorView, *, active: bool) -> None:
    """Switch an address on or off. Its messages wait until it is on again."""
    operator.demand(Right.CONNECT)
    _require(session, webhook_id)
    store.set_active(session, webhook_id, active)


def test(session: Session, webhook_id: int, operator: OperatorView, now: datetime) -> None:
    """Send a test message."""
    operator.demand(Right.CONNECT)
    _require(session, webhook_id)
    _tell(session, [webhook_id], TEST, {"message": "This address is told of graded returns."}, now)


def send_again(session: Session, delivery_id: int, operator: OperatorView, now: datetime) -> None:
    """Have a message sent once more under the same uuid."""
    operator.demand(Right.CONNECT)
    if not store.send_again(session, delivery_id, now):
        raise NotFound(f"There is no message {delivery_id}.")


def _require(session: Session, webhook_id: int) -> None:
    if not store.has_webhook(session, webhook_id):
        raise NotFound(f"There is no webhook {webhook_id}.")


def webhooks(session: Session) -> list[WebhookRow]:
    """Every address."""
    return store.list_webhooks(session)


def deliveries(
    session: Session,
    *,
    webhook_id: int | None = None,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DeliveryRow]:
    """Messages, the newest first, from the id `before` down; None for any address or state."""
    return store.list_deliveries(session, webhook_id=webhook_id, state=state, before=before, limit=limit)
