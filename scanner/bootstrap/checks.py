"""The checks beside the tests: style, types and imports. Their settings are in pyproject.toml."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """The name of a check, and its command."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("lint", ("ruff", "check", ".")),
    Check("format", ("ruff", "format", "--check", "--output-format", "concise", ".")),
    Check("imports", ("lint-imports", "--no-logo")),
    Check("types", ("mypy",)),
)


def run() -> list[str]:
    """Run all checks at once and print what each came to. Gives the names of those that failed."""
    running = [(check, _begin(check)) for check in CHECKS]
    return [check.name for check, process in running if not _passed(check, process)]


def _begin(check: Check) -> subprocess.Popen[str]:
    program, *arguments = check.command
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _passed(check: Check, process: subprocess.Popen[str]) -> bool:
    """Wait for the end of a check. Prints its last line where it passed, all lines where it failed."""
    lines = process.communicate()[0].strip().splitlines() or ["nothing was said"]
    passed = process.returncode == 0
    print(f"{check.name}: {lines[-1] if passed else 'FAILED, ' + ' '.join(check.command)}", flush=True)
    if not passed:
        print("\n".join(f"    {line}" for line in lines), flush=True)
    return passed
