"""A page that listens at one process hears of a scan that another process took: each looks at the record by itself."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.conftest import new_database
from tests.support.round_robin import Phone
from tests.support.serving import Server
from tests.support.warehouse import MUG, fill

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def servers(request, tmp_path) -> Iterator[list[Server]]:
    """Two processes on one database, each with a data folder of its own."""
    database = new_database(request.param, tmp_path)
    fill(database)
    made = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        own = {"SCANNER_DATA": str(folder), "SCANNER_SECRET_KEY": "shared by both"}
        made.append(Server(database.url.render_as_string(hide_password=False), folder, environment=os.environ | own))
    try:
        for server in made:
            server.start()
        yield made
    finally:
        for server in made:
            server.stop()
        database.dispose()


def signed_in(server: Server, badge: str) -> Phone:
    phone = Phone(server.port)
    assert phone.post("/sign-in", badge=badge).status == 303
    return phone


@contextmanager
def stream(server: Server, phone: Phone) -> Iterator[http.client.HTTPResponse]:
    """What a page hears of PO-1001."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        headers = {"Accept": "text/event-stream", "Cookie": phone.cookies}
        connection.request("GET", "/tasks/PO-1001/events", headers=headers)
        yield connection.getresponse()


def next_event(heard: http.client.HTTPResponse) -> bytes:
    """The next thing that a page is told, which is no beat."""
    while True:
        line = heard.readline()
        assert line, "the stream ended"
        if line.startswith(b"data: ") and line != b"data: beat\n":
            return line


def test_a_scan_at_one_process_is_heard_at_the_other(servers):
    listening, scanning = servers
    rosa, sam = signed_in(listening, "BADGE-ROSA"), signed_in(scanning, "BADGE-SAM")
    with stream(listening, rosa) as heard:
        assert next_event(heard) == b"data: changed\n"
        known = rosa.get("/tasks/PO-1001/changes").json
        scan = {"id": "7f3d1c1e-0000-4000-8000-000000000001", "task": "PO-1001", "code": MUG, "source": "wedge"}
        assert sam.send("/scans", scan | {"scanned_at": "2026-11-23T09:30:00Z"}).status == 200
        assert next_event(heard) == b"data: changed\n"
        told = rosa.get(f"/tasks/PO-1001/changes?after={known['seq']}&mark={known['mark'].replace(' ', '+')}").json
    assert 'data-sku="MUG-B"' in told["html"] and "1 of 33" in told["html"]
