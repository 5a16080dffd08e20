"""Serves the application, and tells on the terminal how to reach it."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import sys
import threading
from dataclasses import replace
from types import FrameType

import segno
from cheroot.wsgi import Server
from flask import Flask

from scanner.app import create_app
from scanner.services import demo
from scanner.settings import Settings, data_folder
from scanner.store.engine import Database

THREADS = 32
"""Requests answered at once. Idle connections of phones cost no thread."""


def serve(settings: Settings, host: str, port: int, database: Database | None = None) -> int:
    """Serve until told to stop (Ctrl-C, SIGTERM). 1 when the address cannot be had."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    address = lan_address() if host in ("0.0.0.0", "::") else host
    settings = replace(settings, public_url=settings.public_url or f"http://{address}:{port}")
    app = create_app(settings, database)
    http = Server((host, port), app, numthreads=THREADS, request_queue_size=128, server_name="scanner")
    try:
        http.prepare()
    except OSError as error:
        print(f"Port {port} on {host} cannot be had: {error}. Choose another: --port {port + 1}", file=sys.stderr)
        return 1
    _tell(settings, host, port)
    _stop_on_signals(http)
    try:
        http.serve()
    except KeyboardInterrupt:
        pass
    finally:
        http.stop()
        _close(app)
    return 0


def demo_database() -> str:
    """The URL of the demo's own database, kept from start to start."""
    return f"sqlite:///{data_folder() / 'demo.db'}"


def lan_address() -> str:
    """This machine's address in the local network, 127.0.0.1 where it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: choosing a route is all that happens
            found = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found if not ipaddress.ip_address(found).is_unspecified else "127.0.0.1"


def _tell(settings: Settings, host: str, port: int) -> None:
    here = f"http://127.0.0.1:{port}" if host in ("0.0.0.0", "::") else f"http://{host}:{port}"
    print(f"\n  On this machine:  {here}")
    if host in ("0.0.0.0", "::") and not settings.public_url.startswith("http://127."):
        print(f"  On phones:        {settings.public_url}   (same Wi-Fi; scan this:)\n")
        segno.make(settings.public_url, error="l").terminal(out=sys.stdout, border=2, compact=True)
    if settings.demo:
        print(f"\n  Sign in with a badge:  {demo.BADGES_TO_SHOW}")
        print(f"  Codes to scan from a screen:  {here}/labels")
    print("\n  Stop with Ctrl-C.\n", flush=True)


def _stop_on_signals(http: Server) -> None:
    """SIGTERM ends it like Ctrl-C: requests that are under way are answered first."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=http.stop, daemon=True).start()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def _close(app: Flask) -> None:
    app.extensions["decoder"].close()
    app.extensions["database"].dispose()
