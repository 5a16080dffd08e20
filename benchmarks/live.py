"""What pages that listen to a receipt cost: the scans on it, and the server.

    python -m benchmarks.live [--seconds 20] [--listeners 50] [--lines 400] [--rate 5] [--postgresql]

One device scans on a receipt, while nobody listens and while so many pages do: each hears of a scan, and asks which lines
changed. Prints the 50th and 95th percentile of a scan's answer in milliseconds, as a multiple of the bare floor (`floor.py`)
under the same scans, what the server spends on the processor in each second, and how many answers a second pages get, how fast
and how large.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import Load, server_process, summarised
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.postgres import postgres_url
from tests.support.round_robin import Phone
from tests.support.warehouse import fill

TASK = "PO-LIVE"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Heard:
    """What the pages got: seconds that each answer took, and its bytes."""

    waits: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


def main() -> None:
    """Run each load and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--listeners", type=int, default=50)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    skus = [f"LIVE-{number:03}" for number in range(arguments.lines)]
    with tempfile.TemporaryDirectory() as folder:
        url = postgres_url() if arguments.postgresql else f"sqlite:///{Path(folder) / 'warehouse.db'}"
        bare = postgres_url() if arguments.postgresql else str(Path(folder) / "floor.db")
        if url is None or bare is None:
            raise SystemExit("There is no PostgreSQL on this machine.")
        token = _warehouse(url, skus)
        with server_process("-m", "benchmarks.floor", bare) as (port, process):
            floor = _scans(port, process.pid, "/", {}, skus, arguments)[0]
            print(f"{'floor':>12} {floor}", flush=True)
        with server_process("-m", "benchmarks.serve", url) as (port, process):
            for listeners in (0, arguments.listeners):
                with _listening(port, listeners) as heard:
                    load, spent = _scans(
                        port, process.pid, "/api/v1/scans", {"Authorization": f"Bearer {token}"}, skus, arguments
                    )
                _report(f"{listeners} listen", load, floor, spent, heard, arguments.seconds)


def _report(name: str, load: Load, floor: Load, spent: float, heard: Heard, seconds: float) -> None:
    print(
        f"{name:>12} {load}  p50 {load.p50 / floor.p50:.1f} and p95 {load.p95 / floor.p95:.1f} of the floor,"
        f" {spent:.2f} s a second in the server", flush=True,
    )  # fmt: skip
    if heard.waits:
        answers = summarised(heard.waits, seconds, 0)
        print(f"{'their pages':>12} {answers}  {statistics.median(heard.sizes):.0f} bytes each", flush=True)


def _scans(
    port: int, pid: int, path: str, headers: dict[str, str], skus: Sequence[str], arguments: argparse.Namespace
) -> tuple[Load, float]:  # fmt: skip
    """One device scans at its beat, line after line; gives also what the server spent a second."""
    connection, codes = http.client.HTTPConnection("127.0.0.1", port, timeout=30), itertools.cycle(skus)
    waits: list[float] = []
    failed = 0
    spent, begun = _processor_seconds(pid), time.monotonic()
    for number in range(int(arguments.seconds * arguments.rate)):
        time.sleep(max(0.0, begun + number / arguments.rate - time.monotonic()))
        asked = time.perf_counter()
        connection.request("POST", path, json.dumps(_scan(next(codes))), {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - asked)
        failed += answer.status != 200
    seconds = time.monotonic() - begun
    return summarised(waits, seconds, failed), (_processor_seconds(pid) - spent) / seconds


def _scan(code: str) -> dict[str, str]:
    return {"id": str(uuid4()), "task": TASK, "code": code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}


@contextmanager
def _listening(port: int, number: int) -> Iterator[Heard]:
    """So many pages listen until the block ends."""
    heard, stop = Heard(), threading.Event()
    cookie = _signed_in(port) if number else ""
    threads = [threading.Thread(target=_listen, args=(port, cookie, heard, stop)) for _ in range(number)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)  # no two pages of people open at the same moment
    time.sleep(2 if threads else 0)  # each is told at once how things stand
    heard.waits.clear()
    heard.sizes.clear()
    yield heard
    stop.set()
    for thread in threads:
        thread.join()


def _listen(port: int, cookie: str, heard: Heard, stop: threading.Event) -> None:
    """A page: it hears that something changed, and asks what."""
    stream, asking = (http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2))
    stream.request("GET", f"/tasks/{TASK}/events", headers={"Cookie": cookie, "Accept": "text/event-stream"})
    told, known = stream.getresponse(), {"after": "0", "mark": ""}
    while not stop.is_set() and (line := told.readline()):
        if line != b"data: changed\n":
            continue
        begun = time.perf_counter()
        headers = {"Cookie": cookie, "HX-Request": "true", "Accept": "application/json"}
        asking.request("GET", f"/tasks/{TASK}/changes?{urlencode(known)}", headers=headers)
        content = asking.getresponse().read()
        heard.waits.append(time.perf_counter() - begun)
        heard.sizes.append(len(content))
        answer = json.loads(content)
        known = {"after": answer["seq"], "mark": answer["mark"]}
    stream.close()
    asking.close()


def _signed_in(port: int) -> str:
    phone = Phone(port)
    phone.post("/sign-in", badge="BADGE-SAM")
    return phone.cookies


def _warehouse(url: str, skus: Sequence[str]) -> str:
    """A receipt with lines that never fill; gives a token to scan with."""
    database = Database(url)
    migrate(database)
    warehouse = fill(database)
    warehouse.add_items(list(skus))
    warehouse.add_receipt(TASK, [(sku, 1_000_000) for sku in skus])
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


def _processor_seconds(pid: int) -> float:
    """Seconds that a process has spent on the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
