"""How a body is taken in, message by message."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.serving.body import Gone, Stalled, receive_body
from scanner.serving.environ import environ_of
from scanner.serving.limits import Limits
from scanner.serving.spools import Spool, Spools
from tests.support.own_loop import in_own_loop

LIMITS = Limits(body_bytes=100, memory_bytes=20, quiet_seconds=0.05)
MOST = 300


def taken(chunks: list[bytes], length: int | None = None, *, ends: str = "whole", limits: Limits = LIMITS):
    """The body and its bytes, from a client who sends these chunks and then is whole, gone or silent."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if ends == "whole":
        messages = [*messages, {"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop(0)
        if ends == "gone":
            return {"type": "http.disconnect"}
        return await asyncio.sleep(60)

    async def larger():
        return MOST

    async def run():
        return await receive_body(receive, length, limits, larger, Spool(Spools(1)))

    body = in_own_loop(run())
    with body.file as file:
        return body, file.read()


@given(st.lists(st.binary(max_size=120), max_size=6), st.booleans())
def test_a_body_is_whole_up_to_its_limit_however_it_is_cut(chunks, announced):
    sent = b"".join(chunks)
    body, came = taken(chunks, len(sent) if announced else None)
    assert body.whole == (len(sent) <= MOST)
    assert came == (sent if body.whole else b"")
    assert not body.whole or (body.length or 0) == len(sent)
    assert body.whole or (body.length or 0) > MOST, "so that the app sees that it is too large"


@pytest.mark.parametrize("chunks", [[], [b"abc"], [b"x" * 90, b"x" * 90]], ids=["nothing", "a part", "a large part"])
def test_a_client_who_goes_or_stalls_leaves_no_body(chunks):
    with pytest.raises(Gone):
        taken(chunks, 250, ends="gone")
    with pytest.raises(Stalled):
        taken(chunks, 250, ends="silent")


def test_a_body_that_drips_ends_though_it_never_pauses():
    limits = replace(LIMITS, quiet_seconds=10, slow_seconds=20, slow_rate=500)
    assert limits.wait_for_body(come=100, since_start=5) == 10
    assert limits.wait_for_body(come=100, since_start=15) == 5
    assert limits.wait_for_body(come=100, since_start=21) == 0
    assert limits.wait_for_body(come=1_000_000, since_start=600) == 10


def test_a_path_arrives_as_its_bytes():
    scope = {"method": "GET", "raw_path": b"/caf%C3%A9%2f", "query_string": b"q=%20", "http_version": "1.1", "scheme": "https"}
    scope |= {"headers": [(b"x-a", b"1"), (b"x-a", b"2")], "server": ("::1", 80), "client": ("::1", 9)}
    environ = environ_of(scope, file := io.BytesIO(), None)
    assert environ["PATH_INFO"].encode("latin-1") == "/café/".encode()
    assert environ["HTTP_X_A"] == "1,2" and environ["wsgi.url_scheme"] == "https" and environ["wsgi.input"] is file
