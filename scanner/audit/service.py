"""Noting what an administrator changed, and telling whether a row was taken away or changed behind the app's back."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from scanner.audit import store
from scanner.audit.rules import Action, Facts, Machine, Who, Written, difference, fitting, link


def take_turn(session: Session) -> None:
    """Wait for others who change what is noted. Call it before you read what was, so that it is what you change."""
    store.hold(session)


def note(
    session: Session,
    who: Who,
    action: Action,
    kind: str,
    subject: str,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    at: datetime | None = None,
) -> None:
    """Write down a change in its own transaction: what it was done to (a kind and a key), and what differs.

    Of two given facts only what differs is kept; where nothing does, nothing is written. Call it last: on PostgreSQL
    whoever else notes something waits for the end of this transaction.
    """
    if before is not None and after is not None and before == after:
        return
    old, new = difference(before, after)
    row = Written(
        at=at or datetime.now(UTC),
        operator_id=who.id,
        who=fitting(who.name, "who"),
        via=fitting(who.via, "via"),
        action=action.value,
        kind=fitting(kind, "kind"),
        subject=fitting(subject, "subject"),
        before=old,
        after=new,
    )
    store.append(session, row)


@dataclass(frozen=True, slots=True)
class Done:
    """Who did something, and when."""

    who: str
    at: datetime


def last(session: Session, action: Action, kind: str, subject: str) -> Done | None:
    """Who did this to a thing last."""
    row = store.last(session, action.value, fitting(kind, "kind"), fitting(subject, "subject"))
    return Done(row.who, row.at) if row else None


def machine(command: str) -> Machine:
    """Whoever runs a command, by the name that the operating system has for them."""
    return Machine(name=f"the machine ({_user()})", via=f"command {command}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may have no name for its user
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def broken(session: Session) -> list[str]:
    """Where a row does not follow from the one before, a sentence each. Rows cut off at the end leave no trace here."""
    found, before, last = [], "", 0
    for row in store.every(session):
        if row.link != link(before, row.seq, row.written) or row.seq != last + 1:
            found.append(f"audit row {row.seq} does not follow from row {last}: something there was changed or taken away")
        before, last = row.link, row.seq
    return found
