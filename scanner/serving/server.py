"""The loop that waits for all clients, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import heapq
import logging
import math
import socket
import ssl
import threading
import time
from asyncio.sslproto import SSLProtocol
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from scanner.serving.answer import App
from scanner.serving.bridge import BodyLimit, Bridge
from scanner.serving.connection import Connection
from scanner.serving.limits import Limits
from scanner.serving.ports import room_for
from scanner.serving.spools import Spools

TLS_BUFFER = 32 * 1024
"""Bytes that asyncio keeps for each TLS connection. Its own 256 kB are 256 MB with a thousand idle ones."""
SHUTDOWN_SECONDS = 5
"""For a client to say goodbye in TLS."""
AT_ONCE = 32
"""Quiet connections that are closed together when there is no room: seeking the oldest takes its time."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """A port, and the app behind it."""

    listener: socket.socket
    app: App
    tls: ssl.SSLContext | None = None
    body_limit: BodyLimit | None = None


def new_tls() -> ssl.SSLContext:
    """What a door needs to speak HTTPS, but for its certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    return context


class Server:
    """Serves several doors until it is stopped."""

    def __init__(self, doors: Sequence[Door], limits: Limits | None = None) -> None:
        self._doors = doors
        self._limits = limits or Limits()
        self._room = room_for(self._limits.connections, self._limits.spools)
        self._state = ServerState()
        spools = Spools(self._room.spools)
        self._bridges = {door: Bridge(door.app, self._limits, spools, door.body_limit) for door in doors}
        self._handshakes: dict[asyncio.Task[None], None] = {}  # the oldest first
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="clients", daemon=True)

    @property
    def waiting(self) -> int:
        """Requests that are there as a whole and wait for a thread."""
        return sum(bridge.waiting for bridge in self._bridges.values())

    def start(self) -> None:
        """Begin to serve."""
        SSLProtocol.max_size = TLS_BUFFER
        self._thread.start()

    def stop(self) -> None:
        """Free the ports at once, answer what is under way, and end all connections."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _run(self) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of each client that sends nonsense
        self._loop.set_exception_handler(_tell_trouble)
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        beside = [asyncio.ensure_future(each) for each in (self._look_around(), *map(self._accept, self._doors))]
        await self._stopped.wait()
        for task in (*beside, *self._handshakes):
            task.cancel()
        for door, bridge in self._bridges.items():
            door.listener.close()
            bridge.stopping = True
        for connection in self._connections():
            connection.shutdown()
        await self._last_answers()
        for bridge in self._bridges.values():
            bridge.close()

    async def _last_answers(self) -> None:
        until = time.monotonic() + self._limits.stop_seconds
        while (self._state.connections or self._state.tasks) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for connection in self._connections():
            connection.transport.abort()
        await asyncio.sleep(0)

    def _connections(self) -> list[Connection]:
        return [each for each in self._state.connections if isinstance(each, Connection)]

    async def _look_around(self) -> None:
        """Every second, end what is too slow; and know the date."""
        while True:
            self._state.default_headers = [(b"date", formatdate(usegmt=True).encode()), (b"server", b"scanner")]
            now = time.monotonic()
            for connection in self._connections():
                connection.look(now)
            await asyncio.sleep(1)

    async def _accept(self, door: Door) -> None:
        config = Config(
            self._bridges[door], interface="asgi3", http=Connection, ws="none", lifespan="off", log_config=None,
            access_log=False, proxy_headers=False, timeout_keep_alive=math.ceil(self._limits.idle_seconds),
        )  # fmt: skip
        config.load()
        while True:
            try:
                client, _ = await self._loop.sock_accept(door.listener)
                # Else the end of an answer waits for the client's word about its beginning: 40 ms.
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:  # the client is gone again, or there is no file descriptor left
                _log.warning("No connection could be taken: %s", error)
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._end_quiet()
                await asyncio.sleep(0.1)
                continue
            if self._has_room():
                task = self._loop.create_task(self._welcome(client, door, config))
                self._handshakes[task] = None
                task.add_done_callback(self._handshakes.pop)
            else:
                client.close()
            await asyncio.sleep(0)  # others come between two that knock

    async def _welcome(self, client: socket.socket, door: Door, config: Config) -> None:
        handshake, goodbye = (self._limits.handshake_seconds, SHUTDOWN_SECONDS) if door.tls else (None, None)
        with contextlib.suppress(OSError):  # the client is gone, or speaks no TLS, or does not in time
            await self._loop.connect_accepted_socket(
                lambda: Connection(config, self._state, self._limits), client, ssl=door.tls,
                ssl_handshake_timeout=handshake, ssl_shutdown_timeout=goodbye,
            )  # fmt: skip

    def _has_room(self) -> bool:
        """Whether one more can be taken. The quiet ones that were of no use for longest have to go for it."""
        if len(self._handshakes) >= self._limits.handshakes:
            next(iter(self._handshakes)).cancel()
        if len(self._state.connections) + len(self._handshakes) < self._room.connections:
            return True
        return self._end_quiet()

    def _end_quiet(self) -> bool:
        """Whether there were connections that could be ended."""
        quiet = [connection for connection in self._connections() if connection.is_quiet]
        oldest = heapq.nsmallest(AT_ONCE, quiet, key=lambda each: each.since)
        for connection in oldest:
            connection.transport.abort()
        return bool(oldest)


def _tell_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong outside of any request. Clients that break off are no trouble."""
    error = context.get("exception")
    if not isinstance(error, OSError):
        _log.error("A connection failed outside of any request", exc_info=error)
