"""A new kind of task is one entry: this one is registered from outside, and everything that knows tasks knows it."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import pytest
from flask import Blueprint, Flask
from sqlmodel import Session

import scanner
from scanner.app import create_app
from scanner.codes.labels import Label
from scanner.people.rules import OperatorView, Right
from scanner.scans import tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import Decision, Effect, accept
from scanner.scans.reader import read_goods
from scanner.scans.result import Reason
from scanner.scans.task_page import TaskPage
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt, Finish, Start, Started, TaskRequest, Workflow, Workflows
from scanner.settings import Settings
from scanner.web.contract import Body
from scanner.web.field_types import Printable
from scanner.workflows import WORKFLOWS
from tests.conftest import new_database
from tests.support.program import Program
from tests.support.warehouse import MUG, NOW, fill

blueprint = Blueprint("toys", __name__, url_prefix="/toys")
ROOT = Path(__file__).parents[1]
QUOTE = r"(?:[\"'`]|&quot;|&#3[49];)"


@blueprint.get("", endpoint="index")
def index() -> str:
    """Where toys are chosen."""
    return "toys"


@blueprint.get("/<reference>", endpoint="task")
def task(reference: str) -> str:
    """One toy."""
    return reference


def _decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    goods = read_goods(session, attempt.code, attempt.quantity).only
    name = goods.name if goods else "nothing"
    return replace(accept(Reason.COUNTED, f"A toy: {name}."), here=attempt.here)


def _open(session: Session, code: str, _operator: OperatorView) -> Opening:
    return Opening(kind="toy", reference=code if tasks.of_kind(session, code, "toy") else None)


def _finish(session: Session, asked: TaskRequest, _workflows: Workflows) -> Finish:
    return Finish(reference=asked.reference, state="finished")


class ToyToStart(Body):
    """A toy to play with."""

    kind: Literal["toy"]
    name: Annotated[str, Printable(20)]


def _begin(session: Session, body: ToyToStart, _operator: OperatorView, now: datetime) -> Started:
    tasks.add_task(session, {"reference": body.name, "kind": "toy", "state": "open", "created_at": now}, [])
    return Started(body.name)


TOY = Workflow(
    kind="toy",
    right=Right.RECEIVE,
    blueprints=(blueprint,),
    commands=(Label("CMD-PLAY", "Play", "With the toy in hand"),),
    labels={"toys": lambda _session: [Label("TOY-1", "The first toy")]},
    page=TaskPage(
        title="Toys", words="Play", tasks="Toys", index="toys.index", task="toys.task", finish="toys.task",
        reply=lambda results: results[-1].message, choose=lambda opening: "toys", opens_by="a toy",
    ),
    open=_open,
    decide=_decide,
    finish=_finish,
    start=Start(body=ToyToStart, begin=_begin),
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    """The app with one kind of task more, and a task of it."""
    database = new_database("sqlite", tmp_path)
    app = create_app(Settings(str(database.url), secret_key="for tests"), database, WORKFLOWS.with_(TOY))
    app.testing = True
    fill(database)
    values = {"reference": "TOY-1", "kind": "toy", "state": "open", "created_at": NOW}
    database.transact(tasks.add_task, values, [])
    yield app
    app.extensions["decoder"].close()
    database.dispose()


@pytest.fixture
def rosa(house: Flask) -> Program:
    return Program(house, "Rosa")


def room_of(kind: str) -> str:
    """The room of a kind of task, which is where its rules are."""
    return WORKFLOWS[kind].open.__module__.split(".")[1]


def kinds_named(path: Path, root: Path) -> set[tuple[str, str]]:
    """(file, kind) for each kind of task that stands in quotes in a file, but for the name of a form's field."""
    found = re.findall(rf"(?<!\sname=){QUOTE}({'|'.join(map(re.escape, WORKFLOWS))}){QUOTE}", path.read_text())
    return {(path.relative_to(root).as_posix(), kind) for kind in found}


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_every_room_with_a_kind_of_task_has_an_entry() -> None:
    rooms = [import_module(f"scanner.{found.name}") for found in pkgutil.iter_modules(scanner.__path__) if found.ispkg]
    kinds = {room.KIND: room.__name__ for room in rooms if hasattr(room, "KIND")}
    kinds |= {room.CART: room.__name__ for room in rooms if hasattr(room, "CART")}  # a room may have a second kind
    assert kinds == {kind: f"scanner.{room_of(kind)}" for kind in WORKFLOWS}


