"""A file that a command brings in: what the terminal says, and what Ctrl-C does."""

import io
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import select

from scanner.data import store
from scanner.data.imports import all_kinds, jobs, large, terminal
from scanner.data.imports.small import Upload
from scanner.db.alone import alone
from scanner.errors import Conflict
from scanner.workflows import IMPORTS
from tests.conftest import new_database

pytestmark = pytest.mark.slow

ROWS = 6_000
CONTENT = ("sku,name\n" + "".join(f"S{at:05},Thing {at}\n" for at in range(ROWS))).encode()


class Screen(io.StringIO):
    def isatty(self):
        return True


def bring_in(database, out, content=CONTENT):
    upload = Upload(kind="items", stream=io.BytesIO(content), name="items.csv", operator_id=None)
    return terminal.bring_in(database, upload, all_kinds(IMPORTS), out)


def test_a_terminal_has_one_line_that_says_how_far_it_is(sqlite_database):
    screen = Screen()
    assert bring_in(sqlite_database, screen).added == ROWS
    assert screen.getvalue().count("\n") == 1 and screen.getvalue().startswith("\r")
    assert re.search(r"\rBringing in: [0-9,]+ of 6,000 rows", screen.getvalue())


def test_what_is_no_terminal_gets_a_line_a_stage(sqlite_database, monkeypatch):
    monkeypatch.setattr(terminal, "LINE_EVERY", 3_600.0)  # a slow machine would get more of a long stage
    out = io.StringIO()
    bring_in(sqlite_database, out)
    assert "\r" not in out.getvalue()
    assert [line.partition(":")[0] for line in out.getvalue().splitlines()] == [
        "Reading", "Checking", "Getting ready", "Bringing in",
    ]  # fmt: skip


def test_a_small_file_says_nothing_until_it_is_in(sqlite_database):
    out = io.StringIO()
    assert bring_in(sqlite_database, out, b"sku\nPEN\n").added == 1
    assert out.getvalue() == ""


def test_a_second_large_file_is_refused_meanwhile(sqlite_database):
    with alone(sqlite_database, large.IMPORTING), pytest.raises(Conflict, match="Another file is being brought in"):
        bring_in(sqlite_database, io.StringIO())


@pytest.mark.parametrize(
    ("stage", "words"), [("Checking", "Cancelled. Nothing was brought in."), ("Bringing in", "this is finished")]
)
def test_ctrl_c_cancels_until_it_is_decided(tmp_path, stage, words):
    database = new_database("sqlite", tmp_path)
    path = tmp_path / "items.csv"
    path.write_bytes(b"sku,name\n" + b"".join(b"S%06d,Thing\n" % at for at in range(12_000)))
    command = [sys.executable, "-m", "scanner", "import", "items", str(path), "--database", str(database.url)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    said = ""
    for line in process.stderr:
        said += line
        if line.startswith(stage):
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            break
    _, rest = process.communicate(timeout=120)
    assert words in said + rest
    with database.read() as session:
        found = len(session.execute(select(store.item.c.id)).all())
        job = jobs.last(session)
    cancelled = stage == "Checking"
    assert process.returncode == (1 if cancelled else 0)
    assert (found, job.stage) == ((0, "cancelled") if cancelled else (12_000, "done"))
    database.dispose()
