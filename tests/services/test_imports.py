from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from scanner.domain.errors import BadRequest
from scanner.services.exports import export_csv
from scanner.services.imports import KINDS, ImportRefused, columns_of, import_csv
from scanner.services.signin import sign_in
from scanner.store import bulk
from scanner.store.tables import Movement
from tests.conftest import new_database

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

CATALOG = {
    "items": "sku,name,unit_cost\nMUG-B,Mug blue,3.50\nLAMP,Desk lamp,12\nTEE-M,T-shirt M,4.25\nGIFT,Gift set,0\n",
    "locations": "code,kind\nA-01-1,shelf\nA-01-2,shelf\n",
}


@pytest.fixture
def database(sqlite_database):
    """Most of this is about files; what is about databases asks for either of them (`test_exports`, too)."""
    return sqlite_database


@pytest.fixture
def bring_in(database):
    def bring_in(kind, text, encoding="utf-8"):
        data = text if isinstance(text, bytes) else text.encode(encoding)
        return database.transact(import_csv, kind, BytesIO(data), None, NOON)

    return bring_in


@pytest.fixture
def catalog(bring_in):
    for kind, text in CATALOG.items():
        bring_in(kind, text)
    return bring_in


@pytest.fixture
def rows(database):
    def rows(statement):
        with database.read() as session:
            return [tuple(row) for row in session.execute(statement)]

    return rows


@pytest.fixture
def dump(database):
    def dump(kind):
        with database.read() as session:
            return "".join(export_csv(session, kind)).replace("\r\n", "\n")

    return dump


def problems(bring_in, kind, text):
    with pytest.raises(ImportRefused) as refused:
        bring_in(kind, text)
    return [str(problem) for problem in refused.value.problems]


def done(report):
    return report.rows, report.added, report.changed, report.unchanged


class TestAFile:
    def test_is_taken_in(self, bring_in, dump):
        assert done(bring_in("items", "sku,name\nMUG-B,Mug blue\n")) == (1, 1, 0, 0)
        assert dump("items").splitlines()[1] == "MUG-B,Mug blue,0.00,C,0,no"

    @pytest.mark.parametrize(
        "data",
        [
            "\ufeffsku,name\r\nMUG-B,Mug blue\r\n".encode(),
            b"sku;name\nMUG-B;Mug blue",
            b"SKU , Name\nMUG-B , Mug blue \n\n,\n",
            b'"sku","name"\n"MUG-B","Mug blue"\n',
            b"name,sku\rMug blue,MUG-B\r",
        ],
        ids=["byte order mark", "semicolons", "loose spaces and blank rows", "all quoted", "old line ends, other order"],
    )
    def test_may_look_as_spreadsheets_write_it(self, bring_in, dump, data):
        assert done(bring_in("items", data)) == (1, 1, 0, 0)
        assert "MUG-B,Mug blue," in dump("items")

    def test_is_refused_whole_when_one_row_is_bad(self, bring_in, dump):
        assert problems(bring_in, "items", "sku,unit_cost\nMUG-B,3.50\nLAMP,cheap\n") == [
            "line 3, column unit_cost: expected an amount such as 12.50, with at most four decimals, got 'cheap'"
        ]
        assert dump("items").count("\n") == 1

    def test_has_every_bad_row_named_by_its_line(self, bring_in):
        text = 'sku,name,reorder_point\nA,"two\nlines",1\nB,b,-1\n,c,1\nD,d,1\nE,e,1.5\n'
        assert [problem.split(":")[0] for problem in problems(bring_in, "items", text)] == [
            "line 2, column name", "line 4, column reorder_point", "line 5, column sku", "line 7, column reorder_point",
        ]  # fmt: skip

    def test_with_endless_problems_lists_the_first_and_counts_all(self, bring_in):
        text = "sku,reorder_point\n" + "".join(f"S{n},x\n" for n in range(1_500))
        with pytest.raises(ImportRefused, match="1500 problems") as refused:
            bring_in("items", text)
        assert len(refused.value.problems) == 200 and refused.value.problems[-1].line == 201

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"", "line 1, column sku: expected this column in the header, got nothing"),
            (b"name\nMug\n", "line 1, column sku: expected this column in the header, got 'name'"),
            (b"sku,sku\nA,B\n", "line 1, column sku: expected this column once, got '2 of them'"),
            (b"sku,name\nA,\xff\xfe\n", "line 2, column name: expected printable text in UTF-8, got '\\udcff\\udcfe'"),
            (b"sku,name\nA,a\x00b\n", "line 2, column name: expected printable text in UTF-8, got 'a\\x00b'"),
            (b'sku,name\nA,"open\n', "line 2, column (all): expected cells in matching quotes, got"),
            (b"sku,name\nA,Mug, blue\n", "line 2, column (all): expected 2 cells, got '3: quote a cell"),
            (b"sku,name\nA,a\nA,b\n", "line 3, column sku: expected it once in the file, got 'A again, first on line 2'"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1, column sku: expected this column in the header"),
        ],
        ids=[
            "empty",
            "no key column",
            "column twice",
            "not UTF-8",
            "a NUL",
            "open quote",
            "unquoted comma",
            "key twice",
            "a picture",
        ],
    )
    def test_that_cannot_be_read_says_where_and_why(self, bring_in, data, problem):
        assert problems(bring_in, "items", data)[0].startswith(problem)

    def test_with_columns_of_its_own_is_taken_and_says_what_it_ignored(self, bring_in):
        assert bring_in("items", "sku,colour\nMUG-B,blue\n").ignored == ("colour",)

    def test_of_an_unknown_kind_is_refused(self, bring_in):
        with pytest.raises(BadRequest, match="'orders'"):
            bring_in("orders", "sku\nA\n")

    def test_is_read_from_its_start_when_the_transaction_is_tried_again(self, database):
        stream = BytesIO(b"sku\nA\n")
        stream.read()
        assert database.transact(import_csv, "items", stream, None, NOON).added == 1


