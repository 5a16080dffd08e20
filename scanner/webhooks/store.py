"""Addresses of other systems, and the messages to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Label, delete, func, insert, literal_column, or_, select, text, update
from sqlmodel import Session

from scanner.db.sql import connection_of, fetch, fetch_one, run, table_of
from scanner.webhooks.tables import Delivery, Webhook

_webhook = table_of(Webhook)
_delivery = table_of(Delivery)
_THERE = _webhook.c.removed_at.is_(None)
_WAITING = _delivery.c.state == literal_column("'waiting'")  # a literal, so that SQLite uses the partial index
_DELIVERED = _delivery.c.state == literal_column("'delivered'")
LONGEST_WAIT = timedelta(hours=2)
"""Longer than any pause or claim of the sender. What waits for longer was dated by a clock that was ahead, and is due."""

REMOVED = "the address was removed"
"""What is noted at the messages that waited for an address."""


class WebhookRow(NamedTuple):
    """An address, with how many of its messages are in which state."""

    id: int
    url: str
    active: bool
    created_at: datetime
    waiting: int
    delivered: int
    given_up: int
    last_delivered_at: datetime | None


class KnownWebhook(NamedTuple):
    """An address that is in the list."""

    url: str
    active: bool


class DeliveryRow(NamedTuple):
    """A message to one address."""

    id: int
    uuid: str
    url: str
    event: str
    payload: str
    state: str
    attempts: int  # tries so far
    created_at: datetime
    next_at: datetime  # the next try
    last_at: datetime | None  # the last try, and what it came to
    last_status: int | None
    last_error: str
    delivered_at: datetime | None
    removed_at: datetime | None  # of the address

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.state == "delivered"

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be sent."""
        return self.state == "waiting"

    @property
    def tone(self) -> str:
        """How its state looks: good, bad, or empty while nothing went wrong."""
        if self.is_delivered:
            return "good"
        return "bad" if self.last_error or not self.is_waiting else ""


class Claimed(NamedTuple):
    """A message that this process is to send. `attempts` counts this try."""

    id: int
    webhook_id: int
    uuid: str
    payload: str
    attempts: int
    url: str
    secret: str


def active_ids(session: Session) -> list[int]:
    """Ids of the addresses that are switched on."""
    return list(run(session, select(_webhook.c.id).where(_webhook.c.active).order_by(_webhook.c.id)).scalars())


def add_deliveries(session: Session, webhook_ids: Collection[int], *, event: str, payload: str, at: datetime) -> None:
    """Write a message to each of these addresses, to be sent at once."""
    rows = [
        {"uuid": str(uuid4()), "webhook_id": address, "event": event, "payload": payload, "created_at": at, "next_at": at}
        for address in webhook_ids
    ]
    if rows:
        run(session, insert(_delivery), rows)


def add_webhook(session: Session, url: str, secret: str, now: datetime) -> int:
    """Add an address, switched on; gives its id."""
    values = {"url": url, "secret": secret, "active": True, "created_at": now}
    return int(run(session, insert(_webhook).values(values).returning(_webhook.c.id)).scalar_one())


def find_webhook(session: Session, webhook_id: int) -> KnownWebhook | None:
    """The address of this id; None where there is none, or it was removed. It is held until the transaction ends."""
    wanted = select(_webhook.c.url, _webhook.c.active).where(_webhook.c.id == webhook_id, _THERE).with_for_update(key_share=True)
    return fetch_one(session, KnownWebhook, wanted)


def hold_addresses(session: Session) -> None:
    """Let nobody else add an address until the transaction ends. SQLite has one writer anyway."""
    if connection_of(session).dialect.name == "postgresql":
        run(session, text("LOCK TABLE webhook IN SHARE ROW EXCLUSIVE MODE"))


def urls(session: Session) -> list[str]:
    """Every address in the list, on or off."""
    return list(run(session, select(_webhook.c.url).where(_THERE)).scalars())


def set_active(session: Session, webhook_id: int, active: bool) -> None:
    """Switch an address on or off."""
    run(session, update(_webhook).where(_webhook.c.id == webhook_id).values(active=active))


def remove(session: Session, webhook_id: int, now: datetime) -> int:
    """Take an address out of the list, forget its secret, and give up what waits for it; gives how many messages did."""
    gone = {"active": False, "secret": "", "removed_at": now}
    run(session, update(_webhook).where(_webhook.c.id == webhook_id).values(**gone))
    return give_up_removed(session)


def give_up_removed(session: Session) -> int:
    """Give up what waits for addresses that were removed; gives how many messages that were.

    One that was written while its address was being removed is met only later.
    """
    gone = select(_webhook.c.id).where(~_THERE)
    waiting = update(_delivery).where(_WAITING, _delivery.c.webhook_id.in_(gone))
    return run(session, waiting.values(state="given up", last_error=REMOVED)).rowcount


def list_webhooks(session: Session) -> list[WebhookRow]:
    """Every address that is not removed, by id."""

    def counted(state: str) -> Label[int]:
        chosen = select(func.count()).where(_delivery.c.webhook_id == _webhook.c.id, _delivery.c.state == state)
        return chosen.scalar_subquery().label(state.replace(" ", "_"))

    last = select(func.max(_delivery.c.delivered_at)).where(_delivery.c.webhook_id == _webhook.c.id).scalar_subquery()
    columns = (_webhook.c.id, _webhook.c.url, _webhook.c.active, _webhook.c.created_at)
    states = [counted(state) for state in ("waiting", "delivered", "given up")]
    wanted = select(*columns, *states, last.label("last_delivered_at")).where(_THERE).order_by(_webhook.c.id)
    return fetch(session, WebhookRow, wanted)


