"""Items that are renamed, merged and retired: what scans, what is on record, what stays; on both databases."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from scanner.counting.pulls import store as pulls
from scanner.counting.reports import adjustments
from scanner.data.exports import export_csv
from scanner.data.imports import import_csv
from scanner.data.imports.report import ImportRefused
from scanner.db.sql import run
from scanner.discrepancies import service as discrepancies
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.items import service as items
from scanner.items import store
from scanner.scans import tasks
from scanner.scans.history import service as history
from scanner.scans.result import Outcome, Reason
from scanner.scans.tables import Movement
from scanner.scans.verify import verify
from scanner.workflows import IMPORTS, WORKFLOWS
from tests.support.counting_floor import Floor
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse, announce_carton

TWIN = "LAMP-OLD"
FILES = {
    "items": b"sku,name,unit_cost\nLAMP,Desk lamp,18\nLAMP-OLD,Lamp (old),17\nMUG-B,\"Mug, blue\",4.25\n",
    "barcodes": b"code,sku,units\n4006381333931,LAMP-OLD,1\nLAMP-BOX,LAMP-OLD,6\n",
    "stock": b"location,sku,units\nA-01-1,LAMP-OLD,5\nA-01-2,LAMP-OLD,2\nA-01-1,LAMP,3\n",
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse: Warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


@pytest.fixture
def twins(warehouse: Warehouse) -> Warehouse:
    """A lamp that is in the catalogue twice, with barcodes and stock of its own."""
    for kind in FILES:
        bring_in(warehouse, kind)
    return warehouse


def bring_in(warehouse: Warehouse, kind: str, content: bytes | None = None):
    return warehouse.database.transact(import_csv, kind, BytesIO(content or FILES[kind]), None, NOW, more=IMPORTS)


def sam(warehouse: Warehouse):
    return warehouse.operators["Sam"]


def merge(warehouse: Warehouse, sku: str = TWIN, into: str = "LAMP"):
    return warehouse.database.transact(items.merge, sku, into, sam(warehouse), NOW, WORKFLOWS)


def rename(warehouse: Warehouse, sku: str, new: str = "", name: str = ""):
    return warehouse.database.transact(items.rename, sku, new, name, sam(warehouse), NOW)


def retire(warehouse: Warehouse, sku: str):
    return warehouse.database.transact(items.retire, sku, sam(warehouse), NOW)


def record(warehouse: Warehouse, sku: str):
    with warehouse.database.read() as session:
        return items.record(session, sku, sam(warehouse))


def skus(warehouse: Warehouse) -> set[str]:
    with warehouse.database.read() as session:
        return {line.split(",")[0] for line in export_csv(session, "items")}


def scanned(warehouse: Warehouse, code: str):
    item = warehouse.scan(code, task="PO-1001").item
    return item and item.sku


class TestRenaming:
    def test_the_new_sku_scans_and_so_does_the_old_one(self, warehouse):
        rename(warehouse, "TEE-M", "SHIRT-M")
        assert [scanned(warehouse, code) for code in ("SHIRT-M", TEE)] == ["SHIRT-M", "SHIRT-M"]

    def test_its_barcodes_lines_and_stock_stay(self, warehouse):
        warehouse.scan(MUG)
        rename(warehouse, "MUG-B", "MUG-BLUE", "Mug, sky blue")
        assert warehouse.scan(MUG_CASE).item.name == "Mug, sky blue"
        assert warehouse.lines()[0] == ("MUG-BLUE", 13) and warehouse.stock()["DOCK", "MUG-BLUE"] == 13

    def test_who_when_and_from_what_to_what_is_on_record(self, warehouse):
        rename(warehouse, "LAMP", "LAMP-2")
        (change,) = record(warehouse, "LAMP").changes
        assert (change.operator, change.action, change.at) == ("Sam", "renamed", NOW)
        assert (change.before, change.after) == ("LAMP · Desk lamp", "LAMP-2 · Desk lamp")

    def test_there_and_back(self, warehouse):
        rename(warehouse, "LAMP", "LAMP-2")
        rename(warehouse, "LAMP-2", "LAMP")
        assert (record(warehouse, "LAMP-2").sku, record(warehouse, "LAMP").old_skus) == ("LAMP", ["LAMP-2"])

    @pytest.mark.parametrize(
        ("sku", "error"),
        [
            pytest.param("MUG-B", Conflict, id="another item's"),
            pytest.param("9501101530003", Conflict, id="another item's barcode, which it would scan as"),
            pytest.param("A-01-1", Conflict, id="a shelf's label"),
            pytest.param("PO-1001", Conflict, id="a task's label"),
            pytest.param("CMD-UNDO", BadRequest, id="a command"),
            pytest.param("]C0LAMP", BadRequest, id="what scans as something else"),
        ],
    )
    def test_a_sku_must_mean_nothing_else(self, warehouse, sku, error):
        with pytest.raises(error):
            rename(warehouse, "LAMP", sku)

    def test_nobody_else_gets_an_old_sku(self, warehouse):
        rename(warehouse, "LAMP", "LAMP-2")
        with pytest.raises(Conflict, match=r"^LAMP means something else already\.$"):
            rename(warehouse, "TEE-M", "LAMP")

    def test_what_is_not_there_is_not_found(self, warehouse):
        with pytest.raises(NotFound):
            rename(warehouse, "NOTHING", "X")

    @pytest.mark.parametrize("kind", ["stock", "receipts"])
    def test_a_file_with_the_old_sku_means_the_item(self, warehouse, kind):
        content = {
            "stock": b"location,sku,units\nA-01-1,LAMP,5\n",
            "receipts": b"reference,supplier,due_on,sku,expected\nPO-5,Acme,,LAMP,2\n",
        }
        rename(warehouse, "LAMP", "LAMP-2")
        bring_in(warehouse, kind, content[kind])
        if kind == "stock":
            assert warehouse.stock()["A-01-1", "LAMP-2"] == 5
        else:
            assert warehouse.lines("PO-5") == [("LAMP-2", 0)]

    def test_the_file_of_items_of_before_brings_no_second_item_and_no_old_name(self, twins):
        rename(twins, "LAMP", "LAMP-2", "Lamp, desk")
        before = skus(twins)
        bring_in(twins, "items")
        assert skus(twins) == before and record(twins, "LAMP").name == "Lamp, desk"


class TestMerging:
    def test_old_and_new_codes_scan_as_the_one_that_stays(self, twins):
        merge(twins)
        assert [scanned(twins, code) for code in (TWIN, "4006381333931", "LAMP-BOX", LAMP, "LAMP")] == ["LAMP"] * 5
        assert twins.lines()[1] == ("LAMP", 4), "the box of 6 would be too many: it waits"

    def test_a_case_counts_what_it_did(self, twins):
        merge(twins)
        assert twins.scan("LAMP-BOX").units == 6

    def test_its_stock_is_stock_of_the_other_place_by_place(self, twins):
        merge(twins)
        stock = {key: units for key, units in twins.stock().items() if key[0].startswith("A-")}
        assert stock == {("A-01-1", "LAMP"): 8, ("A-01-2", "LAMP"): 2}

    def test_it_is_no_drift(self, twins):
        with twins.database.read() as session:
            before = adjustments.adjusted(session, NOW.replace(year=2000), NOW.replace(year=2100))
        merge(twins)
        with twins.database.read() as session:
            assert adjustments.adjusted(session, NOW.replace(year=2000), NOW.replace(year=2100)) == before == []
            causes = set(run(session, select(Movement.__table__.c.cause)).scalars())
        assert causes == {"import", "items merged"}

    def test_what_was_recorded_stays_and_is_shown_with_the_one_that_stands_for_it(self, twins):
        merge(twins)
        with twins.database.read() as session:
            page = history.item_page(session, TWIN, WORKFLOWS, sam(twins), now=NOW, days=30)
        assert (page.sku, page.old_skus) == ("LAMP", [TWIN])
        assert {row.sku for row in page.movements} == {"LAMP", TWIN}

    def test_who_when_and_what_went_over_is_on_record(self, twins):
        merge(twins)
        (change,) = record(twins, TWIN).changes
        assert (change.operator, change.action) == ("Sam", "merged")
        assert (change.before, change.after) == ("LAMP-OLD · Lamp (old)", "LAMP · Desk lamp")
        assert change.detail == "2 barcodes, 5 at A-01-1, 2 at A-01-2"

    def test_the_same_again_changes_nothing(self, twins):
        merge(twins)
        assert merge(twins).message == "LAMP-OLD stands for LAMP already."
        assert len(record(twins, "LAMP").changes) == 1

    def test_an_open_line_on_which_nothing_was_scanned_goes_over(self, twins):
        bring_in(twins, "receipts", b"reference,supplier,due_on,sku,expected\nPO-5,Acme,,LAMP-OLD,2\nPO-5,Acme,,LAMP,1\n")
        merge(twins)
        assert twins.lines("PO-5") == [("LAMP", 0), ("LAMP", 0)]
        results = [twins.scan(code, task="PO-5") for code in (TWIN, LAMP, "4006381333931")]
        assert [result.reason for result in results] == [Reason.COUNTED, Reason.COUNTED, Reason.COMPLETE]

    def test_open_tasks_on_which_its_goods_were_scanned_are_named(self, twins):
        bring_in(twins, "receipts", b"reference,supplier,due_on,sku,expected\nPO-5,Acme,,LAMP-OLD,2\n")
        twins.scan(TWIN, task="PO-5")
        with pytest.raises(Conflict, match=r"Goods of LAMP-OLD were scanned on PO-5, still open: finish it first\."):
            merge(twins)

    def test_goods_of_it_that_wait_for_a_yes_are_answered_first(self, twins):
        twins.scan(TWIN)
        with pytest.raises(Conflict, match="Goods of LAMP-OLD wait for an answer on PO-1001: say yes or no to them first"):
            merge(twins)
        twins.scan("CMD-LEAVE")
        merge(twins)

    def test_an_announced_carton_has_the_other_in_it(self, twins):
        bring_in(twins, "receipts", b"reference,supplier,due_on,sku,expected\nPO-5,Acme,,LAMP-OLD,2\nPO-5,Acme,,LAMP,4\n")
        with twins.database.read() as session:
            task, twin = tasks.get_task(session, "PO-5"), store.find(session, TWIN)
        twins.items[TWIN] = twin.id
        announce_carton(twins, task.id, [(TWIN, 2), ("LAMP", 4)])
        merge(twins)
        assert twins.scan("(00)395011015300000011", task="PO-5").units == 6

    def test_a_kit_of_it_is_a_kit_of_the_other(self, twins):
        bring_in(twins, "items", b"sku\nBIG-SET\n")
        bring_in(twins, "kits", b"kit_sku,sku,units\nBIG-SET,LAMP-OLD,2\nBIG-SET,LAMP,1\n")
        merge(twins)
        twins.scan("BIG-SET", by="Carla", task="PICKS", location="A-01-1")
        assert twins.stock()["A-01-1", "LAMP"] == 5

    @pytest.mark.parametrize(("sku", "into"), [("SET", "LAMP"), ("LAMP", "SET"), ("MUG-B", "SET")])
    def test_a_kit_and_what_is_none_are_not_one(self, twins, sku, into):
        with pytest.raises(Conflict, match="not the same kit"):
            merge(twins, sku, into)

    def test_an_item_is_not_merged_into_itself(self, twins):
        with pytest.raises(BadRequest, match="the same one"):
            merge(twins, "LAMP", "LAMP")

    def test_three_become_one(self, twins):
        merge(twins)
        merge(twins, "LAMP", "TEE-M")
        assert scanned(twins, TWIN) == scanned(twins, "4006381333931") == scanned(twins, LAMP) == "TEE-M"

    def test_a_pick_of_before_is_not_taken_back(self, twins):
        twins.scan(TWIN, by="Carla", task="PICKS", location="A-01-1")
        merge(twins)
        undone = twins.scan("CMD-UNDO", by="Carla", task="PICKS")
        assert undone.outcome is Outcome.REFUSED and "LAMP-OLD was merged into another item since" in undone.message

    def test_returned_goods_that_are_graded_anew_are_goods_of_the_other(self, twins):
        content = b"reference,order,customer,sku,expected,reason\nRMA-1,SO-1,Jo,LAMP-OLD,1,\n"
        bring_in(twins, "returns", content)
        for code in (TWIN, "CMD-DAMAGED-DOA", "CMD-DONE"):
            twins.scan(code, by="Theo", task="RMA-1")
        merge(twins)
        with twins.database.read() as session:
            line = history.scans_behind(session, "RMA-1", TWIN)
        assert line and twins.stock()["DAMAGED", "LAMP"] == 1
        seq = next(row.seq for row in line if row.reason == "complete")
        for code in (f"CMD-ARRIVAL-{seq}", "CMD-SCRAP"):
            graded = twins.scan(code, by="Theo", task="RMA-1")
        assert graded.reason is Reason.GRADED
        assert twins.stock()["SCRAP", "LAMP"] == 1 and ("DAMAGED", TWIN) not in twins.stock()
        with twins.database.read() as session:
            assert discrepancies.discrepancies(session, kind="below zero") == []

    def test_a_count_of_its_shelves_is_finished_first(self, twins):
        floor = Floor(twins)
        task = floor.start()
        with pytest.raises(Conflict, match=f"LAMP-OLD: {task} counts it: finish that first"):
            merge(twins)

    def test_what_differs_at_a_place_is_settled_first(self, twins):
        twins.scan(TWIN, by="Carla", task="PICKS", location="A-01-1", quantity=9)
        with pytest.raises(Conflict, match=r"settle discrepancy 1 first"):
            merge(twins)

    def test_a_count_that_waited_for_it_waits_for_the_other(self, twins):
        twins.scan(TWIN, by="Carla", task="SHORT-PICKS", location="A-01-1")
        with twins.database.read() as session:
            (found,) = discrepancies.discrepancies(session)
        with pytest.raises(Conflict):
            merge(twins)
        settling = {"cause": "misplaced", "note": "", "operator": sam(twins), "now": NOW, "settlers": {}}
        twins.database.transact(discrepancies.settle, found.id, **settling)
        merge(twins)
        with twins.database.read() as session:
            assert {row.sku for row in pulls.waiting(session)} == {"LAMP"}

    def test_a_finished_task_stays_readable(self, twins):
        bring_in(twins, "receipts", b"reference,supplier,due_on,sku,expected\nPO-5,Acme,,LAMP-OLD,1\n")
        for code in (TWIN, "CMD-DONE"):
            twins.scan(code, task="PO-5")
        merge(twins)
        assert twins.lines("PO-5") == [(TWIN, 1)]

    def test_the_file_of_before_brings_no_second_item(self, twins):
        merge(twins)
        before = skus(twins)
        for kind in ("items", "barcodes"):
            bring_in(twins, kind)
        assert skus(twins) == before and TWIN not in before
        assert record(twins, TWIN).name == "Desk lamp" and scanned(twins, "4006381333931") == "LAMP"

    def test_a_file_with_the_stock_of_the_merged_item_is_refused_by_name(self, twins):
        merge(twins)
        with pytest.raises(ImportRefused) as refused:
            bring_in(twins, "stock")
        assert {problem.column for problem in refused.value.problems} == {"sku"}
        assert "which was merged into another item" in str(refused.value.problems[0])
        assert twins.stock()["A-01-1", "LAMP"] == 8


class TestRetiring:
    def test_it_is_found_by_its_codes_and_listed_no_more(self, warehouse):
        retire(warehouse, "LAMP")
        with warehouse.database.read() as session:
            assert history.find_items(session, "desk") == []
            assert [each.sku for each in history.find_items(session, LAMP)] == ["LAMP"]

    @pytest.mark.parametrize(
        ("task", "by", "outcome"),
        [
            pytest.param("PO-1", "Rosa", Outcome.HELD, id="nobody ordered it: it waits for an answer"),
            pytest.param("RMA-9", "Theo", Outcome.ACCEPTED, id="a return of it is taken"),
            pytest.param("PICKS", "Carla", Outcome.ACCEPTED, id="what is in hand is in hand"),
        ],
    )
    def test_every_scan_of_it_says_so(self, warehouse, task, by, outcome):
        warehouse.add_receipt("PO-1", [("MUG-B", 1)])
        warehouse.add_return("RMA-9", [("LAMP", 1)], "SO-1")
        retire(warehouse, "LAMP")
        result = warehouse.scan(LAMP, by=by, task=task, **({"location": "A-01-1"} if task == "PICKS" else {}))
        assert result.outcome is outcome and result.message.startswith("Desk lamp (retired)")

    def test_what_is_on_hand_is_not_retired(self, twins):
        with pytest.raises(Conflict, match=r"LAMP-OLD is on hand still \(5 at A-01-1, 2 at A-01-2\)"):
            retire(twins, TWIN)

    def test_open_tasks_and_kits_with_it_are_named(self, warehouse):
        assert retire(warehouse, "LAMP").message == "LAMP is retired. Still open with it: PO-1001. It is a part of SET."

    def test_it_is_ordered_no_more_and_what_was_ordered_stays(self, warehouse):
        lines = b"reference,supplier,due_on,sku,expected\nPO-7,Acme,,LAMP,2\n"
        bring_in(warehouse, "receipts", lines)
        retire(warehouse, "LAMP")
        bring_in(warehouse, "receipts", lines)
        with pytest.raises(ImportRefused) as refused:
            bring_in(warehouse, "receipts", lines.replace(b"PO-7", b"PO-8"))
        assert [(problem.expected, problem.got) for problem in refused.value.problems] == [
            ("an item that is not retired", "'LAMP'")
        ]

    def test_it_is_brought_back_with_its_record(self, warehouse):
        retire(warehouse, "LAMP")
        warehouse.database.transact(items.bring_back, "LAMP", sam(warehouse), NOW)
        assert [change.action for change in record(warehouse, "LAMP").changes] == ["brought back", "retired"]
        assert warehouse.scan(LAMP).message.startswith("Desk lamp: ")
