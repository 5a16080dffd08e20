"""A server that is killed while it tells another system: nothing is lost, and what comes twice has one number."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from scanner.webhooks import service as webhooks
from tests.conftest import new_database
from tests.support import returned
from tests.support.receivers import receiving, wait_for
from tests.support.serving import Server
from tests.support.warehouse import MUG, NOW, fill

pytestmark = pytest.mark.faults

CLAIM_IS_OVER = 90.0
"""Seconds within which another process takes up what a dead one had begun, on a busy machine."""


def test_what_a_killed_server_had_begun_is_sent_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANNER_WEBHOOK_SECONDS", "1")
    warehouse = fill(new_database("sqlite", tmp_path))
    returned.announce(warehouse, "RMA-1", [("MUG-B", 3)])
    server = Server(str(warehouse.database.url), tmp_path)
    with receiving() as receiver:
        warehouse.database.transact(webhooks.add, receiver.url, warehouse.operators["Sam"], NOW)
        receiver.gate.clear()
        arrival = returned.come(warehouse, "RMA-1", "MUG-B", 3)
        for _ in range(3):
            returned.grade(warehouse, "RMA-1", "MUG-B", "scrap", arrival=arrival, reason="BROKEN")
        server.start()
        wait_for(lambda: receiver.messages)
        assert server.process is not None
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        receiver.gate.set()
        assert warehouse.scan(MUG).units == 1
        server.start()
        wait_for(lambda: all_delivered(warehouse), CLAIM_IS_OVER)
        server.stop()
        with warehouse.database.read() as session:
            written = {message.uuid for message in webhooks.deliveries(session)}
        assert {message.id for message in receiver.messages} == written and len(written) == 3
    warehouse.database.dispose()


def all_delivered(warehouse: object) -> bool:
    with warehouse.database.read() as session:
        return {message.state for message in webhooks.deliveries(session)} == {"delivered"}
