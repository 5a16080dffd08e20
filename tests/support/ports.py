"""Ports for servers that tests start.

A server listens a second or two after its port was chosen. Meanwhile the system gives ports from 32768 on (Linux) to
connections that go out, and a server would find its port taken. So these ports lie below, and each worker of the tests
has some of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import time

FIRST, END = 10_000, 32_768
WORKERS = 32
"""Among how many workers of the tests the ports are shared out."""
PATIENCE = 120
"""Seconds that a start may take on a busy machine before it counts as failed."""


def _shared_out() -> range:
    """What this worker has: two ports each, as HTTPS takes the next one too."""
    each = (END - FIRST) // WORKERS
    first = FIRST + each * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS)
    return range(first, first + each - 1, 2)


_ports = itertools.cycle(_shared_out())


def free_ports() -> int:
    """A port that is free now, and so is the next one."""
    for port in _ports:
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("itertools.cycle ended")


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Wait for a server. RuntimeError where it ended, or did not listen in time."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        time.sleep(0.02)
    raise RuntimeError(f"the server does not listen within {PATIENCE} s")