class TestItems:
    def test_have_sensible_defaults(self, bring_in, dump):
        bring_in("items", "sku\nMUG-B\n")
        assert dump("items").splitlines()[1] == "MUG-B,MUG-B,0.00,C,0,no"

    def test_change_where_the_file_says_something_new(self, bring_in, dump):
        bring_in("items", "sku,name,unit_cost,abc_class\nMUG-B,Mug blue,3.50,A\n")
        assert done(bring_in("items", "sku,name,unit_cost,abc_class\nMUG-B,,3.75,\n")) == (1, 0, 1, 0)
        assert dump("items").splitlines()[1] == "MUG-B,Mug blue,3.75,A,0,no"

    @pytest.mark.parametrize(
        ("cost", "stored"),
        [("3", 30_000), ("3.5", 35_000), ("0.0001", 1), ("12,50", 125_000), ("9999999999.9999", 99_999_999_999_999)],
    )
    def test_cost_money_to_the_ten_thousandth(self, bring_in, rows, cost, stored):
        bring_in("items", f"sku;unit_cost\nMUG-B;{cost}\n")
        assert rows(select(bulk.item.c.unit_cost_e4)) == [(stored,)]

    @pytest.mark.parametrize("cost", ["-1", "1.00001", "1e3", "NaN", "1,000.00", "€3", "٣"])
    def test_cost_nothing_else(self, bring_in, cost):
        assert "unit_cost" in problems(bring_in, "items", f'sku,unit_cost\nMUG-B,"{cost}"\n')[0]

    @pytest.mark.parametrize("sku", ["A-01-1", "DOCK", "CMD-UNDO", "cmd-qty-12", "(01)09501101530003", "S" * 65])
    def test_have_a_sku_that_means_nothing_else(self, catalog, sku):
        assert problems(catalog, "items", f"sku\n{sku}\n")


