"""Clients that take their time: `slow_clients.py PORT SECURE IDLE DRIPPING HALF STALLED`, until it is ended.

Idle ones say nothing, dripping ones a line of a header every three seconds, half ones begin a TLS handshake, stalled ones
announce a body and send a part of it. Those that the server gets rid of come back. Says "ready" once all are there.
"""

from __future__ import annotations

import select
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIP_SECONDS = 3
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: floor\r\n"
BODY = b"POST /api/v1/scans HTTP/1.1\r\nHost: floor\r\nContent-Length: 2000\r\n\r\n{"


@dataclass(frozen=True)
class Slow:
    """So many of each kind."""

    idle: int = 0
    dripping: int = 0
    half: int = 0
    stalled: int = 0


@contextmanager
def beside(port: int, slow: Slow, *, secure: bool = False) -> Iterator[None]:
    """Have them there, in a process of their own, while the block runs."""
    counts = [str(number) for number in (slow.idle, slow.dripping, slow.half, slow.stalled)]
    command = [sys.executable, "-m", "tests.support.slow_clients", str(port), str(int(secure)), *counts]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout and process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()


class Crowd:
    """The clients of one kind: what each says when it comes, and what later."""

    def __init__(self, number: int, come: Callable[[], socket.socket], drip: bytes = b"") -> None:
        self.number, self.come, self.drip = number, come, drip
        self.here: dict[int, socket.socket] = {}
        self.poll = select.poll()

    def gather(self) -> None:
        """Let those come that are missing."""
        while len(self.here) < self.number:
            with suppress(OSError):
                client = self.come()
                client.setblocking(False)
                self.here[client.fileno()] = client
                self.poll.register(client, select.POLLIN)

    def leave(self) -> None:
        """Let those go to whom the server said something: no more than that they are to go."""
        for number, _ in self.poll.poll(0):
            self.poll.unregister(number)
            self.here.pop(number).close()

    def say(self) -> None:
        """Send a little more, each."""
        for client in self.here.values():
            with suppress(OSError):
                client.send(self.drip)


def saying(port: int, said: bytes, tls: ssl.SSLContext | None) -> Callable[[], socket.socket]:
    """How a client comes: by TCP, and by TLS where there is a context."""

    def come() -> socket.socket:
        client = socket.create_connection(("127.0.0.1", port), timeout=20)
        if tls:
            client = tls.wrap_socket(client)
        client.sendall(said)
        return client

    return come


def main(port: int, secure: int, idle: int, dripping: int, half: int, stalled: int) -> None:
    """Be all of them until ended."""
    tls = ssl._create_unverified_context() if secure else None
    if tls:
        tls.options |= ssl.OP_NO_TICKET
        tls.maximum_version = ssl.TLSVersion.TLSv1_2  # a ticket of TLS 1.3 would look like an answer
    crowds = [
        Crowd(idle, saying(port, b"", tls)),
        Crowd(dripping, saying(port, HEAD, tls), b"X-Drip: 1\r\n"),
        Crowd(half, saying(port, HELLO if tls else b"", None)),
        Crowd(stalled, saying(port, BODY, tls)),
    ]
    for crowd in crowds:
        crowd.gather()
    print("ready", flush=True)
    last = time.monotonic()
    while True:
        time.sleep(0.5)
        for crowd in crowds:
            crowd.leave()
            crowd.gather()
        if time.monotonic() - last > DRIP_SECONDS:
            last = time.monotonic()
            crowds[1].say()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
