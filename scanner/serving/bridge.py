"""The WSGI app as an ASGI one. The body is taken in before a thread is, and the answer leaves without one."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from scanner.serving.answer import Answer, App, Header, Piece
from scanner.serving.body import Body, Gone, Receive, Stalled, announced, drain, receive_body
from scanner.serving.environ import NO_ROOM, SAID_ALL, Environ, environ_of
from scanner.serving.limits import Limits
from scanner.serving.spools import NoRoom, Spool, Spools
from scanner.serving.threads import Threads

Scope = dict[str, Any]
Send = Callable[[Any], Any]
BodyLimit = Callable[[Environ], int]
_log = logging.getLogger(__name__)
_CLOSE = (b"connection", b"close")
_NO_LENGTH = {204, 304}
STALLED = "The rest of what was sent did not come. Send it again."
NOT_NOW = "The record could not be asked who you are. Nothing is lost on the device: try again."
NO_FILE = "There is no room now for what was asked for. Try again in a moment."
SHORT = "Less came than the request had announced."


class NobodyKnows(Exception):
    """It cannot be found out now how much the app takes: its database is away."""


class Bridge:
    """Hands whole requests to the app. `body_limit` says how many bytes of a body the app takes from this request."""

    def __init__(self, app: App, limits: Limits, spools: Spools, body_limit: BodyLimit | None = None) -> None:
        self.stopping = False
        self._app = app
        self._limits = limits
        self._spools = spools
        self._body_limit = body_limit or (lambda _environ: limits.body_bytes)
        self._threads = Threads(limits.threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        spool = Spool(self._spools)
        try:
            await self._take(scope, receive, send, spool)
        finally:
            spool.close()

    async def _take(self, scope: Scope, receive: Receive, send: Send, spool: Spool) -> None:
        length = announced(scope["headers"])
        try:
            body = await receive_body(receive, length, self._limits, lambda: self._larger(scope, length), spool)
        except NoRoom as error:
            _log.warning("There is no room for the body of a request: %s", error.__cause__ or "too many wait on the disk")
            spool.end()
            body = Body(io.BytesIO(), None, whole=False, has_room=False)
        except Gone:
            return
        except Stalled:
            await _refuse(scope, send, 408, STALLED)
            return
        except NobodyKnows:
            await _refuse(scope, send, 503, NOT_NOW)
            await drain(receive, self._limits.drain_seconds)
            return
        if body.whole and (body.length or 0) < (length or 0):  # its end was mistaken, so what follows may be, too
            await _refuse(scope, send, 400, SHORT)
            return
        try:
            await self._answer(scope, body, spool, receive, send)
        except NoRoom as error:
            _log.warning("There is no room for an answer: %s", error.__cause__ or "too many wait on the disk")
            await _refuse(scope, send, 503, NO_FILE)

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return self._threads.waiting

    def close(self) -> None:
        """Take no more work."""
        self._threads.close()

    async def _larger(self, scope: Scope, length: int | None) -> int:
        try:
            found: int = await self._threads.run(self._body_limit, environ_of(scope, io.BytesIO(), length))
        except Exception:
            _log.exception("It could not be asked how large a body may be")
            raise NobodyKnows from None
        return max(found, self._limits.body_bytes)

    async def _answer(self, scope: Scope, body: Body, spool: Spool, receive: Receive, send: Send) -> None:
        environ = environ_of(scope, body.file, body.length)
        if not body.has_room:
            environ[NO_ROOM] = True
        answer = Answer(self._app, environ, self._limits.memory_bytes)
        piece: Piece = await self._threads.run(answer.begin)
        if not body.whole:
            answer.headers = [*(header for header in answer.headers if header[0] != b"connection"), _CLOSE]
        if not piece.last and not answer.has_length and scope["http_version"] == "1.0":
            piece = await self._hold(answer, piece, spool)
        await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, piece, scope)})
        if not piece.last:
            piece = await self._stream(answer, piece, scope, receive, send)
        if not body.whole:
            await send({"type": "http.response.body", "body": piece.content, "more_body": True})
            piece = Piece(b"", last=True)
            await drain(receive, self._limits.drain_seconds)
        await send({"type": "http.response.body", "body": piece.content})

    async def _hold(self, answer: Answer, piece: Piece, spool: Spool) -> Piece:
        file = None
        try:
            file = spool.open()
            held: Piece = await self._threads.run(answer.hold, piece, file)
        except BaseException:
            if file is not None:
                with suppress(OSError):
                    file.close()
            await self._threads.run(answer.close)
            raise
        return held

    async def _stream(self, answer: Answer, piece: Piece, scope: Scope, receive: Receive, send: Send) -> Piece:
        """Send what the app makes at the pace of the client, who may go at any time; gives the last piece."""
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            while not (piece.last or gone.done() or (piece.idle and (self.stopping or SAID_ALL in scope.get("state", ())))):
                await send({"type": "http.response.body", "body": piece.content, "more_body": True})
                if piece.idle:
                    await asyncio.wait({gone}, timeout=self._limits.event_seconds)
                piece = await self._threads.run(answer.more)
            return piece if piece.last else Piece(b"", last=True)
        finally:
            gone.cancel()
            if not piece.last:
                await self._threads.run(answer.close)


def _headers(answer: Answer, piece: Piece, scope: Scope) -> list[Header]:
    """The headers of an answer, with its length where that is known."""
    known = piece.last and not answer.has_length and answer.status not in _NO_LENGTH and scope["method"] != "HEAD"
    return [*answer.headers, (b"content-length", b"%d" % len(piece.content))] if known else answer.headers


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] == "http.request":
        pass


async def _refuse(scope: Scope, send: Send, status: int, words: str) -> None:
    """Answer in the app's stead: JSON to a program, text to a person. The connection ends."""
    if scope["path"].startswith("/api/"):
        name = HTTPStatus(status).phrase.lower().replace(" ", "_")
        kind, content = b"application/json", json.dumps({"error": {"code": name, "message": words}}).encode()
    else:
        kind, content = b"text/plain; charset=utf-8", words.encode()
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content)), _CLOSE]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