class TestBarcodes:
    def test_are_kept_as_gtin_14(self, catalog, dump):
        catalog("barcodes", "code,sku,units\n9501101530003,MUG-B,\nMUG-CASE,MUG-B,12\n")
        assert dump("barcodes") == "code,sku,units\n09501101530003,MUG-B,1\nMUG-CASE,MUG-B,12\n"

    def test_of_one_gtin_are_one_code_in_any_length(self, catalog):
        assert "again, first on line 2" in problems(catalog, "barcodes", "code,sku\n036000291452,LAMP\n0036000291452,LAMP\n")[0]

    def test_may_be_the_sku_itself(self, catalog):
        assert catalog("barcodes", "code,sku\nMUG-B,MUG-B\n").added == 1

    def test_move_to_another_item_when_the_file_says_so(self, catalog, dump):
        catalog("barcodes", "code,sku,units\nX-1,MUG-B,6\n")
        assert done(catalog("barcodes", "code,sku\nX-1,LAMP\n")) == (1, 0, 1, 0)
        assert dump("barcodes").splitlines()[1] == "X-1,LAMP,6"

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("9501101530004,MUG-B,1", "code"),  # its check digit is wrong
            ("A-01-1,MUG-B,1", "code"),
            ("DOCK,MUG-B,1", "code"),
            ("LAMP,MUG-B,1", "code"),  # another item's SKU
            ("CMD-DONE,MUG-B,1", "code"),
            ("CMD-QTY-3,MUG-B,1", "code"),
            ("(01)09501101530003(10)A,MUG-B,1", "code"),  # an element string is what a label says, not an item's code
            ("X-1,NOTHING,1", "sku"),
            ("X-1,MUG-B,0", "units"),
            ("X-1,MUG-B,100001", "units"),
        ],
    )
    def test_are_refused_when_they_would_mean_something_else(self, catalog, row, column):
        assert f"column {column}" in problems(catalog, "barcodes", f"code,sku,units\n{row}\n")[0]


class TestKits:
    def test_have_parts(self, catalog, dump):
        catalog("kits", "kit_sku,sku,units\nGIFT,MUG-B,2\nGIFT,TEE-M,\n")
        assert dump("kits") == "kit_sku,sku,units\nGIFT,MUG-B,2\nGIFT,TEE-M,1\n"

    def test_change_how_many_of_a_part(self, catalog, dump):
        catalog("kits", "kit_sku,sku,units\nGIFT,MUG-B,2\n")
        assert done(catalog("kits", "kit_sku,sku,units\nGIFT,MUG-B,3\n")) == (1, 0, 1, 0)
        assert "GIFT,MUG-B,3" in dump("kits")

    @pytest.mark.parametrize("row", ["GIFT,GIFT,1", "GIFT,NOTHING,1", "NOTHING,MUG-B,1", "GIFT,MUG-B,0"])
    def test_are_made_of_items_that_are_there(self, catalog, row):
        assert problems(catalog, "kits", f"kit_sku,sku,units\n{row}\n")

    @pytest.mark.parametrize("text", ["LAMP,GIFT\n", "MUG-B,LAMP\n"])
    def test_are_not_made_of_kits(self, catalog, text):
        catalog("kits", "kit_sku,sku\nGIFT,MUG-B\n")
        assert "kit" in problems(catalog, "kits", f"kit_sku,sku\n{text}")[0]


class TestLocations:
    def test_are_shelves_in_a_section_unless_said(self, bring_in, dump):
        bring_in("locations", "code\nB-02-7\n")
        assert "B-02-7,B-02-7,shelf,B-02\n" in dump("locations")

    def test_that_goods_are_sent_to_keep_their_kind(self, bring_in):
        assert "expected dock: it is where such goods go" in problems(bring_in, "locations", "code,kind\nDOCK,shelf\n")[0]

    @pytest.mark.parametrize("row", ["X,attic", "MUG-B,shelf", "CMD-UNDO,shelf"])
    def test_have_a_kind_and_a_code_of_their_own(self, catalog, row):
        assert problems(catalog, "locations", f"code,kind\n{row}\n")


