"""What was changed, as people and programs read it: who may, what it shows, filters, the file, and that all is only text."""

from __future__ import annotations

import csv
import json
from html import unescape
from io import StringIO

import pytest
from flask import Flask

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.cli import main
from scanner.counting.plan import policy
from scanner.data.audit.views import PAGE
from tests.people.test_rights import file_of
from tests.support.program import Program
from tests.support.warehouse import NOW, Warehouse
from tests.web.test_pages import Person

EVIL = "<script>alert('x')</script>"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


def own(goods: Warehouse, *names: str) -> None:
    for name in names:
        goods.database.transact(policy.set_owner, "A-01", name, goods.operators["Sam"])


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Vera", "Carla"])
@pytest.mark.parametrize("path", ["/audit", "/audit.csv", "/data/audit.csv"])
def test_it_is_the_supervisors_to_read(app: Flask, name: str, path: str) -> None:
    assert Person(app, name).get(path).status_code == 403


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Vera", "Carla"])
def test_a_program_of_somebody_else_may_not_read_it(app: Flask, name: str) -> None:
    assert Program(app, name).get("/audit").status_code == 403


def test_who_is_not_signed_in_is_asked_for_a_badge(app: Flask) -> None:
    assert app.test_client().get("/audit").status_code == 302
    assert app.test_client().get("/api/v1/audit").status_code == 401


def test_home_leads_there_for_supervisors_alone(app: Flask, sam: Person) -> None:
    assert 'href="/audit"' in sam.get("/").text and 'href="/audit"' not in Person(app, "Vera").get("/").text


def test_the_page_has_the_newest_first_with_before_and_after(sam: Person, goods: Warehouse) -> None:
    own(goods, "Olga", "Omar")
    page = sam.get("/audit").text
    table = page[page.index("<tbody>") :]
    assert table.index('<span class="soft">Olga</span> → Omar') < table.index("owner: <span") + 200
    assert table.count("Section owner set") == 2 and "section A-01" in table and "Sam" in table
    assert table.index("Omar") < table.rindex("Olga")


def test_a_page_leads_to_the_older_ones_with_the_same_filter(sam: Person, goods: Warehouse) -> None:
    own(goods, *(f"Owner {number}" for number in range(PAGE + 1)))
    page = sam.get("/audit?who=Sam").text
    assert "Owner 50" in page and "before=2&amp;who=Sam" in page
    older = sam.get("/audit?before=2&who=Sam").text
    assert "Owner 0" in older and "Owner 50" not in older and "Older ones" not in older


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=Sam", 2),
        ("who=Rosa", 0),
        ("action=section+owner+set", 1),
        ("action=webhook+added", 1),
        ("subject=shop.EXAMPLE", 1),
        ("subject=%25", 0),  # no wildcard
        ("since=2026-11-23&until=2026-11-23", 2),
        ("since=2026-11-24", 0),
        ("until=2026-11-22", 0),
        ("action=nothing", 2),  # as elsewhere: a choice that is not there is none
        ("", 2),
    ],
)
def test_filters(app: Flask, sam: Person, goods: Warehouse, query: str, found: int) -> None:
    who = goods.operators["Sam"]
    goods.database.transact(audit.note, who, Action.OWNER_SET, "section", "A-01", after={"owner": "Olga"}, at=NOW)
    goods.database.transact(audit.note, who, Action.WEBHOOK_ADDED, "webhook", "https://shop.example", at=NOW)
    said = sam.client.get(f"/audit?{query}", headers={"Accept": "application/json"}).json
    assert len(said) == found


@pytest.mark.parametrize("query", ["since=yesterday", "until=0001-01-01", "before=x", "who=%00", "until=9999-12-31"])
def test_what_is_no_filter_is_refused_in_words(sam: Person, query: str) -> None:
    assert sam.get(f"/audit?{query}").status_code == 400


