"""What scans wait while a large file comes in beside them.

    python -m benchmarks.imports [--rows 1000000] [--kind barcodes] [--how alone command page old] [--devices 8] [--database URL]

Devices scan twice a second each, first alone, then beside an import: by the command, by an upload to the page, and as it was
before, in one transaction (`old`). Prints for each the 50th and 95th percentile and the longest wait of a scan's answer in
milliseconds, failures, rows a second, and the most memory that the importing process and the server had.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from benchmarks.load import ROOT, server_process
from scanner.codes.numbers import check_digit
from scanner.data.imports import import_csv
from scanner.data.imports.jobs import last
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.warehouse import MUG, fill

ITEMS, PLACES = 1_000, 1_000
ALONE_SECONDS = 20.0
OLD = "import sys; from benchmarks.imports import old; old(*sys.argv[1:])"
MADE: dict[str, Callable[[int], Iterator[str]]] = {
    "items": lambda rows: (f"N{at:07},Thing {at},{at % 900}.50" for at in range(rows)),
    "barcodes": lambda rows: (f"{_gtin(at)},S{at % ITEMS:04},1" for at in _mixed(rows)),
    "stock": lambda rows: (f"B-{at % PLACES:04}-1,S{at // PLACES % ITEMS:04},{at % 50 + 1}" for at in range(rows)),
    "receipts": lambda rows: (f"PO-{at // 20:06},Acme,S{at % ITEMS:04},{at % 9 + 1}" for at in range(rows)),
}
HEADS = {
    "items": "sku,name,unit_cost", "barcodes": "code,sku,units", "stock": "location,sku,units",
    "receipts": "reference,supplier,sku,expected",
}  # fmt: skip


@dataclass
class Waits:
    """How long scans waited for their answers, in seconds, and how many were not taken."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.seconds, n=100)
        longest = max(self.seconds) * 1e3
        return (
            f"{len(self.seconds):6,} scans  p50 {cuts[49] * 1e3:6.1f} ms  p95 {cuts[94] * 1e3:6.1f}"
            f"  longest {longest:7.1f}  failed {self.failed}"
        )


