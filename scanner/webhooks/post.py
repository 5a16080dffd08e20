"""Sending one message to one address, within a time limit. Signed by Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

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


def post(url: str, *, secret: str, uuid: str, timestamp: int, payload: str, seconds: float) -> PostResult:
    """Send a message once. Any 2xx is a yes; redirects are not followed. It ends `seconds` after the connection was made."""
    body, parts = payload.encode(), urlsplit(url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Connection": "close",
        "webhook-id": uuid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, uuid, timestamp, payload),
    }
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    over = threading.Event()
    cut = threading.Timer(seconds, _cut, [connection, over])  # the socket's own limit starts anew with each byte
    cut.daemon = True
    try:
        connection.connect()
        cut.start()
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        return _answer(connection)
    except TimeoutError:
        return PostResult(None, f"no answer within {seconds:g} seconds")
    except (OSError, HTTPException, ValueError) as error:
        return PostResult(None, f"no answer within {seconds:g} seconds" if over.is_set() else f"{type(error).__name__}: {error}")
    finally:
        cut.cancel()
        connection.close()


def _cut(connection: HTTPConnection, over: threading.Event) -> None:
    over.set()
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _answer(connection: HTTPConnection) -> PostResult:
    answer = connection.getresponse()
    if 200 <= answer.status < 300:
        return PostResult(answer.status, "")
    words = "redirects are not followed" if 300 <= answer.status < 400 else answer.reason or "no words"
    named = answer.headers.get("Retry-After", "")
    wait = min(int(named), MOST_RETRY_AFTER) if named.isascii() and named.isdigit() and len(named) < 10 else 0
    return PostResult(answer.status, f"answered {answer.status}: {words}", wait)
