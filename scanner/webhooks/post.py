"""Sending one message to one address, within a time limit. Signed by Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult

from standardwebhooks.webhooks import Webhook

from scanner.errors import DomainError
from scanner.webhooks.connecting import AddressRefused, reach
from scanner.webhooks.rules import address_of

Connect = Callable[[str, int, float], socket.socket]
"""Makes a connection to a host and port within seconds, where messages may go there."""

AGENT = "warehouse-scanner"
MOST_RETRY_AFTER = 3600


@dataclass(frozen=True, slots=True)
class PostResult:
    """What a try came to."""

    status: int | None  # None where no answer came
    error: str  # empty where the message was taken
    retry_after: int = 0  # seconds that the receiver asks to wait

    @property
    def taken(self) -> bool:
        """Whether the receiver took the message."""
        return not self.error


def sign(secret: str, uuid: str, timestamp: int, payload: str) -> str:
    """The `webhook-signature` of a message that is sent at `timestamp`, in seconds since 1970."""
    return Webhook(secret).sign(uuid, datetime.fromtimestamp(timestamp, UTC), payload)


def post(
    url: str, *, secret: str, uuid: str, timestamp: int, payload: str, seconds: float, connect: Connect = reach
) -> PostResult:
    """Send a message once, in `seconds` from the look-up of the name to the answer. Any 2xx is a yes.

    Redirects are not followed and no proxy is asked, whatever the environment says. Of the answer nothing is read but its head,
    which `http.client` bounds to 100 lines of 64 kB each.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Connection": "close",
        "webhook-id": uuid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, uuid, timestamp, payload),
    }
    late = PostResult(None, f"no answer within {seconds:g} seconds")
    line = _Line()
    cut = threading.Timer(seconds, line.cut)  # a socket's own limit starts anew with each byte
    cut.daemon = True
    cut.start()
    try:
        parts = address_of(url)
        connection = line.connect(parts, seconds, connect)
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), payload.encode(), headers)
        answer = _answer(connection)
        return late if line.is_cut else answer  # what is cut off reads like the end of an answer's head
    except TimeoutError:
        return late
    except DomainError as error:
        return PostResult(None, error.message)
    except AddressRefused as error:
        return PostResult(None, str(error))
    except (OSError, HTTPException, ValueError) as error:
        return late if line.is_cut else PostResult(None, _printable(f"{type(error).__name__}: {error}"))
    finally:
        cut.cancel()
        line.close()


class _Line:
    """A connection that another thread may cut off, also while it greets."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._turn = threading.Lock()
        self.is_cut = False

    def connect(self, parts: SplitResult, seconds: float, connect: Connect) -> HTTPConnection:
        """Connect to where an address points. What comes later finds a socket, and never makes one."""
        secure, host = parts.scheme == "https", parts.hostname or ""
        connection = (HTTPSConnection if secure else HTTPConnection)(host, parts.port)
        connection.auto_open = 0
        plain = connect(host, connection.port, seconds)
        self._hold(plain)
        if secure:
            greeting = ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            self._hold(greeting)
            greeting.do_handshake()
        connection.sock = self._socket
        return connection

    def _hold(self, made: socket.socket) -> None:
        with self._turn:
            self._socket = made
            if self.is_cut:
                raise TimeoutError

    def cut(self) -> None:
        """End whatever goes on."""
        with self._turn:
            self.is_cut = True
            if self._socket is not None:
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # TLS would say goodbye first

    def close(self) -> None:
        """Give the socket back."""
        if self._socket is not None:
            self._socket.close()


def _answer(connection: HTTPConnection) -> PostResult:
    answer = connection.getresponse()
    if 200 <= answer.status < 300:
        return PostResult(answer.status, "")
    words = "redirects are not followed" if 300 <= answer.status < 400 else _printable(answer.reason) or "no words"
    named = answer.headers.get("Retry-After", "")
    wait = min(int(named), MOST_RETRY_AFTER) if named.isascii() and named.isdigit() and len(named) < 10 else 0
    return PostResult(answer.status, f"answered {answer.status}: {words}", wait)


def _printable(text: str) -> str:
    """Somebody else's words without what a database or a terminal would not take as words."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:300])
