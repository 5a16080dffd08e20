"""Whatever was done to a file: it is refused whole, or taken. Then the next scan finds every code in it, and what goes out
comes in again as it is.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from scanner.catalogue import store as catalogue
from scanner.codes.reading import as_printed, parse_code
from scanner.data import store
from scanner.data.imports import ImportRefused
from scanner.people.sign_in import is_badge
from scanner.receiving import KIND as RECEIVING
from scanner.scans import tasks
from scanner.scans.reader import read_goods
from tests.data.imports.conftest import CATALOG, NOON
from tests.people.test_pages import Device
from tests.support.files import KINDS, export_csv, import_csv

TABLES = {
    "items": [["sku", "name", "unit_cost", "abc_class", "reorder_point", "critical"], ["PEN", "Pen", "1.50", "A", "12", "yes"]],
    "barcodes": [["code", "sku", "units", "own"], ["4006381333931", "MUG-B", "1", ""], ["MUG-CASE", "MUG-B", "12", ""]],
    "kits": [["kit_sku", "sku", "units"], ["GIFT", "MUG-B", "2"], ["GIFT", "TEE-M", "1"]],
    "locations": [["code", "name", "kind", "section", "position"], ["B-01-1", "Shelf", "shelf", "B-01", "3"]],
    "sections": [["code", "owner"], ["A-01", "Olga"]],
    "suppliers": [["name", "email", "phone"], ["Acme", "ann@acme.example", "0113 4960 000"]],
    "stock": [["location", "sku", "units"], ["A-01-1", "MUG-B", "7"], ["A-01-2", "LAMP", "1000"]],
    "receipts": [
        ["reference", "supplier", "due_on", "sku", "expected", "asn", "sscc"],
        ["PO-1", "Acme", "2026-12-01", "MUG-B", "24", "ASN-1", "095011010000000018"],
    ],
    "returns": [["reference", "order", "customer", "sku", "expected", "reason"], ["RMA-1", "SO-1", "Jo", "LAMP", "1", "broken"]],
    "orders": [
        ["channel", "reference", "placed_on", "due_on", "sku", "ordered", "customer", "line"],
        ["web", "SO-1", "2026-11-20", "2026-12-01", "LAMP", "2", "Jo", "1"],
    ],
    "operators": [["badge", "name", "roles", "pin", "active"], ["BADGE-SAM", "Sam", "supervisor", "", "yes"]],
}
CELLS = st.one_of(
    st.sampled_from(
        [
            "", "4.00638E+12", "4006381333931.0", "36000291452", "'5901234123457", '="036000291452"', "036000291452", "04252614",
            "4006381333931 / 4006381333948", "0", "00000000", "Does not apply", "#N/A", "N/A", "CMD-UNDO", "CMD-QTY-3", "DOCK",
            "CMD-DAMAGED", "A-01-1", "MUG-B", "LAMP", "(01)09501101530003", "0109501101530003", "]C10109501101530003", "]E0400",
            "9501101530003", "12345670", "4 006381 333931", "0306406152", "0-306-40615-2", "095011010000000018",
            "00095011010000000018", "1,234", "1.234,50", "12,5", "24.0", "+5", "-1", "1e3", "2026-11-27 00:00:00", "46353",
            "\uff14\uff12", "\u200e12", "K\ufffd", "\x00", "a\nb", "'", '"', "=1+1", "BADGE-ROSA", "PO-9", "RMA-9", "yes",
        ]
    ),
    st.text(max_size=14),
    st.text("0123456789", min_size=7, max_size=18),
    st.text("0123456789.,' E+-/ ;", max_size=14),
    st.text(st.characters(max_codepoint=0x17F), max_size=10),
)  # fmt: skip
ROUND_CELLS = st.sampled_from(
    ["{}", "'{}", '="{}"', "\u200b{}", "{}\u200e", "\ufeff{}", " {} ", "\u00a0{}", '"{}"', "{}.0", "0{}", "{}\n"]
)


@st.composite
def files(draw):
    """A kind, and the bytes of a file of that kind to which something was done."""
    kind = draw(st.sampled_from(KINDS))
    table = [list(row) for row in TABLES[kind]]
    for _ in range(draw(st.integers(0, 3))):
        row, column = draw(st.integers(0, len(table) - 1)), draw(st.integers(0, len(table[0]) - 1))
        if row or draw(st.booleans()):
            table[row][column] = draw(
                st.one_of(CELLS, ROUND_CELLS.map(lambda dress, at=(row, column): dress.format(table[at[0]][at[1]])))
            )
    separator = draw(st.sampled_from(",,;\t|"))
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' if draw(st.booleans()) else cell for cell in row] for row in table]
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(separator.join(row) for row in quoted)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac-roman"]))
    data = bytearray(text.encode(encoding, "replace" if encoding in ("cp1252", "mac-roman") else "surrogatepass"))
    for _ in range(draw(st.integers(0, 2)) if draw(st.booleans()) else 0):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return kind, bytes(data)


class Undone(Exception):
    """Takes back what an example brought in, so that each begins alike."""


@pytest.fixture
def warehouse(sqlite_database):
    for kind, text in {
        **CATALOG,
        "operators": "badge,name\nBADGE-ROSA,Rosa\n",
        "receipts": "reference,sku,expected\nPO-9,LAMP,1\n",
    }.items():
        sqlite_database.transact(import_csv, kind, BytesIO(text.encode()), None, NOON)
    return sqlite_database


@pytest.fixture
def desk(app):
    """Sam's desk."""
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    return desk


