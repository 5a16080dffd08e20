"""The body of a request: all of it, within its size and its time, before anybody works on it."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from scanner.serving.limits import Limits
from scanner.serving.spools import NoRoom, Spool, told_as_no_room

Receive = Callable[[], Awaitable[Any]]
LargerLimit = Callable[[], Awaitable[int]]


class Stalled(Exception):
    """The rest of a body did not come in time."""


class Gone(Exception):
    """The client went away."""


@dataclass(frozen=True, slots=True)
class Body:
    """What came of a body: its bytes and how many, or the number announced.

    `whole` is False where it was too large, or where `has_room` is: there was no room for it on the disk.
    """

    file: IO[bytes]
    length: int | None
    whole: bool = True
    has_room: bool = True


def announced(headers: list[tuple[bytes, bytes]]) -> int | None:
    """The Content-Length of a request."""
    return next((int(value) for name, value in headers if name == b"content-length"), None)


async def receive_body(receive: Receive, length: int | None, limits: Limits, larger: LargerLimit, spool: Spool) -> Body:
    """Take a body in. Whether it may have more than `body_bytes` is asked of `larger` only when it has.

    Raises Stalled, Gone and NoRoom.
    """
    most = limits.body_bytes
    if length is not None and length > most:
        most = await larger()
        if length > most:
            return Body(io.BytesIO(), length, whole=False)
    message = await _within(limits.wait_for_body(0, 0), receive, spool)
    body = message["body"]
    if not message["more_body"] and len(body) <= most:  # as a rule the first bytes are all
        return Body(io.BytesIO(body), len(body) if length is not None or body else None)
    return await _spooled(receive, message, spool, limits=limits, most=most, larger=larger)


async def _spooled(
    receive: Receive, message: dict[str, Any], spool: Spool, *, limits: Limits, most: int, larger: LargerLimit
) -> Body:
    file: IO[bytes] = io.BytesIO()
    began, come = time.monotonic(), 0
    try:
        while True:
            come += len(message["body"])
            if come > most and most == limits.body_bytes:
                most = await larger()
            if come > most:
                file.close()
                return Body(io.BytesIO(), come, whole=False)
            if come > limits.memory_bytes and isinstance(file, io.BytesIO):
                file = _on_disk(file, spool)
            with told_as_no_room():
                file.write(message["body"])
                if not message["more_body"]:
                    file.seek(0)
                    return Body(file, come)
            message = await _within(limits.wait_for_body(come, time.monotonic() - began), receive, spool)
    except BaseException:
        with suppress(OSError):  # what was to be written yet may find no room
            file.close()
        raise


def _on_disk(kept: io.BytesIO, spool: Spool) -> IO[bytes]:
    file = spool.open()
    with told_as_no_room():
        file.write(kept.getbuffer())
    return file


async def _within(seconds: float, receive: Receive, spool: Spool) -> dict[str, Any]:
    try:
        async with spool.wait(seconds):
            message: dict[str, Any] = await receive()
    except TimeoutError:
        raise (NoRoom if spool.is_ended else Stalled) from None
    spool.waits_since = 0
    if spool.is_ended:
        raise NoRoom
    if message["type"] != "http.request":
        raise Gone
    return message


async def drain(receive: Receive, seconds: float) -> None:
    """Throw away what a client still sends, so that it gets to read its answer."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] != "http.request" or not message["more_body"]:
                    return
    except TimeoutError:
        return
