"""The commands that bring data in, take it out, and make tokens: what they print, and what they return."""

import logging
import os
import signal
import time

import pytest

from scanner.cli import _ended_in_good_order, main
from scanner.db.engine import Database
from scanner.people.tokens import token_operator

OPERATORS = "badge,name,roles\nBADGE-ROSA,Rosa,receiver\nBADGE-KIM-1,Kim,counter\nBADGE-KIM-2,Kim,counter\n"


@pytest.fixture
def run(tmp_path, capsys):
    """Run a command on a database that is not there before the first one."""

    def run(*arguments):
        code = main([*arguments, "--database", f"sqlite:///{tmp_path / 'new' / 'warehouse.db'}"])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def file(tmp_path):
    def file(content):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return file


def test_a_file_goes_in_and_comes_out(run, file):
    text = "sku,name,unit_cost,abc_class,reorder_point,critical\nLAMP,Desk lamp,12.00,A,5,yes\n"
    assert run("import", "items", file(text)) == (0, "items: 1 rows, 1 added, 0 changed, 0 as they were\n", "")
    code, out, err = run("export", "items")
    assert (code, out.replace("\r\n", "\n"), err) == (0, text, "")


@pytest.mark.slow
def test_a_bad_file_is_refused_with_every_bad_row_named(run, file):
    code, out, err = run("import", "items", file("sku,unit_cost\nLAMP,cheap\n,2\n"))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "line 2, column unit_cost: expected an amount such as 12.50, with at most four decimals, got 'cheap'",
        "line 3, column sku: expected something, got nothing",
        "Nothing was imported: 2 problems in the items file.",
    ]
    assert "LAMP" not in run("export", "items")[1]


def test_a_file_in_an_encoding_that_is_not_certain_is_refused_with_its_line(run, file):
    said = run("import", "items", file(b"sku,name\nA,M\x9fhle\n"))[2]  # Mac OS, or DOS
    assert "line 2, column (all): expected a CSV file in UTF-8" in said


def test_what_is_taken_and_is_worth_a_look_is_said(run, file):
    assert "Look at line 2, column sku: 36000291452" in run("import", "items", file(b"sku\n36000291452\n"))[1]


def test_a_column_that_is_not_known_is_named(run, file):
    assert "Left alone, as no columns of this kind: colour" in run("import", "items", file("sku,colour\nA,blue\n"))[1]


def test_a_file_that_is_not_there_is_said(run, tmp_path):
    code, _, err = run("import", "items", str(tmp_path / "nothing.csv"))
    assert code == 1 and "nothing.csv" in err


def test_a_token_is_printed_alone_on_its_line(run, file, tmp_path):
    run("import", "operators", file(OPERATORS))
    code, out, _ = run("token", "--operator", "Rosa")
    assert code == 0 and out == out.strip() + "\n" and " " not in out
    database = Database(f"sqlite:///{tmp_path / 'new' / 'warehouse.db'}")
    with database.read() as session:
        assert token_operator(session, out.strip()).name == "Rosa"
    assert run("token", "--operator", "Rosa", "--revoke")[1] == "1 tokens are void\n"
    with database.read() as session:
        assert token_operator(session, out.strip()) is None
    database.dispose()


@pytest.mark.parametrize(("name", "said"), [("Nobody", "there is none"), ("Kim", "give the badge instead")])
def test_a_token_for_nobody_in_particular_is_not_made(run, file, name, said):
    run("import", "operators", file(OPERATORS))
    code, out, err = run("token", "--operator", name)
    assert (code, out) == (1, "") and said in err


def test_a_file_that_is_no_database_is_said(run, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "warehouse.db").write_bytes(b"something else entirely " * 400)
    code, out, err = run("verify")
    assert (code, out) == (1, "") and "not a database" in err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_no_library_tells_a_stop_as_its_failure(how, caplog):
    def closed_by_a_library() -> None:
        try:
            os.kill(os.getpid(), how)
            time.sleep(60)
        except KeyboardInterrupt:
            logging.getLogger("sqlalchemy.pool").exception("Exception closing connection")
            raise

    with pytest.raises(SystemExit, match="Stopped"), _ended_in_good_order():
        closed_by_a_library()
    assert caplog.records == []
    logging.getLogger("sqlalchemy.pool").error("Told again")
    assert [record.message for record in caplog.records] == ["Told again"]


def test_a_stop_that_is_to_be_ignored_is_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as of what a script runs in the background
    try:
        with _ended_in_good_order():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
