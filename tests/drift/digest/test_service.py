"""The day's digest on both databases: what it says, that it goes once, and that an e-mail that failed goes later."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scanner.db.sql import run
from scanner.drift.digest.service import digest
from scanner.settings import Settings
from scanner.webhooks import service as webhooks
from scanner.webhooks.tables import Delivery
from tests.support.differing import differ
from tests.support.mail import Mailbox, mail_server
from tests.support.patterns import open_signal
from tests.support.warehouse import NOW, Warehouse

DAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A time by the house's clock."""
    return datetime.combine(day, time(hour, minute)).astimezone()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mail_server(tmp_path) as made:
        yield made


@pytest.fixture
def settings(box: Mailbox) -> Settings:
    return Settings(
        "", secret_key="for tests", smtp=f"smtp://{box.host}", digest_to="sam@shop.example, olga@shop.example", house_name="Süd"
    )


@pytest.fixture
def goods(warehouse: Warehouse) -> Warehouse:
    """One signal of last week and one of this night, one that alarms nobody, two discrepancies, and a webhook."""
    warehouse.database.transact(webhooks.add, "https://shop.example/hook", warehouse.operators["Sam"], NOW)
    open_signal(warehouse, "LAMP", opened_at=at(6) - timedelta(days=7))
    open_signal(warehouse, "MUG-B", opened_at=at(6))
    open_signal(warehouse, "TEE-M", kind="no sale", opened_at=at(6))
    differ(warehouse, {"value_e4": 125_000}, {"kind": "over", "sku": "LAMP", "value_e4": -50_000})
    return warehouse


def told(warehouse: Warehouse) -> list[dict[str, Any]]:
    wanted = select(Delivery.payload).where(Delivery.event == "digest.daily").order_by(Delivery.id)
    with warehouse.database.read() as session:
        return [json.loads(payload)["data"] for payload in run(session, wanted).scalars()]


def test_says_what_is_new_open_off_and_due(goods, settings, box):
    digest(goods.database, settings, DAY, at(7))
    (mail,) = box.mails
    assert mail["Subject"] == "Süd: 2 signals open, 1 new" and mail["From"] == "sam@shop.example"
    assert mail.get_content().replace("\r\n", "\n") == (
        "23 Nov 2026\n\nSignals that are open:\n"
        "- New: MUG-B is often not there (supervisor, since 23 Nov 2026)\n"
        "- LAMP is often not there (supervisor, since 16 Nov 2026)\n\n"
        "2 discrepancies are open, worth 17.50 at cost.\n1 section to count today.\n"
    )
    (data,) = told(goods)
    assert data["signals"]["open"] == 2 and data["signals"]["new"] == 1
    assert data["discrepancies"] == {"open": 2, "value": 17.5, "currency": ""}
    assert data["signals"]["first"][0]["title"] == "MUG-B is often not there" and data["counts_due"] == 1


def test_names_the_currency_of_the_house_beside_the_amount(goods, settings, box):
    digest(goods.database, replace(settings, currency="EUR"), DAY, at(7))
    assert "worth 17.50\N{NO-BREAK SPACE}EUR at cost." in box.mails[0].get_content()
    assert told(goods)[0]["discrepancies"] == {"open": 2, "value": 17.5, "currency": "EUR"}


def test_goes_once_a_day_and_not_before_its_time(goods, settings, box):
    for hour, sent in ((6, 0), (7, 1), (8, 1), (23, 1)):
        digest(goods.database, settings, DAY, at(hour))
        assert (len(told(goods)), len(box.mails)) == (sent, sent)
    digest(goods.database, settings, DAY + timedelta(days=1), at(7, 0, DAY + timedelta(days=1)))
    assert (len(told(goods)), len(box.mails)) == (2, 2) and "0 new" in box.mails[1]["Subject"]


def test_goes_once_from_several_servers_at_the_same_time(goods, settings, box):
    servers = [threading.Thread(target=digest, args=(goods.database, settings, DAY, at(7))) for _ in range(6)]
    for each in servers:
        each.start()
    for each in servers:
        each.join()
    assert (len(told(goods)), len(box.mails)) == (1, 1)


def test_does_not_go_where_it_is_off(goods, settings, box):
    digest(goods.database, replace(settings, digest_at="off"), DAY, at(12))
    assert (told(goods), box.mails) == ([], [])


def test_without_a_mail_server_or_an_address_goes_to_webhooks_alone(goods, settings, box):
    for less in ({"smtp": ""}, {"digest_to": ""}):
        digest(goods.database, replace(settings, **less), DAY, at(7))
    assert (len(told(goods)), box.mails) == (1, [])


def test_that_failed_is_said_without_addresses_and_tried_again_later_in_the_day(goods, settings, box, caplog):
    box.answers = "451 sam@shop.example has no room"
    with caplog.at_level(logging.WARNING):
        digest(goods.database, settings, DAY, at(7))
    assert "not be sent by e-mail (SMTPDataError, 451)" in caplog.text
    assert "sam@" not in caplog.text and box.host not in caplog.text
    box.answers = "250 OK"
    digest(goods.database, settings, DAY, at(7, 14))
    assert box.mails == [], "it rests first"
    digest(goods.database, settings, DAY, at(7, 15))
    digest(goods.database, settings, DAY, at(9))
    assert (len(told(goods)), len(box.mails)) == (1, 1)


def test_that_is_refused_for_some_is_sent_and_said(goods, settings, box, caplog):
    box.refuses = {"olga@shop.example"}
    digest(goods.database, settings, DAY, at(7))
    assert len(box.mails) == 1 and "1 of its 2 addresses" in caplog.text and "olga" not in caplog.text


def test_that_was_taken_goes_once_whatever_the_server_says_at_the_end(goods, settings, box):
    box.parts = "451 Busy"
    for hour in (7, 8):
        digest(goods.database, settings, DAY, at(hour))
    assert len(box.mails) == 1


def test_of_a_quiet_house_goes_too(warehouse, settings, box):
    digest(warehouse.database, replace(settings, house_name="", public_url="https://scan.example/"), DAY, at(7))
    (mail,) = box.mails
    assert mail["Subject"] == "Warehouse: no signal is open"
    assert (
        mail.get_content().endswith("\r\nhttps://scan.example/signals\r\n") and "0 discrepancies are open" in mail.get_content()
    )
