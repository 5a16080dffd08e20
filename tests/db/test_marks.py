"""A warehouse that was lost is never made anew in silence; a new one can be made on purpose."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.app import create_app
from scanner.cli import main
from scanner.data.backup import backup
from scanner.db.engine import Database
from scanner.db.marks import NothingLeft, mark_beside
from scanner.db.migrations import migrate
from scanner.settings import Settings
from tests.support.postgres import drop_database, postgres_url

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SCANNER_DATABASE", raising=False)
    return tmp_path / "data"


def warehouse(data: Path) -> Path:
    """The default warehouse, made by a first command."""
    assert main(["verify"]) == 0
    return data / "warehouse.db"


def lose(file: Path) -> None:
    for left in file.parent.glob(f"{file.name}*"):
        if left != mark_beside(file):
            left.unlink()


def empty(file: Path) -> None:
    lose(file)
    file.touch()


@pytest.mark.parametrize("how", [lose, empty])
@pytest.mark.parametrize("command", [["verify"], ["serve", "--port", "1"], ["token", "--operator", "Rosa"], ["export", "items"]])
def test_no_command_makes_one_where_one_was(data, capsys, how, command):
    file = warehouse(data)
    how(file)
    capsys.readouterr()
    assert main(command) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and str(file) in said and "restore BACKUP" in said and "scanner new" in said
    assert not file.exists() or file.stat().st_size == 0


@pytest.mark.slow
def test_what_the_sentence_says_can_be_done(data, capsys, tmp_path):
    file = warehouse(data)
    database = Database(f"sqlite:///{file}")
    backup(database, tmp_path / "copy")
    database.dispose()
    lose(file)
    assert main(["restore", str(tmp_path / "copy")]) == 0
    lose(file)
    assert main(["new"]) == 0
    assert main(["verify"]) == 0


def test_a_warehouse_that_is_there_is_not_made_anew(data, capsys):
    file = warehouse(data)
    before = file.read_bytes()
    assert main(["new"]) == 1
    assert "already" in capsys.readouterr().out
    assert file.read_bytes() == before
    lose(file)
    assert main(["verify"]) == 1


def test_a_first_start_needs_nothing(data):
    assert warehouse(data).is_file()


@pytest.mark.slow
def test_a_database_elsewhere_whose_disk_is_not_there_is_missed_by_who_served_it(data, tmp_path):
    disk = tmp_path / "disk"
    url = f"sqlite:///{disk / 'house.db'}"
    database = Database(url)
    app = create_app(Settings(url, secret_key="for tests"), database)
    app.extensions["decoder"].close()
    database.dispose()
    shutil.rmtree(disk)  # the folder under an unmounted disk is empty
    with pytest.raises(NothingLeft):
        migrate(Database(url))
    assert not disk.exists()


def test_a_database_elsewhere_that_only_commands_used_is_missed_beside_it(data, tmp_path):
    url = f"sqlite:///{tmp_path / 'disk' / 'house.db'}"
    assert main(["verify", "--database", url]) == 0
    lose(tmp_path / "disk" / "house.db")
    assert main(["verify", "--database", url]) == 1


def test_the_demo_is_begun_anew_by_a_command(data):
    url = f"sqlite:///{data / 'demo.db'}"
    assert main(["verify", "--database", url]) == 0
    lose(data / "demo.db")
    assert main(["verify", "--database", url]) == 1
    assert main(["new", "--database", url]) == 0


def test_one_restored_into_a_new_folder_is_one_from_then_on(data, tmp_path):
    file = warehouse(data)
    assert main(["backup", str(tmp_path / "copy")]) == 0
    elsewhere = tmp_path / "elsewhere" / "house.db"
    assert main(["restore", str(tmp_path / "copy"), "--database", f"sqlite:///{elsewhere}"]) == 0
    assert mark_beside(elsewhere).is_file() and file.is_file()


@pytest.mark.slow
def test_a_new_one_made_by_two_processes_at_once_is_refused_to_none(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    modules = "from scanner.db.engine import Database; from scanner.db.migrations import migrate"
    command = [sys.executable, "-c", f"{modules}; migrate(Database({url!r}))"]
    several = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [process.wait(60) for process in several] == [0, 0, 0]


@pytest.mark.postgres
def test_a_postgresql_database_that_was_served_and_is_empty_now_is_missed(data):
    url = postgres_url()
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    database = Database(url)
    app = create_app(Settings(url, secret_key="for tests"), database)
    app.extensions["decoder"].close()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    with pytest.raises(NothingLeft, match="right database"):
        migrate(database)
    assert main(["new", "--database", url]) == 0
    database.dispose()
    drop_database(url)


def test_the_mark_tells_no_password(data):
    from sqlalchemy.engine import make_url

    from scanner.db.marks import leave_mark

    leave_mark(make_url("postgresql+psycopg://scanner:secret-word@host/name"), in_data_folder=True)
    (mark,) = (data / "warehouses").iterdir()
    assert "secret-word" not in mark.read_text()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_files_are_for_their_owner_alone_and_so_is_the_folder_that_is_made(data, tmp_path):
    old = os.umask(0o022)
    try:
        file = warehouse(data)
        with Database(f"sqlite:///{file}").read():
            main(["backup", str(tmp_path / "copy")])
            main(["cert"])
            create_app(Settings(f"sqlite:///{file}", secret_key="x")).extensions["decoder"].close()
            files = {path.name: mode(path) for path in (*data.rglob("*"), tmp_path / "copy") if path.is_file()}
    finally:
        os.umask(old)
    assert {"warehouse.db", "warehouse.db-wal", "warehouse.db-shm", "server.key", "ca.pem", "copy"} <= files.keys()
    assert set(files.values()) == {0o600}
    assert {mode(path) for path in (data, *data.rglob("*")) if path.is_dir()} == {0o700}


def test_what_was_open_to_others_is_closed_to_them_at_the_next_start(data):
    file = warehouse(data)
    main(["cert"])
    from scanner.settings import load_settings

    load_settings()
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    load_settings()
    main(["cert"])
    Database(f"sqlite:///{file}").read().__enter__()
    assert {mode(data), mode(data / "secret_key"), mode(data / "server.key"), mode(file), mode(data / "ca.pem")} == {0o700, 0o600}


def test_a_folder_that_is_not_the_apps_own_keeps_its_rights(tmp_path):
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'house.db'}")
    migrate(database)
    database.dispose()
    assert mode(tmp_path) == 0o755


def test_a_secret_that_a_full_disk_left_empty_is_made_again(data):
    from scanner.settings import load_settings

    data.mkdir()
    (data / "secret_key").touch()
    assert len(load_settings().secret_key) == 64
