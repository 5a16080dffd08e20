"""One connection of a client: uvicorn's, with limits on what comes before a request is there as a whole."""

from __future__ import annotations

import json
import time
from http import HTTPStatus

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from scanner.serving.limits import Limits

LINGER_SECONDS = 2
"""For a client that still sends when it is refused. Closed at once, it would never read why."""
WORDS = {
    400: "That is no request of HTTP.",
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
        self._fault = 400
        self._deaf = False
        self._unsent = (0, 0.0)  # bytes, and since when

    @property
    def is_quiet(self) -> bool:
        """Whether no request is there as a whole, or being answered."""
        return self.cycle is None or self.cycle.response_complete or (self.cycle.more_body and not self.cycle.response_started)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the connection ends."""
        if self._deaf:
            return
        super().data_received(data)
        if self._head_since and not self._deaf:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes:
                self.refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head_since, self._head_bytes, self._hosts = time.monotonic(), 0, 0

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
        if self.parser.should_upgrade():  # to nothing that is spoken here, and what follows may be in that other tongue
            self.cycle.keep_alive = False
            self._deaf = True

    def on_response_complete(self) -> None:
        """An answer is out."""
        self.since = time.monotonic()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what could not be parsed."""
        self.refuse(self._fault)

    def refuse(self, status: int) -> None:
        """Say why, and end the connection; after the answer that is under way, where there is one."""
        self._deaf = True
        if not self.is_quiet:
            self.cycle.keep_alive = False
            return
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
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
        elif self._deaf or (self.cycle is not None and not self.cycle.response_complete):
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
            self.cycle.keep_alive = False

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
