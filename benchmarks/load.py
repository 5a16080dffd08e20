"""Clients that post as fast as they are answered, and a server process to post to."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Load:
    """What came of one load: requests answered a second, milliseconds at the 50th, 95th and 99th percentile, failures."""

    per_second: float
    p50: float
    p95: float
    p99: float
    failed: int

    def __str__(self) -> str:
        return f"{self.per_second:7.0f}/s  p50 {self.p50:6.2f} ms  p95 {self.p95:6.2f}  p99 {self.p99:6.2f}  failed {self.failed}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server_process(*command: str, checkout: Path = ROOT) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run `python COMMAND … PORT` until the block ends; gives the port, once it is listened on, and the process."""
    port = free_port()
    process = subprocess.Popen([python_of(checkout), *command, str(port)], cwd=checkout, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def server(*command: str, checkout: Path = ROOT) -> Iterator[int]:
    """Like `server_process`; gives the port alone."""
    with server_process(*command, checkout=checkout) as (port, _):
        yield port


def python_of(checkout: Path) -> str:
    """The Python that runs this checkout: another one has its own."""
    return sys.executable if checkout == ROOT else str(checkout / ".venv" / "bin" / "python")


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not listen")


def post_from(
    clients: int,
    seconds: float,
    port: int | Sequence[int],
    path: str,
    headers: dict[str, str],
    body: Callable[[], dict[str, Any]],
) -> Load:
    """Post JSON from `clients` threads, each on a connection of its own, for so many seconds; to several ports in turn."""
    ports = [port] if isinstance(port, int) else port
    waits: list[float] = []
    failed: list[int] = []
    until = time.monotonic() + seconds

    def one(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=30)
        while time.monotonic() < until:
            payload = json.dumps(body())
            started = time.perf_counter()
            connection.request("POST", path, payload, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            response.read()
            waits.append(time.perf_counter() - started)
            if response.status != 200:
                failed.append(response.status)
        connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return summarised(waits, time.monotonic() - started, len(failed))


def summarised(waits: list[float], seconds: float, failed: int) -> Load:
    """A load's figures from the seconds each request waited."""
    cuts = statistics.quantiles(waits, n=100) if len(waits) > 1 else waits * 99
    return Load(len(waits) / seconds, cuts[49] * 1e3, cuts[94] * 1e3, cuts[98] * 1e3, failed)
