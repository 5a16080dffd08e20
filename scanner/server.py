"""Serves the application, and prints how to reach it."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import segno
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask
from sqlalchemy.engine import make_url

from scanner.app import create_app
from scanner.bootstrap import system
from scanner.data.imports.recovery import Watch
from scanner.db.engine import Database
from scanner.https import certificates
from scanner.https.authority_page import create_authority_page
from scanner.settings import Settings, data_folder
from scanner.webhooks.sender import Patience, Sender

EVERYWHERE = ("0.0.0.0", "::")
THREADS = 32
"""Requests answered at the same time. An idle connection takes no thread."""


def serve(settings: Settings, host: str, port: int, database: Database | None = None, notes: Sequence[str] = ()) -> int:
    """Serve until stopped by Ctrl-C or SIGTERM. Gives 1 when the port cannot be had.

    With certificates (`python3 -m scanner cert`) the port speaks HTTPS. The next port then serves plain HTTP: the page from
    which phones install the authority. `notes` are further lines to print.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    files = certificates.certificates_in(data_folder())
    settings = _reached_at(settings, host, port, secure=files.exist)
    app = create_app(settings, database)
    servers = [_server(host, port, app)]
    if files.exist:
        files = certificates.make_certificates(data_folder(), own_names(), datetime.now(UTC))
        servers[0].ssl_adapter = BuiltinSSLAdapter(str(files.certificate), str(files.key))
        servers.append(_server(host, port + 1, create_authority_page(files.authority.read_bytes(), settings.public_url)))
    try:
        for server in servers:
            server.prepare()
    except OSError as error:
        print(f"Port {port} on {host} cannot be had: {error}. Choose another: --port {port + 10}", file=sys.stderr)
        _close(app)
        return 1
    _tell(settings, host, port, notes)
    sender = Sender(app.extensions["database"], Patience(answer=settings.webhook_seconds))
    sender.start()
    imports = Watch(app.extensions["database"])
    imports.start()
    _run(servers)
    sender.stop()
    imports.stop()
    _close(app)
    return 0


def own_names() -> list[str]:
    """Host names and addresses by which phones may reach this machine."""
    host = socket.gethostname()
    return list(dict.fromkeys([lan_address(), host, f"{host}.local", "localhost", "127.0.0.1"]))


def _reached_at(settings: Settings, host: str, port: int, *, secure: bool) -> Settings:
    address = lan_address() if host in EVERYWHERE else host
    url = f"{'https' if secure else 'http'}://{address}:{port}"
    return replace(settings, https=settings.https or secure, public_url=settings.public_url or url)


def _server(host: str, port: int, app: Callable[..., Any]) -> Server:
    return Server((host, port), app, numthreads=THREADS, request_queue_size=128, server_name="scanner")


def _run(servers: list[Server]) -> None:
    """Serve on all of them until stopped. Requests under way are answered first."""
    stopped = threading.Event()
    for server in servers:
        threading.Thread(target=server.serve, daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with contextlib.suppress(KeyboardInterrupt):
        stopped.wait()
    for server in servers:
        server.stop()


def demo_database() -> str:
    """The URL of the demo database, which is kept from start to start."""
    return f"sqlite:///{data_folder() / 'demo.db'}"


def lan_address() -> str:
    """The address of this machine in the local network; 127.0.0.1 where it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: this only chooses a route
            found = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found if not ipaddress.ip_address(found).is_unspecified else "127.0.0.1"


def _tell(settings: Settings, host: str, port: int, notes: Sequence[str]) -> None:
    scheme = "https" if settings.https else "http"
    here = f"{scheme}://{'127.0.0.1' if host in EVERYWHERE else host}:{port}"
    print(f"\n  On this machine:  {here}")
    if host in EVERYWHERE and "//127." not in settings.public_url:
        print(f"  On phones:        {settings.public_url}   (same Wi-Fi; scan this:)\n")
        segno.make(settings.public_url, error="l").terminal(out=sys.stdout, border=2, compact=True)
    if settings.https:
        print(f"  Phones trust it after a visit to  http://{settings.public_url.split('//')[1].split(':')[0]}:{port + 1}")
    print(f"  Codes to scan from a screen:  {here}/labels")
    print(f"  Database, for other commands:  --database {make_url(settings.database_url).render_as_string()}")
    for note in (*notes, *system.notices()):
        print(f"  {note}")
    print("\n  Stop with Ctrl-C.\n", flush=True)


def _close(app: Flask) -> None:
    app.extensions["decoder"].close()
    app.extensions["database"].dispose()