class TestStock:
    def test_is_what_the_file_says(self, catalog, dump):
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,7\n")
        assert done(catalog("stock", "location,sku,units\nA-01-1,MUG-B,5\nA-01-2,LAMP,3\n")) == (2, 1, 1, 0)
        assert dump("stock") == "location,sku,units\nA-01-1,MUG-B,5\nA-01-2,LAMP,3\n"

    def test_changes_by_adjustments_in_the_ledger(self, catalog, rows):
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,7\n")
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,5\n")
        assert rows(select(Movement.units, Movement.cause).order_by(Movement.seq)) == [(7, "import"), (2, "import")]
        assert sum(units for _, _, units in rows(select(bulk.stock))) == 0

    @pytest.mark.parametrize(
        "row", ["A-01-1,MUG-B,-1", "A-01-1,MUG-B,", "A-01-1,NOTHING,1", "NOWHERE,MUG-B,1", "SUPPLIER,MUG-B,1", "A-01-1,GIFT,1"]
    )
    def test_is_refused_where_nothing_can_lie(self, catalog, row):
        catalog("kits", "kit_sku,sku\nGIFT,MUG-B\n")
        assert problems(catalog, "stock", f"location,sku,units\n{row}\n")


RECEIPT = (
    "reference,supplier,due_on,sku,expected\n"
    "PO-1,Acme,2026-12-01,MUG-B,24\nPO-1,Acme,2026-12-01,LAMP,6\nPO-1,Acme,2026-12-01,MUG-B,12\n"
)


