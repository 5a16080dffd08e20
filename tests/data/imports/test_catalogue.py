import pytest
from sqlalchemy import select

from scanner.data import store
from tests.support.said import done, problems


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
        assert rows(select(store.item.c.unit_cost_e4)) == [(stored,)]

    @pytest.mark.parametrize("cost", ["-1", "1.00001", "1e3", "NaN", "1.000.00", "3 pieces", "٣"])
    def test_cost_nothing_else(self, bring_in, cost):
        assert "unit_cost" in problems(bring_in, "items", f'sku,unit_cost\nMUG-B,"{cost}"\n')[0]

    @pytest.mark.parametrize("sku", ["A-01-1", "DOCK", "CMD-UNDO", "cmd-qty-12", "(01)09501101530003", "S" * 65])
    def test_have_a_sku_that_means_nothing_else(self, catalog, sku):
        assert problems(catalog, "items", f"sku\n{sku}\n")


class TestBarcodes:
    def test_go_out_as_the_label_says_them(self, catalog, dump):
        catalog("barcodes", "code,sku,units\n9501101530003,MUG-B,\nMUG-CASE,MUG-B,12\n")
        assert dump("barcodes") == "code,sku,units\n9501101530003,MUG-B,1\nMUG-CASE,MUG-B,12\n"

    def test_of_one_gtin_are_one_code_in_any_length(self, catalog):
        assert "again, first on line 2" in problems(catalog, "barcodes", "code,sku\n036000291452,LAMP\n0036000291452,LAMP\n")[0]

    def test_may_be_the_sku_itself(self, catalog):
        assert catalog("barcodes", "code,sku\nMUG-B,MUG-B\n").added == 1
        assert catalog("items", "sku\nMUG-B\n").unchanged == 1

    def test_may_not_be_the_sku_of_an_item_that_comes_later(self, catalog):
        catalog("barcodes", "code,sku\nPEN,MUG-B\n")
        assert "'PEN', which means something else already" in problems(catalog, "items", "sku\nPEN\n")[0]

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


class TestOrdering:
    HEADER = "sku,name,unit_cost,abc_class,reorder_point,critical,supplier,lead_days,order_multiple,cover_days\n"

    def test_what_an_item_is_ordered_by_comes_in_and_goes_out(self, bring_in, dump):
        text = f"{self.HEADER}CUP,CUP,0.00,C,0,no,,,1,\nPEN,PEN,0.00,C,0,no,Acme,14,12,30\n"
        bring_in("items", text)
        assert dump("items") == text
        assert done(bring_in("items", text)) == (2, 0, 0, 2)

    def test_what_is_left_out_stays(self, bring_in, dump):
        bring_in("items", "sku,supplier,lead_days,order_multiple,cover_days\nPEN,Acme,14,12,30\n")
        assert done(bring_in("items", "sku,name,lead_days\nPEN,Pen,\n")) == (1, 0, 1, 0)
        assert "PEN,Pen,0.00,C,0,no,Acme,14,12,30\n" in dump("items")

    def test_columns_without_anything_in_them_do_not_go_out(self, bring_in, dump):
        bring_in("items", "sku,lead_days\nPEN,0\n")
        assert dump("items") == "sku,name,unit_cost,abc_class,reorder_point,critical,lead_days\nPEN,PEN,0.00,C,0,no,0\n"

    @pytest.mark.parametrize(
        ("column", "cell", "expected"),
        [
            ("lead_days", "-1", "a whole number from 0 to 730"),
            ("lead_days", "soon", "a whole number from 0 to 730"),
            ("lead_days", "731", "a whole number from 0 to 730"),  # two years: more is a slip
            ("cover_days", "-3", "a whole number from 0 to 730"),
            ("cover_days", "2.5", "a whole number from 0 to 730"),
            ("order_multiple", "0", "a whole number from 1 to 100000"),  # nothing comes in cases of none
            ("order_multiple", "-12", "a whole number from 1 to 100000"),
            ("supplier", "x" * 201, "at most 200 characters"),
        ],
    )
    def test_bad_cells_are_named(self, bring_in, column, cell, expected):
        (told,) = problems(bring_in, "items", f"sku,{column}\nPEN,{cell}\n")
        assert f"line 2, column {column}: expected {expected}, got" in told

    def test_products_have_the_same_columns(self, bring_in, dump):
        bring_in("products", "sku,barcode,lead_days,order_multiple\nPEN,40123455,7,6\n")
        assert dump("items") == f"{dump('items').splitlines()[0]}\nPEN,PEN,0.00,C,0,no,7,6\n"


def test_an_item_is_pinned_to_its_class_and_let_go(bring_in, dump):
    bring_in("items", "sku,abc_class,abc_pinned\nPEN,A,yes\n")
    assert "PEN,PEN,0.00,A,0,no,yes\n" in dump("items")
    bring_in("items", "sku,abc_pinned\nPEN,no\n")
    assert "PEN,PEN,0.00,A,0,no\n" in dump("items")
