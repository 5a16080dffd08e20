"""Whatever a receiver answers, and however slowly, a try ends in time and takes little memory."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

import pytest

from scanner.webhooks import service as webhooks
from scanner.webhooks.post import PostResult, post
from scanner.webhooks.sender import Patience, Sender
from tests.support.receivers import PATIENCE, wait_for
from tests.support.warehouse import NOW, Warehouse

SECONDS = 0.4
LATE = PostResult(None, f"no answer within {SECONDS} seconds")
MOST_BYTES = 12_000_000
"""What a try may take: 100 lines of 64 kB, and some for the work."""

OK = b"HTTP/1.1 200 OK\r\n"
Pieces = Callable[[], Iterator[bytes]]


@contextmanager
def answering(pieces: Pieces, pause: float = 0.0) -> Iterator[int]:
    """A receiver that sends its answer in pieces, to everyone who connects; gives its port."""
    stop = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            for piece in pieces():
                connection.sendall(piece)
                if stop.wait(pause):
                    return
            stop.wait(PATIENCE)

    def listen() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listen, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            stop.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def send(port: int, scheme: str = "http") -> PostResult:
    return post(f"{scheme}://127.0.0.1:{port}/", secret="whsec_c2VjcmV0", uuid="x", timestamp=0, payload="{}", seconds=SECONDS)


def all_of(*pieces: bytes) -> Pieces:
    return lambda: iter(pieces)


def head(*lines: bytes) -> bytes:
    return OK + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


BOMB = gzip.compress(bytes(30_000_000))

SLOW: dict[str, tuple[Pieces, float]] = {
    "says nothing": (all_of(), 0),
    "drips its status line": (lambda: repeat(b"H"), 0.02),
    "drips header lines": (lambda: chain([OK], repeat(b"X: y\r\n", 90)), 0.02),
    "says for ever that it goes on": (lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0),
}
ENDLESS: dict[str, tuple[Pieces, str]] = {
    "a line without end": (lambda: repeat(b"x" * 65_536), "line"),
    "header lines without end": (lambda: chain([OK], repeat(b"X: " + b"y" * 60_000 + b"\r\n", 2_000)), "100 headers"),
    "what is no HTTP": (all_of(b"220 mail.example ESMTP\r\n" * 1_000), "BadStatusLine"),
}  # fmt: skip
BODIES: dict[str, Pieces] = {
    "a body without end": lambda: chain([head()], repeat(b"z" * 65_536)),
    "a body that never comes": all_of(head(b"Content-Length: 99999999999")),
    "a gzip bomb": all_of(head(b"Content-Encoding: gzip", b"Content-Length: %d" % len(BOMB)), BOMB),
    "a chunk of absurd size": all_of(head(b"Transfer-Encoding: chunked"), b"ffffffffffffffff\r\n"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_receiver_is_cut_off_that(name: str) -> None:
    with answering(*SLOW[name]) as port:
        began = time.monotonic()
        assert send(port) == LATE
        assert time.monotonic() - began < 60 * SECONDS


def test_a_receiver_is_cut_off_that_is_silent_in_the_handshake_of_tls() -> None:
    with answering(all_of()) as port:
        assert send(port, "https") == LATE


def test_a_receiver_is_cut_off_that_drips_in_the_handshake_of_tls() -> None:
    record = b"\x16\x03\x03\x3f\xff" + b"\x02\x00\x3f\xfb\x03\x03"  # a greeting of 16 kB begins
    with answering(lambda: (bytes([byte]) for byte in record + bytes(16_000)), 0.02) as port:
        assert send(port, "https") == LATE


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_is_not_read_to_its_end_that_is(name: str) -> None:
    pieces, words = ENDLESS[name]
    with answering(pieces) as port:
        answer, peak = measured(port)
    assert answer.status is None and words in answer.error and len(answer.error) <= 300
    assert peak < MOST_BYTES


@pytest.mark.parametrize("name", BODIES)
def test_of_an_answer_only_the_head_is_read_that_has(name: str) -> None:
    with answering(BODIES[name]) as port:
        answer, peak = measured(port)
    assert answer == PostResult(200, "") and peak < MOST_BYTES


def measured(port: int) -> tuple[PostResult, int]:
    tracemalloc.start()
    try:
        return send(port), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_words_of_a_receiver_are_noted_without_what_a_database_refuses(warehouse: Warehouse) -> None:
    sender = Sender(warehouse.database, Patience(answer=5, look=0.02, first=0.01, longest=0.02, tries=2, hold=0.02))
    with answering(all_of(b"HTTP/1.1 500 Oh\x00no\x1b[31m\x85!\r\nConnection: close\r\n\r\n")) as port:
        added = warehouse.database.transact(webhooks.add, f"http://127.0.0.1:{port}/", warehouse.operators["Sam"], NOW)
        warehouse.database.transact(webhooks.test, added.id, warehouse.operators["Sam"], NOW)
        sender.start()
        try:
            wait_for(lambda: log(warehouse)[0].state == "given up")
        finally:
            sender.stop()
    assert log(warehouse)[0].last_error == "answered 500: Oh�no�[31m�!"


def log(warehouse: Warehouse) -> list[webhooks.DeliveryRow]:
    with warehouse.database.read() as session:
        return webhooks.deliveries(session)