class TestReceipts:
    def lines(self, rows):
        return rows(select(bulk.line.c.position, bulk.line.c.expected, bulk.line.c.scanned).order_by(bulk.line.c.id))

    def test_have_a_line_a_row(self, catalog, rows):
        assert done(catalog("receipts", RECEIPT)) == (3, 3, 0, 0)
        assert rows(select(bulk.task.c.reference, bulk.task.c.kind, bulk.task.c.partner, bulk.task.c.due_on)) == [
            ("PO-1", "receiving", "Acme", date(2026, 12, 1))
        ]
        assert self.lines(rows) == [(1, 24, 0), (2, 6, 0), (3, 12, 0)]

    def test_need_no_supplier_and_no_date(self, catalog, rows):
        catalog("receipts", "reference,sku,expected\nPO-1,MUG-B,24\n")
        assert rows(select(bulk.task.c.partner, bulk.task.c.due_on)) == [("", None)]

    def test_in_work_change_what_is_expected_and_not_what_was_scanned(self, catalog, database, rows):
        catalog("receipts", RECEIPT)
        database.transact(lambda session: session.execute(update(bulk.line).values(scanned=5)))
        assert done(catalog("receipts", RECEIPT.replace(",24\n", ",30\n"))) == (3, 0, 1, 2)
        assert self.lines(rows) == [(1, 30, 5), (2, 6, 5), (3, 12, 5)]

    def test_keep_a_line_that_is_no_longer_in_the_file_and_add_one_that_is_new(self, catalog, rows):
        catalog("receipts", RECEIPT)
        assert done(catalog("receipts", "reference,sku,expected\nPO-1,LAMP,6\nPO-1,TEE-M,3\n")) == (2, 1, 0, 1)
        assert self.lines(rows) == [(1, 24, 0), (2, 6, 0), (3, 12, 0), (4, 3, 0)]

    def test_change_their_date(self, catalog, dump):
        catalog("receipts", RECEIPT)
        catalog("receipts", RECEIPT.replace("2026-12-01", "2026-12-24"))
        assert "PO-1,Acme,2026-12-24,MUG-B,24" in dump("receipts")

    def test_that_are_finished_cannot_change(self, catalog, database):
        catalog("receipts", RECEIPT)
        database.transact(lambda session: session.execute(update(bulk.task).values(state="finished")))
        assert catalog("receipts", RECEIPT).unchanged == 3
        assert "finished" in problems(catalog, "receipts", RECEIPT.replace(",24\n", ",30\n"))[0]
        assert "finished" in problems(catalog, "receipts", RECEIPT + "PO-1,Acme,2026-12-01,TEE-M,1\n")[0]
        assert "finished" in problems(catalog, "receipts", RECEIPT.replace("Acme", "Other"))[0]

    def test_may_name_their_cartons(self, catalog, rows, dump):
        text = (
            "reference,supplier,due_on,sku,expected,asn,sscc\nPO-1,Acme,,MUG-B,24,ASN-7,095011010000000018\n"
            "PO-1,Acme,,MUG-B,24,ASN-7,095011010000000025\nPO-1,Acme,,LAMP,6,ASN-7,095011010000000025\nPO-1,Acme,,LAMP,1,ASN-7,\n"
        )
        assert done(catalog("receipts", text)) == (4, 4, 0, 0)
        assert rows(select(bulk.carton.c.sscc, bulk.carton.c.units).order_by(bulk.carton.c.sscc, bulk.carton.c.units)) == [
            ("095011010000000018", 24), ("095011010000000025", 6), ("095011010000000025", 24),
        ]  # fmt: skip
        assert dump("receipts") == text

    def test_change_what_is_in_a_carton(self, catalog, rows):
        head = "reference,sku,expected,sscc\n"
        catalog("receipts", head + "PO-1,MUG-B,24,(00)095011010000000018\n")
        assert done(catalog("receipts", head + "PO-1,MUG-B,30,00095011010000000018\n")) == (1, 0, 1, 0)
        assert rows(select(bulk.carton.c.units)) == [(30,)]

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("PO-1,Acme,2026-12-01,NOTHING,1,,", "sku"),
            ("PO-1,Acme,2026-12-01,MUG-B,,,", "expected"),
            ("PO-1,Acme,2026-12-01,MUG-B,-1,,", "expected"),
            ("PO-1,Acme,01.12.2026,MUG-B,1,,", "due_on"),
            ("PO-1,Acme,20261201,MUG-B,1,,", "due_on"),
            ("A-01-1,Acme,2026-12-01,MUG-B,1,,", "reference"),
            ("MUG-B,Acme,2026-12-01,MUG-B,1,,", "reference"),
            ("RMA-1,Acme,2026-12-01,MUG-B,1,,", "reference"),  # it is a return
            ("CMD-UNDO,Acme,2026-12-01,MUG-B,1,,", "reference"),
            ("PO-1,Acme,2026-12-01,MUG-B,1,CMD-DONE,", "asn"),
            ("PO-1,Acme,2026-12-01,MUG-B,1,,095011010000000019", "sscc"),
            ("PO-1,Acme,2026-12-01,MUG-B,1,,095011010000000032", "sscc"),  # it comes with another receipt
            ("PO-0,Other,2026-12-01,MUG-B,1,,", "supplier"),  # line 2 says Acme
        ],
    )
    def test_are_refused_with_what_is_wrong(self, catalog, row, column):
        catalog("returns", "reference,sku\nRMA-1,MUG-B\n")
        catalog("receipts", "reference,sku,expected,sscc\nPO-9,MUG-B,24,095011010000000032\n")
        head = "reference,supplier,due_on,sku,expected,asn,sscc\nPO-0,Acme,2026-12-01,MUG-B,1,,\n"
        found = problems(catalog, "receipts", head + row + "\n")
        assert len(found) == 1 and f"line 3, column {column}" in found[0]

    def test_of_many_batches_are_one_receipt(self, catalog, rows):
        text = "reference,sku,expected\n" + "PO-1,MUG-B,1\n" * 2_500
        assert done(catalog("receipts", text)) == (2_500, 2_500, 0, 0)
        assert self.lines(rows)[-1] == (2_500, 1, 0)
        assert catalog("receipts", text).unchanged == 2_500


def test_returns_announce_one_unit_unless_said(catalog, dump):
    catalog("returns", "reference,order,customer,sku,reason\nRMA-1,SO-7,Jo Ng,LAMP,broken\n")
    assert dump("returns").splitlines()[1] == "RMA-1,SO-7,Jo Ng,LAMP,1,broken"


