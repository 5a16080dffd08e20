"""What a restore gave back to people and addresses that had lost it: found by comparing with the database that it put aside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.audit.rules import without_secrets
from scanner.db.engine import sqlite

Row = dict[str, Any]
NAMELESS = "somebody without a name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may sign in, by badge, and which addresses are told of grades; rows as the tables have them."""

    people: dict[str, Row]
    webhooks: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Names of people, and hosts and numbers of webhooks. Never a badge, a PIN or a key."""

    active_again: list[str]
    other_pin: list[str]
    other_roles: list[str]
    webhooks: list[str]

    def facts(self) -> dict[str, str]:
        """What the audit says of it; nothing of what is empty."""
        named = {
            "active again": self.active_again,
            "other PIN": self.other_pin,
            "other roles": self.other_roles,
            "webhooks back": self.webhooks,
        }
        return {name: ", ".join(found) for name, found in named.items() if found}

    def sentences(self) -> Iterator[str]:
        """What the terminal says of it, with what to do."""
        if self.active_again:
            yield f"May sign in again, though they could not before: {', '.join(self.active_again)}."
        if self.other_pin:
            yield f"Have another PIN than before, or none: {', '.join(self.other_pin)}."
        if self.other_roles:
            yield f"Have other roles than before: {', '.join(self.other_roles)}."
        if self.webhooks:
            yield f"Webhooks that are back, or have an earlier secret: {', '.join(self.webhooks)}."
        if self.facts():
            yield "Put right what should not be so: people by `import operators`, webhooks on their page."
        else:
            yield "Everybody may do what they could before, and no webhook is back."


UNCOMPARED = (
    "Nothing could be compared with what was there before. Look through who may sign in and with which roles "
    "(python3 -m scanner export operators), and through the webhooks: "
    "whoever has left since may sign in again, by the PIN of then."
)


def compared(aside: Path | None, file: Path) -> Reopened | None:
    """What a restored database opened again; None where none with people was put aside, or it cannot be read."""
    before, now = access_in(aside) if aside else None, access_in(file)
    return reopened(before, now) if before and before.people and now else None


def access_in(file: Path) -> Access | None:
    """The access that a database of any version gives; None where it cannot be read."""
    with (
        contextlib.suppress(sqlite.Error),
        contextlib.closing(sqlite.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as it,
    ):
        return Access(people={row["badge"]: row for row in _rows(it, "operator")}, webhooks=list(_rows(it, "webhook")))
    return None


def reopened(before: Access, now: Access) -> Reopened:
    """What is open now and was not before, and who is known by another PIN or may do something else."""
    there = [(row, before.people.get(badge)) for badge, row in now.people.items() if row["active"]]
    still = [(row, was) for row, was in there if was and was["active"]]
    return Reopened(
        active_again=_names(row for row, was in there if not (was and was["active"])),
        other_pin=_names(row for row, was in still if row["pin_hash"] != was["pin_hash"]),
        other_roles=_names(row for row, was in still if _roles(row) != _roles(was)),
        webhooks=sorted(_webhooks_back(before.webhooks, now.webhooks)),
    )


def _rows(database: Any, table: str) -> Iterator[Row]:
    """All of a table, with the columns that its version has; nothing where it has no such table."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone():
        return
    found = database.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in found.description]
    for row in found:
        yield dict(zip(names, row, strict=True))


def _names(people: Iterable[Row]) -> list[str]:
    return sorted(NAMELESS if row["name"].strip().lower() == row["badge"].strip().lower() else row["name"] for row in people)


def _roles(row: Row) -> set[str]:
    return set(row["roles"].split(";"))


def _webhooks_back(before: list[Row], now: list[Row]) -> set[str]:
    """Addresses that are there and were removed, and those that are told and were not, or not by this secret: without what may be
    a key in them."""
    there = {row["url"] for row in before if _is_there(row)}
    told = {_told(row) for row in before if row["active"]}
    back = [row for row in now if (row["active"] and _told(row) not in told) or (_is_there(row) and row["url"] not in there)]
    return {f"{without_secrets(row['url'])} (number {row['id']})" for row in back}


def _is_there(row: Row) -> bool:
    return row.get("removed_at") is None


def _told(row: Row) -> tuple[str, str]:
    return row["url"], row["secret"]
