"""The words of the audit, what of a change is written down, and how each row holds on to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit


class Action(StrEnum):
    """What was done. The words are part of the API: none is ever renamed."""

    FILE_IN = "file brought in"
    FILE_CANCELLED = "file cancelled"
    FILE_OUT = "file taken out"
    BADGES_SHOWN = "badges shown"
    RECORD_ADDED = "record added"
    RECORD_CHANGED = "record changed"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    SESSIONS_ENDED = "sessions ended"
    TOKEN_MADE = "token made"
    TOKENS_REVOKED = "tokens revoked"
    SETTING_CHANGED = "setting changed"
    RULE_CHANGED = "count rule changed"
    LIMITS_CHANGED = "count limits changed"
    CLASSES_APPLIED = "classes applied"
    CLASS_PINNED = "class pinned"
    OWNER_SET = "section owner set"
    SECTION_SET = "section set"
    REASON_ADDED = "return reason added"
    REASON_CHANGED = "return reason changed"
    REASON_DELETED = "return reason deleted"
    WEBHOOK_ADDED = "webhook added"
    WEBHOOK_SWITCHED = "webhook switched"
    WEBHOOK_REMOVED = "webhook removed"
    WEBHOOK_TESTED = "webhook tested"
    MESSAGE_AGAIN = "message sent again"
    PRINTER_ADDED = "printer added"
    PRINTER_CHANGED = "printer changed"
    PRINTER_REMOVED = "printer removed"
    ITEM_RENAMED = "item renamed"
    ITEM_MERGED = "item merged"
    ITEM_RETIRED = "item retired"
    ITEM_BROUGHT_BACK = "item brought back"
    DISCREPANCY_ASSIGNED = "discrepancy assigned"
    DISCREPANCY_SETTLED = "discrepancy settled"
    VARIANCE_SETTLED = "variance settled"
    VARIANCE_MOVED = "variance moved"
    COUNT_AGAIN = "count asked for again"
    ORDER_DECIDED = "short order decided"
    TASK_STARTED = "task started"
    TASK_FINISHED = "task finished"
    RATE_SET = "drift rate set"
    MONTH_CLOSED = "month closed"
    ACCOUNTS_NAMED = "accounts named"
    SIGNAL_ASSIGNED = "signal assigned"
    SIGNAL_CLOSED = "signal closed"
    BACKUP_TAKEN = "backup taken"
    BACKUP_RESTORED = "backup restored"
    RESEND_ASKED = "resend asked for"
    MOVED_HERE = "warehouse moved here"
    SAMPLE_FILLED = "sample filled"
    SAMPLE_EMPTIED = "sample emptied"


SAMPLE = ("database", "sample warehouse")
"""The kind and the subject of filling and emptying a sample."""
SECRET = frozenset({"badge", "pin", "pin_hash", "token", "secret"})
"""What is never written down; only that it changed."""
CHANGED = "changed"
LONGEST = {"who": 120, "via": 80, "kind": 24, "subject": 200}
"""Longest texts of the columns, in characters. A longer one is cut."""

Facts = Mapping[str, Any]
"""Names and values, as JSON takes them."""


class Who(Protocol):
    """A person, as rooms above know one, and by what the person acts."""

    @property
    def id(self) -> int | None:
        """Of the operator; None for the machine."""

    @property
    def name(self) -> str:
        """How the person is called."""

    @property
    def via(self) -> str:
        """By a page, a token of the API, or a command."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Whoever runs a command on the server: nobody who is signed in."""

    name: str
    via: str
    id: None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a row says, beside its number and what it holds on to."""

    at: datetime
    operator_id: int | None
    who: str
    via: str
    action: str
    kind: str
    subject: str
    before: str  # JSON of what was
    after: str  # JSON of what is


def without_secrets(url: str) -> str:
    """Scheme, host and port of an address: the rest may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def difference(before: Facts | None, after: Facts | None) -> tuple[str, str]:
    """What differs, as JSON of before and of after; where one of them is None, all of the other. No secret is in it."""
    if before is None or after is None:
        return _json(_hidden(before or {})), _json(_hidden(after or {}))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    old = {name: before[name] for name in names if name in before and name not in SECRET}
    return _json(old), _json(_hidden({name: after[name] for name in names if name in after}))


def _hidden(facts: Facts) -> Facts:
    return {name: CHANGED if name in SECRET and value else value for name, value in facts.items()}


def _json(facts: Facts) -> str:
    """Values that JSON has no form for (amounts, days) are written as text."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str).replace("\x00", "\N{REPLACEMENT CHARACTER}")


def fitting(text: str, column: str) -> str:
    """A text as a column takes it."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[: LONGEST[column]]


def link(before: str, seq: int, row: Written) -> str:
    """The SHA-256, in hex, of a row and of the link of the row before it (empty for the first)."""
    said = [before, seq, row.at.astimezone(UTC).isoformat(), row.operator_id, row.who, row.via, row.action, row.kind]
    return hashlib.sha256(json.dumps([*said, row.subject, row.before, row.after]).encode()).hexdigest()