def test_htmx_gets_the_part_that_changes(sam: Person, goods: Warehouse) -> None:
    own(goods, "Olga")
    part = sam.get("/audit", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="changes"') and "Olga" in part and "<form" not in part


def test_nothing_is_said_where_nothing_was_changed(sam: Person) -> None:
    assert "Nothing was changed yet" in sam.get("/audit").text
    assert "Nothing like that was changed" in sam.get("/audit?who=Olga").text


def test_what_somebody_typed_is_only_text(sam: Person, goods: Warehouse) -> None:
    own(goods, EVIL)
    page = sam.get("/audit").text
    assert EVIL not in page and EVIL in unescape(page)


def test_a_program_reads_on_from_a_sequence(app: Flask, goods: Warehouse) -> None:
    own(goods, "Olga", "Omar")
    program = Program(app, "Sam")
    rows = program.get("/audit").json
    assert [row["sequence"] for row in rows] == [1, 2, 3] and rows[2]["action"] == "token made"
    assert rows[0] | {"at": ""} == {
        "sequence": 1, "at": "", "operator": goods.operators["Sam"].id, "who": "Sam", "via": "page",
        "action": "section owner set", "kind": "section", "subject": "A-01", "before": {"owner": ""}, "after": {"owner": "Olga"},
    }  # fmt: skip
    assert [row["sequence"] for row in program.get("/audit", after=1, limit=1).json] == [2]
    assert program.get("/audit", after=3).json == []


def test_a_change_by_a_program_names_its_token(app: Flask, goods: Warehouse) -> None:
    program = Program(app, "Sam")
    known_by = program.get("/audit").json[0]["after"]["known by"]
    assert program.post("/items/LAMP/rename", {"sku": "LAMP-2"}).status_code == 200
    last = program.get("/audit").json[-1]
    assert (last["action"], last["who"], last["via"]) == ("item renamed", "Sam", f"API token {known_by}")


class TestTheFile:
    def test_has_the_rows_that_the_page_was_asked_for(self, sam: Person, goods: Warehouse) -> None:
        own(goods, "Olga")
        goods.database.transact(audit.note, goods.operators["Vera"], Action.FILE_IN, "file", "returns")
        answer = sam.get("/audit.csv?who=Sam")
        rows = list(csv.DictReader(StringIO(answer.text)))
        assert answer.mimetype == "text/csv" and "audit.csv" in answer.headers["Content-Disposition"]
        assert [row["action"] for row in rows] == ["section owner set", "file taken out"]
        assert json.loads(rows[0]["after"]) == {"owner": "Olga"} and rows[0]["subject"] == "A-01"

    def test_has_nothing_that_a_spreadsheet_takes_for_a_formula(self, sam: Person, goods: Warehouse) -> None:
        who = goods.operators["Sam"]
        goods.database.transact(audit.note, who, Action.OWNER_SET, "section", FORMULA, after={"owner": FORMULA})
        for path in ("/audit.csv", "/data/audit.csv"):
            cells = [cell for row in csv.reader(StringIO(sam.get(path).text)) for cell in row]
            assert f"'{FORMULA}" in cells and not any(cell[:1] in ("=", "+", "-", "@") for cell in cells)

    def test_is_the_same_by_the_command(self, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
        url = f"sqlite:///{tmp_path / 'warehouse.db'}"
        (tmp_path / "i.csv").write_text("sku\nLAMP\n")
        main(["import", "items", str(tmp_path / "i.csv"), "--database", url])
        capsys.readouterr()
        assert main(["export", "audit", "--database", url]) == 0
        rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
        assert [(row["sequence"], row["action"], row["via"]) for row in rows] == [
            ("1", "file brought in", "command import"), ("2", "file taken out", "command export"),
        ]  # fmt: skip
        assert json.loads(rows[0]["after"])["file"] == "i.csv"


@pytest.mark.parametrize("kind", ["operators", "items", "graded", "audit"])
def test_each_file_that_is_taken_out_is_noted(sam: Person, kind: str) -> None:
    sam.confirm()
    assert sam.get(f"/data/{kind}.csv").status_code == 200
    assert f"file {kind}" in sam.get("/audit").text


def test_badges_that_are_shown_are_noted_and_other_labels_are_not(sam: Person) -> None:
    sam.get("/labels?group=commands")
    assert "Nothing was changed yet" in sam.get("/audit").text
    sam.confirm().get("/labels?group=badges")
    sam.get("/labels.pdf?group=badges")
    assert sam.client.get("/audit", headers={"Accept": "application/json"}).json[0]["action"] == "badges shown"


def test_a_file_on_the_page_is_noted_with_its_name(sam: Person) -> None:
    sam.post("/data/items", file=file_of(b"sku\nLAMP\n"))
    (row,) = sam.client.get("/audit", headers={"Accept": "application/json"}).json
    assert (row["action"], row["subject"], row["after"]["file"]) == ("file brought in", "items", "file.csv")


@pytest.mark.slow
def test_the_commands_that_touch_the_whole_are_noted(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    url, copy = f"sqlite:///{tmp_path / 'warehouse.db'}", f"sqlite:///{tmp_path / 'copy.db'}"
    for command in (["backup", str(tmp_path / "b.db")], ["resend"], ["restore", str(tmp_path / "b.db")], ["move", copy]):
        assert main([*command, "--database", url]) == 0
    capsys.readouterr()
    main(["export", "audit", "--database", copy])
    actions = [row["action"] for row in csv.DictReader(StringIO(capsys.readouterr().out))]
    assert actions == ["backup restored", "warehouse moved here", "file taken out"]  # what came after the backup went with it
