"""What clients that say nothing, drip or stall cost a scan.

    python -m benchmarks.clients [--seconds 5] [--rounds 3] [--devices 8] [--idle 1000] [--dripping 200] [--half 100]
        [--stalled 50]

Devices post scans without the slow clients and beside them, in turn, over HTTP and over HTTPS. Prints the 50th and the 95th
percentile of a scan's answer, each the median of the rounds, and how many times longer it is beside them: a tenth more is
allowed. Half handshakes come over HTTPS alone; over HTTP those clients are silent. Each device waits about `--pause` seconds
after an answer.
"""

from __future__ import annotations

import argparse
import os
import ssl
import statistics
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from benchmarks.load import Load, post_from, server
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.https.certificates import make_certificates
from scanner.people import tokens
from tests.support.slow_clients import Slow, beside
from tests.support.warehouse import MUG, fill


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--devices", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.1)
    for kind, number in (("idle", 1000), ("dripping", 200), ("half", 100), ("stalled", 50)):
        parser.add_argument(f"--{kind}", type=int, default=number)
    arguments = parser.parse_args()
    for secure in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["SCANNER_DATA"] = folder
            tls = _certified(Path(folder)) if secure else None
            _measure(Path(folder) / "warehouse.db", tls, arguments)


def _certified(folder: Path) -> ssl.SSLContext:
    """Certificates for this machine in the folder; gives who trusts them."""
    files = make_certificates(folder, ["localhost", "127.0.0.1"], datetime.now(UTC))
    return ssl.create_default_context(cafile=str(files.authority))


def _measure(database: Path, tls: ssl.SSLContext | None, arguments: argparse.Namespace) -> None:
    slow = Slow(arguments.idle, arguments.dripping, arguments.half, arguments.stalled)
    headers = [{"Authorization": f"Bearer {_warehouse(database)}"}]
    with server("-m", "benchmarks.serve", str(database)) as port:
        load = partial(post_from, arguments.devices, path="/api/v1/scans", headers=headers, body=_scan, tls=tls)
        load(seconds=1, ports=[port])
        found: dict[str, list[Load]] = {"alone": [], "beside": []}
        for number in range(2 * arguments.rounds):
            name = ("alone", "beside")[number % 2]
            with beside(port, slow, secure=tls is not None) if name == "beside" else nullcontext():
                found[name].append(load(seconds=arguments.seconds, ports=[port], pause=arguments.pause))
    _report("https" if tls else "http", found)


def _scan(_client: int) -> dict[str, str]:
    return {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}


def _warehouse(path: Path) -> str:
    """A warehouse with a line that never fills; gives a token."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    fill(database).add_receipt("PO-BIG", [("MUG-B", 1_000_000_000)])
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    database.dispose()
    return token


def _report(scheme: str, found: dict[str, list[Load]]) -> None:
    middle = {}
    for name, loads in found.items():
        p50, p95 = (statistics.median(getattr(load, part) for load in loads) for part in ("p50", "p95"))
        middle[name] = (p50, p95)
        print(f"{scheme:6} {name:7} p50 {p50:6.2f} ms  p95 {p95:6.2f}  failed {sum(load.failed for load in loads)}")
    ratios = [after / before for before, after in zip(middle["alone"], middle["beside"], strict=True)]
    print(f"{scheme:6} beside : alone  p50 {ratios[0]:.2f}  p95 {ratios[1]:.2f} (wanted 1.10)", flush=True)


if __name__ == "__main__":
    main()
