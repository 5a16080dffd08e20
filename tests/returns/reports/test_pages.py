"""The returns report over HTTP: its bars lead to the scans behind them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask

from tests.support import returned
from tests.support.warehouse import Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def sam(app: Flask) -> Person:
    goods: Warehouse = app.extensions["warehouse"]
    now = datetime.now(UTC)
    returned.announce(goods, "RMA-1", [("LAMP", 2)])
    arrival = returned.come(goods, "RMA-1", "LAMP", 2, now=now)
    returned.grade(goods, "RMA-1", "LAMP", "scrap", 1, arrival=arrival, reason="DOA", now=now)
    returned.grade(goods, "RMA-1", "LAMP", "quarantine", 1, arrival=arrival, now=now)
    return Person(app, "Sam")


def test_is_who_may_see_reports(app: Flask, sam: Person) -> None:
    assert sam.get("/reports/returns").status_code == 200
    for name in ("Rosa", "Theo", "Vera", "Carla"):
        assert Person(app, name).get("/reports/returns").status_code == 403
        assert Person(app, name).get("/reports/returns/scans?by=grade&key=scrap").status_code == 403


def test_every_bar_leads_to_its_scans(sam: Person) -> None:
    page = sam.get("/reports/returns?days=30").text
    links = {unescape(link) for link in re.findall(r'href="(/reports/returns/scans[^"]+)"', page)}
    assert len(links) >= 6 and "18.00 lost" in page
    for link in links:
        assert re.search(r'href="/scans/\d+"', sam.get(link).text), link


def test_says_so_when_there_is_nothing(app: Flask) -> None:
    assert "Nothing was graded" in Person(app, "Sam").get("/reports/returns").text


def test_asks_for_what_it_knows(sam: Person) -> None:
    assert sam.get("/reports/returns/scans?by=customer&key=x").status_code == 400
    assert "No grade is like that" in sam.get("/reports/returns/scans?by=grade&key=<b>").text
    assert "<b>" not in sam.get("/reports/returns/scans?by=grade&key=<b>").text.split("<main")[1]
