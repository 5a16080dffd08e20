"""The server as it is started: what clients send it, sense or nonsense, is in no line that it says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.ports import free_ports, wait_until_it_listens
from tests.test_server import ROOT, command_on

pytestmark = pytest.mark.slow

BADGE = "BADGE-Zq7Xvilo"
NONSENSE = (
    f"{BADGE}\r\n\r\n",
    f"GET {BADGE} HTTP/9.9\r\n\r\n",
    f"GET /{BADGE} HTTP/1.1\r\nHost: x\r\n{BADGE}\r\n\r\n",
    f"POST /scans HTTP/1.1\r\nHost: x\r\nContent-Length: {BADGE}\r\n\r\n{BADGE}",
    f"POST /sign-in HTTP/1.1\r\nHost: {BADGE}\r\nContent-Length: 400\r\nConnection: close\r\n\r\nbadge={BADGE}",
)


@pytest.fixture
def said(tmp_path) -> Iterator[list[str]]:
    """The lines of a server that was sent all of it, once it has ended."""
    port = free_ports()
    environment = os.environ | {"SCANNER_DATA": str(tmp_path), "SCANNER_LOG": "json", "SCANNER_ACCESS_LOG": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command_on(port), cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        wait_until_it_listens(port, process)
        for text in NONSENSE:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client, suppress(OSError):
                client.sendall(text.encode())
                client.shutdown(socket.SHUT_WR)
                client.recv(1000)
        for path in (f"/{BADGE}", f"/sign-in?next=/{BADGE}", "/healthz"):
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).read()
        process.terminate()
        yield process.communicate(timeout=30)[1].splitlines()


def test_every_line_is_json_and_none_has_what_was_sent(said):
    lines = [json.loads(line) for line in said]
    assert not [line for line in said if BADGE in line]
    routes = [line["route"] for line in lines if line["logger"] == "scanner.access"]
    assert {"none", "/sign-in", "/healthz"} <= set(routes)
