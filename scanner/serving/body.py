"""The body of a request: all of it, within its size and its time, before anybody works on it."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import IO, Any

from scanner.serving.limits import Limits

Receive = Callable[[], Awaitable[Any]]
LargerLimit = Callable[[], Awaitable[int]]


class Stalled(Exception):
    """The rest of a body did not come in time."""


class Gone(Exception):
    """The client went away."""


@dataclass(frozen=True, slots=True)
class Body:
    """What came of a body: its bytes and how many, or the number announced. `whole` is False where it was too large."""

    file: IO[bytes]
    length: int | None
    whole: bool = True


def announced(headers: list[tuple[bytes, bytes]]) -> int | None:
    """The Content-Length of a request."""
    return next((int(value) for name, value in headers if name == b"content-length"), None)


async def receive_body(receive: Receive, length: int | None, limits: Limits, larger: LargerLimit) -> Body:
    """Take a body in. Whether it may have more than `body_bytes` is asked of `larger` only when it has.

    Raises Stalled and Gone.
    """
    most = limits.body_bytes
    if length is not None and length > most:
        most = await larger()
        if length > most:
            return Body(io.BytesIO(), length, whole=False)
    message = await _within(limits.wait_for_body(0, 0), receive)
    body = message["body"]
    if not message["more_body"] and len(body) <= most:  # as a rule the first bytes are all
        return Body(io.BytesIO(body), len(body) if length is not None or body else None)
    return await _spooled(receive, message, most, limits, larger)


async def _spooled(receive: Receive, message: dict[str, Any], most: int, limits: Limits, larger: LargerLimit) -> Body:
    file = tempfile.SpooledTemporaryFile(max_size=limits.memory_bytes)  # noqa: SIM115 - whoever reads it closes it
    began, come = time.monotonic(), 0
    try:
        while True:
            come += len(message["body"])
            if come > most and most == limits.body_bytes:
                most = await larger()
            if come > most:
                file.close()
                return Body(io.BytesIO(), come, whole=False)
            file.write(message["body"])
            if not message["more_body"]:
                file.seek(0)
                return Body(file, come)
            message = await _within(limits.wait_for_body(come, time.monotonic() - began), receive)
    except BaseException:
        file.close()
        raise


async def _within(seconds: float, receive: Receive) -> dict[str, Any]:
    try:
        async with asyncio.timeout(seconds):
            message: dict[str, Any] = await receive()
    except TimeoutError:
        raise Stalled from None
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
