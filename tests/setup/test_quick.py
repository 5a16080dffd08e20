"""What a command imports: no more than it uses. Not timed; what is not imported costs nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = {"alembic", "cryptography", "flask", "numpy", "PIL", "psycopg", "reportlab", "sqlalchemy", "sqlmodel", "uvicorn"}
OF_SET_UP = {"ctypes", "email", "importlib.metadata", "subprocess"}


def imported(*argv: str) -> set[str]:
    """What `python -m scanner` with these arguments imports until it ends well."""
    command = [sys.executable, "-X", "importtime", "-m", "scanner", *argv]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    return {line.rsplit("|", 1)[1].strip() for line in told.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    "argv",
    [["--help"], ["check", "--help"], ["test", "--help"], ["serve", "--help"], ["token", "--help"], ["verify", "--help"]],
    ids=" ".join,
)
def test_help_imports_no_library(argv):
    modules = imported(*argv)
    assert "argparse" in modules
    assert modules.isdisjoint(LIBRARIES)


def test_a_machine_that_is_ready_loads_nothing_of_set_up():
    assert imported("verify", "--help").isdisjoint(OF_SET_UP)


@pytest.mark.slow
def test_a_command_on_the_database_alone_imports_no_pages(tmp_path):
    modules = imported("verify", "--database", f"sqlite:///{tmp_path / 'warehouse.db'}")
    assert "sqlalchemy" in modules
    assert modules.isdisjoint({"uvicorn", "flask", "PIL", "reportlab"})
