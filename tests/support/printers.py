"""A label printer for tests: a real socket on a port that label printers have, which takes, refuses, stalls or breaks off."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from scanner.labels.printers.rules import PORTS, PrinterSettings


class FakePrinter:
    """`received`: all that one connection brought. `how`: takes, stalls (reads nothing), or breaks off."""

    def __init__(self, how: str) -> None:
        self.how, self.received, self.asked = how, b"", threading.Event()
        self._end, self._listening = threading.Event(), _listening()
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def settings(self, **more: object) -> PrinterSettings:
        said = {"name": "Dock", "host": "127.0.0.1", "port": self.port, "roll": "roll-57x32", "dpi": 203} | more
        return PrinterSettings(**said)

    def wait(self) -> bytes:
        """What came, once the connection is over."""
        self._thread.join(10)
        return self.received

    def close(self) -> None:
        self._end.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # ends the waiting, too
        self._listening.close()
        self._thread.join(10)

    def _work(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return
        self.asked.set()
        with connection:
            if self.how == "stalls":
                self._end.wait(30)
                return
            connection.settimeout(10)
            while piece := connection.recv(4096):
                self.received += piece
                if self.how == "breaks":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
                    return
            connection.sendall(b"secret of the network")


def _listening() -> socket.socket:
    for port in sorted(PORTS):
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            made.bind(("127.0.0.1", port))
        except OSError:
            made.close()
            continue
        made.listen(1)
        made.settimeout(30)
        return made
    raise OSError("no port of label printers is free")


@contextmanager
def printer(how: str = "takes") -> Iterator[FakePrinter]:
    made = FakePrinter(how)
    try:
        yield made
    finally:
        made.close()
