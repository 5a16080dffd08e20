"""Messages to forbidden addresses in every spelling, put behind the form's back and sent by the real sender: none connects.

SCANNER_LONG=1 python3 -m scanner test tests/faults     # 5,000 addresses instead of 150
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

import pytest
from sqlalchemy import func, insert, select

from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.webhooks import connecting, store
from scanner.webhooks.sender import Patience, Sender
from scanner.webhooks.tables import Delivery, Webhook
from tests.support.receivers import Receiver, receiving, wait_for
from tests.support.warehouse import NOW, Warehouse
from tests.webhooks.test_addresses import FORBIDDEN, spellings_4, spellings_6

pytestmark = pytest.mark.faults

LONG = bool(os.environ.get("SCANNER_LONG"))
ADDRESSES = 5_000 if LONG else 150
ONCE = Patience(answer=1, look=0.01, first=0.01, longest=0.01, tries=1, hold=0.01)
SECRET = "whsec_c2VjcmV0"


class Wire:
    """Notes where sockets are asked to connect to, and lets only those to the receiver of the test through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
        self.forbidden: list[str] = []
        real = socket.socket.connect

        def connect(made: socket.socket, address: tuple[str, int]) -> None:
            if address[:2] == ("127.0.0.1", allowed):
                return real(made, address)
            self.forbidden.append(address[0])
            raise ConnectionRefusedError("caught by the test")

        monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def hosts(seed: int, number: int) -> list[str]:
    """Forbidden addresses of every network, each in a spelling by chance."""
    chance, found = random.Random(seed), []
    networks = [IPv4Network(text) for text in FORBIDDEN]
    for each in range(number):
        network = networks[each % len(networks)]
        address = IPv4Address(chance.randint(int(network[0]), int(network[-1])))
        spelled = chance.choice([*spellings_4(address), *(f"[{text}]" for text in spellings_6(address))])
        found.append(spelled)
    return found


def put(database: Database, urls: list[str]) -> None:
    """Addresses with a message each, as an older version or another hand may have left them."""

    def write(session: object) -> None:
        for number, url in enumerate(urls):
            hook = {"url": url, "secret": SECRET, "active": True, "created_at": NOW}
            made = run(session, insert(Webhook.__table__).values(hook).returning(Webhook.__table__.c.id)).scalar_one()
            message = {
                "uuid": str(number),
                "webhook_id": made,
                "event": "test",
                "payload": "{}",
                "created_at": NOW,
                "next_at": NOW,
            }
            run(session, insert(Delivery.__table__), message)

    database.transact(write)


def waiting(database: Database) -> int:
    table = Delivery.__table__
    with database.read() as session:
        return int(run(session, select(func.count()).select_from(table).where(table.c.state == "waiting")).scalar_one())


def send_all(database: Database) -> None:
    sender = Sender(database, ONCE)
    sender.start()
    try:
        wait_for(lambda: waiting(database) == 0, 300 if LONG else 60)
    finally:
        sender.stop()


def test_no_socket_goes_to_a_forbidden_address(
    sqlite_database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(monkeypatch, receiver.port)
    put(sqlite_database, [*(f"http://{host}/x" for host in hosts(1, ADDRESSES)), receiver.url])
    send_all(sqlite_database)
    assert wire.forbidden == [] and len(receiver.messages) == 1
    with sqlite_database.read() as session:
        told = store.list_deliveries(session, webhook_id=None, state="given up", before=None, limit=ADDRESSES + 1)
    assert len(told) == ADDRESSES and all("No message goes to" in each.last_error for each in told)


def test_the_test_sees_a_sender_that_judges_nothing(
    sqlite_database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: with nothing refused, the wire notes sockets to forbidden addresses."""
    wire = Wire(monkeypatch, receiver.port)
    monkeypatch.setattr(connecting, "why_refused", lambda _address: "")
    monkeypatch.setattr("scanner.webhooks.rules.why_refused", lambda _address: "")
    put(sqlite_database, [f"http://{host}/x" for host in hosts(2, 30)])
    send_all(sqlite_database)
    assert len(wire.forbidden) >= 15


def test_a_name_that_turns_to_a_forbidden_address_between_two_messages_is_not_followed(
    warehouse: Warehouse, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, asked = Wire(monkeypatch, receiver.port), list[str]()

    def turn(host: str, port: int) -> connecting.Found:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(connecting, "look_up", turn)
    put(warehouse.database, [f"http://shop.example:{receiver.port}/x"] * 2)
    send_all(warehouse.database)
    assert len(receiver.messages) == 1 == len(wire.forbidden) + 1 and asked == ["shop.example"] * 2
