"""The shop's own records over the API, made from their kinds: a list with a mark to read on from, one by its key, and a `PUT`.

In an address the parts of a key follow one another. A part before the last one is encoded twice where it has a `/` or a `%`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any
from urllib.parse import unquote

from flask import Response
from pydantic import BaseModel, Field, WithJsonSchema, create_model

from scanner.data import imports
from scanner.data.imports.cells import UNPRINTABLE
from scanner.data.imports.importer import Importer
from scanner.data.records import rules, service
from scanner.data.records.kinds import FOR_PROGRAMS, KINDS, Kind
from scanner.data.records.rules import Cells, NotTaken
from scanner.data.records.writing import count, write
from scanner.errors import BadRequest, NotFound
from scanner.people.rules import OperatorView
from scanner.web.context import database, now, read
from scanner.web.contract import Answer, Body, json_object, query, taken
from scanner.web.field_types import Between, WholeNumber, Words
from scanner.workflows import IMPORTS, RECORDS

MOST_RECORDS = 1000
OVER_API: dict[str, Kind] = KINDS | FOR_PROGRAMS | RECORDS


class RecordPage(Body):
    """Which part of a list."""

    after: Words = Field("", description="The `next` of the page before; left out, the list from its start.")
    limit: Annotated[int, Between(1, MOST_RECORDS)] = 100


class WhichLine(Body):
    """Which of several records with one key."""

    nth: WholeNumber = Field(0, description="Of several lines of one item on a receipt, from 0.")


def address(kind: Kind) -> str:
    """Where one record is, as a rule of routes."""
    *before, last = kind.key
    return f"/{kind.name}/" + "".join(f"<{name}>/" for name in before) + f"<whole:{last}>"


def listed(kind: Kind, by: OperatorView) -> Response:
    """Some records of a kind."""
    asked = query(RecordPage)
    page = read(service.page, kind, asked.after, asked.limit, by)
    answer: Answer = page_model(kind)(records=[fields(kind, each) for each in page.records], next=page.next)
    return answer.response()


def one(kind: Kind, key: Cells, by: OperatorView) -> Response:
    """One record."""
    return record_model(kind)(**kept(kind, key, by)).response()


def kept(kind: Kind, key: Cells, by: OperatorView) -> dict[str, Any]:
    """What one record says."""
    nth, found = query(WhichLine).nth, _decoded(kind, key)
    if any(UNPRINTABLE.search(each) for each in found.values()):
        raise NotFound(f"There is no such {kind.one}.", kind.key[0])
    return fields(kind, read(service.one, kind, found, nth, by).cells)


def put(kind: Kind, key: Cells, by: OperatorView) -> Response:
    """Make a record say what is sent; what is left out or empty stays, and `null` empties what may be empty."""
    for right in kind.rights:
        by.demand(right)
    nth, found, said = query(WhichLine).nth, _decoded(kind, key), json_object()
    if wrong := next((name for name, each in found.items() if UNPRINTABLE.search(each)), None):
        raise BadRequest("Expected printable text.", wrong)
    sent = taken(put_model(kind), said).model_dump(exclude_unset=True)
    cells = {name: rules.cell(value) for name, value in sent.items()}
    if other := next((name for name, each in found.items() if cells.get(name, each) != each), None):
        raise BadRequest("Expected what the address says, or nothing.", other)
    cleared = [each.name for each in kind.fields if each.may_clear and each.name in sent and sent[each.name] is None]
    done = _write(kind, _completed(kind, cells | found, nth, by), nth, by, cleared)
    answer: Answer = put_answer(kind)(**fields(kind, done.cells), notes=done.notes)
    return answer.response(201 if done.is_new else 200)


def fields(kind: Kind, cells: Cells) -> dict[str, Any]:
    """A record as JSON has it."""
    return {each.name: rules.value_of(each, cells[each.name]) for each in kind.fields if each.name in cells}


def _completed(kind: Kind, cells: Cells, nth: int, by: OperatorView) -> Cells:
    """With what the record says that is there, where the file of its kind cannot do without. Raises BadRequest where none is."""
    needed = imports.columns_of(kind.name, IMPORTS)
    lacking = [name for name, is_needed in needed.items() if is_needed and not cells.get(name)]
    if not lacking:
        return cells
    try:
        there = read(service.one, kind, {name: cells[name] for name in kind.key}, nth, by).cells
    except NotFound:
        raise BadRequest(f"Expected a value, got nothing: there is no such {kind.one} yet.", lacking[0]) from None
    return cells | {name: there[name] for name in lacking if name in there}


def _write(kind: Kind, cells: Cells, nth: int, by: OperatorView, cleared: Sequence[str]) -> service.Put:
    importer = _importer(kind)
    try:
        sent = service.check(database(), kind, importer, cells, by)
    except NotTaken as problem:
        count(by, problem)
        raise
    return write(by, service.put, kind, importer, sent, nth, by, now(), cleared)


def _decoded(kind: Kind, key: Cells) -> Cells:
    *before, last = kind.key
    return {name: unquote(key[name]) for name in before} | {last: key[last]}


def _importer(kind: Kind) -> type[Importer]:
    return imports.all_kinds(IMPORTS)[kind.name]


@cache
def put_model(kind: Kind) -> type[Body]:
    """What is sent of a record. Its importer checks it."""
    more = {field.name: (_sent(field), Field(None, description=field.help or field.title)) for field in kind.fields}
    return _model(
        f"{_name(kind)}ToPut",
        Body,
        f"{kind.title}: what is left out or empty stays; null empties what may be.",
        more,
    )


@cache
def record_model(kind: Kind) -> type[Answer]:
    """A record as it is."""
    more = {field.name: _answered(field) for field in _read(kind)}
    return _model(f"{_name(kind)}Record", Answer, kind.about, more)


@cache
def put_answer(kind: Kind) -> Any:
    """A record that was written."""
    notes: dict[str, Any] = {"notes": (list[str], Field([], description="What was taken and is worth a look."))}
    return _model(f"{_name(kind)}Put", record_model(kind), kind.about, notes)


@cache
def page_model(kind: Kind) -> Any:
    """Some records."""
    more = {
        "records": (list[record_model(kind)], ...),  # type: ignore[misc]
        "next": (str, Field("", description="To be sent as `after` for the next page. Not there: this was the last one.")),
    }
    return _model(f"{_name(kind)}Page", Answer, kind.about, more)


def _model(name: str, base: type[Any], words: str, more: dict[str, Any]) -> type[Any]:
    made: type[BaseModel] = create_model(name, __base__=base, __doc__=words, **more)
    return made


def _name(kind: Kind) -> str:
    return kind.name.title().replace("_", "")


def _read(kind: Kind) -> list[rules.Field]:
    return [field for field in kind.fields if not field.only_sent]


def _answered(field: rules.Field) -> Any:
    """The type and the description of a field. A number that may be empty is left out where nobody said it."""
    words = field.help or field.title
    if field.type == "number" and field.may_clear:
        return int | None, Field(None, description=words)
    return _told(field), Field(description=words)


def _told(field: rules.Field) -> Any:
    if field.choices == rules.YES_NO:
        return bool
    return int if field.type == "number" else str


def _sent(field: rules.Field) -> Any:
    kinds = {bool: ["boolean", "string"], int: ["integer", "string"], str: ["string"]}[_told(field)]
    return Annotated[Any, WithJsonSchema({"type": [*kinds, "number"] if field.type == "decimal" else kinds})]
