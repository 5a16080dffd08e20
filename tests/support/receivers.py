"""Somebody else's server that is told of grades: a real one, on this machine, that can be down, slow or in trouble."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.ports import free_ports

PATIENCE = 30.0
"""Longest wait for what must come; no test measures time."""

LOOKS_S = 0.01
"""How often it looks whether it is to end; half a second where nothing is said."""


@dataclass
class Message:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.body)["data"]


class Receiver:
    """Answers with `status`, after `gate` is open; `messages` is all that came."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[Message] = []
        self.status, self.headers = 200, {}
        self.gate = threading.Event()
        self.gate.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/returns"
        threading.Thread(target=self._server.serve_forever, args=(LOOKS_S,), daemon=True).start()

    def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(Message(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                receiver.gate.wait(PATIENCE)
                try:
                    self.send_response(receiver.status)
                    for name, value in receiver.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                except OSError:
                    pass  # who sent it did not wait

            def log_message(self, *_: Any) -> None:
                return

        return Handler

    def close(self) -> None:
        """Be down: nothing listens any more."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiving(port: int | None = None) -> Iterator[Receiver]:
    """A receiver for as long as it is needed. One that ended can come back at its port, which nobody else takes meanwhile."""
    receiver = Receiver(port or free_ports())
    try:
        yield receiver
    finally:
        receiver.gate.set()
        receiver.close()


def wait_for(what: Callable[[], object], patience: float = PATIENCE) -> None:
    """Until it is so."""
    give_up = time.monotonic() + patience
    while not what():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.01)
