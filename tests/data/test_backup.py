"""A warehouse is copied whole while it is used, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.app import create_app
from scanner.cli import main
from scanner.data.backup import backup, restore
from scanner.errors import BadRequest, Conflict
from scanner.settings import Settings
from tests.support.warehouse import LAMP, MUG, fill


def test_what_was_scanned_after_the_backup_is_gone_after_the_restore(sqlite_database, tmp_path):
    warehouse = fill(sqlite_database)
    warehouse.scan(MUG)
    backup(sqlite_database, tmp_path / "copy")
    warehouse.scan(LAMP)
    sqlite_database.dispose()
    restore(str(sqlite_database.url), tmp_path / "copy")
    assert warehouse.lines() == [("MUG-B", 1), ("LAMP", 0), ("TEE-M", 0)]


def test_what_was_there_stays_beside_it(sqlite_database, tmp_path):
    fill(sqlite_database)
    backup(sqlite_database, tmp_path / "copy")
    sqlite_database.dispose()
    restore(str(sqlite_database.url), tmp_path / "copy")
    assert Path(f"{sqlite_database.url.database}.before-restore").is_file()


def test_a_backup_overwrites_nothing(sqlite_database, tmp_path):
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(Conflict):
        backup(sqlite_database, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\x00" + b"x" * 4096])
def test_what_is_no_backup_is_not_put_back(sqlite_database, tmp_path, content):
    warehouse = fill(sqlite_database)
    if content is not None:
        (tmp_path / "copy").write_bytes(content)
    with pytest.raises(BadRequest):
        restore(str(sqlite_database.url), tmp_path / "copy")
    assert warehouse.lines()[0] == ("MUG-B", 0)


def test_a_database_that_a_server_has_open_is_left_alone(sqlite_database, tmp_path):
    warehouse = fill(sqlite_database)
    backup(sqlite_database, tmp_path / "copy")
    with pytest.raises(Conflict, match="Stop the server"):
        restore(str(sqlite_database.url), tmp_path / "copy")
    warehouse.scan(MUG)
    assert warehouse.lines()[0] == ("MUG-B", 1)


def test_the_command_restores_verifies_and_has_devices_send_again(sqlite_database, tmp_path, capsys):
    fill(sqlite_database)
    url = str(sqlite_database.url)
    assert main(["backup", str(tmp_path / "copy"), "--database", url]) == 0
    sqlite_database.dispose()
    assert main(["restore", str(tmp_path / "copy"), "--database", url]) == 0
    assert "agree" in capsys.readouterr().out
    app = create_app(Settings(url, secret_key="for tests"))
    response = app.test_client().get("/healthz")
    app.extensions["database"].dispose()
    assert len(response.headers["Scanner-Restored"]) == 32


def test_a_server_that_was_never_restored_asks_for_nothing(client):
    assert "Scanner-Restored" not in client.get("/healthz").headers
