"""A server on a socket: what it does with clients that are slow, wrong, too large, or gone."""

from __future__ import annotations

import errno
import resource
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from flask import Flask, Response, abort, request

from scanner.serving import server
from scanner.serving.connection import Connection
from scanner.serving.environ import NO_ROOM
from scanner.serving.limits import Limits
from scanner.serving.ports import SPARE, Room, listen, room_for, shared
from scanner.serving.server import Door, Server
from tests.support.receivers import wait_for

pytestmark = pytest.mark.slow

SMALL, LARGE = 1000, 5000
PATIENCE = 8
"""Seconds after which a test gives up. A busy machine may pause for one or two."""
LIMITS = Limits(
    threads=2, connections=40, head_bytes=2000, body_bytes=SMALL, memory_bytes=500, head_seconds=60, idle_seconds=60,
    quiet_seconds=60, drain_seconds=1, reader_seconds=60, stop_seconds=4, event_seconds=0.05, spools=3,
)  # fmt: skip
IMPATIENT = replace(LIMITS, head_seconds=0.5, idle_seconds=1.5, quiet_seconds=0.5, reader_seconds=1)
POST = b"POST /length HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /seen HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"


class Heard(Connection):
    """Counts what it took of each client, by the client's port."""

    of: ClassVar[Counter[int]] = Counter()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.of[self.client[1]] += len(data)