def rows_of(session):
    """How many rows each table has."""
    tables = (store.item, store.barcode, store.kit_part, store.location, store.stock, store.operator, store.task, store.line)
    return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def lost(session):
    """The codes that are in the tables and that a scan of their label does not find."""
    for item_id, sku in session.execute(select(store.item.c.id, store.item.c.sku)):
        found = read_goods(session, parse_code(sku)).only
        if found is None or found.item_id != item_id:
            yield "item", sku
    for code, item_id, units in session.execute(select(store.barcode.c.code, store.barcode.c.item_id, store.barcode.c.units)):
        for label in {code, as_printed(code)}:
            found = read_goods(session, parse_code(label)).only
            if found is None or found.item_id != item_id or (found.units != units and "30" not in label and "37" not in label):
                yield "barcode", label
    for location_id, code in session.execute(select(store.location.c.id, store.location.c.code)):
        place = catalogue.find_location(session, parse_code(code).keys[-1])
        if place is None or place.id != location_id or read_goods(session, parse_code(code)).goods:
            yield "location", code
    for reference, kind, asn in session.execute(select(store.task.c.reference, store.task.c.kind, store.task.c.asn)):
        if not tasks.is_task(session, parse_code(reference).keys[-1]) or read_goods(session, parse_code(reference)).goods:
            yield "task", reference
        if asn and not tasks.open_tasks_labelled(session, RECEIVING, parse_code(asn).keys[-1]):
            yield "asn", asn
        assert kind
    for (badge,) in session.execute(select(store.operator.c.badge)):
        if not is_badge(session, badge) or read_goods(session, parse_code(badge)).goods:
            yield "badge", badge


def check(warehouse, kind, data):
    """Bring the file in, look, and take it back."""

    def bring_in(session):
        before = rows_of(session)
        report = import_csv(session, kind, BytesIO(data), None, NOON)
        assert report.added + report.changed + report.unchanged == report.rows
        assert sum(rows_of(session)) >= sum(before)
        assert list(lost(session)) == []
        out = "".join(export_csv(session, kind))
        again = import_csv(session, kind, BytesIO(out.encode()), None, NOON)
        assert again.unchanged == again.rows, out
        raise Undone

    with warehouse.read() as session:
        before = rows_of(session)
    with pytest.raises((Undone, ImportRefused)) as ended:
        warehouse.transact(bring_in)
    with warehouse.read() as session:
        assert rows_of(session) == before
    if ended.type is ImportRefused:
        assert ended.value.total >= len(ended.value.problems) > 0
        assert all(problem.line and problem.column and problem.expected and problem.got for problem in ended.value.problems)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
@example(("barcodes", b"code,sku\n4006381333931,MUG-B\n14006381333938,LAMP\n"))
@example(("barcodes", b"code,sku,own\n36000291452,MUG-B,yes\n12345678,MUG-B,yes\n"))
@example(("items", b"sku\n4006381333931\n"))
@example(("items", b"sku\n0306406152\n"))
@example(("operators", "badge,name\n\ud7fc,Sam\n".encode()))
def test_a_mutated_file_is_refused_whole_or_every_code_in_it_is_found(warehouse, file):
    check(warehouse, *file)


@pytest.mark.long
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_two_thousand_mutated_files_alike(warehouse, file):
    check(warehouse, *file)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=files())
def test_the_page_takes_a_mutated_file_or_says_what_is_wrong(desk, file):
    kind, data = file
    desk.post("/sign-in", badge="BADGE-SAM")  # a file of people may have signed everybody out
    desk.post("/confirm", badge="BADGE-SAM")
    answer = desk.post(f"/data/{kind}", file=(BytesIO(data), f"{kind}.csv"))
    assert answer.status_code in (200, 400)
    assert ("are in." in answer.text) is (answer.status_code == 200)
