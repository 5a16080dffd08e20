import time
from io import BytesIO

import pytest

from scanner.data.imports import jobs
from tests.people.test_pages import Device, token_of
from tests.support.warehouse import NOW

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(app):
    """Sam's desk."""
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    return desk


def upload(text, name="items.csv"):
    return {"file": (BytesIO(text.encode()), name)}


def test_a_file_is_brought_in(desk):
    answer = desk.post("/data/items", **upload("sku,name\nPEN,Pen\nMUG-B,\n"))
    assert answer.status_code == 200 and "2 rows" in answer.text
    assert "PEN,Pen,0.00,C,0,no" in desk.get("/data/items.csv").text


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_a_file_is_read_in_its_encoding(desk, encoding):
    file = BytesIO("sep=;\nsku;name;unit_cost\nPEN;Größe 5;1,50\n".encode(encoding))
    assert desk.post("/data/items", file=(file, "items.csv")).status_code == 200
    assert "PEN,Größe 5,1.50," in desk.get("/data/items.csv").text


def test_a_workbook_is_told_to_be_saved_as_csv(desk):
    answer = desk.post("/data/items", file=(BytesIO(b"PK\x03\x04\x14\x00[Content_Types].xml"), "items.xlsx"))
    assert answer.status_code == 400 and "CSV UTF-8" in answer.text and "an Excel workbook" in answer.text


def test_what_is_worth_a_look_is_said(desk):
    assert "Look at line 2, column sku: 36000291452" in desk.post("/data/items", **upload("sku\n36000291452\n")).text


def test_a_column_that_the_kind_has_not_is_named(desk):
    answer = desk.post("/data/items", **upload("sku,unit_cots\nPEN,1\n"))
    assert "no columns of this kind: unit_cots" in answer.text


def test_a_bad_file_is_shown_with_its_problems_and_changes_nothing(desk):
    answer = desk.post("/data/items", **upload("sku,unit_cost\nPEN,1\nINK,<b>cheap</b>\n"))
    assert answer.status_code == 400 and "Nothing was brought in" in answer.text
    assert "unit_cost" in answer.text and "&lt;b&gt;cheap" in answer.text and "<b>cheap" not in answer.text
    assert "PEN" not in desk.get("/data/items.csv").text


@pytest.mark.parametrize("path", ["/data/wishes", "/data/%00"])
def test_a_kind_that_there_is_not_is_refused(desk, path):
    assert desk.post(path, **upload("sku\nPEN\n")).status_code == 400
    assert desk.get(path + ".csv").status_code == 400


def test_no_file_is_no_file(desk):
    assert desk.post("/data/items").status_code == 400
    assert desk.post("/data/items", **upload("", name="")).status_code == 400


def test_a_file_larger_than_other_bodies_may_be_is_taken(desk):
    """It has a page that shows how far it is: one transaction would hold up every scan beside it."""
    text = "sku,name\n" + "".join(f"S{number:06d},{'x' * 60}\n" for number in range(6_000))
    assert len(text) > 256 * 1024
    answer = desk.post("/data/items", **upload(text))
    assert answer.status_code == 303
    assert "6,000 rows: 6,000 new" in outcome(desk, answer.location)
    assert answer.location in desk.get("/data").text


def test_a_large_file_that_is_wrong_shows_its_problems_on_its_page(desk):
    answer = desk.post("/data/items", **upload("sku,unit_cost\n" + "".join(f"S{at},1\n" for at in range(9_000)) + "INK,<b>\n"))
    page = outcome(desk, answer.location)
    assert "Nothing was brought in" in page and "9,002" not in page and "9002" in page and "&lt;b&gt;" in page
    assert "S1," not in desk.get("/data/items.csv").text


def test_a_program_waits_for_its_large_file_and_gets_the_same_answer(app):
    vera = Device(app)
    vera.post("/sign-in", badge="BADGE-VERA")
    text = "reference,sku\n" + "".join(f"RMA-{at},LAMP\n" for at in range(6_000))
    headers = {"Accept": "application/json", "X-CSRFToken": token_of(vera.get("/sign-in"))}
    answer = vera.client.post("/service/announce/file", data=upload(text), headers=headers)
    assert answer.status_code == 200 and answer.json["added"] == 6_000
    assert "6,000 new" in vera.get("/data/imports/1").text  # who began it sees it, without the right to bring in files
    rosa = Device(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    assert rosa.get("/data/imports/1").status_code == 403


def test_while_one_large_file_comes_in_another_is_refused(app, desk):
    app.extensions["database"].transact(jobs.add, kind="items", name="a.csv", operator_id=None, now=NOW, stage="waiting")
    answer = desk.post("/data/items", **upload("sku,name\n" + "S1,x\n" * 20_000))
    assert answer.status_code == 409 and "Another file is being brought in" in answer.text


def test_a_file_that_waits_is_cancelled_on_its_page(app, desk):
    database = app.extensions["database"]
    number = database.transact(jobs.add, kind="items", name="a.csv", operator_id=None, now=NOW, stage="reading", total=9)
    page = desk.get(f"/data/imports/{number}").text
    assert "Reading the file" in page and "0 of 9 rows" in page and 'hx-trigger="every 1s"' in page
    desk.post(f"/data/imports/{number}/cancel")
    assert "it is being cancelled" in desk.get(f"/data/imports/{number}").text


def test_what_is_decided_offers_no_cancel(app, desk):
    database = app.extensions["database"]
    number = database.transact(jobs.add, kind="items", name="a.csv", operator_id=None, now=NOW, stage="bringing", total=9, done=3)
    assert "cannot be cancelled any more" in desk.get(f"/data/imports/{number}").text
    assert "too late to cancel" in desk.client.get(desk.post(f"/data/imports/{number}/cancel").location).text


def test_an_import_that_is_not_there_is_not_found(desk):
    assert desk.get("/data/imports/99").status_code == 404


def outcome(desk, location):
    """What the page of an import says once it is over."""
    until = time.monotonic() + 120
    while 'hx-trigger="every 1s"' in (page := desk.get(location).text):
        assert time.monotonic() < until, page
        time.sleep(0.2)
    return page


def test_stock_moves_in_the_name_of_who_brought_it_in(app, desk):
    desk.post("/data/stock", **upload("location,sku,units\nA-01-1,MUG-B,7\n"))
    sam = app.extensions["warehouse"].operators["Sam"].id
    with app.extensions["database"].read() as session:
        assert session.connection().exec_driver_sql("SELECT operator_id, cause FROM movement").all() == [(sam, "import")]


def test_a_file_goes_out_as_a_download(desk):
    answer = desk.get("/data/stock.csv")
    assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"] == "attachment; filename=stock.csv"


def test_the_page_names_every_kind_with_its_columns(desk):
    page = desk.get("/data").text
    assert "/data/operators.csv" in page and "reference, supplier, due_on, sku, expected, asn, sscc" in page


@pytest.mark.parametrize(("rows", "status"), [(500, 200), (501, 303)])
def test_a_file_of_many_short_rows_has_a_page_that_shows_how_far_it_is(desk, rows, status):
    """One transaction would hold up every scan beside it, however few the bytes."""
    answer = desk.post("/data/items", **upload("sku\n" + "".join(f"S{at}\n" for at in range(rows))))
    assert answer.status_code == status
    assert f"{rows} rows" in (outcome(desk, answer.location) if status == 303 else answer.text)
