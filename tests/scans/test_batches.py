"""Many scans in one request, from a device's page and from a program: what one of them meets does not change the others."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from scanner.app import create_app
from scanner.settings import Settings
from tests.conftest import new_database
from tests.people.test_pages import Device, token_of
from tests.support.postgres import drop_database
from tests.support.program import Program
from tests.support.warehouse import MUG, fill


class Page(Device):
    """A device's page that sends its outbox."""

    def send_all(self, scans):
        headers = {"X-CSRFToken": token_of(self.client.get("/sign-in"))}
        return self.client.post("/scans/batch", json={"scans": scans, "page": "PO-1001"}, headers=headers)


class Sender(Program):
    """A program that sends many scans at once."""

    def send_all(self, scans):
        return self.post("/scans/batch", {"scans": scans})


@pytest.fixture(params=[Page, Sender])
def sender_on(request):
    def sender_on(app):
        if request.param is Sender:
            return Sender(app, "Rosa")
        page = Page(app)
        page.post("/sign-in", badge="BADGE-ROSA")
        return page

    return sender_on


def scan(code):
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00Z"}


def statuses(answer):
    assert answer.status_code == 200
    return [each["status"] for each in answer.json["results"]]


def change_schema(database, statement):
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_after_one_that_the_database_refuses_none_is_tried_so_that_goods_stay_behind_their_shelf(app, sender_on):
    warehouse, sender = app.extensions["warehouse"], sender_on(app)
    refusal = "BEFORE INSERT ON scan WHEN NEW.code = 'A-01-1' BEGIN SELECT RAISE(ABORT, 'out of order'); END"
    change_schema(warehouse.database, f"CREATE TRIGGER out_of_order {refusal}")
    scans = [scan(MUG), scan("A-01-1"), scan(MUG), scan(MUG)]
    first = sender.send_all(scans)
    # What a database refuses by a rule of its own never passes by itself: that one is a fault, the rest only waits.
    assert statuses(first) == [200, 500, 503, 503] and first.json["results"][3]["error"]["message"]
    change_schema(warehouse.database, "DROP TRIGGER out_of_order")
    assert statuses(sender.send_all(scans[1:])) == [200, 200, 200]
    assert warehouse.stock() == {("SUPPLIER", "MUG-B"): -3, ("DOCK", "MUG-B"): 1, ("A-01-1", "MUG-B"): 2}


@pytest.mark.postgres
def test_one_that_no_column_takes_is_refused_alone(tmp_path, sender_on):
    database = new_database("postgresql", tmp_path)
    warehouse = fill(database)
    change_schema(database, "ALTER TABLE scan ALTER COLUMN code TYPE varchar(20)")
    app = create_app(Settings(database.url.render_as_string(hide_password=False), secret_key="for tests"), database)
    answer = sender_on(app).send_all([scan(MUG), scan("X" * 21), scan(MUG)])
    assert statuses(answer) == [200, 400, 200]
    assert warehouse.lines()[0] == ("MUG-B", 2)
    app.extensions["decoder"].close()
    database.dispose()
    drop_database(database.url)
