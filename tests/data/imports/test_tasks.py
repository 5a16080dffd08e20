from datetime import date

import pytest
from sqlalchemy import select, update

from scanner.data import store
from tests.support.said import done, problems

RECEIPT = (
    "reference,supplier,due_on,sku,expected\n"
    "PO-1,Acme,2026-12-01,MUG-B,24\nPO-1,Acme,2026-12-01,LAMP,6\nPO-1,Acme,2026-12-01,MUG-B,12\n"
)


class TestReceipts:
    def lines(self, rows):
        return rows(select(store.line.c.position, store.line.c.expected, store.line.c.scanned).order_by(store.line.c.id))

    def test_have_a_line_a_row(self, catalog, rows):
        assert done(catalog("receipts", RECEIPT)) == (3, 3, 0, 0)
        assert rows(select(store.task.c.reference, store.task.c.kind, store.task.c.partner, store.task.c.due_on)) == [
            ("PO-1", "receiving", "Acme", date(2026, 12, 1))
        ]
        assert self.lines(rows) == [(1, 24, 0), (2, 6, 0), (3, 12, 0)]

    def test_need_no_supplier_and_no_date(self, catalog, rows):
        catalog("receipts", "reference,sku,expected\nPO-1,MUG-B,24\n")
        assert rows(select(store.task.c.partner, store.task.c.due_on)) == [("", None)]

    def test_in_work_change_what_is_expected_and_not_what_was_scanned(self, catalog, database, rows):
        catalog("receipts", RECEIPT)
        database.transact(lambda session: session.execute(update(store.line).values(scanned=5)))
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
        database.transact(lambda session: session.execute(update(store.task).values(state="finished")))
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
        assert rows(select(store.carton.c.sscc, store.carton.c.units).order_by(store.carton.c.sscc, store.carton.c.units)) == [
            ("095011010000000018", 24), ("095011010000000025", 6), ("095011010000000025", 24),
        ]  # fmt: skip
        assert dump("receipts") == text

    def test_change_what_is_in_a_carton(self, catalog, rows):
        head = "reference,sku,expected,sscc\n"
        catalog("receipts", head + "PO-1,MUG-B,24,(00)095011010000000018\n")
        assert done(catalog("receipts", head + "PO-1,MUG-B,30,00095011010000000018\n")) == (1, 0, 1, 0)
        assert rows(select(store.carton.c.units)) == [(30,)]

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


def test_what_came_without_a_word_is_not_announced_by_a_file(catalog, database):
    catalog("returns", "reference,sku\nUN-000001,LAMP\n")
    database.transact(lambda session: session.execute(update(store.task).values(announced=False)))
    assert "nobody announced" in problems(catalog, "returns", "reference,sku\nUN-000001,LAMP\n")[0]


def test_only_what_was_announced_goes_out_again(catalog, database, dump):
    catalog("returns", "reference,sku\nRMA-1,LAMP\nUN-000001,LAMP\n")
    unannounced = update(store.task).where(store.task.c.reference == "UN-000001").values(announced=False)
    database.transact(lambda session: session.execute(unannounced))
    assert "UN-000001" not in dump("returns") and "RMA-1" in dump("returns")
