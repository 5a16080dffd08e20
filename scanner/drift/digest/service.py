"""The day's digest, once a day whatever the number of servers.

Webhooks: noted as done in the transaction that writes the message, so exactly one is written a day; as every message it may come
twice, with the same id. E-mail: at least once. A server notes that it tries, sends, and then notes that it is done. One that dies
between the last two sends it again when the rest is over: better twice than never.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from sqlmodel import Session

from scanner.counting.plan import service as plan
from scanner.db.engine import Database
from scanner.discrepancies import service as discrepancies
from scanner.drift import store
from scanner.drift.digest import mail
from scanner.drift.digest.rules import AGAIN, Digest, Line, is_due
from scanner.drift.periods import day_of
from scanner.drift.signals import store as signals
from scanner.drift.signals import told
from scanner.settings import Settings
from scanner.webhooks import service as webhooks

EVENT = "digest.daily"
DIGEST, MAIL, MAIL_TRY = "digest", "mail", "mail try"
A_DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


def digest(database: Database, settings: Settings, today: date, now: datetime) -> None:
    """Send what of the day's digest is due and was not sent. Called every now and then: with nothing to do it reads two rows."""
    if not is_due(settings.digest_at, now):
        return
    with database.read() as session:
        is_told, is_mailed = store.is_done(session, DIGEST, today), store.is_done(session, MAIL, today)
    if not is_told:
        with database.read() as session:
            made = digest_of(session, settings, today, now)
        database.transact(_tell, made, now)
    if settings.smtp and settings.digest_to and not is_mailed and database.transact(_may_try, today, now):
        _mail(database, settings, today, now)


def digest_of(session: Session, settings: Settings, today: date, now: datetime) -> Digest:
    """What there is to say today. New is what opened since the digest of the last day."""
    since = store.last(session, DIGEST, today) or now - A_DAY
    rows = signals.loud_open(session, 1_000)
    lines = [Line(told.titled(row.kind, row.subject), row.owner, day_of(row.opened_at), row.opened_at > since) for row in rows]
    number, cost = discrepancies.open_total(session)
    return Digest(
        day=today, house=settings.house_name, signals=tuple(sorted(lines, key=lambda line: not line.is_new)),
        discrepancies=number, cost=cost, currency=settings.currency, counts_due=plan.count_due(session, today),
        address=f"{settings.public_url.rstrip('/')}/signals" if settings.public_url else "",
    )  # fmt: skip


def _tell(session: Session, made: Digest, now: datetime) -> None:
    if store.claim(session, DIGEST, made.day, now):
        webhooks.tell(session, EVENT, lambda: made.data, now)


def _may_try(session: Session, today: date, now: datetime) -> bool:
    return not store.is_done(session, MAIL, today) and store.claim_again(session, MAIL_TRY, today, now, AGAIN)


def _mail(database: Database, settings: Settings, today: date, now: datetime) -> None:
    to = tuple(each.strip() for each in settings.digest_to.split(","))
    with database.read() as session:
        made = digest_of(session, settings, today, now)
    try:
        refused = mail.send(
            mail.server_of(settings.smtp), mail.message(made.subject, made.text, settings.mail_from or to[0], to)
        )  # fmt: skip
    except mail.NotSent as problem:
        _log.warning(
            "The digest could not be sent by e-mail (%s). It is tried again in %d minutes.", problem, AGAIN.seconds // 60
        )
        return
    database.transact(store.claim, MAIL, today, now)
    if refused:
        _log.warning("The digest does not go to %d of its %d addresses: the mail server refused them.", refused, len(to))
