"""What to order, as pages, a file and answers to programs show it."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from sqlalchemy import insert, update

from scanner.audit.rules import Action
from scanner.audit.tables import Audit
from scanner.catalogue.tables import Item
from scanner.db.sql import run
from scanner.people.tables import Operator
from tests.drift.reorder.conftest import Purchasing
from tests.moves.test_pages import signed_in
from tests.support.files import export_csv
from tests.support.orders import add_order
from tests.support.program import Program


@pytest.fixture
def purchasing(app) -> Purchasing:
    """Lamps are to be ordered, T-shirts are not; mugs are neither sold nor have a point."""
    found = Purchasing(app.extensions["warehouse"])
    found.stock(10, TEE_M=40)
    found.item("LAMP", reorder_point=10, order_multiple=6, supplier="Acme")
    found.item("TEE-M", reorder_point=5, supplier="<Other> & Co")
    return found


@pytest.fixture
def fay(app, purchasing):
    return signed_in(app, "Fay")


def page(device, **query) -> str:
    answer = device.get("/reorder", query_string=query)
    assert answer.status_code == 200
    return answer.text


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_what_is_due_is_shown_with_its_reason(fay):
    text = words(page(fay))
    assert "1 To order now 2 All items" in text and "Desk lamp LAMP · Acme" in text and "T-shirt" not in text
    assert "10, your own reorder point (nothing sold before today)" in text


def test_all_that_is_ordered_is_shown_where_wanted_due_first(fay):
    text = page(fay, show="all")
    assert text.index("Desk lamp") < text.index("T-shirt M")
    assert "Mug" not in text and "&lt;Other&gt; &amp; Co" in text


def test_one_supplier_alone(fay):
    text = page(fay, show="all", supplier="<Other> & Co")
    assert "T-shirt M" in text and "Desk lamp" not in text
    text = words(page(fay, supplier="<Other> & Co"))
    assert "Nothing to order of &lt;Other&gt; &amp; Co" in text and "1 item is to order of others" in text
    assert "0 To order now 1 All items" in text


def test_what_customers_ordered_is_said_beside_what_is_there(fay, purchasing):
    add_order(purchasing.warehouse, "W-1", [("TEE-M", 3)])
    assert "40 3 for orders" in words(page(fay, show="all"))


def test_nothing_to_order_is_said_in_words(fay, purchasing):
    purchasing.item("LAMP", reorder_point=2)
    assert "Nothing to order" in page(fay)
    for sku in ("LAMP", "TEE-M"):
        purchasing.item(sku, reorder_point=0)
    assert "Nothing is ordered yet" in page(fay, show="all")


def test_a_long_list_has_pages(fay, purchasing):
    purchasing.warehouse.add_items([f"X-{number:03}" for number in range(60)])
    for number in range(60):
        purchasing.item(f"X-{number:03}", reorder_point=1)
    first, second = page(fay), page(fay, page="2")
    assert "page=2" in first and "X-049" not in first and "X-059" in second and "page=1" in second
    assert "No more items" in page(fay, page="9")
    for odd in ("0", "-1", "x", "9" * 30):
        assert "X-001" in page(fay, page=odd)


@pytest.mark.parametrize("query", [{"show": "nonsense"}, {"supplier": "nobody\x00"}, {"supplier": "x" * 5000}])
def test_odd_questions_are_answered_in_words(fay, query):
    assert fay.get("/reorder", query_string=query).status_code in (200, 400)


def test_where_to_count_leads_to_its_section(app, fay, purchasing):
    purchasing.item("TEE-M", reorder_point=50)
    purchasing.sales(TEE_M=lambda day: 1)
    purchasing.count(200, {"A-01-1": {"TEE-M": (50, 50)}})
    purchasing.count(100, {"A-01-1": {"TEE-M": (40, 60)}})
    purchasing.refresh()
    assert "Count first A-01" in words(page(fay))
    assert "/plan/sections/A-01" not in page(fay)  # finance plans no counts
    assert "/plan/sections/A-01" in page(signed_in(app, "Sam"))


def test_the_file_has_what_the_page_has(app, fay):
    answer = fay.get("/reorder/reorder.csv", query_string={"show": "all"})
    assert answer.headers["Content-Disposition"] == "attachment; filename=reorder.csv"
    lamp, tee = csv.DictReader(StringIO(answer.text))
    assert lamp == {
        "sku": "LAMP", "name": "Desk lamp", "supplier": "Acme", "sellable": "0", "expected_on_shelf": "0", "on_order": "6",
        "for_orders": "0", "per_day": "0.0", "lead_days": "7", "reorder_point": "10", "raise": "0", "effective": "10",
        "suggested": "6", "count_first": "no", "reason": "10, your own reorder point (nothing sold before today)",
    }  # fmt: skip
    assert (tee["sku"], tee["suggested"]) == ("TEE-M", "0")
    with app.extensions["database"].read() as session:
        last = run(session, Audit.__table__.select()).all()[-1]
    assert (last.action, last.subject, last.who) == (Action.FILE_OUT, "reorder", "Fay")


def test_the_command_takes_out_all_that_is_ordered(purchasing):
    with purchasing.database.read() as session:
        found = list(csv.DictReader(StringIO("".join(export_csv(session, "reorder")))))
    assert [(row["sku"], row["suggested"]) for row in found] == [("LAMP", "6"), ("TEE-M", "0")]


class TestPrograms:
    def test_are_told_of_every_item_that_is_ordered(self, app, purchasing):
        answer = Program(app, "Fay").get("/reorder")
        assert answer.status_code == 200 and [row["sku"] for row in answer.json] == ["LAMP", "TEE-M"]
        assert answer.json[0] == {
            "sku": "LAMP", "sellable": 0, "expected_on_shelf": 0, "on_order": 6, "for_orders": 0, "per_day": 0.0,
            "lead_days": 7.0, "reorder_point": 10, "raise": 0, "effective": 10, "suggested": 6, "count_first": False,
            "reason": "10, your own reorder point (nothing sold before today)",
        }  # fmt: skip

    def test_ask_for_what_is_due_or_a_part(self, app, purchasing):
        program = Program(app, "Sam")
        assert [row["sku"] for row in program.get("/reorder", due=1).json] == ["LAMP"]
        assert [row["sku"] for row in program.get("/reorder", limit=1, offset=1).json] == ["TEE-M"]
        assert program.get("/reorder", limit=-1).status_code == 400

    def test_get_all_of_a_long_list(self, app, purchasing):
        skus = [f"X-{number:04}" for number in range(1_001)]
        purchasing.warehouse.add_items(skus)
        table = Item.__table__
        purchasing.database.transact(
            lambda session: run(session, update(table).where(table.c.sku.in_(skus)).values(reorder_point=1))
        )
        assert len(Program(app, "Sam").get("/reorder").json) == 1_003

    def test_are_described(self, app):
        described = app.test_client().get("/api/v1/openapi.json").json
        schema = described["components"]["schemas"]["Reorder"]
        assert "raise" in schema["properties"] and set(schema["required"]) == set(schema["properties"])


@pytest.mark.parametrize("name", ["Rosa", "Carla", "Pia", "Theo", "Vera"])
def test_nobody_else_sees_it(app, purchasing, name):
    device = signed_in(app, name)
    for path in ("/reorder", "/reorder/reorder.csv"):
        assert device.get(path).status_code == 403
    assert Program(app, name).get("/reorder").status_code == 403
    assert "/reorder" not in device.get("/").text


def test_who_counts_too_is_refused_while_a_section_is_counted(app, purchasing):
    person = {"badge": "BADGE-DORA", "name": "Dora", "roles": "counter;finance", "active": True}
    purchasing.database.transact(lambda session: run(session, insert(Operator.__table__), person))
    dora, program = signed_in(app, "Dora"), Program(app, "Dora")
    assert dora.get("/reorder").status_code == 200 and program.get("/reorder").status_code == 200
    purchasing.warehouse.add_receipt("C-000009", [], kind="count", section="A-01", partner="")
    for path in ("/reorder", "/reorder/reorder.csv"):
        answer = dora.get(path)
        assert answer.status_code == 403 and "is being counted" in answer.text
    assert program.get("/reorder").status_code == 403


def test_the_way_to_it_is_beside_every_page(fay):
    assert 'href="/reorder"' in fay.get("/").text
