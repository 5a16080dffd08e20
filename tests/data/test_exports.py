import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.data import store
from scanner.db import bulk
from scanner.errors import BadRequest
from tests.support.files import KINDS, columns_of, export_csv, import_csv

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FILES = {
    "items": "sku,name,unit_cost,abc_class,reorder_point,critical\n"
    "LAMP,Desk lamp,12.00,A,5,yes\nMUG-B,\"Mug, \"\"blue\"\"\",3.5025,C,0,no\nSET,Set,0.00,B,0,no\n",
    "barcodes": "code,sku,units\n"
    "40123455,LAMP,1\n036000291452,MUG-B,1\n9501101530003,MUG-B,1\n19501101530000,MUG-B,6\nMUG-CASE,MUG-B,12\n",
    "kits": "kit_sku,sku,units\nSET,LAMP,1\nSET,MUG-B,2\n",
    "locations": "code,name,kind,section\nA-01-1,Shelf one,shelf,A-01\n",
    "sections": "code,owner\nA-01,Olga\n",
    "suppliers": "name,contact,email,phone,address,note\nAcme,Ann,ann@acme.example,0113 4960 000,\"1 Mill Lane, Leeds\",\n",
    "stock": "location,sku,units\nA-01-1,LAMP,3\nA-01-1,MUG-B,40\n",
    "receipts": "reference,supplier,due_on,sku,expected\n"
    "PO-1,Acme,2026-12-01,MUG-B,24\nPO-1,Acme,2026-12-01,LAMP,6\nPO-2,,,LAMP,1\n",
    "orders": "channel,reference,placed_on,due_on,sku,ordered,customer\n"
    "csv,SO-1,2026-11-20,2026-12-01,LAMP,2,Jo Ng\ncsv,SO-1,2026-11-20,2026-12-01,X-1,1,Jo Ng\nweb,SO-1,,,SET,1,\n",
    "returns": "reference,order,customer,sku,expected,reason\nRMA-1,SO-1,Jo Ng,LAMP,1,broken\n",
    "operators": "badge,name,roles\nBADGE-ROSA,Rosa,receiver;returns\n",
}  # fmt: skip


def export(database, kind):
    with database.read() as session:
        return "".join(export_csv(session, kind)).replace("\r\n", "\n")


@pytest.fixture
def warehouse(database):
    for kind in KINDS:
        database.transact(import_csv, kind, BytesIO(FILES[kind].encode()), None, NOON)
    return database


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "locations"])
def test_what_came_in_goes_out_as_it_came(warehouse, kind):
    assert export(warehouse, kind) == FILES[kind]


def test_all_locations_go_out_the_standard_ones_too(warehouse):
    out = export(warehouse, "locations")
    assert "A-01-1,Shelf one,shelf,A-01\n" in out and "DOCK,Receiving dock,dock,\n" in out


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_out_comes_in_again_and_changes_nothing(warehouse, kind):
    report = warehouse.transact(import_csv, kind, BytesIO(export(warehouse, kind).encode()), None, NOON)
    assert report.rows == report.unchanged > 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_warehouse_goes_out_as_a_header(database, kind):
    header = export(database, kind).splitlines()[0].split(",")
    assert set(header) <= set(columns_of(kind))


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(sqlite_database, name, cell):
    bring_in = sqlite_database.transact
    bring_in(lambda session: bulk.insert_all(session, store.item, [{"sku": "A", "name": name}]))
    out = export(sqlite_database, "items")
    assert next(csv.DictReader(StringIO(out)))["name"] == cell
    assert bring_in(import_csv, "items", BytesIO(out.encode()), None, NOON).unchanged == 1


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("'=+-@,;\" "), min_size=1, max_size=40))
def test_every_name_survives_the_way_out_and_in(sqlite_database, name):
    name = name.strip() or "x"

    def put(session):
        session.execute(store.item.delete())
        bulk.insert_all(session, store.item, [{"sku": "A", "name": name}])

    sqlite_database.transact(put)
    out = export(sqlite_database, "items")
    assert sqlite_database.transact(import_csv, "items", BytesIO(out.encode()), None, NOON).unchanged == 1


def test_more_than_a_page_goes_out_whole_and_in_order(sqlite_database):
    skus = [f"S{number:05d}" for number in range(2 * bulk.PAGE + 1)]
    sqlite_database.transact(lambda session: bulk.insert_all(session, store.item, [{"sku": sku, "name": sku} for sku in skus]))
    assert [row["sku"] for row in csv.DictReader(StringIO(export(sqlite_database, "items")))] == skus


def test_more_than_a_page_of_a_two_part_key_goes_out_whole(sqlite_database):
    lines = "".join(f"PO-{number % 3},MUG-B,{number + 1}\n" for number in range(2 * bulk.PAGE + 1))
    for kind, text in (("items", "sku\nMUG-B\n"), ("receipts", "reference,sku,expected\n" + lines)):
        sqlite_database.transact(import_csv, kind, BytesIO(text.encode()), None, NOON)
    out = [(row["reference"], int(row["expected"])) for row in csv.DictReader(StringIO(export(sqlite_database, "receipts")))]
    assert out == sorted(out) and len(out) == 2 * bulk.PAGE + 1


def test_pins_stay_here(warehouse):
    warehouse.transact(import_csv, "operators", BytesIO(b"badge,name,pin\nBADGE-SAM,Sam,2468\n"), None, NOON)
    assert "2468" not in export(warehouse, "operators") and "scrypt" not in export(warehouse, "operators")


def test_a_kind_that_there_is_not_is_named(sqlite_database):
    with pytest.raises(BadRequest, match="'parcels'"):
        export(sqlite_database, "parcels")
