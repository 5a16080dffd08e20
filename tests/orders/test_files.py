"""Orders and shipments as files: the same twice changes nothing, and what changes is a newer version."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from scanner.data.imports import ImportRefused, all_kinds, jobs
from scanner.data.imports.large import LargeImport
from scanner.data.imports.pace import Pace
from scanner.data.imports.small import Upload, bring_in_small, read_small
from scanner.orders.shipments import files as shipments_files
from scanner.workflows import IMPORTS, WORKFLOWS
from tests.support.files import export_csv
from tests.support.shop import Shop, line, lines_of, order
from tests.support.warehouse import NOW

pytestmark = pytest.mark.slow

KINDS = all_kinds(IMPORTS) | shipments_files.imports(WORKFLOWS)
TWO = (
    "reference,placed_on,due_on,sku,ordered\nSO-1,2026-11-20,2026-12-01,LAMP,2\nSO-1,2026-11-20,2026-12-01,SET,1\nSO-2,,,LAMP,1\n"
)


class Desk:
    """Files that come in at once, or by slices as large ones do."""

    def __init__(self, database, way):
        self.database, self.way = database, way

    def __call__(self, kind, text, now=NOW):
        upload = Upload(kind=kind, stream=BytesIO(text.encode()), name=f"{kind}.csv", operator_id=None)
        if self.way == "small":
            return bring_in_small(self.database, KINDS[kind], upload, read_small(KINDS[kind], upload.stream), now)
        number = self.database.transact(
            lambda session: jobs.add(session, kind=kind, name="f", operator_id=None, now=now, stage="waiting")
        )
        return LargeImport(self.database, number, KINDS[kind], pace=Pace(hold=10, leave=0, most=3)).run(upload.stream)


@pytest.fixture
def shop(warehouse):
    return Shop(warehouse)


@pytest.fixture(params=["small", "large"])
def bring_in(request, shop):
    return Desk(shop.database, request.param)


def done(report):
    return report.added, report.changed, report.unchanged


def test_one_file_brings_many_orders(shop, bring_in):
    assert done(bring_in("orders", TWO)) == (3, 0, 0)
    first = shop.order(channel="csv")
    assert lines_of(first) == [("LAMP", 2, 0, 0, 0, 0), ("SET", 1, 0, 0, 0, 0)]
    assert (first.placed_at, first.due_at) == (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))
    assert lines_of(shop.order("SO-2", "csv")) == [("LAMP", 1, 0, 0, 0, 0)]


def test_the_same_file_twice_changes_nothing(shop, bring_in):
    bring_in("orders", TWO)
    before = shop.order(channel="csv")
    assert done(bring_in("orders", TWO, NOW + timedelta(days=1))) == (0, 0, 3)
    assert shop.order(channel="csv") == before


def test_a_changed_quantity_is_a_newer_version(shop, bring_in):
    bring_in("orders", TWO)
    later = NOW + timedelta(hours=1)
    assert done(bring_in("orders", TWO.replace("LAMP,2", "LAMP,5"), later)) == (0, 1, 2)
    assert shop.order(channel="csv").lines[0].ordered == 5
    assert shop.order(channel="csv").version == later.isoformat()


def test_fewer_are_cancelled_units(shop, bring_in):
    bring_in("orders", TWO)
    bring_in("orders", TWO.replace("LAMP,2", "LAMP,0"), NOW + timedelta(hours=1))
    assert lines_of(shop.order(channel="csv"))[0] == ("LAMP", 2, 2, 0, 0, 0)


def test_a_line_that_is_not_in_the_file_stays(shop, bring_in):
    bring_in("orders", TWO)
    bring_in("orders", "reference,sku,ordered\nSO-1,TEE-M,1\n", NOW + timedelta(hours=1))
    assert [each.wanted for each in shop.order(channel="csv").lines] == [2, 1, 1]


def test_an_unknown_sku_is_kept_and_adopted_when_its_item_comes(shop, bring_in):
    bring_in("orders", "reference,sku,ordered\nSO-1,X-1,3\n")
    assert [each.known for each in shop.order(channel="csv").lines] == [False]
    bring_in("items", "sku,name\nX-1,New\n")
    assert [each.known for each in shop.order(channel="csv").lines] == [True]


def test_the_same_item_twice_makes_two_lines(shop, bring_in):
    text = "reference,sku,ordered\nSO-1,LAMP,3\nSO-1,LAMP,4\n"
    bring_in("orders", text)
    assert [(each.line, each.ordered) for each in shop.order(channel="csv").lines] == [("LAMP", 3), ("LAMP#2", 4)]
    assert done(bring_in("orders", text, NOW + timedelta(hours=1))) == (0, 0, 2)


def test_a_long_order_comes_in_whole(shop, bring_in):
    text = "reference,line,sku,ordered\n" + "".join(f"SO-1,{number},LAMP,1\n" for number in range(900))
    bring = Desk(shop.database, "large")
    bring("orders", text)
    assert len(shop.order(channel="csv").lines) == 900
    assert done(bring("orders", text, NOW + timedelta(hours=1))) == (0, 0, 900)


def test_a_shipped_order_takes_no_change(shop, bring_in):
    shop.stock("LAMP", "A-01-1", 9)
    bring_in("orders", "reference,sku,ordered\nSO-1,LAMP,3\n")
    bring_in("shipments", "reference,sku,units\nSO-1,LAMP,3\n")
    with pytest.raises(ImportRefused) as refused:
        bring_in("orders", "reference,sku,ordered\nSO-1,LAMP,4\n", NOW + timedelta(hours=1))
    assert [str(each) for each in refused.value.problems] == [
        "line 2, column ordered: expected no change, as this order is shipped, got '4'"
    ]


def test_an_order_whose_versions_are_numbers_is_not_changed_by_file(shop, bring_in):
    shop.put(order(line("1", "LAMP", 3)))
    assert done(bring_in("orders", "channel,reference,sku,ordered\nweb,SO-1,LAMP,3\n")) == (0, 0, 1)
    with pytest.raises(ImportRefused) as refused:
        bring_in("orders", "channel,reference,sku,ordered\nweb,SO-1,LAMP,4\n")
    assert refused.value.problems[0].column == "reference"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("reference,sku,ordered\nSO-1,LAMP,-1\n", "ordered"),
        ("reference,sku,ordered\nSO-1,LAMP,\n", "ordered"),
        ("reference,sku,ordered\n,LAMP,1\n", "reference"),
        ("reference,due_on,sku,ordered\nSO-1,2026-12-01,LAMP,1\nSO-1,2026-12-02,MUG-B,1\n", "due_on"),
        ("reference,line,sku,ordered\nSO-1,1,LAMP,1\nSO-1,1,MUG-B,1\n", "line"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_comes_in(shop, bring_in, text, column):
    with pytest.raises(ImportRefused) as refused:
        bring_in("orders", text)
    assert refused.value.problems[0].column == column
    assert shop.rows("SELECT count(*) FROM shop_order") == [(0,)]


def test_orders_go_out_as_they_came(shop, bring_in):
    bring_in("orders", TWO)
    with shop.database.read() as session:
        out = "".join(export_csv(session, "orders")).replace("\r\n", "\n")
    assert out == (
        "channel,reference,placed_on,due_on,sku,ordered\n"
        "csv,SO-1,2026-11-20,2026-12-01,LAMP,2\ncsv,SO-1,2026-11-20,2026-12-01,SET,1\ncsv,SO-2,,,LAMP,1\n"
    )


SENT = "reference,shipped_on,sku,units\nSO-1,2026-11-22,LAMP,2\nSO-1,2026-11-22,TEE-M,1\n"


@pytest.fixture
def stocked(shop):
    shop.stock("LAMP", "A-01-1", 9)
    shop.stock("TEE-M", "A-01-2", 9)
    return shop


def test_a_file_books_shipments_once(stocked, bring_in):
    assert done(bring_in("shipments", SENT)) == (2, 0, 0)
    assert done(bring_in("shipments", SENT)) == (0, 0, 2)
    assert stocked.warehouse.stock()["A-01-1", "LAMP"] == 7
    assert (stocked.order(channel="csv").state, stocked.order(channel="csv").assumed) == ("shipped", True)


def test_an_unknown_sku_cannot_be_booked(stocked, bring_in):
    with pytest.raises(ImportRefused) as refused:
        bring_in("shipments", SENT + "SO-1,2026-11-22,X-1,1\n")
    assert refused.value.problems[0].column == "sku"


def test_more_than_was_ordered_is_not_booked(stocked):
    stocked.put(order(line("1", "LAMP", 1), channel="csv"))
    with pytest.raises(ImportRefused, match="Nothing was imported") as refused:
        Desk(stocked.database, "small")("shipments", "reference,sku,units\nSO-1,LAMP,2\n")
    assert "SO-1 wants only 1 more" in str(refused.value.problems[0])


def test_of_a_large_file_what_cannot_be_booked_is_left_out_and_named(stocked):
    stocked.put(order(line("1", "LAMP", 1), channel="csv"))
    report = Desk(stocked.database, "large")("shipments", "reference,sku,units\nSO-1,LAMP,2\nSO-2,LAMP,1\n")
    assert report.added == 1 and "SO-1 wants only 1 more" in report.notes[0]


def test_whoever_runs_a_command_has_a_name_in_the_record(stocked, bring_in):
    bring_in("shipments", SENT)
    assert stocked.rows("SELECT DISTINCT name, active FROM operator JOIN scan ON scan.operator_id = operator.id") == [
        ("Shipments by file", False)
    ]
