"""The server as it is started: over HTTP, and over HTTPS once certificates were made."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.cli import main
from scanner.server import _reached_at, _tell, lan_address, own_names
from scanner.serving.ports import listen
from scanner.settings import Settings
from tests.support.ports import free_ports, wait_until_it_listens

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def command_on(port: int) -> list[str]:
    """The command that serves on a port of this machine alone."""
    arguments = ["serve", "--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-c", f"import sys; from scanner.cli import main; sys.exit(main({arguments}))"]


@contextlib.contextmanager
def serving(data: Path) -> Iterator[int]:
    """`scanner serve` on a warehouse in the folder `data`; gives the port."""
    port = free_ports()
    environment = os.environ | {"SCANNER_DATA": str(data)}
    with subprocess.Popen(command_on(port), cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        try:
            wait_until_it_listens(port, process)
            yield port
        finally:
            process.terminate()
        assert process.wait(20) == 0, "SIGTERM ends it in good order"


def get(url: str, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=10, context=context) as response:
        return response.status, response.read()


@dataclass(frozen=True)
class Secure:
    """A server after `scanner cert`: its port, its folder, and who trusts its authority."""

    port: int
    data: Path
    trusting: ssl.SSLContext


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    data = tmp_path_factory.mktemp("secure")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCANNER_DATA", str(data))
        assert main(["cert"]) == 0
    with serving(data) as port:
        yield Secure(port, data, ssl.create_default_context(cafile=str(data / "ca.pem")))


def test_it_serves_http(tmp_path):
    with serving(tmp_path) as port:
        assert get(f"http://127.0.0.1:{port}/healthz")[0] == 200


def test_with_certificates_it_serves_https_and_hands_phones_the_authority(secure):
    assert get(f"https://127.0.0.1:{secure.port}/healthz", secure.trusting)[0] == 200
    status, page = get(f"http://127.0.0.1:{secure.port + 1}/")
    assert status == 200 and b"Once on each phone" in page
    assert get(f"http://127.0.0.1:{secure.port + 1}/scanner-ca.crt")[1] == (secure.data / "ca.pem").read_bytes()


def test_browsers_are_told_to_stay_with_https_where_it_is_ours(secure):
    address = f"https://127.0.0.1:{secure.port}/healthz"
    with urllib.request.urlopen(address, timeout=10, context=secure.trusting) as response:
        assert response.headers["Strict-Transport-Security"] == "max-age=604800"
    with urllib.request.urlopen(f"http://127.0.0.1:{secure.port + 1}/", timeout=10) as response:
        assert "Strict-Transport-Security" not in response.headers


def test_session_cookies_of_an_https_server_stay_on_https(secure):
    address = f"https://127.0.0.1:{secure.port}/sign-in"
    with urllib.request.urlopen(address, timeout=10, context=secure.trusting) as response:
        cookies = response.headers.get_all("Set-Cookie") or []
    assert cookies and all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_a_port_that_is_taken_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path))
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = subprocess.run(command_on(port), cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_host_of_ipv6_is_served_and_shown_as_a_url_has_it(capsys):
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6
    settings = _reached_at(Settings("sqlite://", secret_key="x"), "::1", 8000, secure=True)
    _tell(settings, "::1", 8000, ())
    said = capsys.readouterr().out
    assert "https://[::1]:8000" in said and "http://[::1]:8001" in said


def test_this_machines_names_hold_its_address():
    assert lan_address() in own_names() and "localhost" in own_names()
