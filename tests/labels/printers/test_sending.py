"""Bytes to a printer's socket, and a sentence for whatever goes wrong."""

from __future__ import annotations

import errno
import socket
import time

import pytest

from scanner.labels.printers import sending
from scanner.labels.printers.rules import NotPrinted, PrinterSettings
from tests.support.printers import printer

MUCH = b"x" * 20_000_000


def test_the_printer_gets_every_byte():
    with printer() as there:
        sending.send(there.settings(), b"^XA^XZ" * 10_000)
        assert there.wait() == b"^XA^XZ" * 10_000


def test_a_printer_that_takes_nothing_on_its_port_refuses():
    with printer() as there:
        gone = there.settings()
    with pytest.raises(NotPrinted, match=r"^Dock \(127.0.0.1, port \d+\) refused: .* Nothing was printed\.$"):
        sending.send(gone, b"^XA^XZ")


def test_a_printer_that_stalls_is_left_in_time_and_may_have_printed_some():
    begun = time.monotonic()
    with printer("stalls") as there, pytest.raises(NotPrinted, match=r"after 0.5 seconds: some may have been printed"):
        sending.send(there.settings(), MUCH, whole=0.5)
    assert time.monotonic() - begun < 5


def test_a_printer_that_closes_half_way_may_have_printed_some():
    with printer("breaks") as there, pytest.raises(NotPrinted, match=r"closed the connection half-way: some may have been"):
        sending.send(there.settings(), MUCH)


def test_a_printer_that_breaks_off_a_short_label_is_noticed_too():
    with printer("breaks") as there, pytest.raises(NotPrinted, match=r"half-way"):
        sending.send(there.settings(), b"^XA^XZ")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.EHOSTUNREACH, "No route"), "cannot be reached from the server"),
        (OSError(errno.ENETUNREACH, "No net"), "cannot be reached from the server"),
        (TimeoutError(), "did not answer within 5 seconds: is it on"),
        (OSError(errno.EADDRNOTAVAIL, "?"), "could not be connected to"),
    ],
)
def test_each_way_not_to_connect_has_its_words(monkeypatch, problem, words):
    def fail(*_: object) -> socket.socket:
        raise problem

    monkeypatch.setattr(sending, "_dial", fail)
    with pytest.raises(NotPrinted, match=rf"{words}.* Nothing was printed\.$"):
        sending.send(PrinterSettings("Dock", "127.0.0.1", 9100, "roll-57x32", 203), b"^XA^XZ")


def test_a_name_that_nobody_has_is_said(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: (_ for _ in ()).throw(socket.gaierror(-2, "unknown")))
    with pytest.raises(NotPrinted, match=r"nothing in the network is called nowhere\. Nothing was printed\."):
        sending.send(PrinterSettings("Dock", "nowhere", 9100, "roll-57x32", 203), b"^XA^XZ")


def test_a_look_up_that_hangs_is_left_in_time(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    with pytest.raises(NotPrinted, match="was not found"):
        sending.send(PrinterSettings("Dock", "slow", 9100, "roll-57x32", 203), b"^XA^XZ", connect=0.1)
