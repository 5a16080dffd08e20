"""A command of ours in a process of its own, at low priority, so that no scan waits for it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from scanner.cli import main; sys.exit(main(sys.argv[2:]))"
NICE = 10
CLEARING_SECONDS = 8.0
"""How long a process that is ended may take to clear up: a server that stops waits for it."""


def run(command: list[str], environment: Mapping[str, str], stopped: threading.Event) -> int | None:
    """Run a command to its end; gives how it ended. None where `stopped` came first: then it was ended."""
    with subprocess.Popen(
        [sys.executable, "-c", _START, str(ROOT), *command], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        _be_nice(process.pid)
        while process.poll() is None:
            if stopped.wait(0.2):
                _end(process)
                return None
        return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(CLEARING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _be_nice(process: int) -> None:
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, NICE)