def main() -> None:
    """Measure each way and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=tuple(MADE), default="barcodes")
    parser.add_argument(
        "--how", nargs="+", choices=("alone", "command", "page", "old"), default=["alone", "command", "page", "old"]
    )
    parser.add_argument("--devices", type=int, default=8)
    parser.add_argument("--database", help="an empty one, for one way alone; else new files of SQLite")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{arguments.kind}.csv"
        file.write_text("\n".join([HEADS[arguments.kind], *MADE[arguments.kind](arguments.rows), ""]))
        print(f"{arguments.rows:,} rows of {arguments.kind}, {file.stat().st_size / 1e6:.0f} MB, {arguments.devices} devices")
        for how in arguments.how:
            url = arguments.database or f"sqlite:///{folder}/{how}.db"
            _measure(how, url, arguments.kind, file, arguments.devices)


def old(url: str, kind: str, path: str) -> None:
    """The whole file in one transaction."""
    with open(path, "rb") as stream:
        Database(url).transact(import_csv, kind, stream, None, datetime.now(UTC))


def _measure(how: str, url: str, kind: str, file: Path, devices: int) -> None:
    token = _warehouse(url)
    with server_process("-m", "benchmarks.serve", url) as (port, server):
        with _scanning(port, token, 4), _scanning(port, token, devices) as waits:  # the first few warm it up
            time.sleep(2)
            waits.seconds.clear()
            begun, memory = time.monotonic(), 0.0
            if how == "alone":
                time.sleep(ALONE_SECONDS)
            else:
                memory = _import(how, url, kind, file, port, server)
            took = time.monotonic() - begun
        rows = file.read_bytes().count(b"\n") - 1
        rate = "" if how == "alone" else f"  {rows / took:7,.0f} rows/s in {took:.0f} s, {memory:.0f} MB"
        print(f"  {how:8} {waits}{rate}, server {_peak(server.pid):.0f} MB", flush=True)


def _import(how: str, url: str, kind: str, file: Path, port: int, server: subprocess.Popen[bytes]) -> float:
    """Bring the file in; gives the megabytes of the process that does it."""
    if how == "page":
        return _by_page(url, kind, file, port, server)
    command = [sys.executable, "-c", OLD, url, kind, str(file)]
    if how == "command":
        command = [sys.executable, "-m", "scanner", "import", kind, str(file), "--database", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.1)
    if process.returncode:
        print(f"  {how} failed with {process.returncode}")
    return peak


def _by_page(url: str, kind: str, file: Path, port: int, server: subprocess.Popen[bytes]) -> float:
    cookie, csrf = _signed_in(port)
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{csrf}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode(),
        file.read_bytes(), f"\r\n--{boundary}--\r\n".encode(),
    ]  # fmt: skip
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Cookie": cookie}
    status, _, text = _request(port, "POST", f"/data/{kind}", b"".join(parts), headers)
    if status != 303:
        raise RuntimeError(f"the page answered {status}: {text[:500]}")
    database, peak = Database(url), 0.0
    while True:
        peak = max([peak, *map(_peak, _children(server.pid))])
        with database.read() as session:
            job = last(session)
        if job is None or not job.under_way:
            break
        time.sleep(0.2)
    database.dispose()
    if job is None or job.stage != "done":
        print(f"  page failed: {job}")
    return peak


def _signed_in(port: int) -> tuple[str, str]:
    """The cookies and the token against forged forms of a supervisor's browser."""
    _, cookies, page = _request(port, "GET", "/sign-in", b"", {})
    form = f"badge=BADGE-SAM&csrf_token={_token_in(page)}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _joined(cookies)}
    cookies |= _request(port, "POST", "/sign-in", form, headers)[1]
    status, more, page = _request(port, "GET", "/data", b"", {"Cookie": _joined(cookies)})
    if status != 200:
        raise RuntimeError(f"the data page answered {status}: Sam is not signed in")
    cookies |= more
    return _joined(cookies), _token_in(page)


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return found[1] if found else ""


def _joined(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _request(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    set_ = [each.split(";")[0].partition("=") for each in response.headers.get_all("Set-Cookie") or []]
    text = response.read().decode(errors="replace")
    connection.close()
    return response.status, {name: value for name, _, value in set_}, text


@contextmanager
def _scanning(port: int, token: str, devices: int) -> Iterator[Waits]:
    """So many devices scan twice a second each, until the block ends."""
    waits, stopped = Waits(), threading.Event()

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        while not stopped.wait(random.uniform(0.3, 0.7)):
            scan = {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": "2026-11-23T09:30:00Z"}
            begun = time.perf_counter()
            connection.request("POST", "/api/v1/scans", json.dumps(scan), headers)
            response = connection.getresponse()
            response.read()
            waits.seconds.append(time.perf_counter() - begun)
            waits.failed += response.status != 200
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(devices)]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def _warehouse(url: str) -> str:
    """A warehouse with a line that never fills, and goods and places for the file; gives a token."""
    database = Database(url)
    migrate(database)
    fill(database).add_receipt("PO-BIG", [("MUG-B", 1_000_000_000)])
    items = "sku\n" + "".join(f"S{at:04}\n" for at in range(ITEMS))
    places = "code\n" + "".join(f"B-{at:04}-1\n" for at in range(PLACES))
    for kind, text in (("items", items), ("locations", places)):
        database.transact(import_csv, kind, BytesIO(text.encode()), None, datetime.now(UTC))
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


def _mixed(rows: int) -> list[int]:
    numbers = list(range(rows))
    random.Random(1).shuffle(numbers)
    return numbers


def _gtin(number: int) -> str:
    digits = f"29{number:010}"
    return digits + check_digit(digits)


def _children(pid: int) -> list[int]:
    found = (Path(f"/proc/{pid}/task").glob("*/children"),)
    return [int(each) for path in itertools.chain(*found) for each in path.read_text().split()]


def _peak(pid: int) -> float:
    """The most resident memory that a process had, in megabytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


if __name__ == "__main__":
    main()
