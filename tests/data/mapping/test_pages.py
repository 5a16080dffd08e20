"""The pages of a file of any shape: as a form, for htmx, and for programs."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from tests.people.test_pages import Device
from tests.staff.test_pages import Desk
from tests.support.exports import SHOPIFY, SHOPIFY_ROWS, export

GERMAN = b"Artikelnummer;Bezeichnung;Farbe;EAN\nTASSE;Tasse;blau;4006381333931\nKANNE;Kanne;rot;\n"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def file(data: bytes, name: str = "file.csv") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def sent(desk: Device, data: bytes, name: str = "file.csv") -> str:
    location: str = desk.post("/data/bring", file=file(data, name)).location
    return location


def chosen(page: str) -> dict[str, str]:
    """What the form says as it stands, as a browser would send it."""
    found = {"kind": re.findall(r'<option value="([^"]+)" selected', page.split('name="kind"')[1])[0]}
    for name, options in re.findall(r'<select class="input" id="feed-[^"]+" name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        found[name] = next(iter(re.findall(r'<option value="([^"]*)" selected', options)), "")
    return found


def test_a_file_is_looked_at_and_brought_in_by_forms_alone(desk: Desk) -> None:
    assert '/data/bring"' in desk.get("/data").text
    location = sent(desk, GERMAN, "Artikel.csv")
    page = desk.get(location).text
    assert "This looks like items with their barcodes." in page and "Left alone in the file: Farbe." in page
    assert '<option value="3" selected>EAN: 4006381333931</option>' in page
    said = chosen(page)
    assert (said["kind"], said["products.sku"], said["products.barcode"]) == ("products", "0", "3")
    again = desk.post(location, **(said | {"products.name": "2", "do": "look"}))
    assert again.status_code == 303 and "csrf" not in again.location
    assert ">blau</td>" in desk.get(again.location).text
    done = desk.post(location, **said)
    assert (
        done.status_code == 303
        and "Items with their barcodes: 2 new items and 1 new barcode, 0 changed, 0 as they were." in desk.get(done.location).text
    )
    assert "TASSE,Tasse," in desk.get("/data/items.csv").text
    assert desk.get(location).status_code == 404 and "Choose it again." in desk.get(location).text


def test_another_kind_has_its_own_columns(desk: Desk) -> None:
    location = sent(desk, GERMAN)
    said = chosen(desk.get(location).text) | {"kind": "stock"}
    page = desk.client.get(location, query_string=said).text
    assert 'name="stock.location"' in page and "Choose what says Place" in page and "Bring it in</button>" not in page
    fixed = chosen(page) | {"stock.location": "=", "stock.location.fixed": "A-01-2", "stock.units": "2"}
    page = desk.client.get(location, query_string=fixed).text
    assert 'value="A-01-2"' in page and "This cannot come in yet" in page
    answer = desk.post(location, **fixed)
    assert answer.status_code == 400 and "Nothing was brought in" in answer.text
    assert re.search(r"<td>Farbe</td><td class=.words.>a whole number", answer.text)


def test_htmx_gets_the_part_that_changes_and_the_way_on(desk: Desk) -> None:
    answer = desk.by_htmx("/data/bring", file=file(GERMAN))
    location = answer.headers["HX-Redirect"]
    part = desk.client.get(location, query_string={"kind": "items"}, headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<form id="mapping"') and 'name="items.sku"' in part
    assert desk.by_htmx(location, kind="items").headers["HX-Redirect"] == "/data"
    assert desk.by_htmx("/data/bring", file=file(b"")).status_code == 400
    other = desk.by_htmx("/data/bring", file=file(GERMAN)).headers["HX-Redirect"]
    assert desk.by_htmx(f"{other}/drop").headers["HX-Redirect"] == "/data/bring"
    assert desk.get(other).status_code == 404


def test_a_program_sends_a_file_maps_it_and_brings_it_in(desk: Desk) -> None:
    told = desk.by_json("/data/bring", name="Artikel.csv", content=GERMAN.decode())
    assert told.status_code == 201
    assert (told.json["kind"], told.json["columns"]["sku"], told.json["unused"]) == ("products", "Artikelnummer", ["Farbe"])
    path = f"/data/bring/{told.json['draft']}"
    looked = desk.client.get(path, query_string={"kind": "stock"}, headers={"Accept": "application/json"}).json
    assert looked["kind"] == "stock" and "location" in looked["missing"]
    wrong = desk.by_json(path, kind="items", columns={"sku": "Nummer"})
    assert wrong.status_code == 400 and wrong.json["error"]["field"] == "columns.sku"
    assert desk.by_json(path, columns={"sku": 0}).json["error"]["field"] == "kind"
    assert (
        desk.by_json(path, kind="items", columns={"sku": 0, "reorder_point": 2})
        .json["error"]["message"]
        .startswith(
            "Nothing was imported: 2 problems in the items file. The first: line 2, column reorder_point: expected a whole number"
        )
    )
    made = desk.by_json(path, kind="items", columns={"sku": 0, "name": "Farbe"}, fixed={"abc_class": "A"})
    assert made.status_code == 200 and (made.json["rows"], made.json["added"]) == (2, 2)
    assert "TASSE,blau,0.00,A" in desk.get("/data/items.csv").text
    assert desk.by_json(path).status_code == 404
    assert desk.by_json("/data/bring").json["error"]["field"] == "file"


def test_a_shops_export_asks_nothing_but_bring_in(desk: Desk) -> None:
    location = sent(desk, export(SHOPIFY, *SHOPIFY_ROWS), "products_export_1.csv")
    page = desk.get(location).text
    assert "This is a products export of Shopify." in page and "feed-" not in page
    assert "3 products" in page and "2 rows left out" in page and "Voucher is a gift card" in page
    assert desk.post(location, kind="shopify").status_code == 303
    assert "TEE-S,&#34;Tee" in desk.get("/data/items.csv").text or "TEE-S," in desk.get("/data/items.csv").text
    by_hand = sent(desk, export(SHOPIFY, *SHOPIFY_ROWS))
    assert 'name="items.sku"' in desk.client.get(by_hand, query_string={"kind": "items"}).text
    assert desk.post(sent(desk, GERMAN), kind="shopify").status_code == 400


def test_people_want_the_pin_again_and_show_no_key(app: Flask) -> None:
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    location = sent(device, b"Ausweis;Mitarbeiter;PIN\nB-9;Nina;4711\n")
    assert device.get(location).location.startswith("/confirm")
    assert device.post(location, kind="operators").location.startswith("/confirm")
    desk = Desk(app)
    page = desk.get(sent(desk, b"Ausweis;Mitarbeiter;PIN\nB-9;Nina;4711\n")).text
    assert "This looks like people." in page and "4711" not in page and "B-9" not in page and "Nina" in page


def test_a_file_of_somebody_else_is_not_seen(app: Flask, desk: Desk) -> None:
    location = sent(desk, GERMAN)
    assert Desk(app, "Rosa").get(location).status_code == 403
    assert Desk(app, "Rosa").get("/data/bring").status_code == 403
    assert desk.get("/data/bring/not-there").status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Expected a CSV file, got nothing."),
        (b"PK\x03\x04[Content_Types]", "an Excel workbook"),
        (b"a,b\n", "rows below the header"),
    ],
)
def test_what_is_no_table_is_said_at_the_field(desk: Desk, data: bytes, words: str) -> None:
    answer = desk.post("/data/bring", file=file(data))
    assert answer.status_code == 400 and re.search(rf'id="bad-file">[^<]*{words}', answer.text)


@pytest.mark.slow
def test_too_many_taken_codes_have_to_wait_and_a_look_does_not_count(desk: Desk) -> None:
    location = sent(desk, b"sku,name\nBADGE-ROSA,Rose\n")
    assert all(desk.get(location).status_code == 200 for _ in range(40))
    answers = [desk.by_json(location, kind="items").status_code for _ in range(40)]
    assert answers[0] == 400 and answers[-1] == 429


@pytest.mark.slow
def test_a_large_file_is_brought_in_by_the_process_with_a_page_of_its_own(desk: Desk) -> None:
    rows = "".join(f"S{n:05d};{'x' * 60}\n" for n in range(2_000))
    location = sent(desk, f"Artikelnummer;Bezeichnung\n{rows}".encode())
    assert "The first 500 rows were tried." in desk.get(location).text
    done: Any = desk.by_json(location)
    assert (done.json["rows"], done.json["added"]) == (2_000, 2_000)
    assert desk.post(sent(desk, f"Artikelnummer;Bezeichnung\n{rows}".encode()), kind="items").location.startswith(
        "/data/imports/"
    )


ORDERED = b"Receipt;Item number;Expected;Due date\nPO-9;LAMP;3;%s\nPO-9;MUG-B;2;%s\n"


def dated(*cells: bytes) -> bytes:
    return ORDERED % cells


def due(desk: Desk) -> str:
    [line] = [line for line in desk.get("/data/receipts.csv").text.splitlines() if line.startswith("PO-9,") and ",LAMP," in line]
    return line


def test_dates_are_read_where_the_column_says_their_order(desk: Desk) -> None:
    location = sent(desk, dated(b"1/12/2026", b"1/12/2026"), "receipts.csv")
    page = desk.get(location).text
    assert "what is <span" in page and "1 December 2026" in page and "12 January 2026" in page
    assert "Choose what stands first in 1/12/2026" in page and ">Bring it in</button>" not in page
    said = chosen(page)
    refused = desk.post(location, **said)
    assert refused.status_code == 400 and "Say what stands first in 1/12/2026: the day or the month." in refused.text
    looked = desk.get(location, query_string=said | {"receipts.due_on.order": "day"}).text
    assert '<option value="day" selected>1 December 2026</option>' in looked and ">2026-12-01</td>" in looked
    assert desk.post(location, **(said | {"receipts.due_on.order": "day"})).status_code == 303
    assert "2026-12-01" in due(desk)
    again = desk.get(sent(desk, dated(b"2/12/2026", b"2/12/2026"), "receipts.csv")).text
    assert '<option value="day" selected>2 December 2026</option>' in again, "it is remembered"


def test_a_day_over_twelve_far_below_tells_it_without_a_question(desk: Desk) -> None:
    rows = b"".join(b"PO-9;LAMP;1;1/12/2026\n" for _ in range(700)) + b"PO-9;LAMP;1;13/12/2026\n"
    page = desk.get(sent(desk, b"Receipt;Item number;Expected;Due date\n" + rows, "receipts.csv")).text
    assert "what is <span" not in page and ">2026-12-01</td>" in page


def test_a_program_says_what_stands_first(desk: Desk) -> None:
    looked = desk.by_json("/data/bring", name="receipts.csv", content=dated(b"1/12/2026", b"1/12/2026").decode()).json
    assert looked["asked"] == {"due_on": "1/12/2026"}
    said = {"kind": "receipts", "columns": looked["columns"]}
    address = f"/data/bring/{looked['draft']}"
    assert desk.by_json(address, **said).json["error"]["field"] == "due_on"
    assert desk.by_json(address, **said, dates={"due_on": "year"}).json["error"]["field"] == "dates.due_on"
    assert desk.by_json(address, **said, dates={"due_on": "month"}).status_code == 200
    assert "2026-01-12" in due(desk)


def test_several_barcodes_in_one_cell_are_several_rows(desk: Desk) -> None:
    data = b'SKU,Name,Barcode,Farbe\nPEN,Pen,"4006381333931, 5901234123457;96385074 96385074",red\nCUP,Cup,0036000291452,blue\n'
    location = sent(desk, data, "products.csv")
    page = desk.get(location).text
    assert desk.post(location, **chosen(page)).status_code == 303
    codes = desk.get("/data/barcodes.csv").text
    assert all(f"{code},PEN,1" in codes for code in ("4006381333931", "5901234123457", "96385074"))
    assert "CUP" in codes and "PEN,Pen" in desk.get("/data/items.csv").text


def test_a_problem_of_a_further_barcode_is_told_on_its_own_line(desk: Desk) -> None:
    data = b"Barcode,SKU\n5901234123457,LAMP\n4006381333931|4006381333932,LAMP\n96385074,MUG-B\n"
    page = desk.get(sent(desk, data, "barcodes.csv"), query_string={"kind": "barcodes"}).text
    assert '<td class="number">3</td>' in page and "4006381333932" in page


def test_a_code_of_ones_own_with_a_blank_or_a_comma_is_one(desk: Desk) -> None:
    data = b'Barcode,SKU\n"SHELF 12, LEFT",LAMP\n'
    location = sent(desk, data, "barcodes.csv")
    assert "SHELF 12, LEFT" in desk.get(location, query_string={"kind": "barcodes"}).text


def test_the_first_rows_are_shown_as_they_will_be_kept_and_a_faulty_one_as_it_stands(desk: Desk) -> None:
    prices = "SKU;Title;Price;EAN\nA;Cup;€ 1,25;4006381333931\nB;Mug;1.850,00;4.00638E+12\nC;Pot;cheap;\n"
    page = desk.get(sent(desk, prices.encode())).text
    assert [cell in page for cell in (">1.25</td>", ">1850.00</td>", ">cheap</td>")] == [True, True, True]
    assert "a spreadsheet made a power of ten of it" in page
    sound = desk.get(sent(desk, prices.replace("4.00638E+12", "").replace("cheap", "2,00").encode())).text
    assert all(f">{amount}</td>" in sound for amount in ("1.25", "1850.00", "2.00"))


@pytest.mark.parametrize(
    ("row", "words", "way"),
    [
        ("Z-01-1;LAMP;3", "there is none of this code, so make shelves first", "/records/locations/generate"),
        ("A-01-1;LAMPE;3", "there is none with this SKU", "/records/items/new"),
    ],
)
def test_what_is_not_there_yet_is_named_with_the_way_to_make_it(desk: Desk, row: str, words: str, way: str) -> None:
    page = desk.get(sent(desk, f"location;sku;units\n{row}\n".encode())).text
    assert words in page and f'href="{way}"' in page
    page = desk.post("/data/stock", file=file(f"location;sku;units\n{row}\n".encode())).text
    assert words in page and f'href="{way}"' in page


def test_a_table_that_may_be_wider_than_the_page_says_that_it_moves(desk: Desk) -> None:
    wide = b"SKU;Title;Price;EAN;Class;Reorder at\nA;Cup;1,25;4006381333931;A;3\n"
    assert "columns. Where they are wider than the page, the table moves sideways." in desk.get(sent(desk, wide)).text
    assert "moves sideways" not in desk.get(sent(desk, GERMAN)).text
