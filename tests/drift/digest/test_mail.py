"""E-mails against a real SMTP server: in the clear, by STARTTLS, by TLS, with a password, and where it goes wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scanner.drift.digest import mail
from scanner.drift.digest.mail import MailServer, NotSent, message, send, server_of
from tests.support.mail import PASSWORD, USER, Mailbox, mail_server

SAM = ("sam@shop.example",)


def a_mail(to: tuple[str, ...] = SAM, subject: str = "Lager Süd: 1 signal open") -> mail.EmailMessage:
    return message(subject, "Zwölf Becher – nicht da.\n.\nEnd\n", "scanner@shop.example", to)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Mailbox]:
    with mail_server(tmp_path) as box:
        yield box


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, False)),
        ("smtp://u:p@mail.example", MailServer("mail.example", 587, False, "u", "p")),
        ("smtps://u:p%40w%2Fd@mail.example", MailServer("mail.example", 465, True, "u", "p@w/d")),
        ("smtp://[::1]:2525/", MailServer("::1", 2525, False)),
    ],
)
def test_an_address_says_where_and_how(url, server):
    assert server_of(url) == server and "p@w" not in repr(server_of(url))


def test_a_mail_comes_as_it_was_written(plain):
    assert send(server_of(f"smtp://{plain.host}"), a_mail((*SAM, "olga@shop.example"))) == 0
    (came,) = plain.mails
    assert came["Subject"] == "Lager Süd: 1 signal open" and came["To"] == "sam@shop.example, olga@shop.example"
    assert came.get_content().replace("\r\n", "\n") == "Zwölf Becher – nicht da.\n.\nEnd\n"
    assert came["Message-ID"].endswith("@shop.example>") and came["Date"] and came["Auto-Submitted"] == "auto-generated"
    assert plain.envelopes == [("scanner@shop.example", ["sam@shop.example", "olga@shop.example"])]


def test_tls_is_used_where_it_is_offered_whoever_the_server_is(tmp_path):
    with mail_server(tmp_path, starttls=True) as box:
        send(server_of(f"smtp://{box.host}"), a_mail())
        assert box.was_tls == [True]


def test_a_password_goes_over_tls(tmp_path):
    with mail_server(tmp_path, starttls=True, password=True) as box:
        send(server_of(f"smtp://{USER}:pass%3Aw%40rd%2F@{box.host}"), a_mail())
        assert (box.users, box.was_tls) == ([USER], [True])


def test_a_wrong_password_is_not_told(tmp_path):
    with mail_server(tmp_path, starttls=True, password=True) as box:
        with pytest.raises(NotSent, match=r"^SMTPAuthenticationError, 535$"):
            send(MailServer("127.0.0.1", box.port, False, USER, "secret"), a_mail())
        assert box.mails == []


@pytest.mark.parametrize(("user", "password"), [(USER, "pässwort"), ("läger", PASSWORD)])
def test_a_user_and_a_password_that_no_server_understands_are_not_sent_and_not_told(tmp_path, user, password):
    with mail_server(tmp_path, starttls=True, password=True) as box:
        with pytest.raises(NotSent, match=r"^UnicodeEncodeError$") as refused:
            send(MailServer("127.0.0.1", box.port, False, user, password), a_mail())
        assert refused.value.__cause__ is None and refused.value.__suppress_context__
        assert box.mails == []


@pytest.mark.parametrize("host", ["mail..example", ".example", "m" * 64 + ".example"])
def test_a_host_that_can_be_none_is_not_sent(host):
    with pytest.raises(NotSent, match=r"^Unicode"):
        send(MailServer(host, 25, False), a_mail())


def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the server were on another machine."""
    monkeypatch.setattr(MailServer, "is_here", False)


def test_a_password_never_goes_in_the_clear_to_another_machine(tmp_path, monkeypatch):
    far(monkeypatch)
    with mail_server(tmp_path, password=True) as box:
        with pytest.raises(NotSent, match="SMTPNotSupportedError"):
            send(MailServer("127.0.0.1", box.port, False, USER, PASSWORD), a_mail())
        assert box.users == []


def test_a_password_never_goes_to_a_server_that_cannot_prove_its_name(tmp_path, monkeypatch):
    far(monkeypatch)
    with mail_server(tmp_path, starttls=True, password=True) as box:
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            send(MailServer("127.0.0.1", box.port, False, USER, PASSWORD), a_mail())
        assert box.users == []


