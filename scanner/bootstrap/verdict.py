"""A pytest plugin: names the checks that failed before the tests, and fails the run."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest import Session, TerminalReporter

FAILED = "SCANNER_FAILED_CHECKS"


def options(failed: Sequence[str]) -> list[str]:
    """The options for pytest after these checks failed; none when all passed."""
    if not failed:
        return []
    os.environ[FAILED] = ", ".join(failed)
    return ["-p", __name__]


def pytest_sessionfinish(session: "Session") -> None:
    """Exit with 1 even if all tests passed."""
    session.exitstatus = session.exitstatus or 1


def pytest_terminal_summary(terminalreporter: "TerminalReporter") -> None:
    """Name the failed checks at the end of the output."""
    terminalreporter.section("checks", red=True)
    terminalreporter.write_line(f"FAILED before the tests, see above: {os.environ[FAILED]}")
