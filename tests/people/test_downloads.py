"""Lists as files: the same rows as on the page, for the same people, and on record."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from sqlalchemy import select

from scanner.audit.tables import Audit
from tests.moves.test_pages import send, signed_in
from tests.support.warehouse import Warehouse

FILES = {
    "/progress.csv": ("Sam", "Carla", "receipts"),
    "/moves/to-put-away.csv": ("Rosa", "Vera", "to put away"),
    "/service/returns.csv": ("Vera", "Rosa", "returns"),
    "/people.csv": ("Sam", "Rosa", "people"),
}
"""Each list: who may take it out, who may not, and what the record calls it."""


def rows_of(app, name: str, path: str) -> list[dict[str, str]]:
    answer = signed_in(app, name).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(StringIO(answer.get_data(as_text=True))))


@pytest.mark.parametrize("path", FILES)
def test_only_who_sees_the_list_gets_its_file_and_that_is_on_record(app, path: str) -> None:
    may, may_not, name = FILES[path]
    assert signed_in(app, may_not).get(path).status_code == 403
    rows_of(app, may, path)
    with app.extensions["warehouse"].database.read() as session:
        table = Audit.__table__
        noted = session.execute(select(table.c.subject).where(table.c.action == "file taken out")).scalars().all()
    assert noted == [name]


def test_receipts_have_what_came(app) -> None:
    send(signed_in(app, "Rosa"), "MUG-B", task="PO-1001")
    (row,) = (row for row in rows_of(app, "Sam", "/progress.csv") if row["reference"] == "PO-1001")
    assert (row["scanned"], row["expected"], row["overdue"]) == ("1", "33", "no")


def test_goods_to_put_away_have_their_place_and_units(app) -> None:
    send(signed_in(app, "Rosa"), "MUG-B", task="PO-1001")
    rows = rows_of(app, "Rosa", "/moves/to-put-away.csv")
    assert ("DOCK", "MUG-B", "1") in [(row["place"], row["sku"], row["units"]) for row in rows]


def test_returns_come_whole_whatever_a_page_holds(app, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse: Warehouse = app.extensions["warehouse"]
    for number in range(5):
        warehouse.add_return(f"RMA-{number}", [("MUG-B", 1)])
    monkeypatch.setattr("scanner.returns.office.views.MOST_AT_ONCE", 2)
    found = [row["reference"] for row in rows_of(app, "Vera", "/service/returns.csv?flag=all")]
    assert found == [f"RMA-{number}" for number in (4, 3, 2, 1, 0)]


def test_people_have_their_roles(app) -> None:
    assert ("Rosa", "receiver") in [(row["name"], row["roles"]) for row in rows_of(app, "Sam", "/people.csv")]


@pytest.mark.parametrize(
    ("name", "path", "asked"),
    [
        ("Sam", "/orders/office/orders.csv?show=late", {"show": "late"}),
        ("Vera", "/service/returns.csv?flag=all&q=Jo", {"flag": "all", "words": "Jo"}),
    ],
)
def test_the_record_says_which_rows_were_asked_for(app, name: str, path: str, asked: dict[str, str]) -> None:
    rows_of(app, name, path)
    with app.extensions["warehouse"].database.read() as session:
        table = Audit.__table__
        (after,) = session.execute(select(table.c.after).where(table.c.action == "file taken out")).scalars()
    assert json.loads(after) == asked
