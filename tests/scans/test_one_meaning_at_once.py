"""A code that two people give a meaning at the same moment gets one of the two: on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from scanner.catalogue.tables import Barcode, Item, Location
from scanner.db.sql import run, table_of
from scanner.items import service as items
from scanner.people.tables import Operator, WrongTries
from scanner.returns.office import announce
from scanner.scans.linking import service as linking
from scanner.scans.tables import Task
from scanner.workflows import WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.scans.test_same_at_once import ANNOUNCED, NOW, Call, Whole, answer, brought, link, prepared
from tests.support.postgres import drop_database
from tests.support.warehouse import Warehouse

pytestmark = pytest.mark.slow

ROUNDS = 4
LABELS = [
    table_of(Item).c.sku, table_of(Barcode).c.code, table_of(Location).c.code, table_of(Operator).c.badge,
    table_of(Task).c.reference,
]  # fmt: skip


def ways(code: str) -> dict[str, Call | Whole]:
    """All ways to give this code a meaning. It was scanned before, so that it can be linked."""
    wanted = announce.Announcement(ANNOUNCED.order, ANNOUNCED.customer, ANNOUNCED.lines, code)
    return {
        "badge": brought("operators", f"badge,name,roles\n{code},New,receiver\n"),
        "place": brought("locations", f"code,name,kind,section\n{code},B,shelf,B-01\n"),
        "item": brought("items", f"sku,name\n{code},New\n"),
        "barcode": brought("barcodes", f"code,sku,units\n{code},LAMP,2\n"),
        "receipt": brought("receipts", f"reference,supplier,sku,expected\n{code},Acme,LAMP,2\n"),
        "linked code": lambda session, by: bool(linking.link_code(session, code, link(by), WORKFLOWS)),
        "new name": lambda session, by: bool(items.rename(session, "TEE-M", code, "", by, NOW)),
        "return": lambda session, by: announce.announce(session, wanted, by, NOW),
    }


PAIRS = [
    ("badge", "place"), ("badge", "barcode"), ("badge", "linked code"), ("badge", "new name"), ("badge", "return"),
    ("place", "linked code"), ("place", "item"), ("place", "return"), ("barcode", "receipt"), ("barcode", "new name"),
    ("new name", "return"), ("item", "linked code"),
]  # fmt: skip


def meanings_of(warehouse: Warehouse, code: str) -> int:
    """How many things have this code."""
    with warehouse.database.read() as session:
        return sum(len(run(session, select(each).where(each == code)).all()) for each in LABELS)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def goods(request, tmp_path):
    made = prepared(request.param, tmp_path)
    yield made
    made.database.dispose()
    drop_database(str(made.database.url))


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_a_code_gets_one_meaning_of_two_at_once(goods, pair):
    for number in range(ROUNDS):
        code = f"NEW-{number + 1}"
        both = [ways(code)[name] for name in pair]
        answers = at_once(lambda at, both=both: answer(goods, both[at % 2]), 6)
        assert meanings_of(goods, code) == 1, (code, answers)
        assert not any(each.startswith(("Busy", "TooMany")) for each in answers)
        goods.database.transact(run, delete(table_of(WrongTries)))  # nobody waits for codes that were taken


def test_many_codes_in_opposite_orders_hold_nobody_up(goods):
    codes = [f"L-{number}" for number in range(200)]
    files = [brought("locations", "code\n" + "\n".join(order) + "\n") for order in (codes, codes[::-1])]
    answers = at_once(lambda at: answer(goods, files[at % 2]), 6)
    assert all(each.startswith("ImportReport") for each in answers)