def list_deliveries(
    session: Session, *, webhook_id: int | None, state: str | None, before: int | None, limit: int
) -> list[DeliveryRow]:
    """Messages, the newest first, from the id `before` down; None for any address or state."""
    columns = (_webhook.c[name] if name in ("url", "removed_at") else _delivery.c[name] for name in DeliveryRow._fields)
    wanted = (
        select(*columns)
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .order_by(_delivery.c.id.desc())
        .limit(limit)
    )
    for column, value in ((_delivery.c.webhook_id, webhook_id), (_delivery.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    if before is not None:
        wanted = wanted.where(_delivery.c.id < before)
    return fetch(session, DeliveryRow, wanted)


def due(session: Session, now: datetime, but: Collection[int], limit: int) -> list[int]:
    """Ids of addresses that are on and have a message that is due, except those in `but`."""
    waiting = (
        select(_delivery.c.webhook_id)
        .distinct()
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .where(_WAITING, _is_due(now), _webhook.c.active, _webhook.c.id.not_in(list(but)))
        .order_by(_delivery.c.webhook_id)
        .limit(limit)
    )
    return list(run(session, waiting).scalars())


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(_delivery.c.next_at <= now, _delivery.c.next_at > now + LONGEST_WAIT)


def next_due(session: Session, webhook_id: int, now: datetime) -> int | None:
    """The id of the first message that is due for an address; None where none is, or the address is off."""
    first = (
        select(func.min(_delivery.c.id))
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .where(_WAITING, _is_due(now), _delivery.c.webhook_id == webhook_id, _webhook.c.active)
    )
    found: int | None = run(session, first).scalar_one()
    return found


def claim(session: Session, delivery_id: int, now: datetime, until: datetime) -> Claimed | None:
    """Keep other processes from sending a due message until a moment; None where another process was quicker."""
    taken = (
        update(_delivery)
        .where(_delivery.c.id == delivery_id, _WAITING, _is_due(now))
        .values(next_at=until, attempts=_delivery.c.attempts + 1, last_at=now)
        .returning(_delivery.c.id)
    )
    if run(session, taken).one_or_none() is None:
        return None
    columns = (_delivery.c.id, _delivery.c.webhook_id, _delivery.c.uuid, _delivery.c.payload, _delivery.c.attempts)
    wanted = (
        select(*columns, _webhook.c.url, _webhook.c.secret)
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .where(_delivery.c.id == delivery_id)
    )
    return fetch_one(session, Claimed, wanted)


def delivered(session: Session, delivery_id: int, status: int, now: datetime) -> None:
    """The receiver took a message, whichever process sent it."""
    change = {"state": "delivered", "delivered_at": now, "last_status": status, "last_error": ""}
    run(session, update(_delivery).where(_delivery.c.id == delivery_id).values(**change))


def failed(
    session: Session,
    delivery_id: int,
    *,
    attempt: int,
    status: int | None,
    error: str,
    next_at: datetime,
    give_up: bool,
) -> None:
    """A try failed. Nothing is noted where another try has begun or succeeded meanwhile."""
    change: dict[str, object] = {"last_status": status, "last_error": error[:300], "next_at": next_at}
    if give_up:
        change["state"] = "given up"
    mine = update(_delivery).where(_delivery.c.id == delivery_id, _WAITING, _delivery.c.attempts == attempt)
    run(session, mine.values(**change))


def drop_delivered(session: Session, before: datetime, most: int) -> int:
    """Delete messages that were delivered before a moment, the oldest first and at most so many; gives how many."""
    old = (
        select(_delivery.c.id).where(_DELIVERED, _delivery.c.delivered_at < before).order_by(_delivery.c.delivered_at).limit(most)
    )
    return run(session, delete(_delivery).where(_delivery.c.id.in_(old))).rowcount


def send_again(session: Session, delivery_id: int, now: datetime) -> bool:
    """Have a message sent once more under the same uuid; False where there is none, or its address was removed."""
    change = {"state": "waiting", "next_at": now, "attempts": 0}
    there = select(_webhook.c.id).where(_THERE)
    again = update(_delivery).where(_delivery.c.id == delivery_id, _delivery.c.webhook_id.in_(there))
    return run(session, again.values(**change)).rowcount == 1


def standing(session: Session) -> dict[str, int]:
    """How many messages wait, and how many were given up. Each address's are counted in its index."""

    def of(state: str) -> Label[int]:
        own = select(func.count()).where(_delivery.c.webhook_id == _webhook.c.id, _delivery.c.state == state)
        return func.coalesce(func.sum(own.scalar_subquery()), 0).label(state.replace(" ", "_"))

    found = run(session, select(of("waiting"), of("given up")).select_from(_webhook)).one()
    return {name: int(number) for name, number in found._mapping.items()}


def oldest_waiting(session: Session) -> datetime | None:
    """When the oldest message that waits was written; None where none waits."""
    found: datetime | None = run(session, select(func.min(_delivery.c.created_at)).where(_WAITING)).scalar_one()
    return found
