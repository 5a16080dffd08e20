"""Serves the application, and prints how to reach it."""

from __future__ import annotations

import contextlib
import errno
import functools
import gc
import ipaddress
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import segno
from flask import Flask
from sqlalchemy.engine import make_url

from scanner import logs
from scanner.app import create_app
from scanner.beginning import service as beginning
from scanner.beginning.rules import in_groups
from scanner.beginning.telling import Teller
from scanner.bootstrap import system
from scanner.data.imports.recovery import Watch
from scanner.data.nightly.folder import make_ready
from scanner.data.nightly.scheduler import Nightly
from scanner.db.engine import Database
from scanner.db.trouble import argument_of
from scanner.drift.daily import Keeper
from scanner.errors import DomainError
from scanner.https import certificates, checks
from scanner.https.authority_page import create_authority_page
from scanner.https.strict import strict
from scanner.people.body_limits import body_limit_of
from scanner.serving.ports import listen
from scanner.serving.server import Door, Server, new_tls
from scanner.settings import Settings, data_folder, sqlite_url
from scanner.webhooks.sender import Patience, Sender

EVERYWHERE = ("0.0.0.0", "::")
MOST = 65535
WHY = {
    errno.EADDRINUSE: "another program has it",
    errno.EACCES: "this user may not have it, as those below 1024 are for root",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


def keep_what_stays() -> None:
    """Leave what is there by now, the app itself, out of later garbage collections: each would look through it for 0.15 s."""
    gc.collect()
    gc.freeze()


def serve(settings: Settings, host: str, port: int, database: Database | None = None, notes: Sequence[str] = ()) -> int:
    """Serve until stopped by Ctrl-C or SIGTERM. Raises DomainError when a port cannot be had or a certificate is wrong.

    With certificates (`python3 -m scanner cert`) the port speaks HTTPS. The next port then serves plain HTTP: the page from
    which phones install the authority. `notes` are further lines to print.
    """
    logs.set_up(json=settings.log == "json", access=settings.access_log, dsn=settings.sentry_dsn)
    make_ready(settings)
    files = certificates.certificates_in(data_folder())
    demand_port(port, secure=files.exist)
    tls = _tls(files) if files.exist else None
    settings = _reached_at(settings, host, port, secure=files.exist)
    app = create_app(settings, database)
    try:
        doors = _doors(app, settings, host, port, tls)
    except BaseException:
        _close(app)
        raise
    keep_what_stays()
    _tell(settings, host, port, [*notes, *_set_up_notes(settings, _code(app, settings))])
    app.extensions["set_up_teller"] = Teller(functools.partial(_tell_code, app, settings))
    sender = Sender(app.extensions["database"], Patience(answer=settings.webhook_seconds))
    chosen = app.extensions["chosen"]
    nightly = Nightly(app.extensions["database"], chosen.now)
    sender.start()
    nightly.start()
    chosen.start()
    keeper = Keeper(app.extensions["database"], chosen.now)
    keeper.start()
    imports = Watch(app.extensions["database"])
    imports.start()
    app.extensions["sender"] = sender
    server = Server(doors)
    app.extensions["waiting_requests"] = lambda: server.waiting
    _run(server)
    gc.unfreeze()  # or what a library made is told as leaked at the end
    keeper.stop()
    nightly.stop()
    chosen.stop()
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
    url = f"{'https' if secure else 'http'}://{_in_url(address)}:{port}"
    return replace(settings, https=settings.https or secure, public_url=settings.public_url or url)


class NoPort(DomainError):
    """A port cannot be had."""


def demand_port(port: int, *, secure: bool = False) -> None:
    """Refuse a number that is no port. `secure`: the next one is wanted, too. Raises NoPort."""
    if not 0 <= port <= MOST:
        raise NoPort(f"There is no port {port}: choose one from 1 to {MOST}, as in --port 8000.")
    if secure and port == MOST:
        raise NoPort(f"With HTTPS the port after {port} is needed, too, and there is none: choose a lower one: --port 8000.")


def _tls(files: checks.Certificates) -> ssl.SSLContext:
    """What speaks HTTPS with these files, which are renewed if need be. Raises BadFile where one is wrong."""
    checks.check(files)
    return checks.tls_in(certificates.make_certificates(data_folder(), own_names(), datetime.now(UTC)), new_tls())


def _listen(host: str, port: int, chosen: int) -> socket.socket:
    """A socket that listens. Raises NoPort; `chosen` is what was given as `--port`."""
    try:
        return listen(host, port)
    except (socket.gaierror, UnicodeError) as error:
        raise NoPort(f"{host} is not an address of this machine: choose another, as in --host 0.0.0.0 for all it has.") from error
    except OSError as error:
        why = WHY.get(error.errno or 0, error.strerror or str(error))
        next_to = f" (HTTPS on {chosen} needs it, for phones to install the authority)" if port != chosen else ""
        other = chosen + 10 if chosen + 11 <= MOST else chosen - 10
        raise NoPort(f"Port {port} on {host} cannot be had{next_to}: {why}. Choose another, as in --port {other}.") from error


def _doors(app: Flask, settings: Settings, host: str, port: int, tls: ssl.SSLContext | None) -> list[Door]:
    """The port of the app and, where that speaks HTTPS, the next one. Raises NoPort where one cannot be had."""
    limit = functools.partial(body_limit_of, app)
    first = _listen(host, port, port)
    if tls is None:
        return [Door(first, app, body_limit=limit)]
    authority = certificates.certificates_in(data_folder()).authority.read_bytes()
    try:
        following = _listen(host, first.getsockname()[1] + 1, port or first.getsockname()[1])
    except BaseException:
        first.close()
        raise
    return [Door(first, strict(app), tls, limit), Door(following, create_authority_page(authority, settings.public_url))]


def _run(server: Server) -> None:
    """Serve until stopped. Requests under way are answered first."""
    stopped = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    server.start()
    with contextlib.suppress(KeyboardInterrupt):
        stopped.wait()
    server.stop()


def demo_database() -> str:
    """The URL of the demo database, which is kept from start to start."""
    return sqlite_url(data_folder() / "demo.db")


def lan_address() -> str:
    """The address of this machine in the local network; 127.0.0.1 where it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: this only chooses a route
            found = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found if not ipaddress.ip_address(found).is_unspecified else "127.0.0.1"


def _in_url(host: str) -> str:
    """A host as a URL has it: an IPv6 address stands in brackets."""
    return f"[{host}]" if ":" in host else host


def _tell(settings: Settings, host: str, port: int, notes: Sequence[str]) -> None:
    scheme = "https" if settings.https else "http"
    here = f"{scheme}://{'127.0.0.1' if host in EVERYWHERE else _in_url(host)}:{port}"
    print(f"\n  On this machine:  {here}")
    if host in EVERYWHERE and "//127." not in settings.public_url:
        print(f"  On phones:        {settings.public_url}   (same Wi-Fi; scan this:)\n")
        segno.make(settings.public_url, error="l").terminal(out=sys.stdout, border=2, compact=True)
    if settings.https:
        print(f"  Phones trust it after a visit to  http://{_in_url(urlsplit(settings.public_url).hostname or host)}:{port + 1}")
    print(f"  Codes to scan from a screen:  {here}/labels")
    print(f"  Database, for other commands:  --database {argument_of(make_url(settings.database_url))}")
    for note in (*notes, *system.notices()):
        print(f"  {note}")
    print("\n  Stop with Ctrl-C.\n", flush=True)


def _code(app: Flask, settings: Settings) -> str | None:
    code: str | None = app.extensions["database"].transact(beginning.one_time_code, settings.secret_key)
    return code


def _tell_code(app: Flask, settings: Settings) -> None:
    """Say the code where somebody wants to set the warehouse up while the server runs, as after a restore."""
    for note in _set_up_notes(settings, _code(app, settings)):
        print(f"  {note}", flush=True)


def _set_up_notes(settings: Settings, code: str | None) -> list[str]:
    """How a shop without a supervisor gets its first one: the code keeps strangers on the Wi-Fi from becoming the owner."""
    if code is None:
        return []
    return [f"Nobody is supervisor here yet. Open  {settings.public_url}/set-up  and type the code  {in_groups(code)}"]


def _close(app: Flask) -> None:
    app.extensions["decoder"].close()
    app.extensions["database"].dispose()
