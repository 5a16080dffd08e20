"""Clients that are silent, drip, or stall: devices beside them scan as if they were not there.

SCANNER_LONG=1 python3 -m scanner test tests/faults     # 1,350 slow clients instead of 290, for longer
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from scanner.https.certificates import make_certificates
from scanner.people import tokens
from tests.conftest import new_database
from tests.support.floor import ServerProcess
from tests.support.slow_clients import Slow, beside
from tests.support.warehouse import MUG, fill

pytestmark = pytest.mark.faults
LONG = bool(os.environ.get("SCANNER_LONG"))
SLOW = Slow(idle=1000, dripping=200, half=100, stalled=50) if LONG else Slow(idle=150, dripping=60, half=40, stalled=40)
SECONDS = 30 if LONG else 4
NOTICED = 3.0
"""Seconds that a scan waits where a slow client is waited for. On a busy machine one may wait for one second by itself."""


@pytest.fixture
def floor(request, tmp_path, monkeypatch):
    """Makes a server of a mode; gives its port, the headers of a device, and who trusts its certificate."""
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path))
    database = new_database("sqlite", tmp_path)
    fill(database).add_receipt("PO-BIG", [("MUG-B", 1_000_000)])
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    url = database.url.render_as_string()
    database.dispose()

    @contextmanager
    def made(mode, *, secure):
        tls = None
        if secure:
            files = make_certificates(tmp_path, ["127.0.0.1"], datetime.now(UTC))
            tls = ssl.create_default_context(cafile=str(files.authority))
        server = ServerProcess(url, mode)
        try:
            yield server.port, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, tls
        finally:
            server.stop()

    return made


def longest_wait(port, headers, tls, seconds=SECONDS):
    """The longest that any scan waited, from eight devices that come anew each time, in seconds; each must be recorded."""
    waits, statuses = [], set()
    until = time.monotonic() + seconds

    def device():
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                statuses.add(scan(port, headers, tls))
            except OSError as error:
                statuses.add(str(error))
            waits.append(time.monotonic() - began)
            time.sleep(0.2)

    threads = [threading.Thread(target=device) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {200}
    return max(waits)


def scan(port, headers, tls):
    kind, more = (http.client.HTTPSConnection, {"context": tls}) if tls else (http.client.HTTPConnection, {})
    connection = kind("127.0.0.1", port, timeout=60, **more)
    said = {"id": str(uuid4()), "task": "PO-BIG", "code": MUG, "source": "wedge", "scanned_at": datetime.now(UTC).isoformat()}
    connection.request("POST", "/api/v1/scans", json.dumps(said), headers)
    with connection.getresponse() as answer:
        answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_scans_go_on_beside_slow_clients(floor, secure):
    with floor("sound", secure=secure) as (port, headers, tls), beside(port, SLOW, secure=secure):
        assert longest_wait(port, headers, tls) < NOTICED


@pytest.mark.parametrize(
    ("mode", "secure", "slow"),
    [("reading", False, Slow(stalled=20)), ("shaking", True, Slow(half=1))],
    ids=["a thread for each body", "one handshake at a time"],
)
def test_a_server_that_waits_for_slow_clients_is_seen_to_hold_scans_up(floor, mode, secure, slow):
    with floor(mode, secure=secure) as (port, headers, tls), beside(port, slow, secure=secure):
        assert longest_wait(port, headers, tls, seconds=1) > NOTICED
