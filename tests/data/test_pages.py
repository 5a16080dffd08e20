from io import BytesIO

import pytest

from tests.people.test_pages import Device


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


@pytest.mark.parametrize("path", ["/data/orders", "/data/%00"])
def test_a_kind_that_there_is_not_is_refused(desk, path):
    assert desk.post(path, **upload("sku\nPEN\n")).status_code == 400
    assert desk.get(path + ".csv").status_code == 400


def test_no_file_is_no_file(desk):
    assert desk.post("/data/items").status_code == 400
    assert desk.post("/data/items", **upload("", name="")).status_code == 400


def test_a_file_larger_than_other_bodies_may_be_is_taken(desk):
    text = "sku,name\n" + "".join(f"S{number:06d},{'x' * 60}\n" for number in range(6_000))
    assert len(text) > 256 * 1024
    assert desk.post("/data/items", **upload(text)).status_code == 200


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
