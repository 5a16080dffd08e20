"""The tests' own PostgreSQL does what the tests on it rely on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.support import postgres

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(postgres.programs() is None, reason=postgres.ADVICE),
]
ROOT = Path(__file__).parents[2]


def run(url: str, statement: str) -> list:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else []


@pytest.fixture
def shelf() -> str:
    """The address of a database with one row in it."""
    url = postgres.postgres_url()
    run(url, "CREATE TABLE shelf AS SELECT 'A-01-1' AS code")
    return url


def test_fresh_databases_know_nothing_of_each_other(shelf):
    other = postgres.postgres_url()
    assert run(other, "SELECT count(*) FROM pg_tables WHERE tablename = 'shelf'") == [0]


def test_a_copy_has_the_rows_of_its_template(shelf):
    copy = postgres.cluster().fresh_database(like=shelf)
    run(copy, "DELETE FROM shelf")
    assert run(shelf, "SELECT code FROM shelf") == ["A-01-1"]


def test_a_dropped_database_is_gone(shelf):
    postgres.drop_database(shelf)
    with pytest.raises(OperationalError, match="does not exist"):
        run(shelf, "SELECT 1")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_what_was_committed_is_there_after_a_restart(shelf, how):
    postgres.cluster().restart(how)
    assert run(shelf, "SELECT code FROM shelf") == ["A-01-1"]


def test_the_server_ends_when_the_tests_are_killed():
    program = "from tests.support.postgres import cluster; print(cluster().server.pid, cluster().folder, flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as tests:
        pid, folder = tests.stdout.readline().split()
        server, folder = int(pid), Path(folder)
        assert alive(server) and folder.exists()
        tests.kill()
    while alive(server):
        time.sleep(0.01)
    postgres.remove_what_killed_tests_left()
    assert not folder.exists()


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
