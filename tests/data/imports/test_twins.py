"""What differs by capitals alone is one thing to whoever reads it, and to Caps Lock: no file makes a second one."""

import pytest
from sqlalchemy import insert, select

from scanner.data import store
from scanner.db.sql import run
from tests.support.said import done, problems

KEPT = {
    "items": ("sku", "LAMP", "lamp"),
    "locations": ("code", "A-01-1", "a-01-1"),
    "operators": ("badge,name", "BADGE-IVO,Ivo", "badge-ivo,Ina"),
    "barcodes": ("code,sku", "CASE-1,LAMP", "case-1,MUG-B"),
    "products": ("sku,barcode", "LAMP,CASE-1", "MUG-B,case-1"),
}


@pytest.mark.parametrize("kind", KEPT)
def test_a_new_one_that_differs_by_capitals_alone_is_refused(catalog, kind):
    header, there, twin = KEPT[kind]
    catalog(kind, f"{header}\n{there}\n")
    (said,) = problems(catalog, kind, f"{header}\n{twin}\n")
    assert "by more than capitals and small letters" in said


@pytest.mark.parametrize("kind", KEPT)
def test_nor_are_two_in_one_file(bring_in, kind):
    header, one, twin = KEPT[kind]
    if kind == "barcodes":
        bring_in("items", "sku\nLAMP\nMUG-B\n")
    (said,) = problems(bring_in, kind, f"{header}\n{one}\n{twin}\n")
    assert said.startswith("line 3") and "by more than capitals and small letters" in said


def test_of_badges_none_is_told(catalog):
    catalog("operators", "badge,name\nBADGE-IVO,Ivo\n")
    (said,) = problems(catalog, "operators", "badge,name\nbadge-ivo,Ina\n")
    assert "ivo" not in said.lower()


@pytest.mark.parametrize(
    ("table", "kind", "key", "more"),
    [
        (store.item, "items", "sku", {"unit_cost_e4": 0, "abc_class": "C"}),
        (store.location, "locations", "code", {"kind": "shelf", "section": "", "position": 0}),
    ],
)
def test_those_of_an_older_warehouse_go_on(catalog, database, table, kind, key, more):
    rows = [{key: code, "name": code} | more for code in ("pen-1", "PEN-1")]
    database.transact(lambda session: run(session, insert(table), rows))
    assert done(catalog(kind, f"{key},name\npen-1,First\nPEN-1,Second\n")) == (2, 0, 2, 0)


def test_two_codes_of_one_item_may_differ_so(catalog, rows):
    catalog("barcodes", "code,sku\nCASE-1,LAMP\ncase-1,LAMP\n")
    assert len(rows(select(store.barcode))) == 2


def test_a_number_has_no_twin(catalog):
    assert catalog("items", "sku\n1001\n1002\n").added == 2
