from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.data.imports import ImportRefused
from scanner.errors import BadRequest
from tests.conftest import new_database
from tests.data.imports.conftest import CATALOG, NOON
from tests.support.files import KINDS, columns_of, import_csv
from tests.support.said import done, problems


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
            (
                b"sku,name\nA,\xff\xfe\n",
                "line 2, column (all): expected a CSV file in UTF-8 (in the spreadsheet: save as “CSV UTF-8”)",
            ),
            (b"sku,name\nA,a\x00b\n", "line 2, column name: expected printable text, got 'a\\x00b'"),
            (b'sku,name\nA,"open\n', "line 2, column (all): expected cells in matching quotes, got"),
            (b"sku,name\nA,Mug, blue\n", "line 2, column (all): expected 2 cells, got '3: quote a cell"),
            (b"sku,name\nA,a\nA,b\n", "line 3, column sku: expected it once in the file, got 'A again, first on line 2'"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1, column (all): expected a CSV file"),
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

    def test_with_a_column_without_a_name_says_that_it_ignored_it(self, bring_in):
        assert bring_in("items", "sku,,name\nMUG-B,7,Mug\n").ignored == ("column 2, which has no name",)

    def test_of_an_unknown_kind_is_refused(self, bring_in):
        with pytest.raises(BadRequest, match="'wishes'"):
            bring_in("wishes", "sku\nA\n")

    def test_is_read_from_its_start_when_the_transaction_is_tried_again(self, database):
        stream = BytesIO(b"sku\nA\n")
        stream.read()
        assert database.transact(import_csv, "items", stream, None, NOON).added == 1


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
            "sections": "code,owner\nA-01,Olga\n",
            "suppliers": 'name,email,address\nAcme,ann@acme.example,"1 Mill Lane, Leeds"\n',
            "stock": "location,sku,units\nA-01-1,MUG-B,7\nA-01-2,MUG-B,0\n",
            "receipts": "reference,supplier,due_on,sku,expected,asn,sscc\n"
            "PO-1,Acme,2026-12-01,MUG-B,24,ASN-1,095011010000000018\nPO-1,Acme,2026-12-01,MUG-B,12,ASN-1,\n",
            "returns": "reference,order,customer,sku,expected,reason\nRMA-1,SO-1,Jo,LAMP,1,broken\n",
            "orders": "channel,reference,placed_on,due_on,sku,ordered,customer,line\n"
            "web,SO-1,2026-11-20,2026-12-01,LAMP,2,Jo,a\n,SO-1,,,LAMP,1,,\n,SO-1,,,X-1,0,,\n,SO-1,,,LAMP,4,,\n",
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


class TestAHeader:
    @pytest.mark.parametrize(
        "header",
        [
            "sku,name", "SKU,Name", " sku , name ", "'sku,'name", '"sku","name"', '"=""sku""",name', "\ufeffsku,name",
            "\u200bsku,name\u00a0", "ｓｋｕ,name", "sku,name,,", "sep=,\nsku,name", "\n\n,\nsku,name",
        ],
    )  # fmt: skip
    def test_is_read_however_it_is_dressed(self, bring_in, dump, header):
        assert done(bring_in("items", f"{header}\nMUG-B,Mug blue\n")) == (1, 1, 0, 0)
        assert "MUG-B,Mug blue," in dump("items")

    @pytest.mark.parametrize(
        ("text", "cost"), [("sep=;\nsku;unit_cost\nA;12,5\n", "12.50"), ("sep=\t\nsku\tunit_cost\nA\t7\n", "7.00")]
    )
    def test_may_come_after_a_line_that_says_the_separator(self, bring_in, dump, text, cost):
        bring_in("items", text)
        assert f"A,A,{cost}," in dump("items")

    @pytest.mark.parametrize("sign", ['"', "\x00", "a"])
    def test_is_not_parted_by_what_separates_nothing(self, bring_in, sign):
        assert "column sku: expected this column" in problems(bring_in, "items", f"sep={sign}\nsku;name\nA;a\n")[0]

    def test_is_parted_where_its_columns_are_known(self, bring_in, dump):
        bring_in("items", "sku;name, as printed;name\nA;x, y, z;Alpha\n")
        assert "A,Alpha," in dump("items")

    def test_alone_brings_nothing_in(self, bring_in):
        assert done(bring_in("items", "sku,name\n")) == (0, 0, 0, 0)

    def test_words_may_be_parted_by_blanks_or_hyphens(self, bring_in, dump):
        bring_in("items", "SKU,Unit Cost,Reorder-Point\nA,2,3\n")
        assert "A,A,2.00,C,3,no" in dump("items")


class TestRows:
    def test_with_cells_beyond_the_header_are_refused(self, bring_in):
        assert "expected 2 cells, got '3" in problems(bring_in, "items", "sku,name,\nA,a,b\n")[0]

    def test_with_blank_cells_beyond_the_header_are_taken(self, bring_in):
        assert bring_in("items", "sku,name\nA,a,, ,\n").added == 1

    def test_that_end_early_are_taken_where_what_is_missing_may_be_blank(self, bring_in, catalog):
        assert bring_in("items", "sku,name,unit_cost\nPEN\n").added == 1
        assert "column units: expected something" in problems(catalog, "stock", "location,sku,units\nA-01-1,MUG-B\n")[0]

    def test_with_nothing_in_them_are_passed_over_and_counted_as_lines(self, bring_in):
        text = 'sku,name\n\n , \n\u200b,"\u200e"\nA,a\nA,b\n'
        assert problems(bring_in, "items", text)[-1].startswith("line 6, column sku: expected it once")

    def test_of_totals_are_refused(self, catalog):
        text = "location,sku,units\nA-01-1,MUG-B,3\nTotal,,3\n"
        assert "leave out the row of totals" in problems(catalog, "stock", text)[0]

    def test_that_failed_in_the_spreadsheet_are_refused_in_texts_too(self, bring_in):
        assert "error of a formula" in problems(bring_in, "items", "sku,name\nA,#REF!\n")[0]

    def test_with_a_line_end_in_a_code_are_told_to_be_two(self, catalog):
        assert "use a row for each" in problems(catalog, "barcodes", 'code,sku\n"X-1\nX-2",MUG-B\n')[0]
