"""A floor at work: 50 devices at two scans a second, while a supervisor watches and an export runs.

    python -m benchmarks.devices [--seconds 60] [--devices 50] [--rate 2] [--postgresql]

Prints scans a second, the 50th, 95th and 99th percentile of a scan's answer in milliseconds, failures, and the server's
memory; before it the bare floor (`floor.py`) under the same load. With --postgresql the same on PostgreSQL (the tests'
own server) with one app process and with two.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from benchmarks.load import Load, server_process, summarised
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.postgres import postgres_url
from tests.support.warehouse import MUG, fill

EXPORT = "/api/v1/movements?limit=1000"
WATCH = "/api/v1/tasks?kind=receiving"


def main() -> None:
    """Run each load and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--rate", type=float, default=2)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    shape = (arguments.devices, arguments.rate, arguments.seconds)
    with tempfile.TemporaryDirectory() as folder:
        _floor(Path(folder) / "floor.db", shape)
        _app("SQLite", f"sqlite:///{folder}/warehouse.db", 1, shape)
    if arguments.postgresql:
        for processes in (1, 2):
            url = postgres_url()
            if url is None:
                raise SystemExit("There is no PostgreSQL on this machine.")
            _app("PostgreSQL", url, processes, shape)


def _floor(path: Path, shape: tuple[int, float, float]) -> None:
    with server_process("-m", "benchmarks.floor", str(path)) as (port, process):
        load = _devices([port], shape, "/", [{}])
        print(f"{'floor':24} {load}  memory {_megabytes(process.pid):.0f} MB", flush=True)


def _app(name: str, url: str, processes: int, shape: tuple[int, float, float]) -> None:
    names = [f"device-{number}" for number in range(shape[0])]
    headers = [{"Authorization": f"Bearer {token}"} for token in _warehouse(url, names)]
    with ExitStack() as stack:
        started = [stack.enter_context(server_process("-m", "benchmarks.serve", url)) for _ in range(processes)]
        ports = [port for port, _ in started]
        stop = threading.Event()
        beside = [
            threading.Thread(target=_ask, args=(ports[0], path, headers[0], pause, stop))
            for path, pause in ((WATCH, 3.0), (EXPORT, 0.0))
        ]
        for thread in beside:
            thread.start()
        load = _devices(ports, shape, "/api/v1/scans", headers)
        stop.set()
        for thread in beside:
            thread.join()
        memory = ", ".join(f"{_megabytes(process.pid):.0f}" for _, process in started)
    print(f"{f'{name}, {processes} process(es)':24} {load}  memory {memory} MB", flush=True)


def _devices(ports: list[int], shape: tuple[int, float, float], path: str, headers: list[dict[str, str]]) -> Load:
    """Each device scans at its own beat; one that is late does not catch up, as a person would not."""
    devices, rate, seconds = shape
    waits: list[float] = []
    failed: list[int] = []
    started = time.monotonic()

    def one(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=30)
        mine = {"Content-Type": "application/json", **headers[number % len(headers)]}
        time.sleep(random.uniform(0, 1 / rate))
        while time.monotonic() - started < seconds:
            begun = time.perf_counter()
            connection.request("POST", path, json.dumps(_scan()), mine)
            response = connection.getresponse()
            response.read()
            waits.append(time.perf_counter() - begun)
            if response.status != 200:
                failed.append(response.status)
            time.sleep(max(0.0, 1 / rate - (time.perf_counter() - begun)))
        connection.close()

    _together(one, devices)
    return summarised(waits, time.monotonic() - started, len(failed))


def _together(call: Callable[[int], None], times: int) -> None:
    threads = [threading.Thread(target=call, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(port: int, path: str, headers: dict[str, str], pause: float, stop: threading.Event) -> None:
    """A dashboard that looks every few seconds, or an export that asks for page after page."""
    after = itertools.count(0, 1000)
    while not stop.wait(pause or 0.05):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path + (f"&after={next(after) % 5000}" if path == EXPORT else ""), headers=headers)
        connection.getresponse().read()
        connection.close()


def _scan() -> dict[str, str]:
    return {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}


def _warehouse(url: str, names: list[str]) -> list[str]:
    """A warehouse with a line that never fills, and a supervisor's token for each device."""
    database = Database(url)
    migrate(database)
    fill(database).add_receipt("PO-BIG", [("MUG-B", 1_000_000_000)])
    made = [database.transact(tokens.create_token, "Sam", datetime.now(UTC)) for _ in names]
    database.dispose()
    return made


def _megabytes(pid: int) -> float:
    """Resident memory of a process, from the kernel's own account."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
