"""Whatever a browser is made to ask, the pages answer in words, and never with a 500."""

from collections.abc import Iterator

import pytest
from flask import Flask

from scanner.app import create_app
from scanner.settings import Settings
from tests.conftest import new_database
from tests.people.test_pages import Device, token_of
from tests.support.warehouse import fill

HUGE = "9" * 20


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request, tmp_path_factory) -> Iterator[Flask]:
    database = new_database(request.param, tmp_path_factory.mktemp("warehouse"))
    made = create_app(Settings(str(database.url), secret_key="for tests"), database)
    fill(database).add_receipt("PO/2026/7", [("LAMP", 1)])
    yield made
    made.extensions["decoder"].close()
    database.dispose()


@pytest.fixture(scope="module")
def desk(app):
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    return desk


@pytest.mark.parametrize(
    "path",
    [
        f"/scans/{HUGE}", f"/discrepancies/{HUGE}", f"/discrepancies?after={HUGE}", f"/tasks/PO-1001/scans?before={HUGE}",
        "/receiving/%00", "/receiving/a%00b/finish", "/tasks/%00/scans", "/items/%00", "/items?q=%00", "/items/%ff",
        "/tasks/PO-1001/link?seq=x", f"/tasks/PO-1001/link?seq={HUGE}", "/tasks/PO-1001/link?seq=1&q=%00",
        "/barcode.svg?code=%00", f"/labels?group=items&page={HUGE}", "/labels?group=%00", "/data/%00.csv",
        "/receiving/" + "x" * 5_000, "/items/<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_a_strange_address_is_answered(desk, path):
    answer = desk.get(path)
    assert answer.status_code < 500 and "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/open", {"code": "\x00"}),
        ("/open", {"code": "x" * 10_000}),
        ("/receiving/%00/finish", {"confirm": "1"}),
        ("/tasks/PO-1001/link", {"seq": HUGE, "sku": "LAMP", "units": "1"}),
        ("/tasks/PO-1001/photo", {"pick": "|"}),
        ("/discrepancies/1/settle", {"cause": "\x00", "note": "\x00"}),
        (f"/discrepancies/{HUGE}/assign", {"owner": "Sam"}),
        ("/scans", {"id": "x"}),
        ("/sign-in", {"badge": "\x00"}),
        ("/data/items", {"file": "no file"}),
        ("/nothing", {}),
    ],
)
def test_a_strange_form_is_answered(desk, path, fields):
    assert desk.post(path, **fields).status_code < 500


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"null",
        b'"x"',
        b"\xff",
        b'{"scans": [[]]}',
        b'{"operator": [], "scans": [{"operator": {}}]}',
    ],
)
@pytest.mark.parametrize("path", ["/scans", "/scans/batch"])
def test_a_strange_body_is_answered_in_json(desk, path, body):
    token = token_of(desk.get("/sign-in"))
    answer = desk.client.post(path, data=body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code < 500 and answer.is_json


def test_an_order_with_slashes_has_its_pages(desk):
    assert "PO/2026/7" in desk.get("/receiving/PO/2026/7").text
    assert desk.get("/receiving/PO/2026/7/finish").status_code == 200
    assert desk.get("/tasks/PO/2026/7/scans").status_code == 200