def test_tls_from_the_first_byte_wants_a_name_that_is_proved(tmp_path, monkeypatch):
    far(monkeypatch)
    with mail_server(tmp_path, tls=True) as box:
        server = server_of(f"smtps://{box.host}")
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            send(server, a_mail())
        trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        monkeypatch.setattr(mail.ssl, "create_default_context", lambda: trusting)
        send(server, a_mail())
        assert len(box.mails) == 1


@pytest.mark.parametrize("starttls", [False, True])
def test_a_server_on_this_machine_need_not_prove_its_name(tmp_path, starttls):
    with mail_server(tmp_path, starttls=starttls, tls=not starttls, password=starttls) as box:
        user = f"{USER}:pass%3Aw%40rd%2F@" if starttls else ""
        send(server_of(f"smtp{'' if starttls else 's'}://{user}{box.host}"), a_mail())
        assert len(box.mails) == 1 and box.users == [USER] * starttls


def test_some_refused_addresses_are_counted(plain):
    plain.refuses = {"gone@shop.example"}
    assert send(server_of(f"smtp://{plain.host}"), a_mail((*SAM, "gone@shop.example"))) == 1
    assert plain.envelopes[0][1] == list(SAM)


def test_a_mail_that_is_refused_is_not_sent(plain):
    plain.answers = "452 Full, says sam@shop.example"
    with pytest.raises(NotSent, match=r"^SMTPDataError, 452$"):
        send(server_of(f"smtp://{plain.host}"), a_mail())


@pytest.mark.parametrize("parts", ["451 Busy", "500 What?", "bye", ""])
def test_a_mail_that_was_taken_is_sent_whatever_the_server_says_at_the_end(plain, parts):
    plain.parts = parts
    assert send(server_of(f"smtp://{plain.host}"), a_mail(), seconds=2) == 0
    assert len(plain.mails) == 1


def test_nobody_who_takes_it_is_not_sent(plain):
    plain.refuses = set(SAM)
    with pytest.raises(NotSent, match=r"^SMTPRecipientsRefused$"):
        send(server_of(f"smtp://{plain.host}"), a_mail())


def test_no_server_and_one_that_says_nothing_are_not_waited_for_long():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(NotSent, match="SMTPServerDisconnected"):
            send(MailServer("127.0.0.1", silent.getsockname()[1], False), a_mail(), seconds=0.3)
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        send(MailServer("127.0.0.1", 1, False), a_mail())


@contextmanager
def dripping(*answers: bytes, drops: bytes) -> Iterator[int]:
    """A server that gives these answers, then a drop every now and then for ever; gives its port."""
    ends = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            line, _ = listening.accept()
            with line:
                for each in answers:
                    line.sendall(each)
                    line.recv(1000)
                while not ends.wait(0.02):
                    line.sendall(drops)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = threading.Thread(target=serve)
        server.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            ends.set()
            server.join(10)


@pytest.mark.parametrize(
    ("tls", "answers"),
    [
        (False, ()),
        (False, (b"220 Hello\r\n",)),
        (False, (b"220 Hello\r\n", b"250-Me\r\n250 STARTTLS\r\n", b"220 Go on\r\n")),
        (True, (b"\x16\x03\x03\x40\x00",)),
    ],
)
def test_a_server_that_answers_by_drops_is_not_waited_for_long(tls, answers):
    """Each drop begins the time limit of a read anew."""
    drops = b"\x00" if tls else b"\x16\x03\x03\x00\x01\x00" if len(answers) == 3 else b"220-" + b"x" * 9 + b"\r\n"
    begun = time.monotonic()
    with dripping(*answers, drops=drops) as port, pytest.raises(NotSent, match=r"^TimeoutError$"):
        send(MailServer("127.0.0.1", port, tls), a_mail(), seconds=9, whole=0.5)
    assert time.monotonic() - begun < 3


def test_a_goodbye_that_takes_too_long_leaves_the_mail_sent(plain, monkeypatch):
    async def slow(*_: object) -> str:
        await asyncio.sleep(1)
        return "221 Bye"

    monkeypatch.setattr(plain, "handle_QUIT", slow)
    assert send(server_of(f"smtp://{plain.host}"), a_mail(), whole=0.6) == 0 and len(plain.mails) == 1


@pytest.mark.parametrize("line", ["House\nBcc: all@shop.example", "House\r\n\r\nMore"])
def test_a_line_break_in_the_head_is_refused(line):
    with pytest.raises(ValueError):
        a_mail(subject=line)
    with pytest.raises(ValueError):
        a_mail(to=(line,))
