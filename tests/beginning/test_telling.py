"""The one-time code, told by real servers: the same by each of one shop, and again when the page is opened."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import text

from scanner.beginning.telling import EVERY_SECONDS, Teller
from scanner.db.engine import Database
from tests.support.serving import Server


def test_a_code_is_told_once_a_minute_at_most():
    told, at = [], [0.0]
    teller = Teller(lambda: told.append(at[0]), clock=lambda: at[0])
    for at[0] in (0.0, 1.0, EVERY_SECONDS - 1, EVERY_SECONDS, EVERY_SECONDS + 1):
        teller.opened()
    assert told == [0.0, EVERY_SECONDS]


def codes(server: Server) -> list[str]:
    return re.findall(r"/set-up  and type the code  (\S+)", server.log.read_text())


@pytest.mark.slow
def test_two_servers_of_one_shop_tell_the_same_code(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    servers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        servers.append(Server(url, tmp_path / name))
        servers[-1].start()
    first, second = (codes(server) for server in servers)
    for server in servers:
        server.stop()
    assert len(first) == 1 and first == second


@pytest.mark.slow
def test_a_server_tells_it_when_the_page_is_opened_after_the_last_supervisor_went(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    server = Server(url, tmp_path)
    server.start()
    database = Database(url)
    add = "INSERT INTO operator (badge, name, roles, active) VALUES ('CARD-1', 'Ada', 'supervisor', true)"
    database.transact(lambda session: session.execute(text(add)))
    urllib.request.urlopen(f"{server.url}/set-up").read()
    assert len(codes(server)) == 1
    database.transact(lambda session: session.execute(text("UPDATE operator SET active = false")))
    for _ in range(3):
        page = urllib.request.urlopen(f"{server.url}/set-up").read().decode()
    assert "Code from the server" in page and len(codes(server)) == 2
    database.dispose()
    server.stop()