class TestOperators:
    def test_sign_in_with_the_badge_and_pin_of_the_file(self, bring_in, database):
        bring_in("operators", "badge,name,roles,pin\nBADGE-SAM,Sam,counter; Supervisor,2468\n")
        assert database.transact(sign_in, "BADGE-SAM", None, "d", "a", NOON).needs_pin
        sam = database.transact(sign_in, "BADGE-SAM", "2468", "d", "a", NOON).operator
        assert sam.roles == {"supervisor", "counter"}

    def test_keep_their_pin_when_the_file_has_none(self, bring_in, database):
        bring_in("operators", "badge,pin\nBADGE-SAM,2468\n")
        bring_in("operators", "badge,name\nBADGE-SAM,Sam\n")
        assert database.transact(sign_in, "BADGE-SAM", "2468", "d", "a", NOON).operator.name == "Sam"

    def test_leave(self, bring_in, database, dump):
        bring_in("operators", "badge,name,active\nBADGE-OLGA,Olga,no\n")
        assert database.transact(sign_in, "BADGE-OLGA", None, "d", "a", NOON).operator is None
        assert dump("operators") == "badge,name,roles,active\nBADGE-OLGA,Olga,,no\n"

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("BADGE-X,X,boss,", "expected roles out of receiver; returns; counter; supervisor; service, got 'boss'"),
            ("BADGE-X,X,receiver,12", "expected a PIN of 4 to 12 digits, got"),
            ("DOCK,X,receiver,", "expected a code that means nothing else yet, got \"'DOCK', the location DOCK\""),
            (",X,receiver,", "expected something, got nothing"),
        ],
    )
    def test_are_refused_with_what_is_wrong(self, bring_in, row, problem):
        assert problem in problems(bring_in, "operators", f"badge,name,roles,pin\n{row}\n")[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), kind=st.sampled_from(KINDS))
def test_no_bytes_whatever_are_more_than_refused(database, data, kind):
    with pytest.raises(ImportRefused):
        database.transact(import_csv, kind, BytesIO(data), None, NOON)
        raise ImportRefused(kind, (), 0)  # a file that happens to be sound is no failure


class TestAFileOnEitherDatabase:
    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
    def database(self, request, tmp_path):
        made = new_database(request.param, tmp_path)
        yield made
        made.dispose()

    @pytest.mark.parametrize("kind", KINDS)
    def test_twice_changes_nothing_more(self, catalog, dump, kind):
        text = {
            **CATALOG,
            "barcodes": "code,sku,units\n9501101530003,MUG-B,\nMUG-CASE,MUG-B,12\n",
            "kits": "kit_sku,sku,units\nGIFT,MUG-B,2\nGIFT,TEE-M,\n",
            "stock": "location,sku,units\nA-01-1,MUG-B,7\nA-01-2,MUG-B,0\n",
            "receipts": "reference,supplier,due_on,sku,expected,asn,sscc\n"
            "PO-1,Acme,2026-12-01,MUG-B,24,ASN-1,095011010000000018\nPO-1,Acme,2026-12-01,MUG-B,12,ASN-1,\n",
            "returns": "reference,order,customer,sku,expected,reason\nRMA-1,SO-1,Jo,LAMP,1,broken\n",
            "operators": "badge,name,roles,pin\nBADGE-ROSA,Rosa,receiver,\nBADGE-SAM,Sam,supervisor;counter,2468\n",
        }[kind]
        catalog(kind, text)
        before = [dump(each) for each in KINDS]
        again = catalog(kind, text)
        assert (again.added, again.changed, again.unchanged) == (0, 0, again.rows)
        assert [dump(each) for each in KINDS] == before

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(kind=st.sampled_from(KINDS), data=st.data())
    def test_whatever_it_says_is_no_more_than_refused(self, database, kind, data):
        names = list(columns_of(kind))
        cell = st.one_of(
            st.text(max_size=12),
            st.sampled_from(["MUG-B", "A-01-1", "1", "-1", "9501101530003", "=1+1", "'", '"', "\x00", "\ud800"]),
        )
        table = data.draw(st.lists(st.lists(cell, max_size=len(names) + 1), max_size=5))
        text = ",".join(names) + "\n" + "\n".join(",".join(cells) for cells in table)
        try:
            database.transact(import_csv, kind, BytesIO(text.encode("utf-8", "surrogatepass")), None, NOON)
        except ImportRefused as refused:
            assert refused.total >= len(refused.problems) > 0
