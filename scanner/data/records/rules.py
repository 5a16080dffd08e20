"""What a form has for a record, how its text becomes a file, and what of a refused file stands at which field."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from scanner.data.imports.codes import OWN
from scanner.data.imports.report import ImportProblem
from scanner.errors import BadRequest, Conflict
from scanner.words import day

Cells = dict[str, str]
"""A record as a file would have it, by column."""
YES_NO = (("no", "No"), ("yes", "Yes"))
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, as broken JSON may have: no file and no database can."""
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file as a field of a form. `takes_code`: a scan fills it; `choices`: what it may be, with words.

    `offers`: the kind of records whose names are offered while somebody types; anything else is taken as well.
    `only_sent`: it is never read again. `may_clear`: left empty in a record that is there, it is emptied; others stay.
    `shared`: it is one for all records of the first part of the key; what is said of both, in words.
    `finds_item`: an item is taken by its SKU in any case, by a barcode, or by a name that no other has.
    `usual`: what it says of most records, which no list repeats.
    """

    name: str
    title: str
    help: str = ""
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    takes_code: bool = False
    offers: str = ""
    only_sent: bool = False
    may_clear: bool = False
    shared: str = ""
    finds_item: bool = False
    usual: str = ""

    def as_shown(self, text: str) -> str:
        """A value of it as a list shows it; empty where nothing is to be told."""
        if self.type == "date" and text:
            return day(date.fromisoformat(text))
        return "" if text in ("0", "no", self.usual) else text


class NotTaken(BadRequest):
    """The file of the record was refused. `wrong`: what stands at which field; `told_taken`: codes said to mean something."""

    def __init__(self, problems: Sequence[ImportProblem], told_taken: int = 0) -> None:
        self.wrong = {each.column: in_words(each) for each in reversed(problems)}
        column = problems[0].column
        super().__init__(self.wrong[column], column)
        self.told_taken = told_taken


def in_words(problem: ImportProblem) -> str:
    """What was expected and what came, without the line: there is one."""
    if problem.got == "nothing":
        return "Fill this in." if problem.expected == "something" else f"Fill this in: {problem.expected}."
    expected = problem.expected.replace(OWN, "if it is a number of your own, say so below")
    return f"Expected {expected}, got {problem.got}."


def demand_shared(fields: Sequence[Field], named: str, there: Mapping[str, str], said: Mapping[str, str]) -> None:
    """Raise Conflict where a new record says something else of what is one for all: that would change the others unseen."""
    for field in fields:
        is_said, is_there = said.get(field.name, "").strip(), there.get(field.name, "")
        if field.shared and is_said and is_there and is_said != is_there:
            shown = field.as_shown(is_there)
            words = f"{field.shared.format(named, shown)} Leave it so here, or change it in a line that is there."
            raise Conflict(words, field.name)


def as_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A file of these rows, all with the same columns."""
    text = StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def version_of(cells: Mapping[str, str]) -> str:
    """Another one whenever the record says something else."""
    return hashlib.sha256(json.dumps(dict(cells), sort_keys=True).encode()).hexdigest()[:16]


def demand_same(cells: Mapping[str, str], version: str, named: str) -> None:
    """Raise Conflict where somebody else changed the record since the form was shown."""
    if version and version != version_of(cells):
        raise Conflict(f"Somebody else changed {named} meanwhile. Nothing was saved: look at it as it is now.", "version")


def cell(value: object) -> str:
    """A value as a file and a form have it. Raises BadRequest for what no cell can be."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise BadRequest("Expected a text or a number in each field.")
    text = str(value)
    if _LONE.search(text):
        raise BadRequest("Expected a text that can be stored in each field, got one that cannot.")
    return text


def value_of(field: Field, text: str) -> str | int | bool | None:
    """A cell as JSON has it: a number, true or false, or the text. A number that nobody said is None."""
    if field.choices == YES_NO:
        return text == "yes"
    if field.type == "number":
        return int(text) if text else None
    return text


def mark_of(position: Sequence[str | int]) -> str:
    """Where a page of a list ended, for whoever asks for the next one."""
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def position_of(mark: str, like: Sequence[type]) -> list[str | int]:
    """Where a mark says. Raises BadRequest for one that no page of this list gave."""
    try:
        found = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if [type(each) for each in found] != list(like) or any(_UNKEPT.search(str(each)) for each in found):
            raise ValueError("another list's")
        return list(found)
    except (ValueError, TypeError, RecursionError):
        raise BadRequest("Expected the `next` of the page before, as it was.", "after") from None
