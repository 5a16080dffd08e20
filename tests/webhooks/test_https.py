"""HTTPS to the address that was judged: the name is the one of the certificate and of the greeting, whatever is connected to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.https.certificates import make_certificates
from scanner.webhooks import connecting
from scanner.webhooks.post import PostResult, post


class Shop:
    """A shop's server that speaks HTTPS, under a certificate for shop.example alone."""

    def __init__(self, folder: Path) -> None:
        files = make_certificates(folder, ["shop.example"], datetime.now(UTC))
        self.authority, self.names, self.requests = files.authority, list[str | None](), list[bytes]()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(files.certificate, files.key)
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listening.accept()
                with plain, suppress(OSError), self._context.wrap_socket(plain, server_side=True) as line:
                    came = b""
                    while not came.endswith(b"{}") and (piece := line.recv(65_536)):  # head and body may come apart
                        came += piece
                    self.requests.append(came)
                    line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Whatever name is looked up, it is the shop's."""
    made = Shop(tmp_path)
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", made.port))]
    monkeypatch.setattr(connecting, "look_up", lambda _host, _port: here)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    yield made
    made.close()


def send(host: str, port: int) -> PostResult:
    url = f"https://{host}:{port}/hook"
    return post(url, secret="whsec_c2VjcmV0", uuid="x", timestamp=0, payload=json.dumps({}), seconds=5)


def test_the_name_is_greeted_checked_and_sent(shop: Shop) -> None:
    assert send("Shop.example.", shop.port) == PostResult(204, "")
    assert shop.names == ["shop.example"]
    assert f"host: shop.example:{shop.port}".encode() in shop.requests[0].lower()


def test_a_certificate_for_another_name_is_refused(shop: Shop) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in send("other.example", shop.port).error
    assert b"POST" not in b"".join(shop.requests)


def test_an_authority_that_nobody_knows_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in send("shop.example", shop.port).error
    assert b"POST" not in b"".join(shop.requests)
