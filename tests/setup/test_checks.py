"""What the checks before the tests do to the run of pytest that follows them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.bootstrap import verdict

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pytest_after(tmp_path, monkeypatch):
    """Run pytest on one test that passes, after checks of which these failed."""
    monkeypatch.delenv(verdict.FAILED, raising=False)
    (tmp_path / "test_one.py").write_text("def test_one(): pass\n")
    (tmp_path / "pytest.toml").write_text("[pytest]\n")

    def run(*failed: str) -> subprocess.CompletedProcess[str]:
        options = verdict.options(failed)
        command = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), *options, str(tmp_path / "test_one.py")]
        without_plugins = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # they take a second, and say nothing here
        return subprocess.run(command, cwd=ROOT, env=without_plugins, capture_output=True, text=True)

    return run


def test_a_run_after_checks_that_passed_is_pytests_alone(pytest_after):
    done = pytest_after()
    assert done.returncode == 0 and "FAILED" not in done.stdout


def test_a_failed_check_fails_a_run_whose_tests_pass(pytest_after):
    assert pytest_after("types").returncode == 1


def test_failed_checks_are_named_above_pytests_closing_line(pytest_after):
    *_, named, closing = pytest_after("lint", "types").stdout.splitlines()
    assert named == "FAILED before the tests, see above: lint, types"
    assert "1 passed" in closing
