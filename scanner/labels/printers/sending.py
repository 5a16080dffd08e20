"""Sending bytes to a printer's socket. Nothing that comes back is read: a printer is told, not asked."""

from __future__ import annotations

import errno
import select
import socket
import threading
import time
from concurrent.futures import Future
from contextlib import suppress

from scanner.labels.printers.rules import NotPrinted, PrinterSettings

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 20.0
_PIECE = 16_384
_NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})
_LOOK_UPS = threading.BoundedSemaphore(8)
"""A look-up of a name cannot be broken off. So many may hang."""


def send(printer: PrinterSettings, data: bytes, connect: float = CONNECT_SECONDS, whole: float = WHOLE_SECONDS) -> None:
    """Send it within seconds. Raises NotPrinted with one sentence for who stands at the printer."""
    end = time.monotonic() + whole
    with _connected(printer, connect) as connection:
        try:
            _send_all(connection, data, end)
        except TimeoutError:
            raise NotPrinted(
                f"{printer.name} stopped taking labels after {whole:g} seconds: some may have been printed. "
                "Look at it before you print again."
            ) from None
        except OSError:
            raise NotPrinted(
                f"{printer.name} closed the connection half-way: some may have been printed. Look at it before you print again."
            ) from None


def _connected(printer: PrinterSettings, seconds: float) -> socket.socket:
    end = time.monotonic() + seconds
    try:
        addresses = _look_up(printer.host, printer.port, seconds)
    except (OSError, ValueError):
        raise NotPrinted(
            f"{printer.name} was not found: nothing in the network is called {printer.host}. Nothing was printed."
        ) from None
    problem: OSError = TimeoutError()
    for family, address in addresses:
        try:
            return _dial(family, address, end - time.monotonic())
        except OSError as error:
            problem = error
    raise NotPrinted(_why(printer, problem, seconds)) from None


def _why(printer: PrinterSettings, problem: OSError, seconds: float) -> str:
    where = f"{printer.name} ({printer.host}, port {printer.port})"
    if isinstance(problem, ConnectionRefusedError):
        return f"{where} refused: it is on, but takes nothing on this port. Nothing was printed."
    if isinstance(problem, TimeoutError):
        return f"{where} did not answer within {seconds:g} seconds: is it on? Nothing was printed."
    if problem.errno in _NO_ROUTE:
        return f"{where} cannot be reached from the server: is it in the same network? Nothing was printed."
    return f"{where} could not be connected to. Nothing was printed."


def _dial(family: int, address: object, seconds: float) -> socket.socket:
    if seconds <= 0:
        raise TimeoutError
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect(address)  # type: ignore[arg-type]
    except BaseException:
        made.close()
        raise
    return made


def _send_all(connection: socket.socket, data: bytes, end: float) -> None:
    """Send, tell the printer that this is all, and wait until it closes or for a moment: what it still holds must not be lost."""
    for start in range(0, len(data), _PIECE):
        piece = memoryview(data)[start : start + _PIECE]
        while piece:
            connection.settimeout(_left(end))
            piece = piece[connection.send(piece) :]
    connection.shutdown(socket.SHUT_WR)
    _hear_nothing(connection, min(end, time.monotonic() + 0.2))


def _hear_nothing(connection: socket.socket, end: float) -> None:
    """Whether the printer broke the connection off is known only by looking; what it says is thrown away."""
    while (left := end - time.monotonic()) > 0 and select.select([connection], [], [], left)[0]:
        if not connection.recv(4096):
            return


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _look_up(host: str, port: int, seconds: float) -> list[tuple[int, object]]:
    """What a name stands for, looked up in a thread of its own, since nothing else ends the waiting."""
    if not _LOOK_UPS.acquire(timeout=seconds):
        raise TimeoutError
    answer: Future[list[tuple[int, object]]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result([(family, address) for family, _, _, _, address in found])
        except BaseException as error:
            with suppress(Exception):
                answer.set_exception(error)
        finally:
            _LOOK_UPS.release()

    threading.Thread(target=ask, name="printer look-up", daemon=True).start()
    return answer.result(seconds)
