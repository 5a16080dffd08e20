"""A data folder or a file may have any letter in its name: all commands use that file, and what they print can be typed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from scanner.app import create_app
from scanner.cli import main
from scanner.data.nightly.folder import folder_of
from scanner.db.engine import Database
from scanner.db.trouble import CannotOpen, argument_of
from scanner.settings import load_settings, sqlite_url

pytestmark = pytest.mark.slow

NAMES = [
    "res ?#%41é",
    "100%",
    "%2e%2e",
    "a&b;c=d",
    "what?mode=ro",
    'it\'s "so"',
    "[a-z]*",
    "user:pass@host",
    "+plus +",
    "{brace} %(percent)s",
    "\N{GREEK SMALL LETTER ALPHA}\N{PACKAGE}",
]


@pytest.fixture(params=NAMES)
def folder(request, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path / request.param))
    monkeypatch.delenv("SCANNER_DATABASE", raising=False)
    return tmp_path / request.param


def test_every_command_uses_the_file_in_the_folder_that_was_named(folder, tmp_path, capsys):
    items = tmp_path / "items.csv"
    items.write_text("sku\nLAMP\n")
    assert main(["import", "items", str(items)]) == 0
    assert main(["backup", str(folder / "copy?x#y%41.db")]) == 0
    assert main(["backups", "--now"]) == 0
    assert main(["restore", str(folder / "copy?x#y%41.db")]) == 0
    assert main(["resend"]) == 0
    capsys.readouterr()
    assert main(["export", "items"]) == 0
    assert "LAMP" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, "items.csv"])
    assert {"warehouse.db", "warehouse.db.before-restore", "copy?x#y%41.db"} <= {path.name for path in folder.iterdir()}


def test_a_server_uses_it_too(folder):
    settings = load_settings()
    database = Database(settings.database_url)
    app = create_app(settings, database)
    app.extensions["decoder"].close()
    assert Path(str(database.url.database)) == folder / "warehouse.db"
    assert app.test_client().get("/healthz").status_code == 200
    assert folder_of(database.url, settings).path == folder / "backups"
    database.dispose()


def test_the_address_that_is_printed_can_be_typed(folder, capsys):
    assert main(["verify"]) == 0
    typed = shlex.split(argument_of(Database(load_settings().database_url).url))
    assert len(typed) == 1
    assert main(["verify", "--database", typed[0]]) == 0
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_lost_warehouse_is_missed_there_with_an_address_that_can_be_typed(folder, capsys):
    assert main(["verify"]) == 0
    for left in folder.glob("warehouse.db*"):
        if not left.name.endswith(".was-here"):
            left.unlink()
    assert main(["verify"]) == 1
    said = capsys.readouterr().err
    command = said.partition("(python3 -m scanner new ")[2].rpartition(")")[0]
    assert main(["new", *shlex.split(command)]) == 0
    assert (folder / "warehouse.db").is_file()


def test_an_address_with_a_question_mark_is_refused_and_makes_no_other_file(tmp_path):
    with pytest.raises(CannotOpen, match="%3F"):
        Database(f"sqlite:///{tmp_path}/what?really.db")
    assert Database(sqlite_url(tmp_path / "what?really.db")).url.database == f"{tmp_path}/what?really.db"
    assert list(tmp_path.iterdir()) == []
