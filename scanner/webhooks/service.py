"""Telling other systems of what happens. A message is written in the transaction of that; `sender` sends it.

An address that is removed is told nothing more and leaves the list; what was sent there stays in the log.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, without_secrets
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.webhooks import store
from scanner.webhooks.connecting import LookUp, refused_now
from scanner.webhooks.rules import address_of, alike
from scanner.webhooks.store import DeliveryRow, KnownWebhook, WebhookRow

TEST, WEBHOOK = "test", "webhook"
TESTED = "This address is told of returns, of orders, of signals, of closed months, and of what to order."
SECRET_BYTES = 32
LOOK_UP_SECONDS = 2
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


def check(url: str, operator: OperatorView, look: LookUp | None = None) -> None:
    """Look up where an address points just now, before any transaction, for at most some seconds.

    Raises BadRequest for one that no message goes to. A name that is not found is fine: it may be known later.
    """
    operator.demand(Right.CONNECT)
    parts = address_of(url)
    if refused := refused_now(parts.hostname or "", parts.port or 0, LOOK_UP_SECONDS, look):
        raise BadRequest(refused, "url")


def add(session: Session, url: str, operator: OperatorView, now: datetime) -> Added:
    """Add an address. Raises BadRequest for what is no http or https URL, Conflict for one that is known."""
    operator.demand(Right.CONNECT)
    url = address_of(url).geturl()
    audit.take_turn(session)
    store.hold_addresses(session)
    if alike(url) in map(alike, store.urls(session)):
        raise Conflict("This address is in the list already: switch it on there.", "url")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    added = Added(store.add_webhook(session, url, secret, now), url, secret)
    after = {"secret": secret, "active": True}
    audit.note(session, operator, Action.WEBHOOK_ADDED, WEBHOOK, _noted(added.id, url), after=after, at=now)
    return added


def switch(session: Session, webhook_id: int, operator: OperatorView, *, active: bool) -> None:
    """Switch an address on or off. Its messages wait until it is on again."""
    operator.demand(Right.CONNECT)
    audit.take_turn(session)
    found = _require(session, webhook_id)
    store.set_active(session, webhook_id, active)
    before, after = {"active": found.active}, {"active": active}
    audit.note(session, operator, Action.WEBHOOK_SWITCHED, WEBHOOK, _noted(webhook_id, found.url), before=before, after=after)


def remove(session: Session, webhook_id: int, operator: OperatorView, now: datetime) -> None:
    """Take an address out of the list for good. What waits for it is given up; the log of what was sent stays."""
    operator.demand(Right.CONNECT)
    audit.take_turn(session)
    found = _require(session, webhook_id)
    given_up = store.remove(session, webhook_id, now)
    before, after = {"active": found.active}, {"removed": True, "messages given up": given_up}
    noted = _noted(webhook_id, found.url)
    audit.note(session, operator, Action.WEBHOOK_REMOVED, WEBHOOK, noted, before=before, after=after, at=now)


def test(session: Session, webhook_id: int, operator: OperatorView, now: datetime) -> None:
    """Send a test message."""
    operator.demand(Right.CONNECT)
    found = _require(session, webhook_id)
    _tell(session, [webhook_id], TEST, {"message": TESTED}, now)
    audit.note(session, operator, Action.WEBHOOK_TESTED, WEBHOOK, _noted(webhook_id, found.url), at=now)


def send_again(session: Session, delivery_id: int, operator: OperatorView, now: datetime) -> None:
    """Have a message sent once more under the same uuid."""
    operator.demand(Right.CONNECT)
    if not store.send_again(session, delivery_id, now):
        raise NotFound(f"There is no message {delivery_id} to an address that is still in the list.")
    audit.note(session, operator, Action.MESSAGE_AGAIN, "message", str(delivery_id), at=now)


def _noted(webhook_id: int, url: str) -> str:
    """An address as the audit has it: its path and query often hold a key of the other system, so its number tells it apart."""
    return f"{webhook_id}: {without_secrets(url)}"


def _require(session: Session, webhook_id: int) -> KnownWebhook:
    found = store.find_webhook(session, webhook_id)
    if found is None:
        raise NotFound(f"There is no webhook {webhook_id}.")
    return found


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
