"""Servers are killed under load: what was acknowledged is in the ledger once, and the counters agree with it.

SCANNER_LONG=1 python3 -m scanner test tests/faults     # 200 kills of each database instead of 10 and 5
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from scanner.db.engine import Database
from scanner.people import tokens
from scanner.scans.verify import verify
from tests.conftest import new_database
from tests.support.floor import Floor, ServerProcess, kill_again_and_again, kills
from tests.support.postgres import cluster
from tests.support.warehouse import MUG, Warehouse, fill

pytestmark = pytest.mark.faults
EXPECTED = 1_000_000


@pytest.fixture(params=["sqlite"])
def target(request, tmp_path) -> Iterator[Database]:
    """The database under fire."""
    database = new_database(request.param, tmp_path)
    yield database
    database.dispose()


def warehouse_under_fire(database: Database) -> tuple[Warehouse, str]:
    """A warehouse with a line that never fills, and a token."""
    warehouse = fill(database)
    warehouse.add_receipt("PO-BIG", [("MUG-B", EXPECTED)])
    return warehouse, warehouse.database.transact(tokens.create_token, "Rosa", datetime.now(UTC))


def lost_and_doubled(database: Database, floor: Floor) -> tuple[int, int]:
    """How many acknowledged scans are not in the ledger, and how many units were counted beyond one a scan."""
    with database.read() as session:
        connection = session.connection()
        recorded = set(connection.execute(text("SELECT id FROM scan")).scalars())
        counted = connection.execute(text("SELECT scanned FROM line WHERE expected = :all"), {"all": EXPECTED}).scalar_one()
    lost = sum(scan_id not in recorded for scan_id in floor.acknowledged)
    return lost, counted - len(floor.acknowledged)


def assert_sound(warehouse: Warehouse, floor: Floor) -> None:
    lost, doubled = lost_and_doubled(warehouse.database, floor)
    print(f"\n{len(floor.acknowledged)} acknowledged, {lost} lost, {doubled} doubled")
    assert floor.refused == []
    assert lost_and_doubled(warehouse.database, floor) == (0, 0)
    assert len(set(floor.acknowledged)) == len(floor.acknowledged)
    with warehouse.database.read() as session:
        assert verify(session) == []


def under_fire(database: Database, mode: str, times: int) -> tuple[Warehouse, Floor]:
    """One server of a mode, eight devices, so many kills."""
    warehouse, token = warehouse_under_fire(database)
    server = ServerProcess(database.url.render_as_string(hide_password=False), mode)
    try:
        with Floor([server.port], token, "PO-BIG", MUG) as floor:
            kill_again_and_again([server], floor.devices, times, (0.1, 0.5))
    finally:
        server.stop()
    return warehouse, floor


def test_a_server_killed_under_load_loses_and_doubles_nothing(target):
    warehouse, floor = under_fire(target, "sound", kills(10, 200))
    assert len(floor.acknowledged) > 100
    assert_sound(warehouse, floor)
    with warehouse.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_a_server_that_ignores_the_devices_id_is_seen_to_double(target):
    warehouse, floor = under_fire(target, "forgetful", 3)
    assert lost_and_doubled(warehouse.database, floor)[1] > 0


def test_a_server_that_answers_before_it_commits_is_seen_to_lose(target):
    warehouse, floor = under_fire(target, "hasty", 6)
    assert lost_and_doubled(warehouse.database, floor)[0] > 0


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["postgresql"], indirect=True)
def test_three_processes_on_postgresql_lose_and_double_nothing(target):
    """One of three is killed again and again, and PostgreSQL itself is restarted twice, once by a crash."""
    warehouse, token = warehouse_under_fire(target)
    url = target.url.render_as_string(hide_password=False)
    database_server = cluster()
    assert database_server is not None
    servers = [ServerProcess(url) for _ in range(3)]
    try:
        with Floor([server.port for server in servers], token, "PO-BIG", MUG) as floor:
            for how in (signal.SIGINT, signal.SIGQUIT):
                kill_again_and_again(servers, floor.devices, kills(2, 100), (0.2, 0.8))
                database_server.restart(how)
            kill_again_and_again(servers, floor.devices, 1, (0.2, 0.5))
    finally:
        for server in servers:
            server.stop()
    target.dispose()
    assert len(floor.acknowledged) > 50
    assert_sound(warehouse, floor)