def test_its_scans_are_recorded_by_its_own_rule(rosa: Program) -> None:
    answer = rosa.scan(MUG, task="TOY-1")
    assert (answer.status_code, answer.json["reason"], answer.json["message"]) == (200, "counted", "A toy: Mug, blue.")


def test_programs_list_it_and_finish_it(rosa: Program) -> None:
    assert [each["reference"] for each in rosa.get("/tasks", kind="toy").json] == ["TOY-1"]
    assert rosa.post("/tasks/TOY-1/finish", {"confirm": True}).json["state"] == "finished"


def test_programs_start_it_with_what_it_asks_for(rosa: Program) -> None:
    assert rosa.post("/tasks", {"kind": "toy", "name": "TOY-2"}).json["reference"] == "TOY-2"
    assert rosa.post("/tasks", {"kind": "toy"}).json["error"]["field"] == "name"


def test_the_api_describes_it(rosa: Program) -> None:
    described = rosa.get("/openapi.json").json
    schemas = described["components"]["schemas"]
    assert "toy" in schemas["Task"]["properties"]["kind"]["enum"] and schemas["ToyToStart"]["required"] == ["kind", "name"]
    body = described["paths"]["/tasks"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"$ref": "#/components/schemas/ToyToStart"} in body["oneOf"]


def test_who_lacks_its_right_may_not_scan_it(house: Flask) -> None:
    assert Program(house, "Carla").scan(MUG, task="TOY-1").status_code == 403


def test_pages_show_it_open_it_and_keep_it_offline(house: Flask) -> None:
    client = house.test_client()
    token = csrf_token(client.get("/sign-in").text)
    client.post("/sign-in", data={"csrf_token": token, "badge": "BADGE-ROSA"})
    home = client.get("/").text
    assert "Play" in home and "a toy" in home.lower()
    assert re.search(r'task-pages" content="[^"]*/toys', home)
    assert client.post("/open", data={"csrf_token": csrf_token(home), "code": "TOY-1"}).location == "/toys/TOY-1"


def test_scripts_name_no_kind_of_task() -> None:
    """The pages' scripts are told the kinds: a name anywhere would be one more place to change with every new kind."""
    scripts = (ROOT / "static" / "js").rglob("*.[jt]s")
    assert not {named for path in scripts if "vendor" not in path.parts for named in kinds_named(path, ROOT / "static" / "js")}


def test_templates_name_no_kind_of_task_but_that_of_their_own_room() -> None:
    templates = ROOT / "templates"
    named = {each for path in templates.rglob("*") if path.is_file() for each in kinds_named(path, templates)}
    elsewhere = {(name, kind) for name, kind in named if not name.startswith(f"{room_of(kind)}/")}
    assert not elsewhere


@pytest.mark.parametrize("quoted", ['"count"', "'count'", "`count`", "&quot;count&quot;", "kind='count'", "a_name='count'"])
def test_a_kind_in_quotes_is_found(tmp_path: Path, quoted: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"{{% if kind == {quoted} %}}")
    assert kinds_named(page, tmp_path) == {("page.html", "count")}


def test_a_field_of_a_form_may_be_called_as_a_kind_is(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<input type="checkbox" name="pick">')
    assert not kinds_named(page, tmp_path)


def test_each_effect_of_a_rule_has_one_room_that_carries_it_out() -> None:
    effects = {each.__name__ for each in Effect.__subclasses__() if each.__module__.startswith("scanner.")}
    carried = [carrier.effect.__name__ for follower in WORKFLOWS.followers for carrier in follower.carries]
    assert sorted(carried) == sorted(effects)


def test_its_labels_are_printed(house: Flask) -> None:
    client = house.test_client()
    client.post("/sign-in", data={"csrf_token": csrf_token(client.get("/sign-in").text), "badge": "BADGE-SAM"})
    assert "The first toy" in client.get("/labels?group=toys").text
    assert "CMD-PLAY" in client.get("/labels?group=commands").text
