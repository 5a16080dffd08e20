"""Storms of hostile pictures: the server decodes none of them itself, and its memory is afterwards what it was before.

SCANNER_LONG=1 python3 -m scanner test tests/faults/test_pictures.py     # 2,000 pictures instead of 60
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from uuid import uuid4

import pytest
from PIL import Image

from scanner.people import tokens
from tests.conftest import new_database
from tests.support.damaged import damaged
from tests.support.floor import ServerProcess, kills
from tests.support.samples import sample
from tests.support.warehouse import Warehouse, fill

pytestmark = pytest.mark.faults
SAMPLES = ["ean13/upright.webp", "datamatrix/upright.webp", "qrcode/upright.webp", "code128/badge.webp"]
GROWN = 1.1
"""A storm may leave a tenth more memory than there was before it."""


def processes_below(pid: int) -> list[int]:
    """A process and all that it started."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [pid, *(each for child in children for each in processes_below(child))]


def megabytes_of(pid: int) -> float:
    """Resident memory of one process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def megabytes(pid: int) -> float:
    """Resident memory of a server and of its workers."""
    return sum(map(megabytes_of, processes_below(pid)))


def most_megabytes(pid: int, storm: Callable[[], object]) -> float:
    """The most memory that the server process itself takes while `storm` runs."""
    seen, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            seen.append(megabytes_of(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        storm()
    finally:
        over.set()
        watcher.join()
    return max(seen)


class Sender:
    """A person at a browser, who sends files."""

    def __init__(self, port: int, badge: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.token = self._token()
        self._send("/sign-in", {"badge": badge.encode()})
        self.token = self._token()

    def _token(self) -> str:
        """The token that forms of this person carry."""
        page = self.browser.open(f"{self.url}/sign-in", timeout=30).read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', page) or re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, page
        return found[1]

    def evidence(self, photo: bytes) -> int:
        """Send a photo of goods, of a scan that is not there; gives the status."""
        return self._send("/evidence", {"id": str(uuid4()).encode(), "scan": str(uuid4()).encode(), "photo": photo})

    def _send(self, path: str, fields: dict[str, bytes]) -> int:
        fields = {"csrf_token": self.token.encode(), **fields}
        try:
            return self.browser.open(multipart(f"{self.url}{path}", fields), timeout=120).status
        except HTTPError as error:
            return error.code


def multipart(url: str, fields: dict[str, bytes], **headers: str) -> Request:
    """A form with a file in `photo`."""
    edge, body = "edge-of-a-part", b""
    for name, value in fields.items():
        file = '; filename="photo.jpg"' if name == "photo" else ""
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value + b"\r\n"
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return Request(url, body + f"--{edge}--\r\n".encode(), headers=kind | headers)


def read_labels(port: int, token: str, photo: bytes) -> int:
    """Have the labels in a photo read; gives the status."""
    request = multipart(f"http://127.0.0.1:{port}/api/v1/decode", {"photo": photo}, Authorization=f"Bearer {token}")
    try:
        return build_opener().open(request, timeout=120).status
    except HTTPError as error:
        return error.code


def large_png() -> bytes:
    """51 megapixels in 200 kB: 204 MB once it is decoded."""
    file = BytesIO()
    Image.new("RGBA", (8160, 6144), (200, 40, 40, 128)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def stormed(tmp_path: Path) -> Iterator[Callable[[str], tuple[ServerProcess, str]]]:
    """Starts a server of a mode and gives it with a token."""
    servers: list[ServerProcess] = []
    warehouse: Warehouse = fill(new_database("sqlite", tmp_path))
    token = warehouse.database.transact(tokens.create_token, "Rosa", datetime.now(UTC))

    def start(mode: str) -> tuple[ServerProcess, str]:
        servers.append(ServerProcess(warehouse.database.url.render_as_string(), mode))
        return servers[0], token

    yield start
    for server in servers:
        server.stop()
    warehouse.database.dispose()


def storm(theo: Sender, photo: bytes, times: int, at_once: int = 8) -> list[int]:
    """Send a photo again and again, several at once; the statuses. 503 is sent again, as devices do."""

    def until_taken(_: int) -> int:
        for _ in range(600):
            status = theo.evidence(photo)
            if status != 503:
                return status
            time.sleep(0.2)
        raise AssertionError("no end of 503")

    with ThreadPoolExecutor(at_once) as senders:
        return list(senders.map(until_taken, range(times)))


def test_photos_of_goods_are_decoded_outside_the_server_and_leave_no_memory_behind(stormed):
    server, _ = stormed("sound")
    theo, photo = Sender(server.port, "BADGE-THEO"), large_png()
    assert theo.evidence(photo) == 404  # its scan is not here; the worker is warm now
    before, own = megabytes(server.process.pid), megabytes_of(server.process.pid)
    most = most_megabytes(server.process.pid, lambda: storm(theo, photo, kills(6, 64)))
    assert most < own + 60  # a picture of these takes 204 MB
    time.sleep(1)
    assert megabytes(server.process.pid) < before * GROWN


def test_a_server_that_decodes_photos_itself_is_seen(stormed):
    server, _ = stormed("at home")
    theo, photo = Sender(server.port, "BADGE-THEO"), large_png()
    own = megabytes_of(server.process.pid)
    assert most_megabytes(server.process.pid, lambda: storm(theo, photo, 4, at_once=4)) > own + 200


def test_hostile_pictures_leave_no_memory_behind(stormed):
    server, token = stormed("sound")
    theo, dice = Sender(server.port, "BADGE-THEO"), random.Random(11)
    hostile = [damaged(sample(SAMPLES[turn % len(SAMPLES)]), dice) for turn in range(kills(60, 2000))]
    for photo in hostile[:20]:
        read_labels(server.port, token, photo)
        theo.evidence(photo)
    before = megabytes(server.process.pid)
    with ThreadPoolExecutor(4) as senders:
        read = list(senders.map(lambda photo: read_labels(server.port, token, photo), hostile))
        kept = list(senders.map(theo.evidence, hostile))
    assert set(read) <= {200, 400, 503}
    assert set(kept) <= {404, 400, 503}
    time.sleep(1)
    assert megabytes(server.process.pid) < before * GROWN
