"""One connection of a client: uvicorn's, with limits on what comes before a request is there as a whole."""

from __future__ import annotations

import json
import time
from collections import deque
from http import HTTPStatus

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from scanner.serving.environ import SAID_ALL
from scanner.serving.limits import Limits

LINGER_SECONDS = 2
"""For a client that still sends when it is refused. Closed at once, it would never read why."""
WORDS = {
    400: "That is not an HTTP request.",
    408: "The request did not come in time. Send it again.",
    431: "The address and the headers of the request are longer than what is taken.",
}


class Connection(HttpToolsProtocol):
    """Parses requests and hands them to the bridge. While no request is there as a whole it is quiet: it may be closed."""

    def __init__(self, config: Config, state: ServerState, limits: Limits) -> None:
        super().__init__(config, state, {})
        self.since = time.monotonic()  # when it was last of use
        self._limits = limits
        self._head_since = 0.0  # 0 while no request has begun to come
        self._head_bytes = self._hosts = 0
        self._between = 0  # bytes since a head began, or since the last part of a body
        self._begun = 0  # requests that began in the bytes at hand
        self._had_body = False  # whether a part of a body was among them
        self._due: deque[RequestResponseCycle] = deque()  # requests without their answer; the first one is at work
        self._fault = 400
        self._deaf = False
        self._unsent = (0, 0.0)  # bytes, and since when

    @property
    def is_quiet(self) -> bool:
        """Whether no request is there as a whole, or being answered."""
        return not self._due or (self._due[0].more_body and not self._due[0].response_started)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the connection ends."""
        if self._deaf:
            return
        has_body_to_come = self._has_body_to_come
        self._begun, self._had_body = 0, False
        super().data_received(data)
        if self._deaf or self._had_body or self._begun > (0 if has_body_to_come else 1):
            return  # how much of it belongs to a head that has no end yet is not known
        if self._head_since or self._has_body_to_come:
            self._between += len(data)
            if self._between > self._limits.head_bytes:
                self.refuse(431)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio takes either
        """The client says no more. What it asked for it gets to read, and then the connection ends."""
        self._deaf = True
        if self.scheme == "https" or self.is_quiet:  # asyncio cannot keep one half of TLS open
            return False
        for cycle in self._due:
            cycle.scope["state"][SAID_ALL] = True
        self._end_after_answers()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more for the answers that are due."""
        for cycle in self._due:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head_since, self._head_bytes, self._hosts = time.monotonic(), 0, 0
        self._between = 0
        self._begun += 1

    def on_body(self, body: bytes) -> None:
        """A part of a body."""
        self._between, self._had_body = 0, True
        super().on_body(body)

    def on_url(self, url: bytes) -> None:
        """A part of its address."""
        super().on_url(url)
        self._limit_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. One that follows the body (a trailer) is left out: it could change what was decided by the others."""
        if not self._head_since:
            return
        super().on_header(name, value)
        self._limit_head(len(name) + len(value) + 4)  # with what parts them
        name, value = self.headers[-1]
        if name == b"host":
            self._hosts += 1
        elif name == b"transfer-encoding" and value.lower() != b"chunked":
            raise ValueError("no other coding is known here")  # what a proxy takes for the body might be another part of it

    def on_headers_complete(self) -> None:
        """All headers are there: the bridge takes over."""
        self._head_since = 0.0
        if self._hosts != 1 and self.parser.get_http_version() == "1.1":
            raise ValueError("expected one Host (RFC 9112, 3.2)")
        super().on_headers_complete()
        self._due.append(self.cycle)
        self._between = 0
        if self.parser.should_upgrade():  # to nothing that is spoken here, and what follows may be in that other tongue
            self.cycle.keep_alive = False
            self._deaf = True

    def on_response_complete(self) -> None:
        """An answer is out."""
        self.since = time.monotonic()
        self._due.popleft()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what could not be parsed."""
        self.refuse(self._fault)

    def refuse(self, status: int) -> None:
        """Say why, and end the connection; after the answer that is under way, where there is one."""
        self._deaf = True
        if not self.is_quiet:
            self._end_after_answers()
            return
        for cycle in self._due:
            cycle.disconnected = True
            cycle.message_event.set()
        if self.transport.is_closing():
            return
        self.transport.write(_refusal(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def look(self, now: float) -> None:
        """End it where its client is too slow. Called every second."""
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent[0]:
            self._unsent = (unsent, now)
        if unsent and now - self._unsent[1] > self._limits.reader_seconds:
            self.transport.abort()
        elif self._deaf or self._due:
            return  # it ends, or the bridge looks after it
        elif self._head_since and now - self._head_since > self._limits.head_seconds:
            self.refuse(408)
        elif now - self.since > self._limits.idle_seconds:
            self.transport.close()

    def shutdown(self) -> None:
        """End it, after the answer that is under way, where there is one."""
        if self.is_quiet:
            self.transport.close()
        else:
            self._due[-1].keep_alive = False

    @property
    def _has_body_to_come(self) -> bool:
        return bool(self._due) and self._due[-1].more_body

    def _end_after_answers(self) -> None:
        """Answer all requests that are there as a whole, and no other: nothing more is read."""
        last = self._due[-1]
        if last.more_body and len(self._due) > 1:
            self._due.pop()
            self.pipeline.popleft()
        elif last.more_body:
            last.more_body = False  # it is being refused, and nobody has to wait for its rest
            last.message_event.set()
        self._due[-1].keep_alive = False

    def _limit_head(self, more: int) -> None:
        self._head_bytes += more
        if self._head_bytes > self._limits.head_bytes:
            self._fault = 431
            raise ValueError(WORDS[431])


def _refusal(status: int) -> bytes:
    """An answer to whoever sent what is no request: nobody knows yet whether that is a person or a program."""
    phrase = HTTPStatus(status).phrase
    body = json.dumps({"error": {"code": phrase.lower().replace(" ", "_"), "message": WORDS[status]}})
    about = f"content-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close"
    return f"HTTP/1.1 {status} {phrase}\r\n{about}\r\n\r\n{body}".encode()
