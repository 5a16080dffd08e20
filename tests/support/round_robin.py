"""Several server processes behind a proxy that sends each request to the next one, and browsers that ask through it."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.serving import Server

SERVED_BY = "X-Served-By"
TIMEOUT = 30


class _Door(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the five of the library are too few for 24 connections at once: some were reset


class RoundRobin:
    """A proxy without stickiness. It says the address of the phone and the scheme, as the settings of a proxy do."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = itertools.cycle(ports)
        self._number = len(ports)
        self._state = threading.Lock()
        self._server = _Door(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, http.client.HTTPResponse, bytes]:
        """The answer of the next process that takes a connection; a request that may have been taken is not sent twice."""
        for _ in range(self._number):
            with self._state:
                port = next(self._ports)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
            try:
                connection.connect()
            except ConnectionRefusedError:
                continue
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return port, answer, answer.read()
            finally:
                connection.close()
        raise ConnectionRefusedError

    def _handler(proxy: RoundRobin) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                phone = self.headers.get("X-Test-Phone", self.client_address[0])
                before = self.headers.get("X-Forwarded-For")
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in ("connection", "x-test-phone")
                }
                headers |= {
                    "X-Forwarded-For": f"{before}, {phone}" if before else phone, "X-Forwarded-Proto": "https",
                    "Connection": "close",
                }  # fmt: skip
                try:
                    port, answer, content = proxy.ask(self.command, self.path, body, headers)
                except OSError:
                    self.send_error(502)
                    return
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                        self.send_header(name, value)
                self.send_header(SERVED_BY, str(port))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@dataclass(frozen=True)
class Reply:
    """An answer, and the port of the process that gave it."""

    status: int
    headers: dict[str, str]
    content: bytes
    by: int

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Phone:
    """A browser behind an address of its own: it keeps cookies, and sends the token of the page that it was shown."""

    def __init__(self, port: int, address: str = "192.0.2.1", **headers: str) -> None:
        self.port, self._cookies = port, SimpleCookie()
        self._headers = {"X-Test-Phone": address, **headers}
        self.set_cookies: list[str] = []

    @property
    def cookies(self) -> str:
        """As a browser sends them."""
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())

    def get(self, path: str, **headers: str) -> Reply:
        """One GET."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, **fields: str) -> Reply:
        """A form, with the token of the sign-in page."""
        return self._form(path, urlencode({"csrf_token": self.token(), **fields}).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, name: str, file: bytes, **fields: str) -> Reply:
        """A form with a file."""
        edge = "edgeedgeedge"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{said}\r\n'.encode() for key, said in fields.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="x.bin"\r\n\r\n'.encode()
        token = f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token()}\r\n'.encode()
        body = b"".join([token, *parts, head, file, f"\r\n--{edge}--\r\n".encode()])
        return self._form(path, body, f"multipart/form-data; boundary={edge}")

    def send(self, path: str, body: Any, token: str = "") -> Reply:
        """JSON, as the outbox of a page sends it; with the token of a page that is open, or of one that is opened for it."""
        headers = {"X-CSRFToken": token or self.token(), "Content-Type": "application/json"}
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def token(self) -> str:
        """The token of a page that some process drew."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/sign-in").text)
        assert found
        return found[1]

    def _form(self, path: str, body: bytes, kind: str) -> Reply:
        return self._ask("POST", path, body, {"Content-Type": kind, "Referer": f"https://127.0.0.1:{self.port}/sign-in"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.request(method, path, body, {**self._headers, **headers, **({"Cookie": self.cookies} if self.cookies else {})})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.set_cookies.append(header)
            self._cookies.load(header)
        return Reply(
            answer.status,
            {name.title(): value for name, value in answer.headers.items()},
            content,
            int(answer.headers.get(SERVED_BY, 0)),
        )


@dataclass
class Machines:
    """Server processes that share a database and a secret and nothing else, and the port of the proxy before them."""

    servers: list[Server]
    port: int

    def restart(self, number: int) -> None:
        """Start one of them again."""
        self.servers[number].start()


@contextmanager
def machines(number: int, database_url: str, folder: Path) -> Iterator[Machines]:
    """So many servers, all started at once, each with a data folder of its own as on a machine of its own."""
    servers = []
    for each in range(number):
        own = folder / f"machine-{each}"
        own.mkdir()
        environment = {
            "SCANNER_DATA": str(own),
            "SCANNER_SECRET_KEY": "shared by all",
            "SCANNER_PROXY": "1",
            "SCANNER_HTTPS": "1",
        }
        servers.append(Server(database_url, own, environment=os.environ | environment))
    starting = [threading.Thread(target=server.start) for server in servers]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    proxy = RoundRobin([server.port for server in servers])
    try:
        yield Machines(servers, proxy.port)
    finally:
        proxy.close()
        for server in servers:
            server.stop()
