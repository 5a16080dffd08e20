"""What an importer changes in the database, or in a rehearsal would."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlmodel import Session

from scanner.audit.rules import Action, Facts
from scanner.data import store
from scanner.data.store import StoredTask
from scanner.db import bulk
from scanner.people import store as people
from scanner.people.sessions import store as sessions
from scanner.people.sign_in import same_or_new_hash
from scanner.scans import costs, ledger, meanings
from scanner.scans.decision import Move

IMPORT_CAUSE = "import"


class Audited(NamedTuple):
    """What is noted in the audit by itself, beside the file that it came in with."""

    action: Action
    kind: str
    subject: str
    before: Facts | None
    after: Facts


class Writes:
    """Changes the database, in a transaction that writes. `audited` is what the transaction has to note in the audit."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.audited: list[Audited] = []

    def hold_codes(self) -> None:
        """Let nobody else give a code a meaning to the end of the transaction."""
        meanings.hold_codes(self.session)

    def insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Add rows, all with the same columns."""
        bulk.insert_all(self.session, table, rows)

    def update(self, table: Table, rows: list[dict[str, Any]], by: tuple[str, ...] = ("id",)) -> None:
        """Change rows, found by the columns `by`."""
        bulk.update_all(self.session, table, rows, by)

    def add_task(self, values: dict[str, Any]) -> int:
        """Add a task without lines; gives its id."""
        return store.insert_task(self.session, values)

    def pin_hash(self, pin: str, there: str | None) -> str | None:
        """The hash of a PIN: the one that is there, where it is of this PIN."""
        return same_or_new_hash(pin, there)

    def move(self, moves: Collection[Move], at: datetime, operator_id: int | None) -> None:
        """Book differences of stock."""
        ledger.move(self.session, moves, at=at, operator_id=operator_id, cause=IMPORT_CAUSE)

    def note_costs(self, cost_of: Mapping[int, int], at: datetime) -> None:
        """Note which of these items cost something else from now on, before they are changed."""
        costs.note_changes(self.session, cost_of, at)

    def end_sessions(self, operator_ids: Collection[int]) -> None:
        """Sign these people out everywhere."""
        sessions.end_all(self.session, operator_ids)

    def revoke_tokens(self, operator_ids: Collection[int], at: datetime) -> None:
        """Cut off the programs of these people for good."""
        for each in operator_ids:
            people.revoke_tokens(self.session, each, at)

    def note(self, audited: Audited) -> None:
        """Have a change noted in the audit."""
        self.audited.append(audited)

    def stock(self, places: set[int], items: set[int]) -> dict[tuple[int, int], int]:
        """(item id, location id) -> units, held to the end of the transaction."""
        return store.hold_stock(self.session, places, items)

    def tasks(self, references: set[str]) -> list[StoredTask]:
        """Tasks by their references, held to the end of the transaction."""
        return store.hold_tasks(self.session, references)


class Rehearsal(Writes):
    """Changes nothing and holds nothing: for a session that only reads."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._ids = count(-1, -1)  # of tasks that are not there

    def hold_codes(self) -> None:
        """Nothing."""

    def insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Nothing."""

    def update(self, table: Table, rows: list[dict[str, Any]], by: tuple[str, ...] = ("id",)) -> None:
        """Nothing."""

    def add_task(self, values: dict[str, Any]) -> int:
        """An id that no task has."""
        return next(self._ids)

    def pin_hash(self, pin: str, there: str | None) -> str | None:
        """The one that is there: a new one takes long, and is of no use yet."""
        return there

    def move(self, moves: Collection[Move], at: datetime, operator_id: int | None) -> None:
        """Nothing."""

    def note_costs(self, cost_of: Mapping[int, int], at: datetime) -> None:
        """Nothing."""

    def end_sessions(self, operator_ids: Collection[int]) -> None:
        """Nothing."""

    def revoke_tokens(self, operator_ids: Collection[int], at: datetime) -> None:
        """Nothing."""

    def note(self, audited: Audited) -> None:
        """Nothing."""

    def stock(self, places: set[int], items: set[int]) -> dict[tuple[int, int], int]:
        """The same, not held."""
        return store.stock_of(self.session, places, items)

    def tasks(self, references: set[str]) -> list[StoredTask]:
        """The same, not held."""
        return store.tasks(self.session, references)
