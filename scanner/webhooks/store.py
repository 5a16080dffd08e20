"""Other systems' addresses, and the messages on their way there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, literal_column, select, update
from sqlmodel import Session

from scanner.db.sql import run
from scanner.returns.tables import Delivery, Webhook

_webhook, _delivery = (table.__table__ for table in (Webhook, Delivery))  # type: ignore[attr-defined]
_WAITING = _delivery.c.state == literal_column("'waiting'")  # a literal, so that SQLite sees that the partial index serves
_DELIVERED = _delivery.c.state == literal_column("'delivered'")


def active_ids(session: Session) -> list[int]:
    """The addresses that are told of what happens."""
    return list(run(session, select(_webhook.c.id).where(_webhook.c.active).order_by(_webhook.c.id)).scalars())


def add_deliveries(session: Session, rows: list[dict[str, Any]]) -> None:
    """Messages to be sent: (uuid, webhook_id, event, payload, created_at)."""
    if rows:
        run(session, insert(_delivery), [{"next_at": row["created_at"], **row} for row in rows])


def add_webhook(session: Session, url: str, secret: str, now: datetime) -> int:
    """A new address, told from now on."""
    values = {"url": url, "secret": secret, "active": True, "created_at": now}
    return int(run(session, insert(_webhook).values(values).returning(_webhook.c.id)).scalar_one())


def get_webhook(session: Session, webhook_id: int) -> Row[Any] | None:
    """One address."""
    return run(session, select(_webhook).where(_webhook.c.id == webhook_id)).one_or_none()


def find_webhook(session: Session, url: str) -> Row[Any] | None:
    """The address that is told of already."""
    return run(session, select(_webhook).where(_webhook.c.url == url).limit(1)).one_or_none()


def set_active(session: Session, webhook_id: int, active: bool) -> None:
    """Switch an address on or off; what waits for one that is off goes on waiting."""
    run(session, update(_webhook).where(_webhook.c.id == webhook_id).values(active=active))


def list_webhooks(session: Session) -> list[Row[Any]]:
    """Addresses (id, url, active, created_at) with how many of their messages are in which state."""

    def counted(state: str) -> Any:
        chosen = select(func.count()).where(_delivery.c.webhook_id == _webhook.c.id, _delivery.c.state == state)
        return chosen.scalar_subquery().label(state.replace(" ", "_"))

    last = select(func.max(_delivery.c.delivered_at)).where(_delivery.c.webhook_id == _webhook.c.id).scalar_subquery()
    columns = (_webhook.c.id, _webhook.c.url, _webhook.c.active, _webhook.c.created_at)
    states = [counted(state) for state in ("waiting", "delivered", "given up")]
    return list(run(session, select(*columns, *states, last.label("last_delivered_at")).order_by(_webhook.c.id)))


def list_deliveries(
    session: Session, webhook_id: int | None, state: str | None, before: int | None, limit: int
) -> list[Row[Any]]:
    """Messages with their addresses, the newest first; `before` pages by id."""
    wanted = (
        select(_delivery, _webhook.c.url)
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .order_by(_delivery.c.id.desc())
        .limit(limit)
    )
    for column, value in ((_delivery.c.webhook_id, webhook_id), (_delivery.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    if before is not None:
        wanted = wanted.where(_delivery.c.id < before)
    return list(run(session, wanted))


def due(session: Session, now: datetime, but: Collection[int], limit: int) -> list[Row[Any]]:
    """Addresses (webhook_id) that are on, not among `but`, and have a message that is due."""
    waiting = (
        select(_delivery.c.webhook_id)
        .distinct()
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .where(_WAITING, _delivery.c.next_at <= now, _webhook.c.active, _webhook.c.id.not_in(list(but)))
        .order_by(_delivery.c.webhook_id)
        .limit(limit)
    )
    return list(run(session, waiting))


def next_due(session: Session, webhook_id: int, now: datetime) -> int | None:
    """The first message that is due for an address that is on."""
    first = (
        select(func.min(_delivery.c.id))
        .join_from(_delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id)
        .where(_WAITING, _delivery.c.next_at <= now, _delivery.c.webhook_id == webhook_id, _webhook.c.active)
    )
    return run(session, first).scalar_one()


def claim(session: Session, delivery_id: int, now: datetime, until: datetime) -> Row[Any] | None:
    """Take a due message for oneself until a moment: whole, with `url` and `secret`; None where another process was quicker."""
    taken = (
        update(_delivery)
        .where(_delivery.c.id == delivery_id, _WAITING, _delivery.c.next_at <= now)
        .values(next_at=until, attempts=_delivery.c.attempts + 1, last_at=now)
        .returning(_delivery.c.id)
    )
    if run(session, taken).one_or_none() is None:
        return None
    whole = select(_delivery, _webhook.c.url, _webhook.c.secret).join_from(
        _delivery, _webhook, _delivery.c.webhook_id == _webhook.c.id
    )
    return run(session, whole.where(_delivery.c.id == delivery_id)).one()


def delivered(session: Session, delivery_id: int, status: int, now: datetime) -> None:
    """It was taken, whoever sent it."""
    change = {"state": "delivered", "delivered_at": now, "last_status": status, "last_error": ""}
    run(session, update(_delivery).where(_delivery.c.id == delivery_id).values(**change))


def failed(
    session: Session, delivery_id: int, attempt: int, status: int | None, error: str, next_at: datetime, *, give_up: bool
) -> None:
    """A try of it did not succeed; says nothing where another try was begun, or has succeeded, meanwhile."""
    change = {"last_status": status, "last_error": error[:300], "next_at": next_at}
    if give_up:
        change["state"] = "given up"
    mine = update(_delivery).where(_delivery.c.id == delivery_id, _WAITING, _delivery.c.attempts == attempt)
    run(session, mine.values(**change))


def drop_delivered(session: Session, before: datetime, most: int) -> int:
    """Drop messages that were delivered before a moment, the oldest first; gives how many."""
    old = (
        select(_delivery.c.id).where(_DELIVERED, _delivery.c.delivered_at < before).order_by(_delivery.c.delivered_at).limit(most)
    )
    return run(session, delete(_delivery).where(_delivery.c.id.in_(old))).rowcount


def send_again(session: Session, delivery_id: int, now: datetime) -> bool:
    """Have a message go out once more, under its own number; False where there is none."""
    change = {"state": "waiting", "next_at": now, "attempts": 0}
    return run(session, update(_delivery).where(_delivery.c.id == delivery_id).values(**change)).rowcount == 1
