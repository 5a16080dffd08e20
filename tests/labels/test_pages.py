"""The page of labels, their PDF and ZPL, and printing them on a printer of the shop."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask

from scanner.codes.commands import grade_code
from scanner.codes.dispositions import Disposition
from scanner.labels.printers import service as printers
from tests.support.printers import printer
from tests.support.warehouse import MUG, NOW
from tests.support.zpl import content, parse
from tests.web.test_pages import Person


@pytest.fixture
def rosa(app: Flask) -> Person:
    return Person(app, "Rosa")


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


def add_printer(app: Flask, there, **more) -> int:
    warehouse = app.extensions["warehouse"]
    return warehouse.database.transact(printers.add, there.settings(**more), warehouse.operators["Sam"], NOW)


def sheets(answer) -> int:
    return len(pypdfium2.PdfDocument(BytesIO(answer.data)))


def by_json(person: Person, path: str, **fields):
    return person.client.post(path, json=fields, headers={"X-CSRFToken": person._token()})


def amount(page: str) -> str:
    return re.search(r'chosen__amount"><strong>([^<]*)', page)[1]


def test_how_many_labels_and_sheets_it_will_be_stands_before_printing(rosa):
    assert amount(rosa.get("/labels?group=totes").text) == "24 labels, 1 sheet"
    assert amount(rosa.get("/labels?group=totes&copies=3").text) == "72 labels, 3 sheets"
    assert amount(rosa.get("/labels?group=totes&copies=3&onto=a4-65&free=59").text) == "72 labels, 2 sheets"
    assert amount(rosa.get("/labels?group=totes&q=TOTE-2&onto=roll-57x32").text) == "6 labels"


def test_the_pdf_has_all_that_is_chosen_and_without_that_the_page_as_ever(rosa, app):
    app.extensions["warehouse"].add_items([f"I-{number:03}" for number in range(100)])
    assert sheets(rosa.get("/labels.pdf?group=items&q=I-")) == 2
    assert sheets(rosa.get("/labels.pdf?group=items&q=I-&all=1")) == 5
    assert sheets(rosa.get("/labels.pdf?group=items&q=I-&page=3")) == 1
    assert sheets(rosa.get("/labels.pdf?group=items&first=I-000&last=I-023&all=1&free=2")) == 2


def test_links_of_the_page_go_on_with_what_is_chosen(rosa):
    page = rosa.get("/labels?group=locations&first=A-01-1&last=A-01-2&copies=2&onto=roll-76x51&dpi=300").text
    for file in ("pdf", "zpl"):
        (link,) = re.findall(rf'href="(/labels\.{file}\?[^"]*)"', page)
        answer = rosa.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
    (first, last) = parse(answer.text)
    assert (first.width, first.copies, content(last.barcode())[1]) == (900, 2, "A-01-2")


def test_the_zpl_is_a_file_to_download(rosa):
    answer = rosa.get("/labels.zpl?group=locations&code=A-01-1&onto=roll-57x32")
    assert answer.mimetype == "application/x-zpl"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="labels-locations.zpl"'
    assert answer.data.startswith(b"^XA")


def test_a_sheet_of_paper_has_no_zpl(rosa):
    assert rosa.get("/labels.zpl?group=items&onto=a4-24").status_code == 400
    assert "/labels.zpl" not in rosa.get("/labels?group=items").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("group=locations&first=A-03&last=A-01", "got A-03 to A-01: swap them"),
        ("group=items&copies=0", "Expected 1 to 500 copies of each label, got 0"),
        ("group=items&copies=501", "got 501"),
        ("group=items&copies=x", "Expected a whole number"),
        ("group=items&free=25", "from 1 to 24 on this sheet, got 25"),
        ("group=items&onto=napkin", "Expected one of a4-24"),
        ("group=items&dpi=72", "Expected 203 or 300 dpi, got 72"),
        ("group=items&bars=round", "Expected"),
    ],
)
def test_what_cannot_be_chosen_is_said_on_the_page_with_its_form(rosa, query, words):
    page = rosa.get(f"/labels?{query}")
    assert page.status_code == 400 and words in page.text and 'name="copies"' in page.text
    assert rosa.get(f"/labels.pdf?{query}").status_code == 400
    (copies,) = re.findall(r'name="copies" value="([^"]*)"', page.text)
    assert f"copies={copies}" in query or copies == "1"


def test_too_many_are_said_and_cannot_be_printed(rosa):
    page = rosa.get("/labels?group=totes&copies=100").text
    assert "at most 2,000 labels at once, got 2,400" in page and "/labels.pdf" not in page
    assert rosa.get("/labels.pdf?group=totes&copies=100&all=1").status_code == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("group=locations&q=nowhere", "None of the locations is chosen by that."),
        ("group=locations&first=X&last=Z", "None of the locations is chosen by that."),
        ("group=items&code=NOTHING", "There is no label of NOTHING among the items."),
        ("group=cartons", "No cartons yet"),
    ],
)
def test_where_nothing_is_chosen_the_page_says_so(rosa, query, words):
    page = rosa.get(f"/labels?{query}")
    assert page.status_code == 200 and words in page.text
    assert rosa.get(f"/labels.pdf?{query}&all=1").status_code == 404


def test_a_code_too_long_for_its_label_is_a_sentence(rosa, app):
    app.extensions["warehouse"].add_items(["a1-" * 21])
    answer = rosa.get("/labels.pdf", query_string={"group": "items", "code": "a1-" * 21, "onto": "a4-65", "bars": "bars"})
    assert answer.status_code == 400 and "Choose square codes, or a larger label" in answer.text


def test_labels_are_sent_to_a_printer_and_the_page_goes_back(app, rosa):
    with printer() as there:
        number = add_printer(app, there)
        answer = rosa.post(
            "/labels/print", group="locations", first="A-01-1", last="A-01-2", all="1", copies="2", printer=str(number)
        )
        first, last = parse(there.wait().decode())
    assert answer.status_code == 303
    assert answer.location == "/labels?group=locations&first=A-01-1&last=A-01-2&copies=2"
    assert (first.copies, content(last.barcode())[1], first.width) == (2, "A-01-2", 457)
    assert "4 labels sent to Dock." in rosa.get(answer.location).text


def test_one_label_of_an_item_goes_to_the_only_printer_with_one_tap(app, rosa):
    with printer() as there:
        add_printer(app, there)
        page = rosa.get("/items/MUG-B").text
        form = re.search(r'action="/labels/print">(.*?)</form>', page)[1]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        answer = rosa.post("/labels/print", **fields)
        (label,) = parse(there.wait().decode())
    assert (answer.status_code, answer.location) == (303, "/items/MUG-B")
    assert content(label.barcode())[1] == MUG[:-1]  # of the mug and not of its case
    assert "1 label sent to Dock." in rosa.get("/items/MUG-B").text


def test_without_a_printer_or_with_several_the_page_of_labels_opens_with_the_one(app, rosa):
    assert 'href="/labels?group=items&amp;code=MUG-B&amp;one=1&amp;back=/items/MUG-B"' in rosa.get("/items/MUG-B").text
    page = rosa.get("/labels?group=items&code=MUG-B&one=1&back=/items/MUG-B").text
    assert amount(page) == "1 label, 1 sheet" and 'href="/items/MUG-B">Go on where you were' in page
    assert "Case of 12" not in page


def test_a_program_is_told_what_was_sent(app, rosa):
    with printer() as there:
        add_printer(app, there)
        answer = by_json(rosa, "/labels/print", group="items", code="MUG-B", one=True)
        assert answer.json == {"message": "1 label sent to Dock."}
        assert len(parse(there.wait().decode())) == 1


def test_htmx_is_led_back(app, rosa):
    with printer() as there:
        add_printer(app, there)
        data = {"csrf_token": rosa._token(), "group": "items", "code": "MUG-B", "back": "/items/MUG-B"}
        answer = rosa.client.post("/labels/print", data=data, headers={"HX-Request": "true"})
        there.wait()
    assert answer.headers["HX-Redirect"] == "/items/MUG-B"


def test_a_printer_that_is_off_is_said_where_that_was_asked_for(app, rosa):
    with printer() as there:
        add_printer(app, there)
    answer = rosa.post("/labels/print", group="items", code="MUG-B", one="1", back="/items/MUG-B")
    assert answer.status_code == 303
    assert re.search(r"Dock \(127.0.0.1, port \d+\) refused: .* Nothing was printed", rosa.get("/items/MUG-B").text)
    refused = by_json(rosa, "/labels/print", group="items", code="MUG-B")
    assert refused.status_code == 409 and "refused" in refused.json["error"]["message"]


def test_what_the_printer_says_reaches_nobody(app, rosa):
    with printer() as there:
        add_printer(app, there)
        answer = by_json(rosa, "/labels/print", group="items", code="MUG-B")
        there.wait()
    assert "secret" not in answer.text


def test_printing_without_a_printer_says_how_to_get_one(rosa):
    answer = by_json(rosa, "/labels/print", group="items", code="MUG-B")
    assert answer.status_code == 404 and "no label printer yet" in answer.json["error"]["message"]


def test_of_several_printers_one_has_to_be_named(app, rosa):
    with printer() as there:
        add_printer(app, there)
        add_printer(app, there, name="Bench")
        answer = by_json(rosa, "/labels/print", group="items", code="MUG-B")
    assert answer.status_code == 400 and "one of 2 printers" in answer.json["error"]["message"]


def test_badges_are_printed_by_who_gave_the_pin_again_alone(app, rosa, sam):
    with printer() as there:
        add_printer(app, there)
        assert rosa.post("/labels/print", group="badges", all="1").status_code == 403
        assert sam.post("/labels/print", group="badges", all="1").location.startswith("/confirm")
        assert not there.received


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(app, rosa, back):
    with printer() as there:
        add_printer(app, there)
        answer = rosa.post("/labels/print", group="items", code="MUG-B", back=back)
        there.wait()
    assert answer.location == "/labels?group=items&code=MUG-B"
    assert "evil" not in rosa.get(f"/labels?group=items&back={back}").text.split('name="back"')[0]


class TestPrinters:
    FORM = {"name": "Dock", "host": "192.168.1.50", "port": "9100", "roll": "roll-57x32", "dpi": "203"}  # noqa: RUF012

    def test_are_added_changed_and_removed_by_a_supervisor(self, sam):
        assert "No printer yet" in sam.get("/labels/printers").text
        assert sam.post("/labels/printers", **self.FORM).location == "/labels/printers"
        assert "192.168.1.50:9100" in sam.get("/labels/printers").text
        assert sam.post("/labels/printers/1", **self.FORM | {"dpi": "300", "host": "printer-1"}).status_code == 303
        page = sam.get("/labels/printers").text
        assert "printer-1:9100" in page and "300 dpi" in page
        assert sam.post("/labels/printers/1/remove").status_code == 303
        assert "No printer yet" in sam.get("/labels/printers").text

    def test_nobody_else_sees_the_page_or_adds_one(self, rosa):
        assert rosa.get("/labels/printers").status_code == 403
        assert rosa.post("/labels/printers", **self.FORM).status_code == 403

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("port", "22", "9100 to 9109 or 6101, got 22"),
            ("port", "x", "Expected a whole number"),
            ("host", "http://a", "IP address"),
            ("name", "", "printable characters"),
            ("roll", "a4-24", "Expected one of roll-"),
            ("dpi", "600", "203 or 300 dpi"),
        ],
    )
    def test_what_can_be_no_printer_is_refused_with_what_was_typed(self, sam, field, value, words):
        answer = sam.post("/labels/printers", **self.FORM | {field: value})
        assert answer.status_code == 400 and words in answer.text and "Nothing was added" in answer.text
        if field != "host":
            assert 'value="192.168.1.50"' in answer.text

    def test_a_name_is_taken_once(self, sam):
        sam.post("/labels/printers", **self.FORM)
        answer = sam.post("/labels/printers", **self.FORM | {"name": "DOCK"})
        assert answer.status_code == 409 and "There is a printer DOCK already" in answer.text
        assert sam.post("/labels/printers/1", **self.FORM | {"name": "dock"}).status_code == 303

    def test_a_program_gets_its_number(self, sam):
        answer = by_json(sam, "/labels/printers", **self.FORM)
        assert (answer.status_code, answer.json) == (201, {"id": 1, "message": "Dock is added."})
        assert by_json(sam, "/labels/printers", **self.FORM).status_code == 409
        assert by_json(sam, "/labels/printers/9/remove").status_code == 404


def test_after_a_code_is_linked_its_goods_get_a_label(app, rosa):
    rosa.scan("UNKNOWN-1")
    seq = re.search(r"link\?seq=(\d+)", rosa.get("/receiving/PO-1001").text)[1]
    answer = rosa.post("/tasks/PO-1001/link", seq=seq, sku="TEE-M", units="1")
    page = rosa.get(answer.location).text
    assert 'href="/labels?group=items&amp;code=TEE-M&amp;one=1' in page


def test_a_graded_unit_gets_a_label_and_the_page_of_the_return_is_the_way_back(app):
    goods = app.extensions["warehouse"]
    goods.add_return("RMA-1", [("MUG-B", 2)])
    goods.scan(MUG, by="Theo", task="RMA-1")
    goods.scan(grade_code(Disposition.QUARANTINE), by="Theo", task="RMA-1")
    page = Person(app, "Theo").get("/returns/RMA-1").text
    assert 'href="/labels?group=items&amp;code=MUG-B&amp;one=1&amp;back=/returns/RMA-1"' in page
