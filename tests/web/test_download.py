"""A file that is taken out is on the disk before it travels."""

from __future__ import annotations

import errno
import json
from io import BytesIO

import pytest

from scanner.data import imports
from scanner.data.imports import jobs, service
from scanner.data.imports.small import SMALL, Upload
from scanner.serving.environ import NO_ROOM
from scanner.web import download
from scanner.workflows import IMPORTS
from tests.support.warehouse import NOW
from tests.web.test_pages import Person


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_slow_reader_of_a_file_holds_no_connection(app):
    sam = Person(app, "Sam")
    pool = app.extensions["database"]._reader.pool
    answer = sam.client.get("/data/items.csv", buffered=False)
    pieces = answer.iter_encoded()
    assert next(pieces).startswith(b"sku,")
    assert pool.checkedout() == 0
    answer.close()


def test_a_file_for_which_there_is_no_room_is_not_now(app, monkeypatch):
    monkeypatch.setattr(download.tempfile, "TemporaryFile", full)
    answer = Person(app, "Sam").client.get("/data/items.csv")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and "no room" in answer.text


@pytest.mark.parametrize(
    ("path", "headers", "begins"),
    [("/api/v1/scans", {}, "{"), ("/sign-in", {}, "<!"), ("/sign-in", {"HX-Request": "true"}, "<")],
    ids=["program", "browser", "part of a page"],
)
def test_a_body_for_which_there_was_no_room_is_told_in_the_usual_form(app, path, headers, begins):
    answer = app.test_client().post(path, headers=headers, environ_overrides={NO_ROOM: True})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.text.strip().startswith(begins) and "no room" in answer.text
    assert path != "/api/v1/scans" or json.loads(answer.text)["error"]["code"] == "busy"


def test_a_file_for_which_there_is_no_room_leaves_no_import_behind(warehouse, monkeypatch):
    monkeypatch.setattr(service.tempfile, "TemporaryFile", full)
    upload = Upload(kind="items", stream=BytesIO(b"sku,name\n" + b"A,B\n" * (SMALL // 4)), name="", operator_id=None)
    with pytest.raises(OSError):
        service.take_upload(warehouse.database, upload, imports.all_kinds(IMPORTS), warehouse.operators["Sam"], NOW)
    with warehouse.database.read() as session:
        assert not jobs.under_way(session)
