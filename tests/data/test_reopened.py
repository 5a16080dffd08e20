"""A restore opens nothing again without a word: tokens are void, and who or what is back is named."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from scanner.app import create_app
from scanner.cli import main
from scanner.data.backup import mark_restored
from scanner.data.reopened import Access, compared, reopened
from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.people import tokens
from scanner.people.tables import ApiToken, Operator
from scanner.settings import Settings
from scanner.webhooks.tables import Webhook
from tests.support.warehouse import NOW, fill

SECRETS = ("BADGE-", "SECRET", "$", "whsec", "pin_hash")


def person(name: str = "Rosa", **more: object) -> dict[str, object]:
    return {"badge": "B-1", "name": name, "roles": "receiver;counter", "pin_hash": None, "active": 1} | more


def hook(url: str = "https://shop/1", **more: object) -> dict[str, object]:
    return {"id": 7, "url": url, "secret": "whsec_x", "active": 1, "removed_at": None} | more


def found(before: list[dict], now: list[dict], hooks: tuple[list[dict], list[dict]] = ([], [])) -> dict[str, str]:
    was, is_now = ({str(row["badge"]): row for row in rows} for rows in (before, now))
    return reopened(Access(people=was, webhooks=hooks[0]), Access(people=is_now, webhooks=hooks[1])).facts()


@pytest.mark.parametrize(
    ("before", "now", "named"),
    [
        ([person()], [person()], {}),
        ([person(active=0)], [person()], {"active again": "Rosa"}),
        ([], [person()], {"active again": "Rosa"}),  # a badge that nobody had any more
        ([person()], [], {}),  # somebody who came since the backup can do less
        ([person()], [person(active=0)], {}),
        ([person(pin_hash="new")], [person(pin_hash="old")], {"other PIN": "Rosa"}),
        ([person(pin_hash="new")], [person()], {"other PIN": "Rosa"}),  # without one the badge alone opens
        ([person(roles="counter;receiver")], [person()], {}),  # the same in another order
        ([person(roles="counter")], [person()], {"other roles": "Rosa"}),
        ([person(active=0, pin_hash="new", roles="")], [person()], {"active again": "Rosa"}),
        ([person(active=0)], [person("B-1")], {"active again": "somebody without a name"}),  # a badge is no name
        ([person("Rosa Lind", active=0)], [person("Rosa")], {"active again": "Rosa"}),
    ],
)
def test_people_are_named_who_may_do_what_they_could_not(before: list[dict], now: list[dict], named: dict[str, str]) -> None:
    assert found(before, now) == named


@pytest.mark.parametrize(
    ("before", "now", "back"),
    [
        (hook(), hook(), False),
        (hook(removed_at="2026-11-20", active=0, secret=""), hook(), True),
        (hook(removed_at="2026-11-20", active=0, secret=""), hook(active=0), True),  # switched off, and there again
        (hook(active=0), hook(), True),  # it had been switched off since
        (hook(secret="whsec_new"), hook(), True),  # it was removed and added anew, maybe since somebody knew the secret
        (hook("https://shop/2"), hook(), True),
        (hook(), hook(removed_at="2026-11-20", active=0, secret=""), False),
    ],
)
def test_webhooks_are_named_that_are_back(before: dict, now: dict, back: bool) -> None:
    assert found([], [], ([before], [now])) == ({"webhooks back": "https://shop (number 7)"} if back else {})


def change(database: Database, name: str, **values: object) -> None:
    database.transact(lambda session: run(session, update(Operator.__table__).where(Operator.name == name).values(**values)))


def put_back(database: Database, folder: Path) -> None:
    """Back up, let people leave and change, and restore by the command."""
    fill(database)
    url = str(database.url)
    hooks = [
        Webhook(url=f"https://shop/{n}?token=SECRET-{n}", secret="whsec_x", created_at=NOW, active=n < 2, removed_at=None)
        for n in range(2)
    ]
    database.transact(lambda session: session.add_all(hooks))
    assert main(["backup", str(folder / "copy"), "--database", url]) == 0
    change(database, "Rosa", active=False)
    change(database, "Theo", pin_hash="$new$")
    change(database, "Carla", roles="")
    database.transact(
        lambda session: run(
            session,
            update(Webhook.__table__).where(Webhook.url == "https://shop/1?token=SECRET-1").values(active=False, removed_at=NOW),
        )
    )
    database.dispose()
    assert main(["restore", str(folder / "copy"), "--database", url]) == 0


def test_a_restore_says_who_is_back_on_the_terminal_and_in_the_audit(sqlite_database, tmp_path, capsys):
    put_back(sqlite_database, tmp_path)
    said = capsys.readouterr().out
    for words in (
        "All API tokens are void",
        "though they could not before: Rosa.",
        "another PIN than before, or none: Theo.",
        "other roles than before: Carla.",
        "have an earlier secret: https://shop (number 2).",
    ):
        assert words in said
    main(["export", "audit", "--database", str(sqlite_database.url)])
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    (row,) = (row for row in rows if row["action"] == "backup restored")
    assert all(f'"{name}"' in row["after"] for name in ("Rosa", "Theo", "Carla", "https://shop (number 2)", "all"))
    assert not [secret for secret in SECRETS if secret in said + row["after"]]


def test_a_token_that_was_revoked_since_the_backup_opens_nothing_after_it(sqlite_database, tmp_path):
    fill(sqlite_database)
    url = str(sqlite_database.url)
    token = sqlite_database.transact(tokens.create_token, "Rosa", NOW)
    assert main(["backup", str(tmp_path / "copy"), "--database", url]) == 0
    sqlite_database.transact(tokens.revoke_tokens, "Rosa", NOW)
    sqlite_database.dispose()
    assert main(["restore", str(tmp_path / "copy"), "--database", url]) == 0
    app = create_app(Settings(url, secret_key="for tests"))
    answer = app.test_client().get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"})
    app.extensions["decoder"].close()
    app.extensions["database"].dispose()
    assert answer.status_code == 401


def test_every_token_is_void_after_a_restore_by_other_means(warehouse):
    for name in ("Rosa", "Rosa", "Sam"):
        warehouse.database.transact(tokens.create_token, name, NOW)
    warehouse.database.transact(mark_restored, NOW)
    with warehouse.database.read() as session:
        assert [row.revoked_at for row in run(session, select(ApiToken.__table__))] == [NOW] * 3
    new = warehouse.database.transact(tokens.create_token, "Rosa", NOW)
    with warehouse.database.read() as session:
        assert tokens.token_operator(session, new).name == "Rosa"


@pytest.mark.parametrize("there", [None, b"", b"no database at all"])
def test_what_cannot_be_compared_is_said(sqlite_database, tmp_path, capsys, there):
    fill(sqlite_database)
    assert main(["backup", str(tmp_path / "copy"), "--database", str(sqlite_database.url)]) == 0
    if there is not None:
        (tmp_path / "other.db").write_bytes(there)
    assert main(["restore", str(tmp_path / "copy"), "--database", f"sqlite:///{tmp_path / 'other.db'}"]) == 0
    assert "Nothing could be compared" in capsys.readouterr().out


def test_a_database_of_an_earlier_version_is_compared_by_what_it_has(sqlite_database, tmp_path):
    from scanner.db.engine import sqlite

    fill(sqlite_database)
    old = sqlite.connect(tmp_path / "old.db")
    old.execute("CREATE TABLE operator (badge TEXT, name TEXT, roles TEXT, pin_hash TEXT, active INTEGER)")
    old.execute("INSERT INTO operator VALUES ('BADGE-ROSA', 'Rosa', 'receiver', NULL, 0)")
    old.commit()
    old.close()
    result = compared(tmp_path / "old.db", Path(str(sqlite_database.url.database)))
    assert result is not None and "Rosa" in result.active_again
