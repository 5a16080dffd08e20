"""Connecting to another system: its name is looked up once, and only an address that messages may go to is connected to.

A name may stand for something else at each look-up (DNS rebinding). So what is judged is what is connected to.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from scanner.webhooks.rules import refusal, why_refused

SocketAddress = tuple[Any, ...]
Found = list[tuple[int, int, int, str, SocketAddress]]
"""What a look-up gives, as `socket.getaddrinfo` does."""
LookUp = Callable[[str, int], Found]
Dial = Callable[[int, SocketAddress, float], socket.socket]
"""Connects to an address of a family within seconds."""

LOOK_UPS_AT_ONCE = 16
"""A look-up cannot be broken off. So many may hang; the next ones wait for their turn."""
_turns = threading.BoundedSemaphore(LOOK_UPS_AT_ONCE)


class AddressRefused(OSError):
    """Every address of a host is one that no message goes to."""


def look_up(host: str, port: int) -> Found:
    """What a name stands for, by the machine's own means."""
    found: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(found)


def dial(family: int, address: SocketAddress, seconds: float) -> socket.socket:
    """Connect to an address. Raises OSError."""
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


def reach(host: str, port: int, seconds: float, look: LookUp | None = None, to: Dial | None = None) -> socket.socket:
    """A connection to a host, within seconds.

    Raises AddressRefused where no message may go there, TimeoutError, OSError, and ValueError for what can be no name.
    """
    end = time.monotonic() + seconds
    found = _within(seconds, look or look_up, host, port)
    taken = [(family, address) for family, _, _, _, address in found if not _why_refused(address)]
    if not taken:
        raise AddressRefused(_words(host, [address for *_, address in found]))
    problem: OSError | None = None
    for left, (family, address) in zip(range(len(taken), 0, -1), taken, strict=True):
        try:
            return (to or dial)(family, address, max((end - time.monotonic()) / left, 0.001))
        except OSError as error:
            problem = error
    raise problem or TimeoutError


def refused_now(host: str, port: int, seconds: float, look: LookUp | None = None) -> str:
    """Why no message would go to a host as its name stands now, in words; empty where one would, or the name is not found."""
    try:
        found = _within(seconds, look or look_up, host, port)
    except (OSError, ValueError):
        return ""
    addresses = [address for *_, address in found]
    return "" if any(not _why_refused(address) for address in addresses) else _words(host, addresses)


def _why_refused(address: SocketAddress) -> str:
    try:
        return why_refused(str(address[0]))
    except ValueError:
        return "it is not an IP address"


def _words(host: str, addresses: list[SocketAddress]) -> str:
    if not addresses:
        return f"No message goes to {host}: nothing is known of it."
    return refusal(host, str(addresses[0][0]), _why_refused(addresses[0]))


def _within(seconds: float, look: LookUp, host: str, port: int) -> Found:
    """Look a name up in a thread of its own, since nothing else ends the waiting. Raises TimeoutError, and what `look` raises."""
    end = time.monotonic() + seconds
    if not _turns.acquire(timeout=max(seconds, 0)):
        raise TimeoutError
    answer: Future[Found] = Future()

    def ask() -> None:
        try:
            answer.set_result(look(host, port))
        except BaseException as error:
            answer.set_exception(error)
        finally:
            _turns.release()

    threading.Thread(target=ask, name=f"look-up {host[:60]}", daemon=True).start()
    return answer.result(max(end - time.monotonic(), 0))
