"""The audit itself: rows are only ever added, each holds on to the one before, and many may write at the same time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update
from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit import store
from scanner.audit.rules import CHANGED, SECRET, Action, difference
from scanner.audit.store import AuditRow
from scanner.audit.tables import Audit
from scanner.cli import main
from scanner.counting.plan import policy
from scanner.db.engine import DRIVER_ERRORS, Database
from tests.support.warehouse import Warehouse

TRIGGERS = ("audit_no_update", "audit_no_delete")


def owners(warehouse: Warehouse, *names: str) -> None:
    for name in names:
        warehouse.database.transact(policy.set_owner, "A-01", name, warehouse.operators["Sam"])


def rows(database: Database) -> list[AuditRow]:
    with database.read() as session:
        return store.after(session, 0, 10_000)


def broken(database: Database) -> list[str]:
    with database.read() as session:
        return audit.broken(session)


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'Rosa'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_a_row(warehouse: Warehouse, statement: str) -> None:
    owners(warehouse, "Olga")
    with pytest.raises(DRIVER_ERRORS, match="append-only"), warehouse.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert len(rows(warehouse.database)) == 1


@pytest.mark.parametrize("statement", [update(Audit).values(who="Rosa"), delete(Audit)])
def test_the_app_refuses_it_too(warehouse: Warehouse, statement: Any) -> None:
    with pytest.raises(AssertionError, match="append-only"), warehouse.database.engine.begin() as connection:
        connection.execute(statement)


def test_rows_hold_on_to_each_other(warehouse: Warehouse) -> None:
    owners(warehouse, "Olga", "Omar", "Olga")
    assert [row.seq for row in rows(warehouse.database)] == [1, 2, 3]
    assert broken(warehouse.database) == []


@pytest.mark.parametrize(
    ("behind_the_apps_back", "row"),
    [
        ("DELETE FROM audit WHERE seq = 2", 3),
        ("UPDATE audit SET who = 'Rosa' WHERE seq = 2", 2),
        ("UPDATE audit SET after = '{}' WHERE seq = 1", 1),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 1", 2),
    ],
)
def test_what_is_done_behind_the_apps_back_is_seen(warehouse: Warehouse, behind_the_apps_back: str, row: int) -> None:
    owners(warehouse, "Olga", "Omar", "Olga", "Omar")
    without_triggers(warehouse.database, behind_the_apps_back)
    (first, *_) = broken(warehouse.database)
    assert first.startswith(f"audit row {row} does not follow")


def without_triggers(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        if database.is_sqlite:
            for trigger in TRIGGERS:
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        connection.execute(text(statement))


def test_many_at_once_make_one_chain(warehouse: Warehouse) -> None:
    def change(number: int) -> None:
        warehouse.database.transact(audit.note, warehouse.operators["Sam"], Action.FILE_OUT, "file", str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(80)))
    assert [row.seq for row in rows(warehouse.database)] == list(range(1, 81))
    assert broken(warehouse.database) == []


def test_the_command_verify_says_what_is_broken(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    for kind in ("items", "operators", "stock"):
        assert main(["export", kind, "--database", url]) == 0
    assert main(["verify", "--database", url]) == 0
    database = Database(url)
    without_triggers(database, "DELETE FROM audit WHERE seq = 2")
    database.dispose()
    capsys.readouterr()
    assert main(["verify", "--database", url]) == 1
    said = capsys.readouterr()
    assert "audit row 3 does not follow from row 1" in said.err and "The counters and the ledger agree" in said.out


FACTS = st.dictionaries(st.sampled_from([*SECRET, "name", "roles", "active"]), st.one_of(st.none(), st.text(), st.integers()))


@settings(deadline=None)
@given(FACTS | st.none(), FACTS | st.none())
def test_no_secret_is_in_a_difference(before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    for told in map(json.loads, difference(before, after)):
        assert {told[name] for name in SECRET & told.keys()} <= {CHANGED, None, "", 0}


@settings(deadline=None)
@given(FACTS, FACTS)
def test_a_difference_has_only_what_differs(before: dict[str, Any], after: dict[str, Any]) -> None:
    was, now = map(json.loads, difference(before, after))
    assert all(before.get(name) != after.get(name) for name in {**was, **now})


def test_a_use_case_says_who_did_it_by_what(warehouse: Warehouse) -> None:
    def by_the_machine(session: Session) -> None:
        audit.note(session, audit.machine("backup"), Action.BACKUP_TAKEN, "backup", "x" * 500, after={"zero": "a\x00b"})

    warehouse.database.transact(by_the_machine)
    (only,) = rows(warehouse.database)
    assert only.operator_id is None and only.who.startswith("the machine (") and only.via == "command backup"
    assert len(only.subject) == 200