class Served:
    """An app on a port, and what happened in it."""

    def __init__(self, limits: Limits) -> None:
        self.app = Flask("served")
        self.app.config["MAX_CONTENT_LENGTH"] = SMALL
        self.asked: list[str] = []
        self.closed, self.go_on, self.begun = threading.Event(), threading.Event(), threading.Event()
        self.app.before_request(self._limit)
        for path, view in (
            ("/length", lambda: str(len(request.get_data()))),
            ("/seen", lambda: {key: value for key, value in request.environ.items() if isinstance(value, str)}),
            ("/slow", self._slow),
            ("/held", lambda: str(self.go_on.wait(PATIENCE))),
            ("/endless", lambda: Response(self._endless())),
            ("/events", lambda: Response(self._events(), mimetype="text/event-stream")),
            ("/long", lambda: Response(b"%d\n" % number for number in range(2000))),
        ):
            self.app.add_url_rule(path, path, view, methods=["GET", "POST"])
        listener = listen("127.0.0.1", 0)
        self.port = listener.getsockname()[1]
        self.server = Server([Door(listener, self.app, body_limit=self._may_have)], limits)
        self.server.start()

    def stop(self) -> None:
        """End it, once."""
        server, self.server = self.server, None
        if server:
            server.stop()

    def open(self, *said: bytes) -> socket.socket:
        """A client that said so much. Each part but the only one has come by itself when the next is sent."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        port, so_far = client.getsockname()[1], 0
        Heard.of[port] = 0
        for part in said:
            client.sendall(part)
            so_far += len(part)
            if len(said) > 1:
                self._wait_for_bytes(port, so_far)
        return client

    def wait_for_spools(self, number: int) -> None:
        """Until so many requests have a file."""
        (bridge,) = self.server._bridges.values()
        wait_for(lambda: len(bridge._spools._taken) >= number)

    def wait_for_connections(self, number: int) -> None:
        """Until so many clients are let in."""
        wait_for(lambda: len(self.server._state.connections) >= number)

    def say(self, *said: bytes) -> bytes:
        """All that is answered until the server ends the connection."""
        with self.open(*said) as client:
            return all_of(client)

    def _may_have(self, environ: dict[str, str]) -> int:
        if environ.get("HTTP_AUTHORIZATION") == "nobody can say":
            raise OSError("the database is away")
        self.asked.append(environ["PATH_INFO"])
        return LARGE if environ.get("HTTP_AUTHORIZATION") else SMALL

    def _wait_for_bytes(self, port: int, number: int) -> None:
        wait_for(lambda: Heard.of[port] >= number)

    def _limit(self) -> None:
        if NO_ROOM in request.environ:
            abort(503)
        request.max_content_length = LARGE if "Authorization" in request.headers else SMALL

    def _slow(self) -> str:
        self.begun.set()
        time.sleep(0.5)
        return "done"

    def _endless(self) -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            self.closed.set()

    def _events(self) -> Iterator[bytes]:
        try:
            yield b"data: first\n\n"
            while True:
                yield b""
        finally:
            self.closed.set()


@pytest.fixture
def serve(monkeypatch) -> Iterator[Callable[[Limits], Served]]:
    monkeypatch.setattr(server, "Connection", Heard)
    started: list[Served] = []

    def start(limits: Limits) -> Served:
        started.append(Served(limits))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def served(serve) -> Served:
    """A server that waits for slow clients far longer than a client of these tests waits for an answer."""
    return serve(LIMITS)


@pytest.fixture
def impatient(serve) -> Served:
    """A server whose clients are soon too slow."""
    return serve(IMPATIENT)


def all_of(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def is_ended(client: socket.socket, seconds: float = PATIENCE) -> bool:
    """Whether the server ends the connection in time, by whatever way."""
    client.settimeout(seconds)
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def is_free(port: int) -> bool:
    try:
        listen("127.0.0.1", port).close()
    except OSError:
        return False
    return True


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


REQUESTS = [
        (POST + b"Content-Length: 3\r\n\r\nabc", 200, "as it should be"),
        (POST + CHUNKED + chunked(b"ab", b"c"), 200, "chunks are put together"),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"abc"), 400, "two ends: smuggling"),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, "two lengths: smuggling"),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(b"abc"), 400, "a coding that nobody undoes"),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked(b"abc"), 400, "a proxy might see chunks in it"),
        (POST + b"Content-Length: +3\r\n\r\nabc", 400, "no number as HTTP has it"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400, "a chunk of no length"),
        (POST.replace(b"close", b"Upgrade") + b"Upgrade: h2c\r\nContent-Length: 3\r\n\r\nabc", 400, "a body in another tongue"),
        (GET + b"Host: there\r\n\r\n", 400, "two hosts"),
        (b"GET /seen HTTP/1.1\r\n\r\n", 400, "no host"),
        (b"GET /seen HTTP/1.1\r\nHost : here\r\n\r\n", 400, "a blank before the colon"),
        (b"CONNECT there:80 HTTP/1.1\r\nHost: there\r\n\r\n", 400, "this is no proxy"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "TLS to a port that speaks none"),
        (GET + b"X: " + b"y" * 3000 + b"\r\n\r\n", 431, "a header too long"),
        (GET + b"X: " + b"y" * 300_000, 431, "a header without an end"),
        (GET + b"X: y\r\n" * 500 + b"\r\n", 431, "too many headers"),
        (b"GET /" + b"y" * 3000 + b" HTTP/1.1\r\nHost: here\r\n\r\n", 431, "an address too long"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected", "why"), REQUESTS, ids=[why for _, _, why in REQUESTS])
def test_a_request_is_taken_or_refused(served, said, expected, why):
    assert status(served.say(said)) == expected, why


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([GET], 408),
        ([GET, b"X: 1\r\n" * 2, b"X: 2\r\n"], 408),
        ([POST + b"Content-Length: 30\r\n\r\nabc"], 408),
        ([POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"], 408),
    ],
    ids=["head", "drip", "body", "chunks"],
)
def test_what_stalls_is_told_so(impatient, said, expected):
    assert status(impatient.say(*said)) == expected


def test_a_program_gets_the_408_as_json(impatient):
    answer = impatient.say(POST.replace(b"/length", b"/api/v1/scans") + b"Content-Length: 30\r\n\r\nabc")
    assert status(answer) == 408 and b'"request_timeout"' in answer


@pytest.mark.parametrize("said", [[], [b"\r\n"] * 30], ids=["silent", "blank lines"])
def test_whoever_asks_nothing_is_let_go(impatient, said):
    assert impatient.say(*said) == b""


def test_slow_bodies_hold_no_thread(served):
    stalled = [served.open(POST + b"Content-Length: 30\r\n\r\nabc") for _ in range(LIMITS.threads * 3)]
    assert status(served.say(GET + b"\r\n")) == 200
    for client in stalled:
        client.close()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 300000\r\n\r\n", b"x" * 300_000),
        (CHUNKED, chunked(*[b"x" * 100_000] * 3)),
    ],
    ids=["announced", "chunked"],
)
@pytest.mark.parametrize("known", [b"", b"Authorization: yes\r\n"], ids=["stranger", "known"])
def test_who_sends_too_much_gets_to_read_why(served, head, body, known):
    answer = served.say(POST + known + head + body)
    assert status(answer) == 413 and b"Too Large" in answer and b"connection: close" in answer


@pytest.mark.parametrize(
    ("known", "size", "expected"),
    [
        (b"", SMALL, 200),
        (b"", SMALL + 1, 413),
        (b"Authorization: yes\r\n", LARGE, 200),
        (b"Authorization: yes\r\n", LARGE + 1, 413),
    ],
    ids=["a form", "too much", "a photo", "too much of one"],
)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_how_much_is_taken_is_asked_of_the_app(served, known, size, expected, in_chunks):
    body, length = b"x" * size, b"Content-Length: %d\r\n\r\n" % size
    framed = CHUNKED + chunked(body[:600], body[600:]) if in_chunks else length + body
    answer = served.say(POST + known + framed)
    assert status(answer) == expected
    assert expected == 413 or answer.endswith(b"\r\n\r\n%d" % size)
    assert served.asked == ([] if size <= SMALL else ["/length"])


def test_while_nobody_can_say_how_much_is_taken_it_is_not_now(served, caplog):
    body = b"x" * LARGE
    answer = served.say(POST + b"Authorization: nobody can say\r\nContent-Length: %d\r\n\r\n" % LARGE + body)
    assert status(answer) == 503 and b"retry-after: 5" in answer and b"try again" in answer
    assert status(served.say(GET + b"\r\n")) == 200


def test_a_body_too_large_is_refused_before_it_is_sent(served):
    answer = served.say(POST + b"Expect: 100-continue\r\nContent-Length: 300000\r\n\r\n")
    assert status(answer) == 413


def test_a_body_is_asked_for_where_the_client_waits_for_that(served):
    answer = served.say(POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", b"abc")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_client_that_goes_midway_has_nothing_done(served):
    with served.open(POST + b"Authorization: yes\r\nContent-Length: 3000\r\n\r\nabc"):
        pass
    assert status(served.say(GET + b"\r\n")) == 200
    wait_for(lambda: served.asked == ["/length"])


def test_the_app_sees_the_request_as_it_was(served):
    seen = served.say(
        b"GET /seen?a=%20b HTTP/1.1\r\nHost: here\r\nX_Role: boss\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n"
    )
    for part in (
        b'"REMOTE_ADDR":"127.0.0.1"',
        b'"HTTP_COOKIE":"a=1; b=2"',
        b'"QUERY_STRING":"a=%20b"',
        b'"SERVER_PROTOCOL":"HTTP/1.1"',
    ):
        assert part in seen
    assert b"X_ROLE" not in seen, "it would pass for X-Role"


def test_a_header_after_the_body_is_none(served):
    body = CHUNKED + chunked(b"x" * 1500)[:-2] + b"Authorization: yes\r\n\r\n"
    assert status(served.say(POST + body)) == 413


def test_a_head_is_answered_without_a_body(served):
    answer = served.say((GET + b"\r\n").replace(b"GET", b"HEAD"))
    assert status(answer) == 200 and answer.endswith(b"\r\n\r\n") and b"content-length: " in answer


def test_a_connection_carries_one_request_after_another(served):
    one = b"GET /seen HTTP/1.1\r\nHost: here\r\n\r\n"
    assert served.say(one + one, GET + b"\r\n").count(b"HTTP/1.1 200 OK") == 3


def test_the_end_of_an_answer_does_not_wait_for_word_of_its_beginning(served):
    """Head and body leave apart; with Nagle's algorithm each answer would take 40 ms."""
    with served.open(b"GET /seen HTTP/1.1\r\nHost: here\r\n\r\n") as client:
        client.recv(1)
        (connection,) = served.server._connections()
        assert connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_nonsense_after_a_request_does_not_spoil_its_answer(served):
    assert status(served.say(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n", b"nonsense\r\n\r\n")) == 200


@pytest.mark.parametrize(("version", "framing"), [(b"1.1", b"transfer-encoding: chunked"), (b"1.0", b"content-length: 8890")])
def test_an_answer_of_unknown_length_has_an_end(served, version, framing):
    answer = served.say(b"GET /long HTTP/%b\r\nHost: here\r\nConnection: close\r\n\r\n" % version)
    assert framing in answer and b"1999\n" in answer


def test_slow_readers_hold_no_thread(served):
    readers = [served.open(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n") for _ in range(LIMITS.threads * 2)]
    for client in readers:
        client.recv(1)
    assert status(served.say(GET + b"\r\n")) == 200
    for client in readers:
        client.close()


def test_a_slow_reader_is_let_go(impatient):
    with impatient.open(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n"):
        assert impatient.closed.wait(PATIENCE), "the app is told that nobody reads"


def test_streams_of_events_hold_no_thread_and_send_at_once(served):
    streams = [served.open(b"GET /events HTTP/1.1\r\nHost: here\r\n\r\n") for _ in range(20)]
    for stream in streams:
        told = b""
        while b"data: first" not in told:
            told += stream.recv(65536)
    assert status(served.say(GET + b"\r\n")) == 200
    for stream in streams:
        stream.close()
    assert served.closed.wait(PATIENCE)


def test_the_quiet_ones_go_when_there_is_no_room_the_oldest_first(served):
    quiet = [served.open() for _ in range(LIMITS.connections)]
    assert status(served.say(GET + b"\r\n")) == 200
    assert is_ended(quiet[0]) and not is_ended(quiet[-1], 0.2)
    for client in quiet:
        client.close()


def test_at_the_end_what_is_under_way_is_answered_and_the_port_is_free(served):
    client = served.open(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
    idle, stalled = served.open(), served.open(POST + b"Content-Length: 30\r\n\r\nabc")
    served.wait_for_connections(3)
    assert served.begun.wait(PATIENCE)
    ending = threading.Thread(target=served.stop)
    ending.start()
    wait_for(lambda: is_free(served.port))
    with client:
        assert all_of(client).endswith(b"done")
    ending.join(PATIENCE)
    assert not ending.is_alive()
    for other in (idle, stalled):
        other.close()


SEEN = b"GET /seen HTTP/1.1\r\nHost: here\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n"
KEPT = POST.replace(b"Connection: close\r\n", b"Authorization: yes\r\n")
WHOLE = KEPT + b"Content-Length: %d\r\n\r\n" % LARGE + b"x" * LARGE


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        (SLOW, [b"done"]),
        (WHOLE, [b"5000"]),
        (KEPT + CHUNKED + chunked(b"x" * 1500), [b"1500"]),
        (SLOW + SEEN + WHOLE, [b"done", b"REMOTE_ADDR", b"5000"]),
        (SLOW + KEPT + b"Content-Length: 30\r\n\r\nabc", [b"done"]),
        (GET.replace(b"/seen HTTP/1.1", b"/long HTTP/1.0") + b"\r\n", [b"1999"]),
        (POST + b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000, [b"Too Large"]),
    ],
    ids=["slow", "large", "chunked", "one after another", "one without its end", "HTTP/1.0", "too large"],
)
def test_a_client_that_says_no_more_gets_to_read_its_answer(served, said, answers):
    with served.open(said) as client:
        client.shutdown(socket.SHUT_WR)
        heard = all_of(client)  # which ends soon: one that is kept would outlast the client
    assert [heard.find(answer) >= 0 for answer in answers] == [True] * len(answers)
    assert heard.count(b"HTTP/1.1 ") == len(answers)


@pytest.mark.parametrize("said", [b"", b"GET /seen", POST + b"Content-Length: 30\r\n\r\nabc"], ids=["nothing", "head", "body"])
def test_a_client_that_says_no_more_and_asked_for_nothing_is_let_go(served, said):
    with served.open(said) as client:
        client.shutdown(socket.SHUT_WR)
        assert is_ended(client)


@pytest.mark.parametrize("after", [b"", SEEN], ids=["alone", "with another request waiting behind it"])
def test_a_stream_of_events_ends_once_its_client_is_gone(served, after):
    served.open(b"GET /events HTTP/1.1\r\nHost: here\r\n\r\n" + after).close()
    assert served.closed.wait(PATIENCE)


def test_a_body_does_not_count_for_the_head_of_the_next_request(served):
    heard = served.say(WHOLE + SEEN + GET, b"X: " + b"y" * 900, b"\r\n\r\n")
    assert [status(b"HTTP/1.1 " + each) for each in heard.split(b"HTTP/1.1 ")[1:]] == [200, 200, 200]


@pytest.mark.parametrize("at_most", [1, 100, 2000])
def test_a_head_is_as_long_however_it_is_cut(served, at_most):
    said = GET + b"X: " + b"y" * 600 + b"\r\nY: " + b"z" * 600 + b"\r\n\r\n"
    with served.open() as client:
        for at in range(0, len(said), at_most):
            client.sendall(said[at : at + at_most])
        assert status(all_of(client)) == 200


@pytest.mark.parametrize("end", [b"X: ", b"X: y\r\n" * 9 + b"X: "], ids=["one", "several"])
def test_what_follows_a_body_has_a_limit(served, end):
    heard = served.say(POST + CHUNKED + b"3\r\nabc\r\n0\r\n" + end, b"y" * 3000)
    assert status(heard) == 431


def test_requests_that_wait_do_not_spoil_the_one_at_work(served):
    """The last one has not come as a whole; the first is answered even when the server stops."""
    with served.open(SLOW + KEPT + b"Content-Length: 30\r\n\r\nabc") as client:
        assert served.begun.wait(PATIENCE)
        served.stop()
        assert b"done" in all_of(client)


PART = POST + b"Content-Length: %d\r\n\r\n" % SMALL + b"x" * (SMALL - 1)
"""All but the last byte: what comes at once needs no file."""


def test_bodies_that_stall_on_the_disk_make_room_the_oldest_first(served):
    stalled = []
    for number in range(1, LIMITS.spools + 1):
        stalled.append(served.open(PART))
        served.wait_for_spools(number)
    assert status(served.say(PART, b"x")) == 200
    with stalled[0] as first:
        assert status(first.recv(4096)) == 503
    for client in stalled[1:]:
        client.sendall(b"x")
        assert status(client.recv(4096)) == 200
        client.close()


def test_while_all_bodies_on_the_disk_are_worked_on_another_one_is_refused(serve):
    served = serve(replace(LIMITS, threads=LIMITS.spools + 1))
    held = [served.open(PART.replace(b"/length", b"/held"), b"x") for _ in range(LIMITS.spools)]
    served.wait_for_spools(LIMITS.spools)
    assert status(served.say(PART)) == 503
    served.go_on.set()
    for client in held:
        assert status(client.recv(4096)) == 200
        client.close()
    assert status(served.say(PART, b"x")) == 200


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
@pytest.mark.parametrize(
    "said", [(PART, b"x"), (GET.replace(b"/seen HTTP/1.1", b"/long HTTP/1.0"), b"\r\n")], ids=["a body", "an answer"]
)
def test_without_a_file_it_is_not_now(served, monkeypatch, said, number):
    def refuse(*_: object) -> None:
        raise OSError(number, "no file")

    with monkeypatch.context() as full:
        full.setattr(tempfile, "TemporaryFile", refuse)
        assert status(served.say(*said)) == 503
        assert status(served.say(GET + b"\r\n")) == 200
    assert status(served.say(*said)) == 200


def test_files_and_connections_share_what_descriptors_there_are():
    assert shared(512, 4096, 512) == Room(384, 128)
    assert shared(-100, 4096, 512) == Room(16, 4), "a few in any case"
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (SPARE + 40, before[1]))
        assert room_for(60, 20) == Room(60, 20)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= SPARE + 80
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
